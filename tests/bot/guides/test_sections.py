"""A service guide gives its steps, documents, time limits, fee and authority verbatim; other documents give nothing."""

from __future__ import annotations

import re
import time
from functools import cache
from itertools import combinations
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from bot.guides.headings import ORDER, HeadingKind, kinds_of, without_number
from bot.guides.sections import LONGEST, guide
from bot.query.answer_type import asks_how
from ingest.loaders import load
from settings import Settings
from store.documents import Document, Metadata
from tests.support.for_each import for_each

KNOWLEDGE = Path(__file__).resolve().parents[3] / "knowledge"
FILES = sorted(path for path in KNOWLEDGE.rglob("*.*.md") if path.parent.name != "templates")
TELLS_OF_FEES = re.compile(
    r"^## .*(?:费用|\bfee\b|\btaxas\b|\bcusto\b|\btarifas\b|\bcosto\b|\bплата\b|\bпошлины\b|رسوم)",
    re.MULTILINE | re.IGNORECASE,
)
"""Of what stands in the knowledge folder, service guides have a heading on fees."""
WITHOUT_FEES = "ten-steps."
"""The one service guide that leads through many procedures and has no such heading."""

LETTERS = st.text("材料步骤费用和、（一）#|：: \n1.- abdocuments?？", max_size=40)
LINES = st.one_of(
    st.sampled_from(
        [
            "## 材料",
            "## 步骤",
            "### 费用",
            "一、申请材料",
            "（二）办理流程",
            "三、承诺时限：7个工作日",
            "# 标题",
            "## Fee",
        ]
    ),
    st.sampled_from(["| 承诺时限 | 7个工作日 |", "| --- | --- |", "", "   ", "- 一项", "```"]),
    LETTERS,
)
MARKDOWN = st.lists(LINES, max_size=30).map("\n".join)


@cache
def read(path: Path) -> Document:
    """A file of the knowledge folder without its front matter, as its reader leaves it."""
    return Document(path.name, path.read_text(encoding="utf-8").split("\n---\n", 1)[1])


def kinds(path: Path) -> list[tuple[HeadingKind, ...]]:
    found = guide(read(path))
    return [each.kinds for each in found.sections] if found else []


def made(*sections: str) -> Document:
    return Document("guide.md", "\n\n".join(("# 某事项办事指南", *sections)), Metadata(title="某事项办事指南"))


STEPS, DOCUMENTS, FEE = "## 步骤\n\n1. 受理", "## 材料\n\n- 申请表", "## 费用\n\n不收费。"


@for_each(FILES)
def test_service_guides_are_guides_and_nothing_else_is(path: Path) -> None:
    document = read(path)
    tells = bool(TELLS_OF_FEES.search(document.text)) or path.name.startswith(WITHOUT_FEES)
    assert bool(guide(document)) == tells


@for_each(FILES)
def test_every_section_is_a_span_of_its_guide_in_the_order_of_a_card(path: Path) -> None:
    document = read(path)
    found = guide(document)
    sections = found.sections if found else ()
    assert all(document.text[each.start : each.end] == each.text == each.text.strip("\n") for each in sections)
    assert all(f"## {each.heading}\n" in document.text for each in sections)
    firsts = [ORDER.index(each.kinds[0]) for each in sections]
    assert firsts == sorted(firsts)
    assert not any(re.search("需要核实|To be checked|常见问题", each.heading) for each in sections)
    for one, other in combinations(sections, 2):
        assert one.end <= other.start or other.end <= one.start


@for_each([path for path in FILES if path.name.endswith(".en.md")])
def test_a_guide_and_its_translation_tell_of_the_same_things(path: Path) -> None:
    assert kinds(path) == kinds(path.with_name(path.name.replace(".en.md", ".zh.md")))


@given(MARKDOWN)
def test_whatever_the_text_the_sections_stand_in_it(text: str) -> None:
    document = Document("any.md", text)
    found = guide(document)
    for section in found.sections if found else ():
        assert section.text.strip() and document.text[section.start : section.end] == section.text
        assert section.text == section.text.rstrip()


@given(MARKDOWN.map(lambda text: f"{STEPS}\n\n{DOCUMENTS}\n\n{text}"))
def test_whatever_follows_nothing_stands_in_two_sections(text: str) -> None:
    found = guide(Document("any.md", text))
    for one, other in combinations(found.sections if found else (), 2):
        assert one.end <= other.start or other.end <= one.start


def test_three_kinds_with_steps_or_documents_make_a_guide() -> None:
    authority = "## 办理机关和渠道\n\n商务局"
    assert guide(made(STEPS, FEE, authority))
    assert guide(made("## 材料、时限和费用\n\n- 申请表，7日，免费"))
    assert guide(made(STEPS, DOCUMENTS)) is None
    assert guide(made("## 办理时限\n\n7日", FEE, authority)) is None


def test_a_heading_for_several_kinds_gives_one_section() -> None:
    found = guide(made("## 材料、时限和费用\n\n- 申请表", STEPS))
    assert found
    assert [each.heading for each in found.sections] == ["步骤", "材料、时限和费用"]
    assert found.sections[1].kinds == ("documents", "time_limit", "fee")


def test_subheadings_belong_to_their_section_and_other_kinds_do_not() -> None:
    steps = "## 步骤\n\n1. 受理\n\n### 变更\n\n- 另行申请"
    found = guide(made(steps, "### 材料\n\n- 申请表", FEE, "## 需要核实\n\n- 费用须核实"))
    assert found
    assert [each.text for each in found.sections] == ["1. 受理\n\n### 变更\n\n- 另行申请", "- 申请表", "不收费。"]


def test_a_collection_of_several_guides_is_none() -> None:
    assert guide(made(STEPS, DOCUMENTS, FEE)) is not None
    assert guide(made("## 事项一", STEPS, DOCUMENTS, FEE, "## 事项二", STEPS, DOCUMENTS, FEE)) is None


def test_a_law_with_a_chapter_on_procedure_is_no_guide() -> None:
    chapters = ("## 第二章 申请材料\n\n第四条 略", "## 第三章 办理程序\n\n第五条 略", "## 第四章 收费\n\n第六条 略")
    assert guide(made(*chapters)) is None


def test_an_empty_heading_tells_nothing() -> None:
    assert guide(made("## 步骤", "## 材料", "## 费用", "## 办理机关")) is None


@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ("一、办理流程", ["steps"]),
        ("（二）申请材料目录", ["documents"]),
        ("法定办结时限（工作日）", ["time_limit"]),
        ("是否收费", ["fee"]),
        ("收费标准", ["fee"]),
        ("受理机构", ["authority"]),
        ("咨询电话", ["authority"]),
        ("Steps: applying for the certificate", ["steps"]),
        ("Documentos necessários", ["documents"]),
        ("Prazos e taxas", ["time_limit", "fee"]),
        ("Порядок действий", ["steps"]),
        ("Необходимые документы", ["documents"]),
        ("Сроки и стоимость", ["time_limit", "fee"]),
        ("الخطوات", ["steps"]),
        ("المستندات المطلوبة والرسوم", ["documents", "fee"]),
        ("受理条件", []),
        ("条件：免签国家和期限", []),
        ("原材料", []),
        ("材料要交几份？", []),
        ("第三章 办理程序", []),
        ("Limits for foreigners", []),
        ("Customs and channels", []),
        ("Using Chinese public documents abroad: Apostille", []),
    ],
)
def test_headings_are_known_by_a_small_table_of_words(heading: str, kinds: list[str]) -> None:
    assert list(kinds_of(heading)) == kinds


def test_a_number_is_no_part_of_a_heading() -> None:
    assert [without_number(each) for each in ("一、材料", "（三）材料", "2. Fee", "240小时过境")] == [
        "材料",
        "材料",
        "Fee",
        "240小时过境",
    ]


@pytest.mark.parametrize("heading", ["10.1平方公里的园区", "1.5万元以下的费用", "2.1 材料", "（2025）12号材料"])
def test_a_figure_at_the_beginning_of_a_heading_is_shown(heading: str) -> None:
    assert without_number(heading) == heading


def test_an_official_guide_with_numbered_headings_and_rows_is_read() -> None:
    text = (
        "境外投资备案办事指南\n\n| 事项名称 | 境外投资备案 |\n| --- | --- |\n"
        "| 法定时限 | 20个工作日 | 承诺时限 | 7个工作日 |\n| 办理地点 | 行政服务中心 |\n\n"
        "一、受理条件\n\n本市企业。\n\n二、申请材料\n\n（一）身份证明材料；\n（二）其他材料\n\n"
        "三、办理流程\n\n申请、受理、办结\n\n四、是否收费：不收费\n\n五、法律依据\n\n略"
    )
    found = guide(Document("guide.txt", text))
    assert found
    assert [(each.heading, each.text) for each in found.sections] == [
        ("三、办理流程", "申请、受理、办结"),
        ("二、申请材料", "（一）身份证明材料；\n（二）其他材料"),
        ("法定时限", "20个工作日"),
        ("承诺时限", "7个工作日"),
        ("四、是否收费", "不收费"),
        ("办理地点", "行政服务中心"),
    ]
    assert all(text[each.start : each.end] == each.text for each in found.sections)


def test_a_guide_in_a_pdf_knows_its_pages(tmp_path: Path) -> None:
    registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(tmp_path / "guide.pdf"), pagesize=A4)
    for lines in (
        ["境外投资备案办事指南", "一、受理条件", "本市依法设立的企业可以提出申请。"],
        [
            "二、申请材料",
            "境外投资备案表一份，营业执照复印件一份。",
            "三、办理流程",
            "申请人网上申请，机关受理后办结。",
        ],
        ["四、承诺时限", "受理后七个工作日内办结备案手续。", "五、收费标准", "本事项办理过程中不收取任何费用。"],
    ):
        canvas.setFont("STSong-Light", 14)
        for number, line in enumerate(lines):
            canvas.drawString(72, 760 - 40 * number, line)
        canvas.showPage()
    canvas.save()
    loaded = load(tmp_path / "guide.pdf", "guide.pdf", Settings(_env_file=None, ocr="off"))
    found = guide(Document("guide.pdf", loaded.text, pages=loaded.pages))
    assert found
    assert [(without_number(each.heading), each.page) for each in found.sections] == [
        ("办理流程", 2),
        ("申请材料", 2),
        ("承诺时限", 3),
        ("收费标准", 3),
    ]


def test_a_guide_is_read_in_less_than_a_millisecond() -> None:
    text = read(KNOWLEDGE / "outbound" / "ndrc-filing.en.md").text[:6000]

    def seconds() -> float:
        kinds_of.cache_clear()
        begun = time.perf_counter()
        assert guide(Document("guide.md", text))
        return time.perf_counter() - begun

    assert median(seconds() for _ in range(21)) < 0.001


@pytest.mark.parametrize(
    "text",
    [
        "## 材料\n\n" * 8000,
        "# " * 29_000,
        "# a\n" * 14_000,
        "| 材料 |" + " " * 50_000,
        "| a | b " * 7000,
        "| 材料 | x |\n" * 5000,
        "（一）" * 15_000,
        "一、" + "材料" * 25_000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_text_is_read_as_quickly(text: str) -> None:
    begun = time.perf_counter()
    guide(Document("hostile.md", text[:LONGEST]))
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("发改委备案怎么办理？", True),
        ("境外投资备案要带什么材料？", True),
        ("办理流程是什么？", True),
        ("How does a foreign investor set up a company in Qiantang?", True),
        ("What documents are needed for a work permit?", True),
        ("Quais documentos são necessários?", True),
        ("发改委备案几天能下来？", False),
        ("在钱塘设立公司，注册资本要求是什么？", False),
        ("How much is the fee?", False),
        ("How long does the filing take?", False),
    ],
)
def test_who_asks_for_the_whole_is_told_apart(question: str, whole: bool) -> None:
    assert asks_how(question) == whole
