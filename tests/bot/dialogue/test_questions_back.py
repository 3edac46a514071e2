"""Which earlier answers asked the person for something: by their outcome, else by their words."""

from __future__ import annotations

import pytest

from bot.answer import Turn
from bot.dialogue.questions_back import was_asked_back
from bot.messages import text
from bot.outcomes import Outcome
from text.catalog import ANSWER_LANGUAGES


@pytest.mark.parametrize("language", ANSWER_LANGUAGES)
def test_a_question_back_is_known_by_its_words_in_each_language(language: str) -> None:
    def was_told(words: str) -> bool:
        return was_asked_back([Turn("user", "?"), Turn("assistant", words)])

    assert all(was_told(text(each, language, choices="A? B.")) for each in ("needs_clarification", "needs_subject"))
    assert was_told(f"> {text('personal_data', language)}\n\n{text('needs_subject', language, choices='A')}")
    others = (
        text("greeting", language),
        text("thanks", language),
        text("not_in_knowledge_base", language, looked="", office="-"),
    )
    assert not any(map(was_told, others))
    assert not was_told("### How long?\n\n7 days [1].")
    assert not was_asked_back([])


@pytest.mark.parametrize("words", ["Please name the country.", "Which country do you mean?"])
@pytest.mark.parametrize("outcome", [Outcome.NEEDS_CLARIFICATION, Outcome.ANSWERED])
def test_the_outcome_of_an_answer_says_that_it_asked_back_whatever_its_words(words: str, outcome: Outcome) -> None:
    history = [Turn("user", "VAT?"), Turn("assistant", words, outcome)]
    assert was_asked_back(history) == (outcome is Outcome.NEEDS_CLARIFICATION)
    assert was_asked_back([*history, Turn("user", "Russia")]) == was_asked_back(history)
