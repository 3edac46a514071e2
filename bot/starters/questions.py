"""Examples of questions: headings of the folder's documents that the bot really answers from them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain, islice

from bot.dialogue.follow_ups import plain
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.countries import HOME, countries
from store.documents import Audience, Metadata, Validity
from store.index import Index
from text.markdown_blocks import heading_text, is_question_heading
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
"""The topics that the page names, each with the slugs of `metadata.topics` that belong to it."""

COUNTRY_GUIDE = "country"
"""The first topic of guides on all that concerns one country."""
EXAMPLES = 4
TRIES = 3
"""Questions tried for each example that is wanted."""
DOCUMENTS_READ = 40
"""Documents read for candidates, at most."""
LENGTHS, LENGTHS_CHINESE = range(28, 91), range(8, 61)
"""Characters that an example may have: a shorter one seldom says what it is on, a longer one does not fit a phone."""
FOCUSED = 2
"""A document on more topics than this, as a guide to a country, does not tell which of them a heading is on."""


@dataclass(frozen=True)
class Example:
    """A question that the folder answers, in a language."""

    question: str
    language: str


@dataclass(frozen=True)
class Choice:
    """What examples are wanted for. `country` (alpha-2) and `topic` (a key of TOPICS) are empty where none is chosen;
    `preferred` are tried first."""

    language: str
    audience: Audience
    country: str = ""
    topic: str = ""
    preferred: tuple[str, ...] = ()

    def fits(self, metadata: Metadata) -> bool:
        """Whether a document is on what was chosen."""
        return (
            metadata.audience in {self.audience, "both"}
            and (not self.country or self.country in metadata.countries)
            and (not self.topic or self.topic in topics(metadata))
        )

    def is_met_by(self, metadata: Metadata) -> bool:
        """Whether the headings of a document are on the topic that was chosen: its first, and one of few."""
        own = topics(metadata)
        return not self.topic or (own[:1] == [self.topic] and len(own) <= FOCUSED)


def topics(metadata: Metadata) -> list[str]:
    """The topics of a document, by the names that the page gives them, in the order of its own words for them."""
    return list(dict.fromkeys(topic for slug in metadata.topics for topic, slugs in TOPICS.items() if slug in slugs))


def main_topic(metadata: Metadata) -> str:
    """The topic under which a document is counted: the first that the page names, for guides on a country that, else
    the first of its own; empty where it has none."""
    own = metadata.topics
    named = topics(metadata)
    return next(iter([*(slug for slug in own[:1] if slug == COUNTRY_GUIDE), *named, *own]), "")


def applicable(index: Index, on: date) -> list[tuple[str, Metadata]]:
    """The documents that apply on a day, or of which that is not known, by source."""
    valid = index.validities(on)
    return [
        (source, metadata)
        for source, metadata in index.documents().items()
        if valid.get(source, (Validity.UNKNOWN, ""))[0].may_apply
    ]


def examples(bot: Bot, choice: Choice, limit: int = EXAMPLES) -> tuple[Example, ...]:
    """Up to `limit` questions that the folder answers, found by asking at most TRIES times as many."""
    preferred = ((Example(each, choice.language), "") for each in choice.preferred)
    tried = islice(unlike(chain(preferred, candidates(bot.index, choice))), TRIES * limit)
    return tuple(islice((each for each, source in tried if is_answered(bot, each, source, choice)), limit))


def unlike(candidates: Iterable[tuple[Example, str]]) -> Iterator[tuple[Example, str]]:
    """Candidates without those that ask what one before them asks."""
    seen: set[str] = set()
    for example, source in candidates:
        if plain(example.question) not in seen:
            seen.add(plain(example.question))
            yield example, source


def is_answered(bot: Bot, example: Example, source: str, choice: Choice) -> bool:
    """Whether a question is answered, first of all by the document in which it stands, or by any on what was chosen
    where it stands in none. A heading that is clear only in its document is answered by others or not at all."""
    *_, answer = bot.stream(example.question, language=example.language, about=choice.country)
    if answer.outcome is not Outcome.ANSWERED or not answer.citations:
        return False
    cited = answer.citations[0].source
    return cited == source if source else choice.fits(bot.index.documents().get(cited, Metadata()))


def candidates(index: Index, choice: Choice) -> Iterator[tuple[Example, str]]:
    """Questions that stand as headings in documents on what was chosen, each with its document, in turns one of each;
    English ones after those in the person's language."""
    giving = [each for each in applicable(index, date.today()) if choice.fits(each[1]) and choice.is_met_by(each[1])]
    giving.sort(key=lambda each: narrowness(each[0], each[1], choice))
    for language in dict.fromkeys((choice.language, "en")):
        own = [each for each in giving if each[1].language == language][:DOCUMENTS_READ]
        waiting = deque((source, questions(index, source, metadata, choice)) for source, metadata in own)
        while waiting:
            source, left = waiting.popleft()
            if question := next(left, ""):
                yield Example(question, language), source
                waiting.append((source, left))


def narrowness(source: str, metadata: Metadata, choice: Choice) -> tuple[bool, int, int, str]:
    """The order in which documents give examples: those for this audience alone, on few countries and few topics
    first."""
    return metadata.audience != choice.audience, len(metadata.countries), len(topics(metadata)), source


def questions(index: Index, source: str, metadata: Metadata, choice: Choice) -> Iterator[str]:
    """The headings of a document that are questions on the chosen country, short ones first; it is read when the first
    one is wanted."""
    document = index.document(source)
    lines = (heading_text(line) for line in document.text.split("\n") if line.startswith("#")) if document else ()
    lengths = LENGTHS_CHINESE if metadata.language == "zh" else LENGTHS
    fitting = {
        each for each in lines if is_question_heading(each) and len(each) in lengths and not speaks_to_machine(each)
    }
    yield from sorted(filter(partial(is_there, metadata, choice.country), fitting), key=lambda each: (len(each), each))


def is_there(metadata: Metadata, country: str, heading: str) -> bool:
    """Whether a heading is on a country: it names that one, or none in a document on that one only."""
    hosts = set(countries(heading)) - {HOME}
    return not country or hosts == {country} or (not hosts and metadata.countries == (country,))
