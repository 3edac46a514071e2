"""Conversation starters: document headings that the bot answers from the document."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain, islice

from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.countries import HOME, countries
from store.documents import Audience, Metadata, Validity
from store.index import Index
from store.index.read_lock import ReadLockClosedError
from store.validity import original
from text.markdown_blocks import heading_text, is_question_heading
from text.messages import message
from text.normalise import letters
from text.prompt_injection import speaks_to_machine

TOPICS: dict[str, tuple[str, ...]] = {
    "outbound-investment": ("outbound-investment", "filing", "ndrc", "mofcom"),
    "tax": (
        "tax", "treaty", "vat", "corporate-tax", "corporate-income-tax", "individual-income-tax", "withholding-tax",
        "withholding", "foreign-tax-credit", "export-vat-refund", "stamp-tax", "tax-credit", "dividends",
    ),
    "foreign-exchange": ("foreign-exchange", "payment", "accounts", "rmb-settlement"),
    "trade": (
        "trade", "logistics", "certificate-of-origin", "export-licence", "trade-facilities", "bonded-zone",
        "cross-border-e-commerce",
    ),
    "compliance": ("compliance", "sanctions", "export-control"),
    "visa": ("visa", "visas", "visa-free", "transit"),
    "disputes": ("disputes", "arbitration", "courts", "complaints"),
    "intellectual-property": ("intellectual-property", "trademarks", "patents"),
    "data": ("data", "personal-information", "cross-border-data"),
    "company-setup": ("company-setup", "company-law", "negative-list", "market-access", "foreign-investment-law"),
    "employment": ("employment", "work-permit", "foreign-staff", "social-insurance", "labour-contract", "people"),
    "local-policy": ("local-policy", "subsidy", "subsidies", "support", "talent"),
}  # fmt: skip
"""Topics of the page, each with the slugs of `metadata.topics` that belong to it."""

COUNTRY_GUIDE = "country"
"""First topic of guides on all that concerns one country."""
EXAMPLES = 4
TRIES = 3
"""Questions tried for each starter wanted."""
DOCUMENTS_READ = 40
"""Most documents read for candidates."""
LENGTHS, LENGTHS_CHINESE = range(28, 91), range(8, 61)
"""Allowed lengths of a starter, in characters (other languages; Chinese).

A shorter one seldom says what it is about, a longer one does not fit a phone.
"""
FOCUSED = 2
"""Most topics of a document whose headings are known to be about the chosen topic.

With more topics, as in a guide to a country, it is not clear which of them a heading is about.
"""


@dataclass(frozen=True)
class Starter:
    """A question that the documents answer, and its language."""

    question: str
    language: str


@dataclass(frozen=True)
class StarterFilter:
    """Filter for starters.

    - `country`: alpha-2 code; empty for any.
    - `topic`: key of TOPICS; empty for any.
    - `preferred`: questions that are tried first.
    """

    language: str
    audience: Audience
    country: str = ""
    topic: str = ""
    preferred: tuple[str, ...] = ()

    def fits(self, metadata: Metadata) -> bool:
        """Checks that a document is about the choice."""
        return (
            metadata.audience in {self.audience, "both"}
            and (not self.country or self.country in metadata.countries)
            and (not self.topic or self.topic in topics(metadata))
        )

    def is_met_by(self, metadata: Metadata) -> bool:
        """Checks that a document's headings are on the topic: its first, and one of few."""
        own = topics(metadata)
        return not self.topic or (own[:1] == [self.topic] and len(own) <= FOCUSED)


def topics(metadata: Metadata) -> list[str]:
    """Returns the page's topics of a document, in the order of its own topics."""
    return list(dict.fromkeys(topic for slug in metadata.topics for topic, slugs in TOPICS.items() if slug in slugs))


def main_topic(metadata: Metadata) -> str:
    """Returns the topic under which a document is counted; "" if it has none.

    It is COUNTRY_GUIDE for guides on a country, otherwise the first topic that the page names, otherwise its own first
    one.
    """
    own = metadata.topics
    named = topics(metadata)
    return next(iter([*(slug for slug in own[:1] if slug == COUNTRY_GUIDE), *named, *own]), "")


def applicable(index: Index, on: date) -> list[tuple[str, Metadata]]:
    """Returns the documents that apply on a day or may apply, with their sources."""
    valid = index.validities(on)
    return [
        (source, metadata)
        for source, metadata in index.documents().items()
        if valid.get(source, (Validity.UNKNOWN, ""))[0].may_apply
    ]


def examples(bot: Bot, choice: StarterFilter, limit: int = EXAMPLES) -> tuple[Starter, ...]:
    """Returns up to `limit` answered questions after at most TRIES times as many."""
    preferred = ((Starter(each, choice.language), "") for each in choice.preferred)
    tried = islice(without_repeats(chain(preferred, candidates(bot.index, choice))), TRIES * limit)
    return tuple(islice((each for each, source in tried if is_answered(bot, each, source, choice)), limit))


def without_repeats(candidates: Iterable[tuple[Starter, str]]) -> Iterator[tuple[Starter, str]]:
    """Yields candidates without repeated questions."""
    seen: set[str] = set()
    for example, source in candidates:
        if letters(example.question) not in seen:
            seen.add(letters(example.question))
            yield example, source


def is_answered(bot: Bot, example: Starter, source: str, choice: StarterFilter) -> bool:
    """Checks that a question is answered from its own document first.

    A preferred question has no document: there any document about the choice counts. A heading that is clear only
    within its document is answered from another one or not at all.
    Raises ReadLockClosedError if the index is closed meanwhile.
    """
    *_, answer = bot.stream(example.question, language=example.language, country=choice.country)
    if answer.reason == ReadLockClosedError.__name__:
        raise ReadLockClosedError(message("index.closed_in_reading"))
    if answer.outcome is not Outcome.ANSWERED or not answer.citations:
        return False
    cited = answer.citations[0].source
    return cited == source if source else choice.fits(bot.index.documents().get(cited, Metadata()))


def candidates(index: Index, choice: StarterFilter) -> Iterator[tuple[Starter, str]]:
    """Yields question headings of documents about the choice, each with its source.

    One document after the other gives one heading. English ones follow those in the person's language, unless the
    document has a version in that language, which would give the same question.
    """
    documents = index.documents()
    giving = [each for each in applicable(index, date.today()) if choice.fits(each[1]) and choice.is_met_by(each[1])]
    giving.sort(key=lambda each: narrowness(each[0], each[1], choice))
    own = [each for each in giving if each[1].language == choice.language]
    translated = {original(source, documents) for source, _ in own}
    english = [each for each in giving if each[1].language == "en" and original(each[0], documents) not in translated]
    for given in (own, english):
        waiting = deque((each, questions(index, *each, choice)) for each in given[:DOCUMENTS_READ])
        while waiting:
            (source, metadata), left = waiting.popleft()
            if question := next(left, ""):
                yield Starter(question, metadata.language), source
                waiting.append(((source, metadata), left))


def narrowness(source: str, metadata: Metadata, choice: StarterFilter) -> tuple[bool, int, int, str]:
    """Sort key of documents: this audience only, few countries, few topics first."""
    return metadata.audience != choice.audience, len(metadata.countries), len(topics(metadata)), source


def questions(index: Index, source: str, metadata: Metadata, choice: StarterFilter) -> Iterator[str]:
    """Yields the question headings of a document about the country, short ones first.

    The document is read when the first one is needed.
    """
    document = index.document(source)
    lines = (heading_text(line) for line in document.text.split("\n") if line.startswith("#")) if document else ()
    lengths = LENGTHS_CHINESE if metadata.language == "zh" else LENGTHS
    fitting = {
        each for each in lines if is_question_heading(each) and len(each) in lengths and not speaks_to_machine(each)
    }
    yield from sorted(
        filter(partial(is_about_country, metadata, choice.country), fitting), key=lambda each: (len(each), each)
    )


def is_about_country(metadata: Metadata, country: str, heading: str) -> bool:
    """Checks that a heading is about a country.

    It names that country, or none in a document about that country only.
    """
    hosts = set(countries(heading)) - {HOME}
    return not country or hosts == {country} or (not hosts and metadata.countries == (country,))
