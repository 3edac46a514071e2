"""Nothing that must stay whole is cut: texts made of known pieces, so that what lies inside of one is known too."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.retrieval.snippets import find_snippets
from ingest.chunking import MAX_TOKENS, chunk, tokens
from store.documents import Document, Metadata, Passage
from text.boundaries import boundaries, is_safe_cut, shorten

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
NUMBERS = st.one_of(
    st.integers(0, 99_999).map(str),
    st.builds("{}{}{}".format, st.integers(0, 999), st.sampled_from(".,٫．"), st.integers(0, 99)),
    st.builds("{}{}{:03d}".format, st.integers(1, 999), st.sampled_from(" ,.'’\u00a0\u202f"), st.integers(0, 999)),
    st.builds("{}.{}{}".format, st.integers(0, 200), st.integers(0, 99), st.sampled_from(["%", "％", " %", "‰"])),
    st.builds(
        "{}.{}{}".format, *[st.integers(1, 99)] * 2, st.sampled_from(["万", "亿元", "平方公里", "万亿元", "个月"])
    ),
    st.builds("{}.{} {}".format, *[st.integers(1, 99)] * 2, st.sampled_from(["million", "млрд", "milhões", "مليون"])),
    st.builds("{}.{}{}{}.{}".format, *[st.integers(1, 99)] * 2, st.sampled_from("-–~～"), *[st.integers(1, 99)] * 2),
    st.builds("{}:{:02d}".format, st.integers(0, 23), st.integers(0, 59)),
    st.builds("{}{}".format, st.sampled_from(["US$", "R$ ", "¥", "€ "]), st.integers(1, 9999)),
    st.builds("{}．{}%".format, st.integers(0, 99), st.integers(0, 9)).map(lambda text: text.translate(FULL_WIDTH)),
    st.builds("{}、{}个月".format, st.integers(1, 9), st.integers(1, 9)),
)
DAY, MONTH, YEAR = st.integers(1, 28), st.integers(1, 12), st.integers(1950, 2049)
GAP = st.sampled_from(["", "", " ", "\n"])
DATES = st.one_of(
    st.builds("{}{g}年{g}{}月{g}{}日".format, YEAR, MONTH, DAY, g=GAP),
    st.builds("{}-{:02d}-{:02d}".format, YEAR, MONTH, DAY),
    st.builds("{:02d}.{:02d}.{}".format, DAY, MONTH, YEAR),
    st.builds("{} {} {}".format, DAY, st.sampled_from(["May", "December", "декабря", "مايو"]), YEAR),
    st.builds("{} de {} de {}".format, DAY, st.sampled_from(["maio", "dezembro"]), YEAR),
    st.builds("{} {}, {}".format, st.sampled_from(["May", "December"]), DAY, YEAR),
    st.builds("{} декабря {} г.".format, DAY, YEAR),
    st.sampled_from(["二〇二五年十二月三十一日", "二〇一八年\n一月一日"]),
)
DOCUMENT_NUMBERS = st.one_of(
    st.builds("国办发{}〔{}〕{}{}号".format, GAP, YEAR, st.integers(1, 999), st.sampled_from(["", " ", "\n"])),
    st.builds("财税[{}]{}号".format, YEAR, st.integers(1, 999)),
    st.builds("商务部令{}年第{}号".format, YEAR, st.integers(1, 99)),
    st.builds("第{}{g}{}条".format, st.sampled_from("三四五"), st.sampled_from("十百"), g=GAP),
    st.builds("No. {}/{}".format, st.integers(1, 999), YEAR),
    st.builds("№ {}-ФЗ".format, st.integers(1, 999)),
    st.builds("nº {}.{:03d}".format, st.integers(1, 99), st.integers(0, 999)),
    st.builds("Art. {}".format, st.integers(1, 999)),
)
WORDS = st.sampled_from(
    "investment e-mail don't АО-7 налога imposto não مُدَّة المستثمر U.S. v1.2.3 office@example.org COVID-19"
    " https://www.example.org/a?b=1&c=2.5 0571-88888888 8517.62 **10.1**平方公里 Q&A".split()
)
WHOLE = st.one_of(NUMBERS, DATES, DOCUMENT_NUMBERS, WORDS)
BETWEEN = st.sampled_from(
    [
        "，",
        "。",
        "；",
        "、见",
        "，应当备案。",
        ". Then ",
        ", ",
        "; ",
        " is ",
        "。\n",
        "\n\n",
        ".\n\n",
        "：",
        "؟ ",
        "! ",
        "）",
    ]
)
MARKERS = st.sampled_from(
    ["1. 外商 ", "\n1. ", "\n- ", "\n2、凡", "\n（二）", "\n① ", "\n3) Apply ", "\n## 标题\n\n", "\n10.投资"]
)
PIECES = st.lists(st.tuples(WHOLE, BETWEEN, MARKERS | st.just("")), min_size=1, max_size=12)


def made(pieces: list[tuple[str, str, str]]) -> tuple[str, set[int]]:
    """A text, and the places in it that lie inside of a piece that must stay whole."""
    parts = [part for piece in pieces for part in piece]
    starts = list(accumulate(map(len, parts), initial=0))
    inside = {
        place
        for start, part in zip(starts[:-1:3], parts[::3], strict=True)
        for place in range(start + 1, start + len(part))
    }
    return "".join(parts), inside


@given(PIECES)
@settings(max_examples=150, deadline=None)
def test_no_place_inside_a_number_a_date_or_a_word_is_a_safe_cut(pieces: list[tuple[str, str, str]]) -> None:
    text, inside = made(pieces)
    safe = boundaries(text)
    assert not [text[place - 9 : place] + "‖" + text[place : place + 9] for place in inside if safe.allow(place)]
    assert not [place for place in sorted(inside)[::7] if is_safe_cut(text, place)]


@given(PIECES, st.integers(1, 6))
@settings(max_examples=80, deadline=None)
def test_no_chunk_and_no_quote_of_made_text_begins_or_ends_inside(
    pieces: list[tuple[str, str, str]], times: int
) -> None:
    text, inside = made(pieces * times)
    for each in chunk(Document("made.md", text)):
        assert not {each.start, each.end} & inside
        for snippet in find_snippets(Passage("made.md", each, Metadata(), 0.0), 0):
            assert not {snippet.start, snippet.end} & inside, snippet.text


@given(st.lists(WHOLE, min_size=150, max_size=300), st.sampled_from(["，", " 和 ", "、第", ", "]))
@settings(max_examples=15, deadline=None)
def test_a_block_that_is_too_long_is_cut_between_its_figures(pieces: list[str], between: str) -> None:
    text, inside = made([(piece, between, "") for piece in pieces])
    chunks = chunk(Document("long.md", text.replace("\n", " ")))
    assert len(chunks) > 1 or tokens(text) < 1.1 * MAX_TOKENS
    assert not [each.text[-20:] for each in chunks if {each.start, each.end} & inside]


@given(PIECES, st.integers(30, 300))
@example([("1 December 1950", "。", ""), ("1 December 1950", "，", "")], 30)
@settings(max_examples=100, deadline=None)
def test_a_text_is_shortened_between_its_figures(pieces: list[tuple[str, str, str]], longest: int) -> None:
    text, inside = made(pieces)
    assume(len(pieces[0][0]) < longest)
    short = shorten(text, longest)
    assert len(short) <= longest or short == text
    kept = len(short.removesuffix("…"))
    assert short == text or (text.startswith(short.removesuffix("…")) and kept not in inside)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("The rate rose.", " It is 5%."),
        ("It rose in 2025.", " It is 25%."),
        ("税率为5%。", "自2025年起施行。"),
        ("1. ", "外商投资"),
        ("所需材料：\n", "2. 营业执照"),
        ("It is free in 2025.\n", "3. Documents"),
        ("See Article 5.\n\n", "12 offices"),
        ("第一章 总则\n", "第二章 备案"),
    ],
)
def test_between_sentences_items_and_parts_a_text_may_be_cut(left: str, right: str) -> None:
    assert boundaries(left + right).allow(len(left))
    assert is_safe_cut(left + right, len(left))


def test_a_word_that_is_longer_than_all_that_is_shown_is_cut_and_so_is_a_run_of_figures_for_a_chunk() -> None:
    assert shorten("x" * 300, 10) == "x" * 9 + "…"
    rows = " ".join(str(number) for number in range(1000, 3000))
    for each in chunk(Document("numbers.md", rows)):
        assert all(len(number) == 4 for number in each.text.split())
