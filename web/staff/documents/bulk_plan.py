"""Plan of a bulk change: new metadata, and its effect on validity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from fastapi import HTTPException, Request

from ingest.metadata.change_yaml import FrontMatterNotWritableError
from ingest.metadata.write_front_matter import draft, value_in_force
from store.documents import UnreadableFileError
from store.index import Index
from store.validity_changes import Shift
from text.messages import message_of
from web.staff.documents import form as fields
from web.staff.documents.bulk_form import SentBulk, changes_for, parse_fields
from web.staff.documents.change import DetailChange, now_of, save
from web.staff.documents.day_order import wrong_order
from web.staff.documents.validity_preview import Drafts, foresee_all
from web.staff.messages import localise
from web.staff.pages import Pages, language_of, translator

REFUSALS = (FrontMatterNotWritableError, UnreadableFileError, OSError)


@dataclass
class Plan:
    """Changes to save, their effect on validity, and refusals.

    `troubles`: reasons by source of a document. `wrong`: error keys by field.
    `done`: sources of documents that already have the new values.
    `is_stale`: a file has changed since the changes were written, or is gone.
    """

    documents: list[DetailChange] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    shifts: tuple[Shift, ...] = ()
    troubles: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    is_stale: bool = False

    @property
    def is_possible(self) -> bool:
        """True if no document and no field refuses the change."""
        return not self.troubles and not self.wrong

    @property
    def seal(self) -> str:
        """Fingerprint of the plan; after any change, the clerk must confirm again."""
        plain = [(each.source, each.current.digest, each.found.values, each.found.without) for each in self.documents]
        return sha256(f"{plain} {self.shifts}".encode()).hexdigest()


def plan_changes(request: Request, pages: Pages, sent: SentBulk) -> Plan:
    """Returns the change of each document; unchanged documents are left out."""
    plan, index, language = Plan(), pages.room.index, language_of(request)
    wish, plan.wrong = parse_fields(sent)
    drafts: dict[str, Drafts] = {}
    for source in dict.fromkeys(sent.source):
        try:
            current = now_of(request, pages, source)
            found = changes_for(current.written, wish)
            drafts[source] = value_in_force(current.path), draft(current.path, found.values, found.without)
        except HTTPException:
            plan.troubles[source] = translator(language)("documents.gone", name=source)
            continue
        except REFUSALS as error:
            plan.troubles[source] = localise(message_of(error), language)
            continue
        document = index.document(source)
        after = fields.apply_changes(current.form, found, language)
        if wrong := wrong_order(found, after, document.metadata if document else None):
            plan.troubles[source] = " ".join(translator(language)(key) for key in wrong.values())
        elif any(found.names()):
            plan.documents.append(DetailChange(current, found))
    if plan.is_possible:
        foresee_plan(plan, index, drafts)
    return plan


def foresee_plan(plan: Plan, index: Index, drafts: Mapping[str, Drafts]) -> None:
    """Adds the validity changes to the plan and its documents; `drafts` by source."""
    plan.shifts = foresee_all(index, {each.source: drafts[each.source] for each in plan.documents}, date.today())
    plan.documents = [
        replace(each, shifts=tuple(shift for shift in plan.shifts if shift.source == each.source))
        for each in plan.documents
    ]


def write_all(request: Request, pages: Pages, plan: Plan) -> bool:
    """Saves all changes; False if writing a file failed, which a message reports."""
    sources = [each.source for each in plan.documents]
    for place, each in enumerate(plan.documents):
        try:
            save(request, pages, each)
        except REFUSALS as error:
            done, left = (", ".join(some) or "—" for some in (sources[:place], sources[place + 1 :]))
            why = localise(message_of(error), language_of(request))
            told = {"count": place, "done": done, "name": each.source, "why": why, "left": left}
            pages.flash(request, "documents.bulk.stopped", "trouble", None, **told)
            return False
    return True
