"""Form of a curated answer: parsing and validation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.curated.answers import find_quote
from ingest.metadata.front_matter import as_date
from records import CuratedAnswer, CuratedSource, CuratedText
from store.index import Index
from text.catalog import SERVICE_LANGUAGES
from text.language import question_language
from web.staff.source_search import find_source

USUAL_DAYS, MOST_DAYS = 183, 731
"""Validity of an answer in days: six months by default, two years at most."""
SOURCES = 3
CITED = re.compile(r"\[([0-9]{1,2})\](?!\()")
"""Number of a source in an answer."""
QUESTION_CHARACTERS, WORDINGS, ANSWER_CHARACTERS, QUOTE_CHARACTERS = 500, 20, 8_000, 2_000


@dataclass(frozen=True)
class Typed:
    """Fields of the form; `id` is empty for a new answer.

    `changed_at` is the previous change of an existing answer. It detects edits by two people at once.
    """

    id: str
    changed_at: str
    until: str
    texts: Mapping[str, CuratedText]
    sources: tuple[CuratedSource, ...]

    @property
    def latest(self) -> date:
        """Latest last day of an answer written today."""
        return date.today() + timedelta(days=MOST_DAYS)

    @property
    def wordings(self) -> list[str]:
        """Questions of all languages."""
        return [wording for each in self.texts.values() for wording in each.wordings]

    def day(self) -> date | None:
        """Returns the last day of the answer.

        None if it is missing or invalid.
        """
        try:
            return date.fromisoformat(self.until)
        except ValueError:
            return None

    def answer(self) -> CuratedAnswer:
        """Returns the answer, without the fields that are empty."""
        texts = tuple(each for each in self.texts.values() if each.questions and each.answer)
        sources = tuple(each for each in self.sources if each.source)
        return CuratedAnswer(self.id, self.day() or date.today(), texts, sources)


def blank(question: str) -> Typed:
    """Returns a new form with the question to answer."""
    language = question_language(question, "zh") if question.strip() else ""
    texts = {each: CuratedText(each, question.strip() if each == language else "", "") for each in SERVICE_LANGUAGES}
    return Typed("", "", str(date.today() + timedelta(days=USUAL_DAYS)), texts, pad_sources(()))


def from_answer(answer: CuratedAnswer) -> Typed:
    """Returns the form of an existing answer."""
    texts = {language: answer.text(language) or CuratedText(language, "", "") for language in SERVICE_LANGUAGES}
    return Typed(answer.id, answer.changed_at.isoformat(), str(answer.until), texts, pad_sources(answer.sources))


def from_form(sent: Mapping[str, object]) -> Typed:
    """Parses the form data of a browser."""

    def field(name: str) -> str:
        return str(sent.get(name, "")).replace("\r\n", "\n").strip()

    texts = {each: CuratedText(each, field(f"questions_{each}"), field(f"answer_{each}")) for each in SERVICE_LANGUAGES}
    numbers = range(1, SOURCES + 1)
    sources = tuple(CuratedSource(field(f"source_{number}"), field(f"quote_{number}")) for number in numbers)
    return Typed(field("id")[:64], field("changed_at"), plain_day(field("until")), texts, sources)


def plain_day(text: str) -> str:
    """Returns a day as 2027-06-02, in whatever form; other text as it is."""
    try:
        return str(as_date(text))
    except ValueError:
        return text


def with_sources(typed: Typed, index: Index) -> Typed:
    """Returns the form with source paths in place of titles or words of titles."""
    documents = index.documents()
    return replace(
        typed, sources=tuple(replace(each, source=find_source(each.source, documents)) for each in typed.sources)
    )


def pad_sources(sources: tuple[CuratedSource, ...]) -> tuple[CuratedSource, ...]:
    """Returns SOURCES sources: adds empty ones, and cuts off further ones."""
    return (*sources, *(CuratedSource("") for _ in range(SOURCES - len(sources))))[:SOURCES]


def wrong(typed: Typed, index: Index) -> str:
    """Returns the key of the error in an answer; empty if it is valid."""
    written = [each for each in typed.texts.values() if each.questions or each.answer]
    if not written:
        return "curated.no_text"
    if any(not (each.questions and each.answer) for each in written):
        return "curated.half_text"
    if any(is_too_long(each) for each in written):
        return "curated.too_long"
    day = typed.day()
    if day is None and typed.until:
        return "curated.unread_day"
    if day is None or not date.today() <= day <= typed.latest:
        return "curated.no_day"
    return wrong_source(typed, index)


def wrong_source(typed: Typed, index: Index) -> str:
    """Returns the key of the error in sources and quotes; empty if they are valid."""
    sources = [each for each in typed.sources if each.source or each.quote]
    documents = index.documents()
    if any(each.source not in documents for each in sources):
        return "curated.unknown_source"
    quoted = [each for each in sources if each.quote]
    if any(len(each.quote) > QUOTE_CHARACTERS for each in quoted):
        return "curated.too_long"
    is_missing = any(find_quote(each.quote, index.document(each.source)) is None for each in quoted)
    if is_missing:
        return "curated.wrong_quote"
    cited = {int(number) for each in typed.texts.values() for number in CITED.findall(each.answer)}
    return "curated.cites_nothing" if cited - {*range(1, len(sources) + 1)} else ""


def is_too_long(each: CuratedText) -> bool:
    """Checks that an answer, a question or the number of questions is over its limit."""
    wordings = each.wordings
    return (
        len(each.answer) > ANSWER_CHARACTERS
        or len(wordings) > WORDINGS
        or any(len(wording) > QUESTION_CHARACTERS for wording in wordings)
    )
