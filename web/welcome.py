"""What stands around the conversation: masthead, the two doors with their questions, how far indexing has come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from web.templates import render
from web.texts import LANGUAGES, direction, texts

if TYPE_CHECKING:
    from ingest.sync import Progress

DOORS = ("outbound", "inbound")
QUESTIONS = 4
SPOKEN_BY_SCRIPTS = (
    "archive.count",
    "archive.delete_all_sure",
    "archive.delete_sure",
    "archive.deleted",
    "person.failed",
    "person.sent",
    "tool.copied",
    "tool.copy_failed",
    "tool.linked",
    "tool.save_failed",
    "tool.saved",
    "tool.saving",
    "why.failed",
    "why.thanks",
)


@dataclass(frozen=True)
class Door:
    """One of the two directions, with the questions that people ask there."""

    name: str
    title: str
    lead: str
    questions: tuple[str, ...]


def masthead(language: str, conversing: bool) -> Markup:
    """Name, past conversations, languages and, once one is under way, the button that begins a new conversation."""
    names = [(code, texts(code)["page.language"]) for code in LANGUAGES]
    return render(
        "masthead",
        conversing=conversing,
        direction=direction(language),
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
        direction=direction(language),
        keeping=keeping,
        language=language,
        spoken=json.dumps(spoken, ensure_ascii=False),
        texts=words,
    )


def standing(language: str) -> Markup:
    """The notice below every question: guidance only, and who decides."""
    return render("standing", language=language, texts=texts(language))


def welcome(language: str) -> Markup:
    """Who answers and for whom, example questions for both directions, and whose word counts."""
    words = texts(language)
    return render("welcome", language=language, texts=words, doors=[door(name, words) for name in DOORS])


def door(name: str, words: Mapping[str, str]) -> Door:
    questions = tuple(words[f"door.{name}.question.{number}"] for number in range(1, QUESTIONS + 1))
    return Door(name, words[f"door.{name}"], words[f"door.{name}.lead"], questions)


def progress_line(progress: Progress, language: str) -> Markup:
    """How far the indexing has come, with the time left where it is known; nothing once it is done."""
    if progress.stage == "ready":
        return Markup()
    words = texts(language)
    embedding = progress.stage == "embedding"
    done, total = (progress.chunks_done, progress.chunks) if embedding else (progress.files_done, progress.files)
    known = words[f"progress.{progress.stage}" if total or progress.stage == "failed" else "progress.starting"]
    line = " · ".join(filter(None, (known.format(done=done, total=total), time_left(progress.seconds_left, words))))
    return render("progress", stage=progress.stage, line=line, done=done, total=total, language=language)


def time_left(seconds: float | None, words: Mapping[str, str]) -> str:
    if seconds is None:
        return ""
    if seconds < 90:
        return words["progress.left_seconds"].format(seconds=max(1, round(seconds)))
    return words["progress.left_minutes"].format(minutes=round(seconds / 60))
