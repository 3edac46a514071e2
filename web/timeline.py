"""Draws the days that the steps of a guide state, in a row, with their sum."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from markupsafe import Markup

from store.documents import Document
from text.boundaries import shorten
from text.lexicon.load import bodies
from web.i18n import direction, texts
from web.rendering import render

STEP = re.compile(r"(\d{1,2})[.)][ \t]+(\S.*)")
FEWEST = 2
"""Steps with days from which they are drawn."""
WIDTH, ROW, MARGIN = 400, 54, 36
"""Width of the drawing, height of a step, and room for its number, in SVG units."""
LONGEST_BAR = 190
LONGEST_NAME = 46
"""Characters of a step's beginning that fit above its bar; half as many ideographs."""


@dataclass(frozen=True)
class Stage:
    """A step with a time limit in days, or working days if `is_working`.

    `more` are those of a possible extension, `words` the whole step.
    """

    number: int
    days: int
    more: int
    is_working: bool
    words: str = field(default="", compare=False)


@dataclass(frozen=True)
class Bar:
    """A drawn step, in units of the drawing, from the side where reading begins.

    It begins at `left`, where the one before it ends.
    """

    number: int
    top: int
    left: float
    width: float
    more: float
    label: str
    name: str


def timeline(document: Document, language: str) -> Markup:
    """Drawing of the steps of a guide; empty for other documents and too few limits."""
    found = stages(document.text) if document.metadata.kind == "guide" else ()
    if len(found) < FEWEST:
        return Markup()
    return render(
        "timeline",
        bars=bars(found, language, LONGEST_NAME // 2 if document.metadata.language == "zh" else LONGEST_NAME),
        direction=direction(language),
        document_language=document.metadata.language,
        height=len(found) * ROW,
        margin=MARGIN,
        sum=sum_of(found, language),
        texts=texts(language),
        width=WIDTH,
    )


def stages(text: str) -> tuple[Stage, ...]:
    """Steps with a time limit, from the first numbered list of a text.

    Later lists are other procedures.
    """
    found = (stage(int(step[1]), step[2]) for step in first_steps(text.split("\n")))
    return tuple(each for each in found if each)


def first_steps(lines: Sequence[str]) -> Iterator[re.Match[str]]:
    """Yields the lines of the first list that is numbered 1, 2, 3 and so on."""
    expected = 1
    for line in lines:
        step = STEP.match(line)
        if step and int(step[1]) == expected:
            expected += 1
            yield step
        elif expected > 1 and line.strip():
            return


def stage(number: int, words: str) -> Stage | None:
    """Returns the time limit of a step.

    Working days with their extension are preferred to the days within which a step is due.
    None if the step states no days.
    """
    working, due, extension = durations()
    if found := working.search(words):
        more = extension.search(words, found.end())
        return Stage(number, int(found[1]), int(more[1]) if more else 0, is_working=True, words=words)
    last = due.search(words)
    return Stage(number, int(last[1] or last[2]), 0, is_working=False, words=words) if last else None


@cache
def durations() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns of working days, due days and extensions, in all languages.

    They match `7 working days`, `within 30 days` (Chinese says it after) and `extendable by 10`.
    """
    within, day, chinese = bodies("duration.within"), bodies("duration.day"), bodies("duration.day", "zh")
    sources = (
        rf"(?<![\d.,])(\d{{1,3}})\s?(?:{bodies('duration.working_day')})",
        rf"\b(?:{within})\s(\d{{1,3}})\s(?:{day})|(?<!\d)(\d{{1,3}})(?:{chinese})",
        rf"(?:{bodies('duration.extension')})\s?(\d{{1,3}})",
    )
    working, due, extension = (re.compile(source, re.IGNORECASE) for source in sources)
    return working, due, extension


def bars(found: Sequence[Stage], language: str, longest: int) -> list[Bar]:
    """Bars of the steps, each with at most `longest` characters of its step."""
    lengths = [each.days + each.more for each in found]
    scale = LONGEST_BAR / sum(lengths)
    return [
        Bar(
            each.number,
            at * ROW,
            round(sum(lengths[:at]) * scale, 1),
            round(each.days * scale, 1),
            round(each.more * scale, 1),
            label(each, language),
            shorten(each.words.replace("**", ""), longest),
        )
        for at, each in enumerate(found)
    ]


def sum_of(found: Sequence[Stage], language: str) -> str:
    """Returns the sum of all limits in words, working days apart from other days."""
    kinds = [[each for each in found if each.is_working is is_working] for is_working in (True, False)]
    sums = [
        replace(of[0], days=sum(each.days for each in of), more=sum(each.more for each in of)) for of in kinds if of
    ]
    return texts(language)["timeline.sum"].format(days=" + ".join(label(each, language) for each in sums))


def label(each: Stage, language: str) -> str:
    """Returns the days of a step in words; those of an extension follow a plus sign."""
    days = f"{each.days} + {each.more}" if each.more else str(each.days)
    return texts(language)["timeline.working_days" if each.is_working else "timeline.days"].format(days=days)
