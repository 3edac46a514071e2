"""Numbers of documents are read whichever body gave them; the letters of cities and districts are in no list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.document_numbers import find_numbers, issuing_office, normalise_number, own_number

LETTERS = "江钱塘杭萧余临平和及与由原商务发函办政委字财税科经信人社建农旅卫市监管综外资联局㵪"
CODES = st.text(alphabet=LETTERS, min_size=1, max_size=6)
YEARS, COUNTS = st.integers(1990, 2035), st.integers(1, 9999)
BRACKETS = st.sampled_from(["〔〕", "[]", "【】", "()", "（）", "［］", "﹝﹞", "〔]"])
SPELLINGS = st.tuples(BRACKETS, st.sampled_from(["", " ", "　"]), st.sampled_from(["", "第"]))
"""Brackets, blanks between the parts, and what stands before the count."""


@given(CODES, YEARS, COUNTS, SPELLINGS)
def test_a_number_with_any_letters_is_read_in_each_spelling(
    code: str, year: int, count: int, spelling: tuple[str, str, str]
) -> None:
    bracket, space, ordinal = spelling
    written = f"{code}{space}{bracket[0]}{space}{year}{bracket[1]}{space}{ordinal}{count}{space}号"
    assert find_numbers(written) == (f"{code}〔{year}〕{count}号",)
    assert normalise_number(written) == f"{code}〔{year}〕{count}号"


@given(CODES, YEARS, COUNTS)
@pytest.mark.parametrize(
    "line",
    [
        "{}",
        "江城市商务局文件 {}",
        "文号：{}",
        "- 发文字号：{}",
        "| 文号 | {} |",
        "**文号：** {}",
        "（{}，2026年3月1日）",
    ],
)
def test_the_line_of_a_document_that_states_its_number_gives_it(line: str, code: str, year: int, count: int) -> None:
    number = f"{code}〔{year}〕{count}号"
    assert own_number(["江城市外贸补贴办法", line.format(number)], "江城市外贸补贴办法") == number
    assert own_number([f"江城市外贸补贴办法 {number}"], f"江城市外贸补贴办法 {number}") == number


@given(CODES, CODES, YEARS, COUNTS)
def test_of_two_numbers_joined_by_and_both_are_read(first: str, second: str, year: int, count: int) -> None:
    numbers = (f"{first}〔{year}〕{count}号", f"{second}〔{year}〕{count + 1}号")
    assert find_numbers("和".join(numbers)) == numbers
    assert find_numbers("、《关于外贸的意见》（".join(numbers)) == numbers


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("江商务发2026年19号还有效吗", ("江商务发〔2026〕19号",)),
        ("国办发2025 12号", ("国办发〔2025〕12号",)),
        ("财税2017年79号", ("财税〔2017〕79号",)),
        ("根据国办函2025年第12号和商资函2024年3号", ("国办函〔2025〕12号", "商资函〔2024〕3号")),
        ("商务部印发2026年3号文件", ()),
        ("我们2026年19号出发", ()),
        ("海关总署公告2026年第3号", ("海关总署公告2026年第3号",)),
        ("合同由上海签发2025年3号货柜", ()),
        ("我们签字2025年3号", ()),
        ("违规2025年3号罚款", ()),
        ("请问国办发2025年12号", ("国办发〔2025〕12号",)),
    ],
)
def test_a_number_typed_without_brackets_is_read(typed: str, numbers: tuple[str, ...]) -> None:
    assert find_numbers(typed) == numbers


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("江城市江东区商务局江商务发〔2026〕19号", "江商务发〔2026〕19号"),
        ("江城市江东区人民政府办公室江东政办发〔2026〕19号", "江东政办发〔2026〕19号"),
        ("江城市江东区人民政府江东政发〔2026〕19号", "江东政发〔2026〕19号"),
        ("江城新区管理委员会江管委发〔2026〕19号", "江管委发〔2026〕19号"),
        ("江城新管委办发〔2026〕19号", "江城新管委办发〔2026〕19号"),
        ("和政发〔2026〕3号", "和政发〔2026〕3号"),
    ],
)
def test_the_name_of_a_body_that_runs_into_the_letters_is_left_out(written: str, number: str) -> None:
    assert find_numbers(written) == (number,)


@pytest.mark.parametrize(
    "line", ["根据江商务发〔2026〕19号", "- 江商务发〔2026〕19号", "《旧办法》（江商务发〔2026〕19号）同时废止"]
)
def test_a_number_that_is_only_cited_is_not_the_documents_own(line: str) -> None:
    assert own_number([line]) == ""


@pytest.mark.parametrize(
    ("number", "issuer"),
    [
        ("商合发〔2026〕19号", "商务部"),
        ("商政发〔2026〕19号", ""),
        ("商委发〔2026〕1号", ""),
        ("江商务发〔2026〕19号", ""),
    ],
)
def test_an_issuer_is_told_only_by_letters_that_are_its_own(number: str, issuer: str) -> None:
    assert issuing_office(number) == issuer
