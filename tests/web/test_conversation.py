"""The browser keeps the conversation; what comes back is checked, and the bot is told words only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.answers import Answer, Citation, Turn
from bot.outcomes import Outcome
from ingest.documents import Chunk, Metadata, Passage, Validity
from web.conversation import history, kept, restored
from web.limits import (
    LONGEST_QUESTION,
    LONGEST_QUOTE,
    LONGEST_TEXT,
    MOST_CITATIONS,
    MOST_SUGGESTIONS,
    MOST_TURNS,
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


def test_a_conversation_survives_the_browser_without_the_passages_read() -> None:
    assert restored(kept([ANSWER])) == (replace(ANSWER, passages=()),)


def test_only_the_last_answers_are_kept() -> None:
    answers = [replace(ANSWER, question=str(number)) for number in range(MOST_TURNS + 5)]
    assert [answer.question for answer in restored(kept(answers))] == [str(n) for n in range(5, MOST_TURNS + 5)]


def test_what_another_version_kept_is_forgotten() -> None:
    for stored in (None, [], "x", [{"question": "?"}], [{**kept([ANSWER])[0], "outcome": "unheard_of"}]):
        assert restored(stored) == ()


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
    assert len(restored(kept([ANSWER, replace(ANSWER, **largest)]))) == 2
    assert restored(kept([ANSWER, replace(ANSWER, **larger)])) == ()


def test_the_bot_is_told_the_words_without_old_markers() -> None:
    assert history([ANSWER]) == [Turn("user", "税率？"), Turn("assistant", "税率为 25%。")]


def test_a_question_stopped_before_its_answer_is_not_told() -> None:
    assert history([replace(ANSWER, text="", complete=False)]) == []
