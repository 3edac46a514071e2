"""Rows of an imported table as drafts: each waits once, whoever imports it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from fastapi import Request

from records import CuratedAnswer, Draft, DraftKind
from web.staff.approval_rules import hold
from web.staff.curated.form import Typed, from_answer, from_form
from web.staff.curated.table import answer_draft, fields_of
from web.staff.pages import Pages, current_user


@dataclass(frozen=True)
class Change:
    """A draft with what it writes: one that waits, or a row of a table."""

    draft: Draft

    @cached_property
    def typed(self) -> Typed:
        """The answer as the form has it."""
        return from_form(self.draft.content)

    @cached_property
    def wordings(self) -> set[str]:
        """Its questions in all languages, casefolded."""
        return wordings_of(self.typed.answer())

    def is_about_that_of(self, other: Change) -> bool:
        """True if both change one answer, or are new ones to one question."""
        if self.typed.id or other.typed.id:
            return self.typed.id == other.typed.id
        return not self.wordings.isdisjoint(other.wordings)


def waiting_changes(pages: Pages) -> list[Change]:
    """Returns the curated answers that wait as drafts, oldest first."""
    return [Change(each) for each in pages.room.records.drafts.read_all() if each.kind is DraftKind.ANSWER]


def recognise(typed: Typed, has_day: bool, known: Mapping[str, CuratedAnswer], waiting: Iterable[Change]) -> Typed:
    """Returns a row without an id as the answer or new draft that says the same.

    So a table that is imported again, after its approval or by a colleague, brings nothing twice. The last day counts
    only if the row has one (`has_day`): the usual one is another each day.
    A row that says something of its own is returned as it is.
    """
    drafts = [each.typed for each in waiting if not each.typed.id]
    for each in (*map(from_answer, known.values()), *drafts):
        day = typed.until if has_day else each.until
        same = replace(typed, id=each.id, changed_at=each.changed_at, until=day)
        if same.texts == each.texts and fields_of(same) == fields_of(each):
            return same
    return typed


def changes_of(request: Request, rows: Iterable[Typed]) -> list[Change]:
    """Returns rows as drafts of the signed-in person."""
    return [Change(answer_draft(request, row)) for row in rows]


def find_colleagues_drafts(request: Request, rows: Sequence[Change], waiting: Iterable[Change]) -> list[Draft]:
    """Returns the drafts of others that change in another way what a row changes."""
    theirs = [each for each in waiting if each.draft.who != current_user(request) and not each.draft.returned]
    return [
        each.draft
        for each in theirs
        if any(each.is_about_that_of(row) and each.draft.content != row.draft.content for row in rows)
    ]


def hold_rows(pages: Pages, request: Request, rows: Iterable[Change], waiting: Sequence[Change]) -> None:
    """Keeps rows as drafts, but those that wait already.

    A row that has changed takes the place of the person's own draft.
    """
    pages.flash(request, "curated.waiting_already", "note")  # stays if every row waits
    for row in rows:
        there = [each.draft for each in waiting if each.is_about_that_of(row)]
        if not any(each.content == row.draft.content and not each.returned for each in there):
            hold(pages, request, row.draft, next((each.id for each in there if each.who == row.draft.who), ""))


def wordings_of(answer: CuratedAnswer) -> set[str]:
    """Returns the questions of an answer in all languages, casefolded."""
    return {wording.casefold() for text in answer.texts for wording in text.wordings}
