"""Saved answers open in Word with every letter, their sources, their labels and their direction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.answer import Answer, AnswerWarning, CitedBasis
from bot.outcomes import Outcome
from ingest.loaders import load
from settings import Settings
from store.documents import Validity
from tests.support import filing_guide
from tests.web.chat.test_message import CITATION
from tests.web.http.test_security import site
from tests.web.test_bases import CITATION as GUIDE_QUOTE
from web.chat.conversation_state import serialize
from web.chat.source_cards import say_last_check
from web.i18n import texts
from web.word_export.conversation import Saved, word_document
from web.word_export.routes import WORD

ANSWER = Answer("税率？", "税率？", "zh", Outcome.ANSWERED, "利润税税率为 **25%**。[1]", citations=(CITATION,))
ARABIC = Answer(
    "ما هو معدل الضريبة؟",
    "ما هو معدل الضريبة؟",
    "ar",
    Outcome.ANSWERED,
    "المعدل 25% في Qiantang District.\n\n| الضريبة | المعدل |\n|---|---|\n| الأرباح | 25% |",
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with site(tmp_path_factory.mktemp("knowledge")) as client:
        yield client


def wanted(*answers: Answer, language: str = "zh", **others: Any) -> dict[str, Any]:
    kept = [each for answer in answers for each in serialize([answer])]
    return {"language": language, "conversations": [{"title": "税", "at": "", "answers": kept}], **others}


def saved(client: TestClient, *answers: Answer, language: str = "zh") -> Any:
    response = client.post("save.docx", json=wanted(*answers, language=language))
    assert response.status_code == 200, response.text
    return docx.Document(BytesIO(response.content))


def words(element: Any) -> str:
    return "".join(part.text or "" for part in element.iter(qn("w:t")))


def text_of(document: Any) -> str:
    return "\n".join(map(words, document.element.body.iter(qn("w:p"))))


def line_with(document: Any, text: str) -> Any:
    return next(line for line in document.element.body.iter(qn("w:p")) if text in words(line))


def styles(document: Any, style: str) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == style]


def letters(text: str) -> Counter[str]:
    return Counter(filter(str.isalnum, text))


def read_back(response: Any, folder: Path) -> str:
    path = folder / "saved.docx"
    path.write_bytes(response.content)
    return load(path, path.name, Settings(knowledge_dir=folder, data_dir=folder, chat_model="")).text


def test_our_own_reader_finds_question_answer_and_sources(client: TestClient, tmp_path: Path) -> None:
    answer = replace(ANSWER, text="1. 一\n   - 二\n2. 三 [1]\n\n| 税 | 率 |\n|---|---|\n| 利润税 | 25% |\n\n4) 四")
    response = client.post("save.docx", json=wanted(answer))
    assert response.headers["content-type"] == WORD
    text = read_back(response, tmp_path)
    assert "# 税率？\n" in text and "## 出处" in text
    assert "1. 一\n   - 二\n2. 三 [1]\n" in text
    assert "| 税 | 率 |\n| --- | --- |\n| 利润税 | 25% |\n\n4) 四" in text
    assert "[1] 俄罗斯税收指南\n\n已被替代 · 商务局 · 钱商〔2026〕1号 · 第二条 · 第 3 页 · 有效至 2026-06-30" in text
    assert "利润税税率为 25%。\n\n官方网页（example.org） https://example.org/tax" in text
    assert texts("zh")["welcome.notice"] in text and texts("zh")["welcome.hotline"] in text


def test_a_quote_stands_once_and_the_law_behind_several_once_before_them(client: TestClient, tmp_path: Path) -> None:
    filing = replace(GUIDE_QUOTE, quote="1. 材料齐全；\n2. 7个工作日内出具备案通知书。")
    other = replace(GUIDE_QUOTE, number=2, quote="备案有效期为两年。", bases=(*GUIDE_QUOTE.bases, CitedBasis("center")))
    answer = replace(ANSWER, text=f"{filing.quote} [1]", citations=(filing, other))
    text = read_back(client.post("save.docx", json=wanted(answer)), tmp_path)
    assert text.count("7个工作日内出具备案通知书") == text.count("备案有效期为两年") == 1
    assert text.count("企业境外投资管理办法") == 1
    places = [text.index(each) for each in ("## 出处", "企业境外投资管理办法", "[1] 发展改革委", "[2] 发展改革委")]
    places += [text.index(texts("zh")["basis.center"]), text.index("备案有效期为两年")]
    assert places == sorted(places)


def test_what_a_documents_card_says_stands_above_its_quotes_once(client: TestClient) -> None:
    titled = f"**{CITATION.title}**\n\n{CITATION.quote} [1]"
    answer = replace(ANSWER, text=f"### 税率？\n\n{titled}\n\n### 多久？\n\n{titled}")
    above, below = text_of(saved(client, answer)).split("出处\n", 1)
    assert above.count("俄罗斯税收指南\n 已被替代 · 商务局 · 钱商〔2026〕1号 · 有效至 2026-06-30") == 1
    assert above.count("俄罗斯税收指南\n") == 2 and "第二条" not in above and "第二条" in below
    guide = replace(GUIDE_QUOTE, reviewed_on=date(2026, 1, 10))
    document = saved(client, replace(ANSWER, text=f"**{guide.title}**\n\n{guide.quote} [1]", citations=(guide,)))
    assert f"{guide.title}\n{say_last_check(guide, 'zh')}" in text_of(document).split("出处\n", 1)[0]


def test_the_card_of_a_guide_stands_below_the_sources_once_with_the_laws_that_no_quote_names() -> None:
    again = replace(filing_guide.ANSWER, question="几天？")
    data = word_document([Saved("", None, [filing_guide.ANSWER, again])], filing_guide.AROUND, date(2026, 2, 1))
    document = docx.Document(BytesIO(data))
    text = text_of(document)
    card = text[text.index(f"办事卡 · {filing_guide.TITLE}") : text.index("几天？")]
    lines = [
        f"办事卡 · {filing_guide.TITLE}",
        "步骤",
        "登录网络系统，填报备案表。",
        "取得备案通知书。",
        "材料",
        *("证件", "份数", "备案表", "1"),
        "办理时限",
        filing_guide.QUOTE,
        "联系部门：外资处",
        "官方网页（example.org） https://example.org/odi",
        "依据 对外投资条例（国务院令第1号）第3条 · 国务院 · 2017-12-26 · 现行有效 · 官方网页（example.org） https://example.org/law",
    ]
    assert [*filter(None, card.split("\n"))] == lines
    assert text.count("办事卡") == 1 and text.count("企业境外投资管理办法") == 2, "for each answer once"
    assert styles(document, "Heading 3") == ["步骤", "材料", "办理时限"]


def test_several_conversations_each_have_their_title_and_time(client: TestClient) -> None:
    two = {"title": "汇率", "at": "2026-01-02T03:04:00+08:00", "answers": serialize([ANSWER])}
    body = wanted(ANSWER)
    body["conversations"].append(two)
    document = docx.Document(BytesIO(client.post("save.docx", json=body).content))
    assert styles(document, "Heading 1") == ["税", "汇率"]
    assert styles(document, "Heading 2") == ["税率？", "税率？"] and styles(document, "Heading 3") == ["出处", "出处"]
    assert "提问时间：2026-01-02 03:04 +08:00" in text_of(document)


def test_a_marker_leads_to_its_own_source(client: TestClient) -> None:
    document = saved(client, ANSWER, replace(ANSWER, text="再答 [1] [7]"))
    links = [link.get(qn("w:anchor")) for link in document.element.iter(qn("w:hyperlink")) if link.get(qn("w:anchor"))]
    places = [place.get(qn("w:name")) for place in document.element.iter(qn("w:bookmarkStart"))]
    assert links == places and len(set(places)) == 2
    assert "[7]" in text_of(document)
    raised = next(document.element.iter(qn("w:vertAlign")))
    assert raised.get(qn("w:val")) == "superscript"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.org/a b?q=税", "https://example.org/a%20b?q=%E7%A8%8E"),
        ("http://[", None),
        ("http://a:b/", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://a/" + "x" * 3000, None),
    ],
)
def test_only_web_addresses_become_links_and_all_are_readable(client: TestClient, url: str, target: str | None) -> None:
    document = saved(client, replace(ANSWER, text="无", citations=(replace(CITATION, url=url),)))
    targets = [each.target_ref for each in document.part.rels.values() if each.is_external]
    assert targets == ([target] if target else []) and url in text_of(document)


def test_validity_is_said_in_words_and_in_colour(client: TestClient) -> None:
    for validity in Validity:
        document = saved(client, replace(ANSWER, citations=(replace(CITATION, validity=validity),)))
        word = texts("zh")[f"validity.{validity.value}"]
        run = next(run for run in document.element.iter(qn("w:r")) if words(run) == f" {word} ")
        assert run.find(f"{qn('w:rPr')}/{qn('w:shd')}") is not None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_words_of_a_model_are_labelled_on_the_page_and_in_the_properties(client: TestClient, language: str) -> None:
    document = saved(client, replace(ANSWER, mode="model"), language=language)
    label = styles(document, "AI Label")[0]
    assert "人工智能生成" in label and texts(language)["answer.ai"] in label
    assert text_of(document).index(label) < text_of(document).index("25%")
    about = document.core_properties
    assert "人工智能生成" in about.keywords and "人工智能生成" in about.comments
    assert about.author == texts(language)["masthead.name"] and about.identifier.startswith("urn:uuid:")


def test_quoted_answers_are_not_labelled_as_generated(client: TestClient) -> None:
    document = saved(client, ANSWER)
    assert "人工智能" not in text_of(document) + document.core_properties.keywords + document.core_properties.comments


def test_warnings_outcome_and_completed_question_stand_above_the_words(client: TestClient) -> None:
    answer = replace(
        ANSWER,
        standalone_question="俄罗斯税率？",
        outcome=Outcome.PARTLY_ANSWERED,
        text=f"> 已不适用。\n\n{ANSWER.text}",
        warnings=(AnswerWarning("not_in_force", "已不适用。"), AnswerWarning("to_be_checked", "请核实。")),
    )
    document = saved(client, answer)
    text = text_of(document)
    order = [text.index(each) for each in ("俄罗斯税率？", "部分答复", "已不适用。", "请核实。", "25%")]
    assert order == sorted(order) and text.count("已不适用。") == 1
    assert len(styles(document, "Grave Warning")) == len(styles(document, "Warning")) == 1


def test_a_stopped_answer_says_that_it_may_be_incomplete(client: TestClient) -> None:
    assert texts("zh")["answer.stopped_text"] in text_of(saved(client, replace(ANSWER, complete=False)))


def test_arabic_runs_from_right_to_left_and_latin_inside_it_does_not(client: TestClient) -> None:
    document = saved(client, ARABIC)
    line = line_with(document, "Qiantang")
    assert line.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None
    leftward = {words(run): bool(list(run.iter(qn("w:rtl")))) for run in line.iter(qn("w:r"))}
    assert leftward == {"المعدل 25% في ": True, "Qiantang District": False, ".": True}
    assert next(document.element.iter(qn("w:tbl"))).find(f"{qn('w:tblPr')}/{qn('w:bidiVisual')}") is not None
    languages = {each.get(qn("w:bidi")) for each in line.iter(qn("w:lang"))}
    assert languages == {"ar-SA"}


def test_chinese_runs_from_left_to_right(client: TestClient) -> None:
    assert not list(saved(client, ANSWER).element.iter(qn("w:bidi"), qn("w:rtl"), qn("w:bidiVisual")))


def test_a_table_has_a_header_row_that_is_repeated(client: TestClient) -> None:
    document = saved(client, replace(ANSWER, text="| 税 | 率 |\n|---|---|\n| 利润税 | 25% |"))
    header, row = document.tables[0].rows
    assert header._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None and row._tr.trPr is None
    assert document.tables[0].style.name == "Table Grid"


def test_the_file_names_its_title_its_languages_its_fonts_and_counts_its_pages(client: TestClient) -> None:
    document = saved(client, ANSWER)
    assert "税率？" in document.core_properties.title and document.core_properties.language == "zh-CN"
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    assert defaults.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"
    assert defaults.find(qn("w:rFonts")).get(qn("w:eastAsia")) == "宋体"
    fields = [each.get(qn("w:instr")) for each in document.sections[0].footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert (round(document.sections[0].page_width.mm), round(document.sections[0].page_height.mm)) == (210, 297)


@pytest.mark.parametrize(
    "text",
    [
        "[官网](http://evil.example/税)和![图](http://evil.example/a.png)",
        "<script>alert(1)</script><img src=http://evil.example/b.png>",
        "=HYPERLINK(\"http://evil.example\")\t@SUM(1+1)*cmd|' /C calc'!A0",
        "| a | b |\n|---|---|\n| 1 | 2 | lost |",
        "> " * 40 + "deep",
        "```info\ncode\n```",
        "999999999. high\n\n- \n- - a\n  1. | x | y |\n     |---|---|\n     | z | 3 |",
        "|" + "c|" * 80 + "\n|" + "-|" * 80 + "\n|" + "d|" * 80,
        "*" * 900 + "a" + "*" * 900,
        "a\x00b\x0bc\ufffed\x1b[1m",
        "# 标题\n\n## " + "长" * 500,
        "&nbsp;&lt;b&gt; &alpha;",
    ],
)
def test_hostile_text_stays_text(client: TestClient, text: str) -> None:
    citation = replace(CITATION, quote=text, title=text)
    document = saved(client, replace(ANSWER, text=text, question=text, citations=(citation,)))
    assert not letters(unescape(text)) - letters(text_of(document))
    assert [each.target_ref for each in document.part.rels.values() if each.is_external] == [CITATION.url]
    assert all(len(table.columns) <= 63 for table in document.tables)


SIGNS = [*"\n  #>*_-|[]()`~\\!<:", "1. ", "- ", "\n\n", "|---|---|", "税", "ا", "ab", "é", "[1]", "\x0c"]
MARKDOWN = st.lists(st.sampled_from(SIGNS), max_size=60).map("".join)
WORDS = MARKDOWN | st.text(st.characters(exclude_characters="&"), max_size=200)


@settings(max_examples=60, deadline=None)
@given(text=WORDS, quote=WORDS)
def test_any_answer_opens_with_every_letter_of_its_words(client: TestClient, text: str, quote: str) -> None:
    document = saved(client, replace(ANSWER, text=text, citations=(replace(CITATION, quote=quote),)))
    assert not (letters(text) | letters(quote)) - letters(text_of(document))


def test_a_list_keeps_the_numbers_that_a_quote_has(client: TestClient, tmp_path: Path) -> None:
    response = client.post("save.docx", json=wanted(replace(ANSWER, text="3. 丙\n5. 戊\n\n文\n\n1. 甲\n1. 乙")))
    assert re.findall(r"^\d\. .", read_back(response, tmp_path), re.MULTILINE) == ["3. 丙", "5. 戊", "1. 甲", "2. 乙"]
