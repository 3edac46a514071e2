"""What can be asked next comes from headings that are questions in the documents found."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

from bot.generation.follow_ups import beside_best, next_questions
from bot.retrieval.retriever import Retrieval
from store.basis_marks import UNKNOWN, BasisMark
from store.documents import Passage, Validity
from tests.bot.conftest import passage_of

GUIDE = "### 要几天？\n七天。\n### 要钱吗？\n不要。\n### 找谁？\n商务局。\n## 来源\n无"
FOUND = [
    replace(passage_of(text, source), metadata=replace(passage_of("").metadata, language=language))
    for source, language, text in (
        ("a.md", "zh", GUIDE),
        ("b.md", "en", "### How long?\nSeven days."),
        ("c.md", "zh", "### 可以网上办吗？\n可以。"),
    )
]


def test_the_nearest_documents_suggest_first_and_each_only_some() -> None:
    assert next_questions("zh", FOUND, []) == ("要几天？", "要钱吗？", "可以网上办吗？")


def test_what_was_asked_or_answered_is_not_suggested() -> None:
    assert next_questions("zh", FOUND, ["要几天", "要钱吗？"]) == ("找谁？", "可以网上办吗？")


def test_only_the_persons_language_is_suggested() -> None:
    assert next_questions("en", FOUND, []) == ("How long?",)
    assert next_questions("ru", FOUND, []) == ()


def test_a_question_that_the_documents_leave_open_is_not_suggested() -> None:
    start = GUIDE.index("不要。")
    chunk = replace(FOUND[0].chunk, bases=(BasisMark(start, start + len("不要。"), UNKNOWN),))
    assert next_questions("zh", [replace(FOUND[0], chunk=chunk)], []) == ("要几天？", "找谁？")


def test_what_is_not_in_force_suggests_nothing() -> None:
    assert next_questions("zh", [replace(FOUND[0], validity=Validity.EXPIRED)], []) == ()


def test_after_an_answer_on_a_host_country_neither_china_nor_another_one_suggests_anything() -> None:
    about = FOUND[0].metadata
    russia, brazil, any_country, china = (
        replace(FOUND[0], source=f"{number}.md", metadata=metadata)
        for number, metadata in enumerate(
            (
                replace(about, audience="outbound", countries=("RU",)),
                replace(about, audience="outbound", countries=("BR",)),
                replace(about, audience="outbound"),
                replace(about, audience="inbound", countries=("CN",)),
            )
        )
    )
    assert beside_best(found_by([china, russia, brazil, any_country], best=1)) == [russia, any_country]
    assert beside_best(found_by([china, russia], best=0)) == [china]


def test_after_an_answer_beyond_the_guides_none_of_them_suggests_anything() -> None:
    notice, guide = FOUND[2], replace(FOUND[0], metadata=replace(FOUND[0].metadata, kind="guide"))
    assert beside_best(found_by([notice, guide], best=0)) == [notice, guide]
    assert beside_best(found_by([notice, guide], best=0, is_beyond_guides=True)) == [notice]


def found_by(passages: list[Passage], best: int, is_beyond_guides: bool = False) -> Retrieval:
    ranked = [SimpleNamespace(snippet=SimpleNamespace(passage=best))]
    return cast("Retrieval", SimpleNamespace(found=passages, ranked=ranked, is_beyond_guides=is_beyond_guides))
