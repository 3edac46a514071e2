"""A basis mark names what its line rests on, and never stands in what is searched or quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.basis_marks import MARK, BasisMark, marks_within, split_marks

LINES = st.lists(
    st.sampled_from(
        [
            "# 指南",
            "## 期限",
            "### 几天？",
            "- 备案需要7个工作日。",
            "费用为零。",
            "| 事项 | 期限 |",
            "|---|---|",
            "| 备案 | 7天 |",
            "",
        ]
    ),
    max_size=20,
)
MARKS = st.sampled_from(["", "[^?]", " [^ndrc-order-11 第14条]", "[^reported]", "[^a] [^b Art. 2]", "[^center]"])


def bases_of(text: str) -> dict[str, list[str]]:
    """By line, the ids and articles."""
    plain, bases = split_marks(text)
    found: dict[str, list[str]] = {}
    for each in bases:
        found.setdefault(plain[each.start : each.end], []).append(f"{each.id} {each.article}".strip())
    return found


def test_a_mark_at_the_end_of_a_line_is_its_basis() -> None:
    text, bases = split_marks("备案需要7个工作日。[^ndrc-order-11 第33条]\n费用为零。")
    assert text == "备案需要7个工作日。\n费用为零。"
    assert bases == (BasisMark(0, 10, "ndrc-order-11", "第33条"),)


def test_a_line_may_rest_on_several() -> None:
    assert bases_of("- Rate: 10%. [^treaty-br Art. 10] [^br-law-15270-2025]") == {
        "- Rate: 10%.": ["treaty-br Art. 10", "br-law-15270-2025"]
    }


def test_of_marks_at_several_places_each_holds_for_the_words_before_it() -> None:
    assert bases_of("合计34%[^reported 截至2022年12月]；分红另扣10%。[^law-a][^reported]") == {
        "合计34%": ["reported 截至2022年12月"],
        "；分红另扣10%。": ["law-a", "reported"],
    }
    assert bases_of("七天[^law-a]，含节假日") == {"七天，含节假日": ["law-a"]}
    assert bases_of("Staff join[^a Art. 97]: no country is exempt.[^reported]") == {
        "Staff join": ["a Art. 97"],
        ": no country is exempt.": ["reported"],
    }


def test_a_mark_in_a_heading_holds_until_the_next_heading_of_its_level_for_lines_without_one() -> None:
    text = "# 指南\n\n无\n\n## 期限 [^law-a]\n\n七天\n\n### 例外\n\n十天[^law-b]\n\n三天\n\n## 费用\n\n零"
    found = bases_of(text)
    assert found["七天"] == found["三天"] == ["law-a"]
    assert found["十天"] == ["law-b"]
    assert "零" not in found
    assert "无" not in found


def test_a_mark_in_the_header_row_holds_for_the_rows_of_its_table() -> None:
    found = bases_of("| 事项 | 期限 [^law-a] |\n|---|---|\n| 备案 | 7天 |\n| 核准 | 20天[^law-b] |\n\n备案以后")
    assert found["| 备案 | 7天 |"] == ["law-a"]
    assert found["| 核准 | 20天 |"] == ["law-b"]
    assert "备案以后" not in found


@pytest.mark.parametrize(
    "text",
    [
        "See the note.[^1]",
        "See[^note] it.\n\n[^note]: A footnote.",
        "> [^note]: A footnote.",
        "x[^Two Words]",
        "a [link](b) and [^]",
        "[^?",
    ],
)
def test_ordinary_footnotes_and_brackets_stay_as_they_are(text: str) -> None:
    assert split_marks(text) == (text, ())


@given(LINES, st.data())
def test_no_mark_is_left_and_each_basis_is_one_whole_line(lines: list[str], data: st.DataObject) -> None:
    marked = [line and line + data.draw(MARKS) for line in lines]
    text, bases = split_marks("\n".join(marked))
    assert text == "\n".join(lines)
    assert not MARK.search(text)
    for basis in bases:
        assert text[basis.start : basis.end] in lines
        assert basis.start == 0 or text[basis.start - 1] == "\n"
    own = [line for line, written in zip(lines, marked, strict=True) if written != line]
    assert len({basis.start for basis in bases}) >= len(own)


def test_the_bases_of_a_span_are_those_of_the_lines_that_it_touches() -> None:
    _, bases = split_marks("七天[^a]\n十天[^b]\n三天[^c]")
    assert [each.id for each in marks_within(bases, 3, 5)] == ["b"]
    assert [each.id for each in marks_within(bases, 0, 4)] == ["a", "b"]
