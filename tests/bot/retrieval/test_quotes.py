"""What is quoted: a whole list for who wants it, and lines that add what was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.retrieval.quotes import best_with_neighbours, choose_leading, may_stand_beside, wants_list
from bot.retrieval.snippet_ranking import RankedSnippet
from bot.retrieval.snippets import find_snippets
from store.answerability.encoding import QuestionToRead
from store.documents import DocumentKind
from tests.bot.conftest import passage_of
from tests.bot.retrieval.exemplars import query_close_to


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("去越南设厂备案怎么办，按什么步骤", "另外，派员工去越南工作要办什么签证？"),
        ("What are the steps to invest in Vietnam", "And what visa does an engineer need?"),
        ("Quais são os passos para investir no Vietnã", "E que visto é preciso?"),
    ],
)
def test_one_thing_asked_after_all_the_steps_does_not_get_all_the_steps(before: str, question: str) -> None:
    assert wants_list(before, before)
    assert not wants_list(question, f"{before} {question}")


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("去越南设厂按什么步骤", "那俄罗斯呢？"),
        ("What are the steps to invest in Vietnam", "And in Russia?"),
        ("Quais são os passos para investir no Vietnã", "E na Rússia?"),
    ],
)
def test_the_same_asked_about_another_country_gets_all_the_steps_again(before: str, question: str) -> None:
    assert wants_list(question, f"{before} {question}")


def test_an_article_is_quoted_with_the_sentence_above_its_list() -> None:
    text = "第二条 下列项目不得抵扣：\n\n- （一）免税项目；\n- （二）非正常损失。\n"
    passage = passage_of(text, "law.md")
    passage = replace(passage, chunk=replace(passage.chunk, article="第二条"))
    question = replace(query_close_to({}, "增值税法第二条"), article="第二条", named=frozenset({"law.md"}))
    item = next(each for each in find_snippets(passage, 0) if "非正常损失" in each.text)
    quoted = best_with_neighbours(question, item, [passage], whole_list=False)
    assert any("不得抵扣" in each.text for each in quoted)
    assert {"（一）免税项目；", "（二）非正常损失。"} <= {each.text for each in quoted}


def test_a_line_on_coming_to_china_is_not_added_to_one_on_going_abroad() -> None:
    inbound, outbound, both = (
        replace(passage, metadata=replace(passage.metadata, audience=audience))
        for passage in [passage_of("外国人要办工作许可。")]
        for audience in ("inbound", "outbound", "both")
    )
    assert not may_stand_beside(inbound, outbound)
    assert may_stand_beside(both, outbound)
    assert may_stand_beside(outbound, both)
    assert may_stand_beside(inbound, inbound)


def test_answers_to_other_questions_of_a_document_are_not_quoted_beside_the_one() -> None:
    text = "# 会场问答\n\n**问1：租金？** 答：半天1200元。\n\n**问2：能坐多少人？** 答：最多185人。走道不加座。\n"
    passage = passage_of(text, "hall.md")
    passage = replace(passage, metadata=replace(passage.metadata, kind="document"))
    rent, people, aisle = find_snippets(passage, 0)
    scores = {people: 2.0, aisle: 1.0, rent: 0.0}
    ranked = [RankedSnippet(snippet, score, score) for snippet, score in scores.items()]
    question = query_close_to({}, "多功能厅能坐多少人")
    quoted, _ = choose_leading(QuestionToRead(question.text), question, ranked, [passage])
    assert [each.text for each in quoted] == ["答：最多185人。", "走道不加座。"]


@pytest.mark.parametrize(("behind", "is_quoted"), [(1.0, True), (2.0, False)])
def test_what_another_document_says_as_well_is_quoted_under_its_own_title(behind: float, is_quoted: bool) -> None:
    halls = [passage_of(text, name) for text, name in (("押金2000元。", "江澜.md"), ("押金1000元。", "星屿.md"))]
    best, other = (find_snippets(passage, at)[0] for at, passage in enumerate(halls))
    ranked = [RankedSnippet(best, 2.0, 2.0), RankedSnippet(other, 2.0 - behind, 2.0 - behind)]
    question = query_close_to({}, "租多功能厅押金多少")
    quoted, _ = choose_leading(QuestionToRead(question.text), question, ranked, halls)
    assert [each.text for each in quoted] == ["押金2000元。", "押金1000元。"][: 1 + is_quoted]


def test_a_guide_is_the_only_one_on_its_matter() -> None:
    guides = [
        replace(passage, metadata=replace(passage.metadata, kind="guide"))
        for passage in (passage_of("备案3个工作日。", "a.md"), passage_of("备案7个工作日。", "b.md"))
    ]
    ranked = [RankedSnippet(find_snippets(each, at)[0], 2.0, 2.0) for at, each in enumerate(guides)]
    question = query_close_to({}, "备案多少天")
    quoted, _ = choose_leading(QuestionToRead(question.text), question, ranked, guides)
    assert [each.text for each in quoted] == ["备案3个工作日。"]


@pytest.mark.parametrize(
    ("heading", "kind", "count"), [("", "guide", 1), ("", "document", 2), ("税率是多少？", "guide", 2)]
)
def test_who_wants_a_list_gets_no_other_sentence_of_a_guide_unless_it_answers_the_same_question(
    heading: str, kind: DocumentKind, count: int
) -> None:
    text = "公司税25%，增值税22%。中国公民免签30天。"
    passage = passage_of(f"## {heading}\n\n{text}" if heading else text)
    passage = replace(passage, metadata=replace(passage.metadata, kind=kind))
    best, _ = find_snippets(passage, 0)
    question = query_close_to({}, "俄罗斯有哪些税，税率各是多少")
    assert len(best_with_neighbours(question, best, [passage], whole_list=True)) == count
