"""Curated answers as drafts: what they change, and making them public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import Request

from bot.curated import answers as curated
from bot.curated.answers import Near
from ingest.diff.comparison import Comparison, compare_texts
from records import CuratedAnswer, Draft
from records.models import now
from web.staff.context import StaffContext
from web.staff.curated.form import Typed, from_form, wrong
from web.staff.curated.listing import to_details
from web.staff.curated.nearest import find_rivals
from web.staff.pages import Pages


@dataclass(frozen=True)
class TextChange:
    """A field of an answer before and after; `name` is that of the audit log."""

    name: str
    before: str
    after: str
    comparison: Comparison


@dataclass(frozen=True)
class Rewritten:
    """An answer as typed, and as it is now; `earlier` is None for a new one.

    `is_stale`: the answer has been changed or deleted since.
    `rivals`: the questions of other answers in use that mean the same.
    """

    typed: Typed
    earlier: CuratedAnswer | None
    is_stale: bool
    rivals: Sequence[Near] = ()

    @property
    def changes(self) -> list[TextChange]:
        """Fields that differ."""
        before, after = to_details(self.earlier) if self.earlier else {}, to_details(self.typed.answer())
        names = [name for name in (*after, *before) if before.get(name, "") != after.get(name, "")]
        pairs = [(name, before.get(name, ""), after.get(name, "")) for name in dict.fromkeys(names)]
        return [TextChange(name, old, new, compare_texts(old, new)) for name, old, new in pairs]


def rewritten(room: StaffContext, draft: Draft) -> Rewritten:
    """Returns a draft over the present answer; over none if that has been deleted."""
    typed = from_form(draft.content)
    earlier = room.records.curated.one(typed.id) if typed.id else None
    changed_at = earlier.changed_at.isoformat() if earlier else ""
    newest = replace(typed, id=earlier.id if earlier else "", changed_at=changed_at)
    return Rewritten(newest, earlier, newest != typed, find_rivals(room, newest.wordings, newest.id))


def publish_answer(pages: Pages, request: Request, draft: Draft, found: Rewritten) -> str:
    """Logs and publishes an answer; returns the key of the error, empty on success."""
    room, typed, earlier = pages.room, found.typed, found.earlier
    if trouble := wrong(typed, room.index):
        return trouble
    new, author = typed.answer(), draft.who
    # the id of the draft, so that an approval that was cut off and is repeated makes no second answer
    answer = replace(new, id=typed.id or draft.id, created_by=author, changed_by=author, changed_at=now())
    before = {f"before_{name}": value for name, value in to_details(earlier).items()} if earlier else {}
    action = "answer.changed" if earlier else "answer.curated"
    pages.audit(request, action, answer.question, **to_details(answer), **before, author=draft.who)
    room.records.curated.keep(answer)
    curated.prepare(answer, room.bot.embedding_model)
    return ""
