"""Clarifying questions: ask back if the country or the subject is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.generation.follow_ups import SUGGESTED, next_questions
from bot.messages import join_titles, text
from bot.query.query import Query
from bot.retrieval.retriever import Retrieval
from store.index import query_terms
from text.scripts import IDEOGRAPH
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


def ask_back(question: Query, found: Retrieval, choices: Sequence[str], is_first: bool, support: float) -> Back | None:
    """Returns a clarifying question if the country or the subject is unclear.

    `choices` are the countries to choose from, empty if the country is clear. `is_first` is True if nothing was asked
    before, `support` that of what was found.
    None if the country is clear, and the subject too or something was asked before.
    """
    if choices:
        body = text("needs_clarification", question.language, choices=join_names(choices, question.language))
        return Back(body, tuple(add_country(question, each) for each in choices), has_subject=True)
    if is_first and lacks_subject(question, support, found.is_beyond_guides):
        titles = list(dict.fromkeys(passage.metadata.title for passage in found.found))[:SUGGESTED]
        body = text("needs_subject", question.language, choices=join_titles(titles, question.language))
        return Back(body, next_questions(question.language, found.found, [question.text]), has_subject=False)
    return None


def lacks_subject(question: Query, support: float, is_beyond_guides: bool) -> bool:
    """Checks that a question is vague, or is only a name without an answer.

    A question of a single word is judged without regard to the answer found.
    """
    plain = re.sub(r"[\W_]+", " ", question.text).strip()
    is_long = len(query_terms(question.text)) > 1
    return question.is_vague(support if is_long else 0.0, is_beyond_guides) or (support <= 0 and is_a_name(plain))


def is_a_name(plain: str) -> bool:
    """Checks that a question is one word, or up to three ideographs."""
    return " " not in plain and (not IDEOGRAPH.search(plain) or len(plain) <= IDEOGRAPHS)


def add_country(question: Query, place: str) -> str:
    """Returns the question asked about one country."""
    return f"{place}{question.text}" if question.language == "zh" else f"{place}: {question.text}"
