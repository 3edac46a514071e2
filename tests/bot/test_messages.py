"""The bot's own words exist in every language of the service."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from bot.messages import FOLDER, text, texts
from bot.outcomes import Outcome
from store.documents import Validity
from text.catalog import ANSWER_LANGUAGES
from text.language import detect_language

OWN_TEXTS = [name for name in texts("en") if texts("en")[name]]


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_each_language_has_a_file_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(ANSWER_LANGUAGES)


@pytest.mark.parametrize("language", ANSWER_LANGUAGES)
def test_all_languages_have_the_same_texts_with_the_same_placeholders(language: str) -> None:
    reference = {name: placeholders(template) for name, template in texts("en").items()}
    assert {name: placeholders(template) for name, template in texts(language).items()} == reference


@pytest.mark.parametrize("language", ANSWER_LANGUAGES)
def test_each_file_is_written_in_its_language(language: str) -> None:
    assert (
        detect_language("\n".join(re.sub(r"[{（(].*?[}）)]", "", each) for each in texts(language).values()))
        == language
    )


@pytest.mark.parametrize("language", ANSWER_LANGUAGES)
def test_whoever_gets_no_answer_is_told_whom_to_ask(language: str) -> None:
    said = text("not_in_knowledge_base", language, looked="", office=text("office", language))
    assert "12345" in said
    assert "钱塘区商务局" in said


def test_every_way_in_which_a_document_is_not_in_force_has_a_text() -> None:
    applies = {Validity.IN_FORCE, Validity.UNKNOWN}
    assert all(text(f"not_in_force_{each.value}", "en", date="2026-01-01") for each in Validity if each not in applies)


def test_every_outcome_without_an_answer_has_a_text() -> None:
    answered = {Outcome.ANSWERED, Outcome.PARTLY_ANSWERED}
    names = {each.value for each in Outcome if each not in answered}
    assert all(any(name.startswith(each) for name in OWN_TEXTS) for each in names)


def test_other_languages_are_spoken_to_in_english() -> None:
    assert text("empty_question", "fr") == text("empty_question", "en")


def test_an_unknown_text_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("no_such_text", "en")
