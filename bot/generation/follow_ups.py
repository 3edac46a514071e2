"""Follow-up questions: question headings of the documents found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest

from bot.answer import Turn
from bot.query.countries import HOME
from bot.retrieval.answerability import LEADING
from bot.retrieval.message_parts import Findings
from bot.retrieval.quotes import may_stand_beside
from bot.retrieval.retriever import Retrieval
from bot.retrieval.snippets import find_snippets
from store.documents import Passage
from text.markdown_blocks import heading_text, is_question_heading
from text.normalise import letters

SUGGESTED = 3
"""Maximum number of follow-up questions."""
DOCUMENTS = 2
"""Number of documents whose headings are suggested; others differ in subject."""
FROM_ONE = 2
"""Maximum number of follow-up questions from one document."""


def next_questions_of(found: Findings, retrievals: Sequence[Retrieval], history: Sequence[Turn]) -> tuple[str, ...]:
    """Returns follow-up questions from the passages of each part, the best ones first.

    None that was asked, or that stands above the answer, and none from a guide that could not stand beside it: after an
    answer on Russia's VAT a heading of China's guide would be asked of Russia. Nor from any guide if the question is
    beyond them.
    """
    question = found.whole.question
    beside = [beside_best(own) for own in retrievals]
    passages = [each for row in zip_longest(*beside) for each in row if each]
    nearest = list(dict.fromkeys(each.source for each in passages))[:DOCUMENTS]
    above = [line for own in retrievals for each in own.ranked[:LEADING] for line in each.snippet.context.split("\n")]
    asked = [question.text, *(turn.content for turn in history if turn.role == "user")]
    answered = [*asked, *above, *(each.text for each in found.parts)]
    return next_questions(question.language, [each for each in passages if each.source in nearest], answered)


def beside_best(found: Retrieval) -> list[Passage]:
    """Returns the passages that may stand beside the best one.

    They are about its host country or none.
    """
    if not found.ranked:
        return list(found.found)
    best = found.found[found.ranked[0].snippet.passage]
    hosts = set(best.metadata.countries) - {HOME}
    return [
        each
        for each in found.found
        for own in [set(each.metadata.countries) - {HOME}]
        if may_stand_beside(each, best)
        and (not own or not hosts or own & hosts)
        and not (found.is_beyond_guides and each.metadata.kind == "guide")
    ]


def next_questions(language: str, passages: Sequence[Passage], answered: Collection[str]) -> tuple[str, ...]:
    """Returns up to three question headings of the passages, nearest first.

    Only headings in the person's language. `answered` are the questions asked and the headings under which the answer
    stood.
    """
    known = {letters(each) for each in answered}
    found: dict[str, str] = {}
    for passage in passages:
        if passage.metadata.language != language or not passage.validity.may_apply:
            continue
        for heading in question_headings(passage):
            full, key = list(found.values()).count(passage.source) >= FROM_ONE, letters(heading)
            if not full and key not in known and not any(key == letters(each) for each in found):
                found[heading] = passage.source
    return tuple(list(found)[:SUGGESTED])


def question_headings(passage: Passage) -> Iterator[str]:
    """Yields question headings above and in a passage, without those left open."""
    lines = (heading_text(line) for line in passage.chunk.text.split("\n") if line.startswith("#"))
    known = defaultdict[str, list[bool]](list)
    for snippet in find_snippets(passage, 0):
        known[snippet.context.partition("\n")[0]].append(not snippet.is_unknown)
    for heading in dict.fromkeys(filter(is_question_heading, (*passage.chunk.headings, *lines))):
        if any(known.get(heading, [True])):
            yield heading
