"""Makes a follow-up question understandable alone, from the questions before it, without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answers import Turn
from bot.places import mentions
from ingest.index import detect_language, question_terms

CUE = re.compile(
    r"^(?:那么?|还有|另外|以及|此外|换成|如果是)|呢[？?。\s]*$|(?:它|他们|这个|那个|这种|该国|当地|那边|那里)"
    r"|^(?:and|what about|how about|also|or|then|so)\b|\b(?:it|its|there|that|this|they|them|same)\b"
    r"|^(?:e|mas|então|também)\b|\b(?:lá|isso|esse|essa|ele|ela)\b|^(?:а|и|тогда|также|ещё|еще)\b|\b(?:там"
    r"|это|этого|они|его|её)\b"
    r"|^(?:و|وماذا|ماذا عن)|هناك",
    re.IGNORECASE,
)
OPENING = re.compile(
    r"^(?:那么?|还有|另外|以及|此外|换成|如果是|and(?: (?:what|how) about)?|what about|how about|also|then|so|e|então"
    r"|também|а|и|тогда|также)[\s，,]*"
    r"|呢(?=[？?。\s]*$)",
    re.IGNORECASE,
)
SHORT_TERMS = 5
"""A question of at most so many terms may lean on the one before it even without a word that says so."""


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves out, taken from the questions before it; itself where it needs nothing."""
    before = ""
    for turn in history:
        if turn.role == "user":
            before = complete(turn.content, before)
    return complete(question, before)


def complete(question: str, before: str) -> str:
    """A question read after another: with its country, or with its subject, or with both its own."""
    if not before or not leans(question):
        return question
    here, there = mentions(question), mentions(before)
    core = OPENING.sub("", question.strip()).strip()
    subject = without(core, [words for words, _ in here])
    if here and not question_terms_of(subject):
        return swap_countries(before, there, core)
    if here:
        return question
    places = list(dict.fromkeys(words for words, _ in there))
    if places and question_terms_of(core):
        return join([*places, core], detect_language(question))
    return join([before.rstrip("？?。. "), core], detect_language(question))


def leans(question: str) -> bool:
    """Whether a question may leave something out."""
    return bool(CUE.search(question.strip())) or len(question_terms_of(question)) <= SHORT_TERMS


def question_terms_of(text: str) -> list[str]:
    """The terms of a text apart from words of asking; none where it consists of those only."""
    terms = question_terms(text)
    return [term for term in terms if len(term) > 1 or term.isdigit()] if CONTENT.search(OPENING.sub("", text)) else []


CONTENT = re.compile(r"[^\W_]{2,}|[\u3400-\u9fff]")


def without(text: str, words: Sequence[str]) -> str:
    for word in words:
        text = text.replace(word, " ")
    return re.sub(
        r"^(?:in|for|na|no|em|para|в|для|во|في|فى)\b|[？?。，,.!\s]+", " ", text.strip(), flags=re.IGNORECASE
    ).strip()


def swap_countries(before: str, there: Sequence[tuple[str, str]], core: str) -> str:
    """The question before, asked about another country."""
    new = core.rstrip("？?。. ")
    if not there:
        return join([before.rstrip("？?。. "), new], detect_language(before))
    first, *others = [words for words, _ in there]
    for other in others:
        before = before.replace(other, "")
    bare = re.sub(r"^(?:in|for|na|no|em|para|в|для|во|في)\s+", "", new, flags=re.IGNORECASE)
    return before.replace(first, bare)


def join(parts: Sequence[str], language: str) -> str:
    return (" " if language == "zh" else ", ").join(part for part in parts if part)
