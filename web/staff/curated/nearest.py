"""Nearest curated questions to one that is asked or being written."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from bot.curated.answers import Near, is_used, nearest
from bot.curated.matching import to_compare
from records import CuratedAnswer
from store.embeddings import EmbeddingFailedError
from web.staff.context import StaffContext

NEAREST = 5
MOST = 100
"""Wordings of one answer that are compared with all others."""
LEAST = 0.0002
"""Probability below which a question is no neighbour, however few there are."""


def find_answer_led_to(room: StaffContext, reason: str) -> CuratedAnswer | None:
    """Returns the curated answer that a question got or was shown, by `Answer.reason`.

    It was shown below the usual answer, or its question was offered.
    None if there was none, or if it is gone.
    """
    return next((each for each in room.records.curated.current() if each.id == reason), None)


def nearest_to(room: StaffContext, question: str, but: str = "", limit: int = NEAREST) -> list[Near]:
    """Returns the nearest curated questions, equivalent ones first.

    Without those of the answer `but`. Empty while the embedding endpoint is unavailable.
    """
    answers = [each for each in room.records.curated.current() if each.id != but]
    if not answers or not question.strip():
        return []
    with suppress(EmbeddingFailedError):
        embedding_model = room.bot.embedding_model
        found = nearest(answers, to_compare(question, embedding_model), embedding_model, limit)
        return [each for each in found if each.compared.probability >= LEAST]
    return []


def find_rivals(room: StaffContext, wordings: Sequence[str], but: str = "") -> list[Near]:
    """Returns other answers in use to one of the wordings; beside them, none is given."""
    near = near_wordings(room, wordings, but)
    return [each for each in near if each.compared.is_same and is_used(each.answer, room.index, date.today())]


def near_wordings(room: StaffContext, wordings: Sequence[str], but: str = "", limit: int = NEAREST) -> list[Near]:
    """Returns the nearest questions of other answers to any wording, each once.

    Equivalent ones come first.
    """
    found: dict[tuple[str, str], Near] = {}
    for wording in wordings[:MOST]:
        for near in nearest_to(room, wording, but, limit):
            held = found.setdefault((near.answer.id, near.wording), near)
            if near.rank > held.rank:
                found[near.answer.id, near.wording] = near
    return sorted(found.values(), key=lambda each: each.rank, reverse=True)[:limit]
