"""Units are spans that can be quoted alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retrieval.snippets import find_snippets
from ingest.chunking import chunk, heading_level
from ingest.loaders import load
from settings import Settings
from store.documents import Document, Metadata, Passage
from tests.bot.conftest import passage_of

SAMPLES = ("demo_gongwen.docx", "chinese-tables.pdf", "china.pdf", "eu-001.pdf", "footnotes.docx")

WORDS = st.text("税率企业应当备案ab de Щ12%,", min_size=1, max_size=30).filter(lambda text: text.strip(" ,%") != "")
SENTENCE = st.builds(
    lambda words, end: words.strip() + end, WORDS, st.sampled_from(["。", ". ", "!", "？", "", "：", "\n"])
)
BLOCK = st.one_of(
    st.lists(SENTENCE, min_size=1, max_size=5).map("".join),
    WORDS.map(lambda words: f"## {words}"),
    WORDS.map(lambda words: f"第一章 {words}"),
    WORDS.map(lambda words: f"一、{words}"),
    st.lists(WORDS.map(lambda words: f"- {words}"), min_size=1, max_size=4).map("\n".join),
    st.lists(WORDS.map(lambda words: f"（二）{words}；"), min_size=1, max_size=4).map("\n".join),
    st.lists(WORDS, min_size=1, max_size=4).map(
        lambda rows: "\n".join(["| 项目 | 税率 |", "|---|:-:|", *(f"| {row} | 5% |" for row in rows)])
    ),
    st.just("---"),
)
MARKDOWN = st.lists(st.tuples(BLOCK, st.sampled_from(["\n", "\n\n"])), min_size=1, max_size=12).map(
    lambda blocks: "".join(block + gap for block, gap in blocks)
)


def check(document: Document) -> int:
    """Holds every snippet of a document against the promises; how many there are."""
    count = 0
    for each in chunk(document):
        before = each.start
        for snippet in find_snippets(Passage(document.source, each, Metadata(), 0.0), 0):
            assert document.text[snippet.start : snippet.end] == snippet.text
            assert before <= snippet.start < snippet.end <= each.end, "snippets overlap or leave their chunk"
            assert any(character.isalnum() for character in snippet.text), "a separator row or a rule is no snippet"
            in_line = document.text[: snippet.start].rpartition("\n")[2].strip()  # there it may say what a heading says
            assert snippet.kind == "item" or in_line or not is_heading(snippet.text, each.headings)
            before, count = snippet.end, count + 1
    return count


def is_heading(text: str, headings: tuple[str, ...]) -> bool:
    return text.lstrip().startswith("# ") or text.strip("#* \n") in headings


def texts(text: str, headings: tuple[str, ...] = ()) -> list[str]:
    return [snippet.text for snippet in find_snippets(passage_of(text, headings=headings), 0)]


@given(MARKDOWN)
@settings(max_examples=300, deadline=None)
def test_units_of_made_markdown_are_spans_that_do_not_overlap(text: str) -> None:
    check(Document("made.md", text))


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_no_sentence_of_a_paragraph_is_lost(words: list[str]) -> None:
    paragraph = "。".join(word.strip() for word in words)
    kept = "".join(texts(f"说明：{paragraph}"))
    assert [each for each in kept if each.isalnum()] == [each for each in f"说明{paragraph}" if each.isalnum()]


def test_every_unit_of_every_law_is_a_span(shared: Path) -> None:
    laws = sorted((shared / "laws").glob("*.md"))
    counts = [check(Document(law.name, load(law, law.name, Settings(_env_file=None)).text)) for law in laws]
    assert laws
    assert all(counts)


def test_no_numbered_title_of_a_law_is_quoted(shared: Path) -> None:
    for law in sorted((shared / "laws").glob("*.md")):
        document = Document(law.name, law.read_text(encoding="utf-8"))
        found = [
            snippet
            for each in chunk(document)
            for snippet in find_snippets(Passage(law.name, each, Metadata(), 0.0), 0)
        ]
        assert not [snippet.text for snippet in found if "\n" not in snippet.text and heading_level(snippet.text)]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_unit_of_a_sample_file_is_a_span(shared: Path, name: str) -> None:
    loaded = load(shared / "documents" / name, name, Settings(_env_file=None, ocr="off"))
    assert check(Document(name, loaded.text, pages=loaded.pages))


@pytest.mark.parametrize(
    "sentence",
    [
        "Decree No. 11 of 2014 applies to all.",
        "See Art. 5 and Arts. 6 to 8 of the law.",
        "The minimum is US$3.5 million a year.",
        "Pay in cash, e.g. at the counter.",
        "The U.S. company pays 21%.",
        "Brown v. Board was heard by Prof. Li and Rev. Wu.",
        "Mr. Li of Sunny Co. Ltd. signed it at 10 a.m. on Monday.",
        "Согласно ст. 5 закона ставка равна 22%.",
        "Договор подписал И. И. Иванов.",
        "Conforme o art. 5 da Lei n.º 14.754, são 15%.",
        "税率为3.5%，详见第2.1条。",
        "他说“可以办理。”",
    ],
)
def test_a_sentence_is_not_torn(sentence: str) -> None:
    after = "另有规定。" if sentence[-1] in "。”" else " Затем ещё." if "а" in sentence else " Then more."
    assert texts(sentence + after) == [sentence, after.strip()]


def test_sentences_end_also_behind_figures_and_in_arabic() -> None:
    assert texts("It rose in 2025. It is 25%. Why?") == ["It rose in 2025.", "It is 25%."]
    assert texts("يبلغ المعدل 20%. هل هذا صحيح؟ نعم.") == ["يبلغ المعدل 20%.", "نعم."]


@pytest.mark.parametrize(
    "line",
    [
        "10.1平方公里，这是自贸试验区钱塘区块的面积。",
        "1.43万亿元，这是浙江省2024年与金砖国家进出口额。",
        "115.6亿美元，浙江省2025年实际使用外资居全国第4位。",
        "7.5%, unchanged: VAT in Nigeria stays at 7.5%.",
        "946.95亿元，杭州市2025年出口增长13.4%。",
        "10．5万元以上的企业应当备案。",
        "**10.1**平方公里，这是面积。",
        "10. 5 万元以上的企业应当备案。",
        "2、3个月内办结。",
    ],
)
def test_a_line_that_begins_with_a_figure_is_quoted_with_all_of_it(line: str) -> None:
    assert texts(f"# 面积有多大？\n{line}") == [line]


@pytest.mark.parametrize(
    "sentence",
    [
        "面积增长7.\n5%，居全国第4位。",
        "依据国办发\n〔2025〕12号文件办理。",
        "自2025年\n12月31日起施行。",
        "适用第四十\n二条的规定。",
        "金额为12,\n345元。",
        "The office took in 12.5\nmillion yuan.",
        "It applies from December\n31, 2025.",
        "Call Tel. 0571-8888 8888 before noon.",
        "As amended at 37 FR 15922, Aug. 8, 1972.",
        "Согласно Федеральному закону №\n173-ФЗ от 10.12.2003 г. Москва платит.",
        "Conforme a Lei n. 12.973 de 2014.",
        "增长了3。5%，较快。",
    ],
)
def test_a_figure_that_is_broken_over_two_lines_or_follows_a_dot_stays_in_its_sentence(sentence: str) -> None:
    assert texts(sentence) == [sentence]


def test_a_figure_at_the_beginning_of_a_wrapped_line_stays_with_its_sentence() -> None:
    assert texts("Открыто\n10. Компании работают.") == ["Открыто\n10.", "Компании работают."]


def test_an_item_that_is_wrapped_stays_one() -> None:
    assert texts("- The filing takes 7\n  working days.\n- It is free.\nAsk the office.") == [
        "The filing takes 7\n  working days.",
        "It is free.",
        "Ask the office.",
    ]


def test_an_item_leaves_its_bullet_and_keeps_the_number_of_a_law() -> None:
    assert texts("1. 申请表\n- 营业执照\n（二）章程；") == ["申请表", "营业执照", "（二）章程；"]


def test_a_row_knows_its_header_and_an_item_its_introduction() -> None:
    text = "| 国家 | 税率 |\n|---|---|\n| 巴西 | 34% |\n\n材料如下：\n- 申请表"
    table, _, listed = find_snippets(passage_of(text), 0)
    assert (table.text, table.kind, table.header) == ("| 巴西 | 34% |", "row", "| 国家 | 税率 |")
    assert (listed.text, listed.kind, listed.context) == ("申请表", "item", "材料如下：")


def test_a_question_of_a_document_is_not_quoted_and_introduces_its_answer() -> None:
    stored = "## 存放\n**问7：货物最长能放多久？**\n答：1年。可以延期。\n\n"
    text = f"{stored}**问8：要交什么？**\n- 仓单\n- 委托书\n\n## 其他\n周六休息。"
    told = [(each.text, each.context) for each in find_snippets(passage_of(text), 0)]
    assert told == [
        ("答：1年。", "存放\n问7：货物最长能放多久？"),
        ("可以延期。", "存放\n问7：货物最长能放多久？"),
        ("仓单", "存放\n问8：要交什么？"),
        ("委托书", "存放\n问8：要交什么？"),
        ("周六休息。", "其他"),
    ]


def test_a_title_without_a_mark_is_no_unit_where_the_chunk_names_it() -> None:
    assert texts("一、总则\n本办法自发布之日起施行。", headings=("一、总则",)) == ["本办法自发布之日起施行。"]


def test_a_notice_is_quoted_item_by_item_without_its_title_and_letterhead() -> None:
    title = "关于海外仓建设奖励的通知"
    text = (
        f"{title}\n\n钱商务〔2026〕17号\n各有关企业：\n现就海外仓建设奖励通知如下：\n"
        "一、新建海外仓，给予50万元的一次性奖励。\n二、2026年12月31日以前向钱塘区商务局申报。"
    )
    passage = Passage("notice.md", chunk(Document("notice.md", text))[0], Metadata(title=title), 0.0)
    quotable = [each.text for each in find_snippets(passage, 0)]
    assert quotable[1:] == ["一、新建海外仓，给予50万元的一次性奖励。", "二、2026年12月31日以前向钱塘区商务局申报。"]
    assert title not in quotable


def test_the_title_of_a_notice_is_not_quoted_with_the_first_item_below_it() -> None:
    notice = "关于开放会客厅的通知\n一、开放时间：周一至周六，周日不\n开放。\n二、场地费：免费。"
    assert texts(notice)[1:] == ["一、开放时间：周一至周六，周日不\n开放。", "二、场地费：免费。"]
    assert texts("目的如下。\n\n坚持标准统\n一、程序规范。")[1:] == ["坚持标准统\n一、程序规范。"]
