"""What can be asked next comes from headings that are questions in the documents found."""

from __future__ import annotations

from dataclasses import replace

from bot.generation.follow_ups import next_questions
from store.documents import Validity
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


def test_what_is_not_in_force_suggests_nothing() -> None:
    assert next_questions("zh", [replace(FOUND[0], validity=Validity.EXPIRED)], []) == ()
