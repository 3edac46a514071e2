"""Start page and frame of the chat: masthead, examples, indexing progress."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import format_date
from markupsafe import Markup

from bot.dialogue.refusal import QUESTION_CHARACTERS
from bot.query.countries import country_name
from bot.starters.cache import StarterOptions
from bot.starters.questions import TOPICS, Starter, StarterFilter
from store.documents import Audience
from text.catalog import SERVICE_LANGUAGES
from text.sorting import join_names, name_order
from web.chat.contact import CONTACT
from web.context import StartersLike
from web.i18n import choose_language, texts
from web.rendering import render

if TYPE_CHECKING:
    from ingest.sync.progress import Progress

OUTBOUND_FIRST: tuple[Audience, ...] = ("outbound", "inbound")
QUESTIONS = 4
SPOKEN_BY_SCRIPTS = (
    "answer.left_out",
    "answer.searching",
    "archive.count",
    "archive.delete_all_sure",
    "archive.delete_sure",
    "archive.deleted",
    "archive.deleted_later",
    "archive.full",
    "archive.withdraws",
    "form.contact",
    "form.needed",
    "page.busy",
    "page.connected",
    "page.disconnected",
    "page.offline",
    "page.stopping",
    "person.contact_given",
    "person.contact_wrong",
    "person.correct",
    "person.correct_lead",
    "person.failed",
    "person.reference",
    "tool.copied",
    "tool.copy_failed",
    "tool.linked",
    "tool.linked_after",
    "tool.shared_after",
    "tool.save_failed",
    "tool.saved",
    "tool.saving",
    "save.too_long",
    "source.unreached",
    "table.copied",
    "table.copy",
    "table.save",
    "why.failed",
    "why.gone",
    "why.thanks",
)


@dataclass(frozen=True)
class Direction:
    """A direction, outbound or inbound, with examples, which may still be searched."""

    name: str
    title: str
    lead: str
    examples: tuple[Starter, ...]
    is_searching: bool = False


def masthead(language: str, conversing: bool) -> Markup:
    """Renders name, archive, languages and, in a conversation, the new chat button."""
    names = [(code, texts(code)["page.language"], texts(code)["page.later"]) for code in SERVICE_LANGUAGES]
    return render(
        "masthead",
        conversing=conversing,
        language=language,
        languages=names,
        texts=texts(language),
    )


def dialogs(language: str, keeping: bool, days: int) -> Markup:
    """Renders source panel, archive, request form, and the texts for scripts.

    Data sent to the server are kept for `days`, if they are kept at all.
    """
    words = texts(language)
    return render(
        "dialogs",
        days=days,
        keeping=keeping,
        language=language,
        reachable=CONTACT,
        longest=QUESTION_CHARACTERS,
        spoken=json.dumps({name: words[name] for name in SPOKEN_BY_SCRIPTS}, ensure_ascii=False),
        texts=words,
    )


def standing(language: str) -> Markup:
    """Renders the notice below every question: guidance only, and who decides."""
    return render("standing", language=language, texts=texts(language))


def welcome(language: str, starters: StartersLike, about: str = "", days: int = 0) -> Markup:
    """Renders the start page: purpose, choices, examples, last update, disclaimer.

    Questions are kept for `days`; 0 if they are not kept, and then nobody can write to the staff.
    """
    language, about = choose_language(language), find_about(starters, about)
    words = texts(language)
    offer = starters.offer()
    listed = choices(offer, language)
    return render(
        "welcome",
        about=about,
        choices=listed,
        days=days,
        directions=[direction(name, language, about, starters) for name in directions(language)],
        glance=[(name, len(group), join_names([each for _, each in group], language)) for name, group in listed],
        language=language,
        texts=words,
        updated=format_date(offer.updated.astimezone(), "long", locale=language) if offer.updated else "",
    )


def find_about(starters: StartersLike, about: str) -> str:
    """Returns `about` if this country or topic can be chosen now, else "".

    A browser may send any value.
    """
    offer = starters.offer()
    return about if about in offer.countries or about in offer.topics else ""


def first_choices() -> list[StarterFilter]:
    """Returns the choices that the start page shows first, in every language."""
    return [choice(name, language) for language in SERVICE_LANGUAGES for name in directions(language)]


def directions(language: str) -> tuple[Audience, ...]:
    """Returns both directions, first that of most companies which read a language."""
    return OUTBOUND_FIRST if language == "zh" else OUTBOUND_FIRST[::-1]


def choices(offer: StarterOptions, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Returns countries and topics under their headings, with translated names."""
    words = texts(language)
    order = name_order(language)
    countries = [(code, country_name(code, language)) for code in offer.countries]
    countries.sort(key=lambda each: order(each[1]))
    topics = [(topic, words[f"topic.{topic}"]) for topic in offer.topics]
    groups = [(words["choose.countries"], countries), (words["choose.topics"], topics)]
    return [group for group in groups if group[1]]


def is_searching(language: str, starters: StartersLike, about: str = "") -> bool:
    """Checks that examples of the start page are still being looked for."""
    return any(starters.is_searching(choice(name, language, about)) for name in directions(language))


def direction(name: Audience, language: str, about: str, starters: StartersLike) -> Direction:
    """Returns a direction with its title, its lead and the examples known so far."""
    words = texts(language)
    found = starters.examples(choice(name, language, about))
    searching = starters.is_searching(choice(name, language, about))
    return Direction(name, words[f"direction.{name}"], words[f"direction.{name}.lead"], found, searching)


def choice(name: Audience, language: str, about: str = "") -> StarterFilter:
    """Returns the choice of a direction; unknown values are dropped."""
    language = choose_language(language)
    country, topic = about if country_name(about, "en") else "", about if about in TOPICS else ""
    words = texts(language)
    preferred = tuple(words[f"direction.{name}.question.{number}"] for number in range(1, QUESTIONS + 1))
    return StarterFilter(language, name, country, topic, () if country or topic else preferred)


def render_chosen(language: str, about: str) -> Markup:
    """Renders the chosen country and the button to remove it; empty if none is chosen."""
    language = choose_language(language)
    name = country_name(about, language)
    return render("chosen", country=name, language=language, texts=texts(language)) if name else Markup()


def progress_line(progress: Progress, language: str) -> Markup:
    """Renders the state of an incomplete index, and the progress with the time left.

    When indexing is done, it says how many files are missing. Empty if all files are there.
    """
    if progress.stage == "ready" and progress.missing and is_settled(progress):
        return missing_line(progress.missing, language)
    if is_settled(progress):
        return Markup()
    words = texts(language)
    done, total, how_far = count_progress(progress, words)
    line = " · ".join(filter(None, (in_condition(progress, words), how_far, time_left(progress.seconds_left, words))))
    return render("progress", stage=progress.stage, line=line, done=done, total=total, language=language)


def is_settled(progress: Progress) -> bool:
    """True if indexing is done and the index is complete, vectors included."""
    return progress.stage == "ready" and progress.condition.state == "whole"


def in_condition(progress: Progress, words: Mapping[str, str]) -> str:
    """Returns the state of the index in words; empty if it is complete."""
    state = progress.condition.state
    return "" if state == "whole" else words[f"progress.{state.replace(' ', '_')}"]


def count_progress(progress: Progress, words: Mapping[str, str]) -> tuple[int, int, str]:
    """Returns done, total, and both in words, of files or passages.

    0, 0 and "" when all are done.
    """
    if progress.stage == "ready":
        return 0, 0, ""
    embedding = progress.stage == "embedding"
    done, total = (progress.chunks_done, progress.chunks) if embedding else (progress.files_done, progress.files)
    known = words[f"progress.{progress.stage}" if total or progress.stage == "failed" else "progress.starting"]
    return done, total, known.format(done=done, total=total)


def missing_line(missing: Sequence[str], language: str) -> Markup:
    """Says how many documents have missing files; these documents stay available."""
    line = texts(language)["progress.missing"].format(count=len(missing))
    return render("progress", stage="missing", line=line, done=0, total=0, language=language)


def time_left(seconds: float | None, words: Mapping[str, str]) -> str:
    """Returns the time left in words, from 90 seconds on in minutes; empty if unknown."""
    if seconds is None:
        return ""
    if seconds < 90:
        return words["progress.left_seconds"].format(seconds=max(1, round(seconds)))
    return words["progress.left_minutes"].format(minutes=round(seconds / 60))
