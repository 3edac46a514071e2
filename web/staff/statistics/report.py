"""What the monthly report holds beyond the numbers: questions without an answer, what ends next, what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.outcomes import Outcome
from ingest.checks.agenda import Agenda
from ingest.checks.deadlines import Due
from records import Statistics
from store.index import Index
from web.staff.formatting import title_of
from web.staff.statistics.key_numbers import Words
from web.staff.statistics.summary import Summary

MOST = 15
SIGNING = ("signed.in",)
"""What is noted of the staff and changes nothing."""


@dataclass(frozen=True)
class Report:
    """A month: its numbers, the questions that stayed unanswered with how often, those whose answers were rated
    useless with the reasons, what ends next with its title, and how often the staff did what. No names, no comments."""

    summary: Summary
    unanswered: Mapping[str, int]
    useless: tuple[tuple[str, str], ...]
    ending: tuple[tuple[Due, str], ...]
    changes: Mapping[str, int]
    made: date


def report_of(summary: Summary, statistics: Statistics, index: Index, agenda: Agenda) -> Report:
    """The report on the month of a summary. Raises RecordsUnavailable."""
    days, documents = summary.period.days, index.documents()
    return Report(
        summary,
        statistics.questions(days, Outcome.NOT_IN_KNOWLEDGE_BASE.value, MOST),
        tuple(statistics.useless(days, MOST)),
        tuple((each, title_of(documents.get(each.source), each.source)) for each in agenda.ending),
        {action: count for action, count in statistics.changes(days).items() if action not in SIGNING},
        agenda.today,
    )


def useless_of(report: Report, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Questions with the reason in words; `known` are the texts of the room."""
    return [(question, known.get(f"why.{reason}", reason)) for question, reason in report.useless]


def ending_of(report: Report, words: Words) -> list[tuple[str, str, str]]:
    """The day, the document, and what happens."""
    return [(words.day(each.on), title, words.say(f"validity.what.{each.what}")) for each, title in report.ending]


def changes_of(report: Report, known: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(known.get(f"log.action.{action}", action), count) for action, count in report.changes.items()]


def span_of(summary: Summary, words: Words) -> str:
    """The days of a period, and those that they are compared with."""
    days, before = summary.period.days, summary.period.before
    ends = {"first": days.first, "last": days.last, "before_first": before.first, "before_last": before.last}
    return words.say("figures.span", **{name: words.day(day) for name, day in ends.items()})
