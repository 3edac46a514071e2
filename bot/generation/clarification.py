"""Clarifying questions: ask back if the country or the subject is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Turn
from bot.generation.follow_ups import SUGGESTED, next_questions
from bot.messages import join_titles, text
from bot.outcomes import Outcome
from bot.query.query import Query
from store.documents import Passage
from store.index import query_terms
from text.scripts import IDEOGRAPH, QUESTION_MARKS
from text.sentences import sentence_spans
from text.sorting import join_names

IDEOGRAPHS = 3
"""Longest question, in ideographs, that is taken for a mere name."""


@dataclass(frozen=True)
class Back:
    """A clarifying question, and complete questions to choose from.

    `has_subject` is True if only the country is open.
    """

    text: str
    choices: tuple[str, ...]
    has_subject: bool


def ask_back(
    question: Query, found: Sequence[Passage], choices: Sequence[str], is_first: bool, support: float
) -> Back | None:
    """Returns a clarifying question if the country or the subject is unclear.

    `choices` are the countries to choose from, empty if the country is clear. `is_first` is True if nothing was asked
    before, `support` that of the passages found.
    None if the country is clear, and the subject too or something was asked before.
    """
    if choices:
        body = text("needs_clarification", question.language, choices=join_names(choices, question.language))
        return Back(body, tuple(add_country(question, each) for each in choices), has_subject=True)
    if is_first and lacks_subject(question, support):
        titles = list(dict.fromkeys(passage.metadata.title for passage in found))[:SUGGESTED]
        body = text("needs_subject", question.language, choices=join_titles(titles, question.language))
        return Back(body, next_questions(question.language, found, [question.text]), has_subject=False)
    return None


def was_asked_back(history: Sequence[Turn]) -> bool:
    """Checks that the last answer was a question back, by its outcome.

    Of a history that comes without outcomes, such as that of an OpenAI-compatible client, which has no field for them,
    the text is read instead.
    """
    last = next((turn for turn in reversed(history) if turn.role == "assistant"), None)
    if last is None:
        return False
    if last.outcome is None:
        return begins_with_question(last.content)
    return last.outcome is Outcome.NEEDS_CLARIFICATION


def begins_with_question(answer: str) -> bool:
    """Checks that the first sentence of an answer asks.

    Warnings above it and headings do not count.
    """
    lines = (line for line in answer.splitlines() if line.strip() and not line.lstrip().startswith((">", "#")))
    first = next(lines, "")
    end = next((end for _, end in sentence_spans(first)), 0)
    return first[:end].rstrip().endswith(tuple(QUESTION_MARKS))


def lacks_subject(question: Query, support: float) -> bool:
    """Checks that a question is vague, or is only a name without an answer.

    A question of a single word is judged without regard to the answer found.
    """
    plain = re.sub(r"[\W_]+", " ", question.text).strip()
    is_long = len(query_terms(question.text)) > 1
    return question.is_vague(support if is_long else 0.0) or (support <= 0 and is_a_name(plain))


def is_a_name(plain: str) -> bool:
    """Checks that a question is one word, or up to three ideographs."""
    return " " not in plain and (not IDEOGRAPH.search(plain) or len(plain) <= IDEOGRAPHS)


def add_country(question: Query, place: str) -> str:
    """Returns the question asked about one country."""
    return f"{place}{question.text}" if question.language == "zh" else f"{place}: {question.text}"
