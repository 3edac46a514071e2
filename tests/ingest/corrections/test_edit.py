"""What is typed line by line becomes the text of the page, of which only what was corrected has changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from ingest.corrections.edit import by_lines, read_typed_text
from ingest.corrections.line_boxes import carry_lines
from ingest.diff.comparison import compare
from ingest.loaders import load
from settings import Settings
from store.documents import Document, LoadedText, Page
from tests.ingest.corrections.test_line_boxes import READ, TEXT, lines
from tests.support.pdf_files import drawn, ruled
from tests.support.pdf_files import lines as printed
from text.normalise import normalise

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
ENGLISH = (
    "The deposit for a trade mark that is filed by a company of",
    "the district of Qiantang at the office for intellectual property",
    "of the province amounts to 8600 yuan in the first year, and to",
    "4300 yuan in each year after it; it is paid back when the mark",
    "has been used for at least three years without a break.",
    "",
    "The application needs:",
    "1. Form A, signed by the legal representative of the company,",
    "with its seal, in two copies.",
    "2. A copy of the licence.",
)
CHINESE = (
    "钱塘区企业向省知识产权局申请注册商标的，应当在受理通知书",
    "送达之日起三十日内缴纳保证金8600元；其后每年缴纳4300元。商标",
    "自核准注册之日起连续使用满三年的，凭使用证明和缴款凭证全",
    "额退还保证金，退还期限为二十个工作日，逾期未退还的，按银",
    "行同期利率计息。",
    "",
    "一、申请表一式两份，由法定代表人签字并加盖公章，附营业执",
    "照复印件和经办人身份证明。",
    "二、缴款凭证。",
)
RAGGED = (
    "Whoever files",
    "a trade mark pays a deposit of 8600 yuan in the first year, which is",
    "due within",
    "thirty days after the notice of the office has come, whatever the",
    "kind of goods.",
)
words = st.text("ab1利润税率为（。 |-\n#", max_size=40)


def scanned(path: Path, rows: Sequence[str]) -> Path:
    """A PDF that is a picture of some lines."""
    picture = Image.new("RGB", (1240, 1000), "white")
    font = ImageFont.truetype(FONT, 34)
    for number, row in enumerate(rows):
        ImageDraw.Draw(picture).text((90, 90 + 56 * number), row, "black", font)
    picture.save(path, "PDF", resolution=150)
    return path


@cache
def read(kind: str, place: Path) -> LoadedText:
    path = place / f"{kind.replace(' ', '-')}.pdf"
    makers = {
        "english scan": lambda: scanned(path, ENGLISH),
        "chinese scan": lambda: scanned(path, CHINESE),
        "ragged scan": lambda: scanned(path, RAGGED),
        "english text": lambda: drawn(path, printed(ENGLISH)),
        "chinese text": lambda: drawn(path, printed(CHINESE)),
        "ragged text": lambda: drawn(path, printed(RAGGED)),
        "table": lambda: ruled(path, [["收费项目", "金额"], ["商标保证金", "8600元"], ["年费", "4300元"]]),
    }
    makers[kind]()
    return load(path, path.name, Settings(_env_file=None))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("papers")


KINDS = ["english scan", "chinese scan", "ragged scan", "english text", "chinese text", "ragged text", "table"]


def page_of(loaded: LoadedText) -> tuple[Page, str]:
    (page,) = loaded.pages
    return page, loaded.text[page.start : page.end]


@pytest.mark.parametrize("kind", KINDS)
def test_saved_as_it_was_shown_a_page_is_what_it_was(kind: str, place: Path) -> None:
    page, text = page_of(read(kind, place))
    shown = by_lines(page.lines, text)
    for sent in (shown, shown.replace("\n", "\r\n"), f"\n{shown}\n"):
        assert read_typed_text(page.lines, text, sent) == text


@pytest.mark.parametrize("kind", KINDS)
def test_a_corrected_figure_changes_one_figure_of_one_paragraph_and_nothing_else(kind: str, place: Path) -> None:
    page, text = page_of(read(kind, place))
    assert text.count("8600") == 1
    shown = by_lines(page.lines, text)
    after = read_typed_text(page.lines, text, shown.replace("8600", "8800").replace("\n", "\r\n"))
    assert after == text.replace("8600", "8800")
    found = compare(Document("a.pdf", text), Document("a.pdf", after))
    assert found.changed == 1
    assert [(re.sub("元| yuan", "", each.before), re.sub("元| yuan", "", each.after)) for each in found.figures] == [
        ("8600", "8800")
    ]


@pytest.mark.parametrize("kind", ["english scan", "chinese scan", "ragged scan"])
def test_the_boxes_of_the_lines_stay_with_their_words(kind: str, place: Path) -> None:
    page, text = page_of(read(kind, place))
    shown = by_lines(page.lines, text)
    after = read_typed_text(page.lines, text, shown.replace("8600", "8800"))
    kept = carry_lines(page.lines, text, after)
    assert [line.box for line in kept] == [line.box for line in page.lines]
    assert [line.text for line in kept if "8800" in line.text] == [
        line.text.replace("8600", "8800") for line in page.lines if "8600" in line.text
    ]
    assert by_lines(kept, after) == shown.replace("8600", "8800")


def test_each_line_of_the_picture_is_a_line_to_be_corrected(place: Path) -> None:
    page, text = page_of(read("chinese scan", place))
    shown = by_lines(page.lines, text)
    assert len([line for line in shown.split("\n") if line]) == len([line for line in CHINESE if line])


def test_lines_that_the_reading_kept_together_are_shown_below_one_another_and_come_back_as_they_were() -> None:
    assert by_lines(lines(*READ), TEXT) == "\n".join(READ)
    assert read_typed_text(lines(*READ), TEXT, "\n".join(READ)) == TEXT


def test_words_divided_at_the_end_of_a_line_and_leading_signs_come_back_as_they_were() -> None:
    text = "The overseas investment of a company （企业） is filed."
    read = lines("The overseas invest-", "ment of a company", "（企业） is filed.")
    shown = by_lines(read, text)
    assert shown == "The overseas invest-\nment of a company\n（企业） is filed."
    assert read_typed_text(read, text, shown.replace("filed", "noted")) == text.replace("filed", "noted")


def test_a_line_that_begins_like_a_list_item_goes_on_with_its_sentence() -> None:
    text = "企业应当依照第三条第二款和 第五条的规定，在2026年 3月 1日前办理。"
    read = lines("企业应当依照第三条第二款和", "第五条的规定，在2026年", "3月", "1日前办理。")
    shown = by_lines(read, text)
    assert shown.split("\n") == [line.text for line in read]
    assert read_typed_text(read, text, shown.replace("2026", "2027")) == normalise(text.replace("2026", "2027"))


def test_headings_items_and_rows_typed_below_one_another_stay_apart() -> None:
    typed = "## 税率\n利润税\n为25%。\n1. 增值税\n为22%。\n| 税 | 率 |\n| --- | --- |\n| 甲 | 5% |"
    assert read_typed_text(lines("x"), "", typed).split("\n") == [
        "## 税率",
        "利润税为25%。",
        "1. 增值税为22%。",
        "| 税 | 率 |",
        "| --- | --- |",
        "| 甲 | 5% |",
    ]


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("率为Z5%", "率为25%", TEXT.replace("Z5%", "25%")),
        ("\n率为", "率为", TEXT),  # a line end that somebody took away within a sentence
        ("增值税的", "\n增值税的", TEXT.replace("\n", "\n\n")),  # a paragraph begun
        ("适用。\n", "适用。\n另有规定的除外。\n", TEXT.replace("适用。\n", "适用。另有规定的除外。\n")),
        (f"\n{READ[2]}", "", TEXT.replace(f"\n{READ[2]}", "")),
        (f"\n{READ[1]}", "", f"{READ[0]}\n{READ[2]}"),
        (READ[2], f"## {READ[2]}", TEXT.replace(READ[2], f"## {READ[2]}")),
        ("\n".join(READ), "Nothing of it.", "Nothing of it."),
        ("\n".join(READ), "", ""),
    ],
)
def test_what_is_typed_otherwise_stands_as_it_was_typed(before: str, after: str, text: str) -> None:
    shown = by_lines(lines(*READ), TEXT)
    assert before in shown
    assert read_typed_text(lines(*READ), TEXT, shown.replace(before, after, 1)) == text


@tried(deadline=None)
@given(st.lists(words, max_size=6), words)
def test_what_was_shown_line_by_line_comes_back_whatever_the_lines(read: list[str], text: str) -> None:
    for each in (normalise(text), normalise(" ".join(read)), normalise("\n".join(read))):
        assert read_typed_text(lines(*read), each, by_lines(lines(*read), each)) == each


@tried(deadline=None)
@given(st.lists(st.text("ab利润税 。", min_size=1, max_size=12), min_size=1, max_size=6), st.data())
def test_a_letter_that_is_corrected_changes_that_letter(read: list[str], data: st.DataObject) -> None:
    text = normalise("".join(read))
    shown = by_lines(lines(*read), text)
    letters = [place for place, letter in enumerate(shown) if letter in "ab利润税"]
    assume(letters)
    at = data.draw(st.sampled_from(letters))
    after = read_typed_text(lines(*read), text, f"{shown[:at]}Ж{shown[at + 1 :]}")
    assert after.count("Ж") == 1
    wanted = "".join(f"{shown[:at]}Ж{shown[at + 1 :]}".split())
    assert "".join(after.split()).replace("-", "") == wanted.replace("-", "")
