"""What stands around the conversation: masthead, the two doors with their questions, how far indexing has come."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import format_date
from markupsafe import Markup

from bot.query.countries import country_name
from bot.starters.cache import Offer
from bot.starters.questions import TOPICS, Choice, Example
from ingest.sync.missing_files import name_places
from store.documents import Audience
from web.context import OfferingLike
from web.i18n import LANGUAGES, known_language, texts
from web.rendering import render

if TYPE_CHECKING:
    from ingest.sync.progress import Progress

DOORS: tuple[Audience, ...] = ("outbound", "inbound")
QUESTIONS = 4
SPOKEN_BY_SCRIPTS = (
    "answer.searching",
    "archive.count",
    "archive.delete_all_sure",
    "archive.delete_sure",
    "archive.deleted",
    "archive.deleted_later",
    "archive.full",
    "page.busy",
    "page.offline",
    "page.stopping",
    "person.failed",
    "person.sent",
    "tool.copied",
    "tool.copy_failed",
    "tool.linked",
    "tool.save_failed",
    "tool.saved",
    "tool.saving",
    "save.too_long",
    "why.failed",
    "why.gone",
    "why.thanks",
)


@dataclass(frozen=True)
class Door:
    """One of the two directions, with questions that the folder answers there."""

    name: str
    title: str
    lead: str
    examples: tuple[Example, ...]


def masthead(language: str, conversing: bool) -> Markup:
    """Name, past conversations, languages and, once one is under way, the button that begins a new conversation."""
    names = [(code, texts(code)["page.language"]) for code in LANGUAGES]
    return render(
        "masthead",
        conversing=conversing,
        language=language,
        languages=names,
        texts=texts(language),
    )


def dialogs(language: str, keeping: bool, days: int) -> Markup:
    """What opens over the page: the source panel, past conversations, and the question to a person. The scripts find
    their words here too. What is sent to the server is kept for `days`, where it is kept at all."""
    words = texts(language)
    spoken = {name: words[name] for name in SPOKEN_BY_SCRIPTS}
    return render(
        "dialogs",
        days=days,
        keeping=keeping,
        language=language,
        spoken=json.dumps(spoken, ensure_ascii=False),
        texts=words,
    )


def standing(language: str) -> Markup:
    """The notice below every question: guidance only, and who decides."""
    return render("standing", language=language, texts=texts(language))


def welcome(language: str, offering: OfferingLike, about: str = "", at_once: bool = False) -> Markup:
    """Who answers and for whom, what can be chosen, examples that the folder answers, how new it is, and whose word
    counts. `at_once` takes the examples that are known already."""
    language, about = known_language(language), known_about(offering, about)
    words = texts(language)
    offer = offering.offer()
    found = offering.known if at_once else offering.examples
    return render(
        "welcome",
        about=about,
        choices=choices(offer, language),
        doors=[door(name, language, about, found) for name in DOORS],
        language=language,
        texts=words,
        updated=format_date(offer.updated.astimezone(), "long", locale=language) if offer.updated else "",
    )


def known_about(offering: OfferingLike, about: str) -> str:
    """`about` where it is a country or a topic that can be chosen now, else empty: a browser may send anything."""
    offer = offering.offer()
    return about if about in offer.countries or about in offer.topics else ""


def first_choices() -> list[Choice]:
    """What the start page shows examples for before anything is chosen, in every language."""
    return [choice(name, language) for language in LANGUAGES for name in DOORS]


def choices(offer: Offer, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Countries and topics to choose from, under their headings, each with its name in the language of the page."""
    words = texts(language)
    countries = sorted((country_name(code, language), code) for code in offer.countries)
    topics = [(topic, words[f"topic.{topic}"]) for topic in offer.topics]
    groups = [(words["choose.countries"], [(code, name) for name, code in countries]), (words["choose.topics"], topics)]
    return [group for group in groups if group[1]]


def door(name: Audience, language: str, about: str, found: Callable[[Choice], tuple[Example, ...]]) -> Door:
    words = texts(language)
    return Door(name, words[f"door.{name}"], words[f"door.{name}.lead"], found(choice(name, language, about)))


def choice(name: Audience, language: str, about: str = "") -> Choice:
    """What examples are wanted for at a door; of other languages, countries and topics than the page can know, none."""
    language = known_language(language)
    country, topic = about if country_name(about, "en") else "", about if about in TOPICS else ""
    words = texts(language)
    preferred = tuple(words[f"door.{name}.question.{number}"] for number in range(1, QUESTIONS + 1))
    return Choice(language, name, country, topic, () if country or topic else preferred)


def chosen(language: str, about: str) -> Markup:
    """The country that questions are understood to be about, and how to give it up; nothing where none was chosen."""
    language = known_language(language)
    name = country_name(about, language)
    return render("chosen", country=name, language=language, texts=texts(language)) if name else Markup()


def progress_line(progress: Progress, language: str) -> Markup:
    """In what condition the index is, where it is not whole, and how far the indexing has come, with the time left
    where it is known. Once it is done, which files are missing; nothing where none is."""
    if progress.stage == "ready" and progress.missing and is_settled(progress):
        return missing_line(progress.missing, language)
    if is_settled(progress):
        return Markup()
    words = texts(language)
    done, total, how_far = counted(progress, words)
    line = " · ".join(filter(None, (in_condition(progress, words), how_far, time_left(progress.seconds_left, words))))
    return render("progress", stage=progress.stage, line=line, done=done, total=total, language=language)


def is_settled(progress: Progress) -> bool:
    """Whether there is nothing to say of the index: all is in it, and can be found by meaning."""
    return progress.stage == "ready" and progress.condition.state == "whole"


def in_condition(progress: Progress, words: Mapping[str, str]) -> str:
    """In what condition the index is; empty where it is whole."""
    state = progress.condition.state
    return "" if state == "whole" else words[f"progress.{state.replace(' ', '_')}"]


def counted(progress: Progress, words: Mapping[str, str]) -> tuple[int, int, str]:
    """How many files or passages are done, how many there are, and the two in words; nothing once all are done."""
    if progress.stage == "ready":
        return 0, 0, ""
    embedding = progress.stage == "embedding"
    done, total = (progress.chunks_done, progress.chunks) if embedding else (progress.files_done, progress.files)
    known = words[f"progress.{progress.stage}" if total or progress.stage == "failed" else "progress.starting"]
    return done, total, known.format(done=done, total=total)


def missing_line(missing: Sequence[str], language: str) -> Markup:
    """Says that documents keep answering although their files are gone, how many and from which folders."""
    line = texts(language)["progress.missing"].format(count=len(missing), folders=name_places(missing))
    return render("progress", stage="missing", line=line, done=0, total=0, language=language)


def time_left(seconds: float | None, words: Mapping[str, str]) -> str:
    if seconds is None:
        return ""
    if seconds < 90:
        return words["progress.left_seconds"].format(seconds=max(1, round(seconds)))
    return words["progress.left_minutes"].format(minutes=round(seconds / 60))
