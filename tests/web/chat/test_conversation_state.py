"""The browser keeps the conversation; what comes back is checked, and the bot is told words only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import inf
from typing import Any

import pytest

from bot.answer import Answer, AnswerWarning, Citation, Turn
from bot.outcomes import Outcome
from records import PartOutcome
from store.documents import Chunk, Metadata, Passage, Validity
from web.chat.conversation_state import body, history, parse_conversation, serialize
from web.http.limits import (
    CONVERSATION_CHARACTERS,
    LONGEST_DETAIL,
    LONGEST_QUESTION,
    LONGEST_QUOTE,
    LONGEST_TEXT,
    MOST_CITATIONS,
    MOST_KEPT,
    MOST_SHOWN,
    MOST_SUGGESTIONS,
    MOST_TURNS,
    MOST_WARNINGS,
)

CITATION = Citation(
    1, "税收.md", "税收指南", "税率为 25%。", 4, 12, validity=Validity.IN_FORCE, effective_from=date(2025, 1, 1)
)
PASSAGE = Passage("税收.md", Chunk(0, 2, "税率"), Metadata(), 1.0)
ANSWER = Answer(
    "税率？", "俄罗斯税率？", "zh", Outcome.ANSWERED, "税率为 25% [1]。", citations=(CITATION,), passages=(PASSAGE,)
)


def quoting(length: int) -> dict[str, Any]:
    return {"citations": (replace(CITATION, quote="x" * length),)}


def test_a_conversation_survives_the_browser_without_what_only_the_records_need() -> None:
    parts = (PartOutcome("税率？", is_answered=True), PartOutcome("停车？", is_answered=False))
    assert parse_conversation(serialize([replace(ANSWER, parts=parts)])) == (replace(ANSWER, passages=()),)


def test_only_the_last_answers_are_shown_and_fewer_are_read_by_the_bot() -> None:
    answers = [replace(ANSWER, question=str(number)) for number in range(MOST_SHOWN + 5)]
    shown = parse_conversation(serialize(answers))
    assert [answer.question for answer in shown] == [str(n) for n in range(5, MOST_SHOWN + 5)]
    assert len(history(shown)) == 2 * MOST_TURNS


def test_what_another_version_kept_is_forgotten() -> None:
    for stored in (None, [], "x", [{"question": "?"}], [{**serialize([ANSWER])[0], "outcome": "unheard_of"}]):
        assert parse_conversation(stored) == ()


@pytest.mark.parametrize(
    ("largest", "larger"),
    [
        ({"text": "x" * LONGEST_TEXT}, {"text": "x" * (LONGEST_TEXT + 1)}),
        ({"question": "x" * LONGEST_QUESTION}, {"question": "x" * (LONGEST_QUESTION + 1)}),
        ({"citations": (CITATION,) * MOST_CITATIONS}, {"citations": (CITATION,) * (MOST_CITATIONS + 1)}),
        (quoting(LONGEST_QUOTE), quoting(LONGEST_QUOTE + 1)),
        ({"suggestions": ("?",) * MOST_SUGGESTIONS}, {"suggestions": ("?",) * (MOST_SUGGESTIONS + 1)}),
    ],
)
def test_what_is_larger_than_the_bot_makes_it_is_forgotten(largest: dict[str, Any], larger: dict[str, Any]) -> None:
    assert len(parse_conversation(serialize([ANSWER, replace(ANSWER, **largest)]))) == 2
    assert parse_conversation(serialize([ANSWER, replace(ANSWER, **larger)])) == ()


def test_the_bot_is_told_the_words_without_old_markers_and_how_each_answer_ended() -> None:
    assert history([ANSWER]) == [Turn("user", "税率？"), Turn("assistant", "税率为 25%。", Outcome.ANSWERED)]
    (kept,) = parse_conversation(serialize([replace(ANSWER, outcome=Outcome.NEEDS_CLARIFICATION)]))
    assert history([kept])[-1].outcome is Outcome.NEEDS_CLARIFICATION


def test_a_question_stopped_before_its_answer_is_not_told() -> None:
    assert history([replace(ANSWER, text="", complete=False)]) == []


@pytest.mark.parametrize(
    "larger",
    [
        {"warnings": (AnswerWarning("to_be_checked", ""),) * (MOST_WARNINGS + 1)},
        {"suggestions": ("x" * (LONGEST_DETAIL + 1),)},
        {"citations": (replace(CITATION, title="x" * (LONGEST_DETAIL + 1)),)},
    ],
)
def test_no_part_of_an_answer_is_without_bounds(larger: dict[str, Any]) -> None:
    assert parse_conversation(serialize([replace(ANSWER, **larger)])) == ()


def test_of_a_very_long_conversation_the_oldest_answers_are_neither_shown_nor_sent() -> None:
    long = [replace(ANSWER, text="x" * LONGEST_TEXT, question=str(number)) for number in range(MOST_SHOWN)]
    stored = serialize(long)
    assert 0 < len(stored) * LONGEST_TEXT <= CONVERSATION_CHARACTERS
    assert parse_conversation(stored)[-1].question == str(MOST_SHOWN - 1)


def test_a_conversation_is_saved_whole_however_long_it_is() -> None:
    assert len(parse_conversation(serialize([ANSWER]) * MOST_KEPT, MOST_KEPT, inf)) == MOST_KEPT


def test_a_long_conversation_of_real_answers_is_shown_whole() -> None:
    """The longest of a thousand real answers has 785 characters, its quotes together 389."""
    answer = replace(ANSWER, text="x" * 785, citations=(replace(CITATION, quote="x" * 100),) * 4)
    assert len(parse_conversation(serialize([answer] * MOST_SHOWN))) == MOST_SHOWN


def test_a_warning_is_taken_out_where_it_stands_above_an_answer_and_in_a_refusal_above_the_closest_quotes() -> None:
    warning = AnswerWarning("other_language", "Quotes are in English.")
    above = replace(ANSWER, warnings=(warning,), text=f"> {warning.text}\n\nTax is 25 % [1].")
    refusal = replace(above, text=f"Not known.\n\nClosest:\n\n> {warning.text}\n\nTax is 25 % [1].")
    assert body(above) == "Tax is 25 % [1]."
    assert body(refusal) == "Not known.\n\nClosest:\n\nTax is 25 % [1]."
    assert body(replace(above, warnings=())) == above.text
