"""Follow-up questions: question headings of the documents found."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from bot.answer import Turn
from store.documents import Passage
from text.markdown_blocks import heading_text, is_question_heading

SUGGESTED = 3
"""Maximum number of follow-up questions."""
DOCUMENTS = 2
"""Number of documents whose headings are suggested; others differ in subject."""
FROM_ONE = 2
"""Maximum number of follow-up questions from one document."""


def suggest(
    question: str, language: str, found: Sequence[Passage], above: Sequence[str], history: Sequence[Turn]
) -> tuple[str, ...]:
    """Returns follow-up questions, not asked yet and not `above` the answer."""
    asked = [question, *(turn.content for turn in history if turn.role == "user")]
    nearest = list(dict.fromkeys(passage.source for passage in found))[:DOCUMENTS]
    return next_questions(language, [each for each in found if each.source in nearest], [*asked, *above])


def next_questions(language: str, passages: Sequence[Passage], answered: Collection[str]) -> tuple[str, ...]:
    """Returns up to three question headings of the passages, nearest first.

    Only headings in the person's language. `answered` are the questions asked and the headings under which the answer
    stood.
    """
    known = {comparison_key(each) for each in answered}
    found: dict[str, str] = {}
    for passage in passages:
        if passage.metadata.language != language or not passage.validity.may_apply:
            continue
        for heading in question_headings(passage):
            full, key = list(found.values()).count(passage.source) >= FROM_ONE, comparison_key(heading)
            if not full and key not in known and not any(key == comparison_key(each) for each in found):
                found[heading] = passage.source
    return tuple(list(found)[:SUGGESTED])


def question_headings(passage: Passage) -> Iterator[str]:
    """Yields the question headings above and in a passage."""
    lines = (heading_text(line) for line in passage.chunk.text.split("\n") if line.startswith("#"))
    yield from dict.fromkeys(filter(is_question_heading, (*passage.chunk.headings, *lines)))


def comparison_key(question: str) -> str:
    """Returns a question without punctuation, spaces and case, for comparison."""
    return re.sub(r"[\W_]+", "", question).lower()
