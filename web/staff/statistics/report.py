"""Monthly report: the numbers, unanswered questions, deadlines, staff changes."""

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
"""Audit actions that change nothing."""


@dataclass(frozen=True)
class Report:
    """Report of a month, without names and comments.

    - `summary`: the numbers.
    - `unanswered`: unanswered questions with their counts.
    - `useless`: questions whose answers were rated useless, with the reasons.
    - `ending`: next deadlines with document titles.
    - `changes`: counts of staff actions.
    """

    summary: Summary
    unanswered: Mapping[str, int]
    useless: tuple[tuple[str, str], ...]
    ending: tuple[tuple[Due, str], ...]
    changes: Mapping[str, int]
    made: date


def report_of(summary: Summary, statistics: Statistics, index: Index, agenda: Agenda) -> Report:
    """Returns the report of a summary's month.

    Raises RecordsUnavailableError if the records cannot be read.
    """
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
    """Returns questions with the reason in words; `known` are the staff messages."""
    return [(question, known.get(f"why.{reason}", reason)) for question, reason in report.useless]


def ending_of(report: Report, words: Words) -> list[tuple[str, str, str]]:
    """Returns day, document and event of each deadline."""
    return [(words.day(each.on), title, words.say(f"validity.what.{each.what}")) for each, title in report.ending]


def changes_of(report: Report, known: Mapping[str, str]) -> list[tuple[str, int]]:
    """Returns the staff actions in words, with their counts."""
    return [(known.get(f"log.action.{action}", action), count) for action, count in report.changes.items()]


def span_of(summary: Summary, words: Words) -> str:
    """Returns the days of a period and of its comparison, in words."""
    days, before = summary.period.days, summary.period.before
    ends = {"first": days.first, "last": days.last, "before_first": before.first, "before_last": before.last}
    return words.say("statistics.span", **{name: words.day(day) for name, day in ends.items()})
