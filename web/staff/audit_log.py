"""Audit log: the changes by staff, with author and time; filtered, and as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict

from bot.diagnostics.knowledge_gaps import standalone_question
from records import AuditEntry, AuditFilter, Records, UnknownRecordError
from records.csv_export import write_table
from store.documents import Metadata
from web.staff.form_types import Day, Line, Skip, Source
from web.staff.formatting import ALL, Formatter
from web.staff.i18n import words
from web.staff.pages import Pages, language_of, translator
from web.staff.source_search import is_found

AT_ONCE = 100
KINDS = {
    "corrections": ("page.corrected", "page.correction_removed", "upload.page_corrected", "document.rewritten"),
}
"""Groups of actions that a link shows.

`corrections`: each change of a text by hand, of a page or in the browser.
"""
PROGRAM = "API: "
"""Prefix of API key names in the log, as `web.api.context` writes them."""
HANDLE = re.compile(r"[0-9a-f]{16}")
"""A question that is the subject of an entry on a gap; other gaps have a document."""
COLUMNS = ("at", "who", "what", "code", "subject", "details")


class Wanted(BaseModel):
    """Filter of the log; empty fields do not filter.

    `what`: an action, or the beginning of several with its dot. `kind`: one of KINDS. `first`, `last`: days.
    """

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    subject: Source = ""
    kind: Line = ""
    who: Line = ""
    what: Line = ""
    first: Day = None
    last: Day = None
    skip: Skip = 0

    def as_filter(self, documents: Mapping[str, Metadata]) -> AuditFilter:
        """Returns the filter for the audit log; an unknown `kind` does not filter.

        A subject that is no document is a part of one: of its path or title, or of a question.
        """
        group, whole = self.what if self.what.endswith(".") else "", self.subject if self.subject in documents else ""
        actions = KINDS.get(self.kind, ()) or ((self.what,) if self.what and not group else ())
        known = AuditFilter(actions, group, whole, self.who, self.first, self.last)
        if whole or not self.subject:
            return known
        titled = [source for source, metadata in documents.items() if is_found(self.subject, source, metadata)]
        return replace(known, part=self.subject, subjects=titled)

    def address(self, **changes: object) -> str:
        """Returns the query of this list with changes; from its start without `skip`."""
        values = self.model_dump(mode="json") | {"skip": 0} | changes
        return urlencode({name: value for name, value in values.items() if value})


def router(pages: Pages) -> APIRouter:
    """Routes `/log`: entries, newest first; and `/log/export.csv`."""
    routes = APIRouter()
    audit, index = pages.room.audit, pages.room.index

    @routes.get("/log")
    def show_audit_log(request: Request, wanted: Annotated[Wanted, Query()]) -> HTMLResponse:
        entries = audit.find(wanted.as_filter(index.documents()), AT_ONCE + 1, wanted.skip)
        return pages.show(
            request,
            "audit_log",
            actions=group_actions(audit.actions(), language_of(request)),
            at_once=AT_ONCE,
            entries=entries[:AT_ONCE],
            has_accounts=pages.room.accounts.count() > 0,
            is_more=len(entries) > AT_ONCE,
            kind=wanted.kind if wanted.kind in KINDS else "",
            named=Subjects(pages.room.records, language_of(request)).name,
            is_typed=lambda entry: bool(entry.who) and not entry.account and not entry.who.startswith(PROGRAM),
            names=[(name, name) for name in audit.names() if name],
            wanted=wanted,
        )

    @routes.get("/log/export.csv")
    def export(request: Request, wanted: Annotated[Wanted, Query()]) -> StreamingResponse:
        language = language_of(request)
        say = translator(language)
        pages.audit(request, "log.exported", "", filter=wanted.address() or ALL)
        header = [say(f"log.{column}") for column in COLUMNS]
        header[0] += f" ({Formatter(language).zone()})"
        entries = audit.find(wanted.as_filter(index.documents()))
        subjects = Subjects(pages.room.records, language)
        table = write_table(header, rows(entries, subjects), pages.room.settings.data_dir)
        headers = {
            "content-disposition": f'attachment; filename="log-{date.today()}.csv"',
            "content-length": str(table.length),
        }
        return StreamingResponse(table.parts(), media_type="text/csv", headers=headers)

    return routes


def group_actions(actions: Sequence[str], language: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Returns `(group, its name, actions with names)`, sorted by name.

    A group is the part of an action before the dot.
    """
    known = words(language)
    groups: dict[str, list[tuple[str, str]]] = {}
    for action in actions:
        group = action.partition(".")[0]
        groups.setdefault(group, []).append((action, known.get(f"log.action.{action}", action)))
    named = [(f"{group}.", known.get(f"log.group.{group}", group), own) for group, own in groups.items()]
    return sorted(named, key=lambda each: each[1])


@dataclass(frozen=True)
class Subjects:
    """Names of what was changed.

    The log keeps no words of a visitor, only where they are.
    """

    records: Records
    language: str
    questions: dict[str, str] = field(default_factory=dict)

    def name(self, entry: AuditEntry) -> tuple[str, str]:
        """Returns the name of the subject of an entry, and its staff page.

        The page is empty if there is none.
        """
        group, known = entry.action.partition(".")[0], words(self.language)
        if group == "request":
            named = known["log.request"].format(reference=entry.details.get("reference", entry.subject))
            return named, f"asked/requests#request-{entry.subject}"
        if group == "backup":
            return spell_moment(entry.subject, self.language), ""
        if group != "gap" or not HANDLE.fullmatch(entry.subject):
            return entry.subject, ""
        if entry.subject not in self.questions:
            with suppress(UnknownRecordError):
                self.questions[entry.subject] = standalone_question(self.records.exchange(entry.subject))
        question = self.questions.setdefault(entry.subject, "")
        return question or known["log.question_gone"], f"asked/{entry.subject}" if question else ""


def spell_moment(stored: str, language: str) -> str:
    """Returns a stored moment as readers write it; another text unchanged."""
    with suppress(ValueError):
        when = datetime.fromisoformat(stored)
        return Formatter(language).moment(when) if when.tzinfo else stored
    return stored


def rows(entries: Sequence[AuditEntry], subjects: Subjects) -> Iterator[tuple[str, ...]]:
    """Yields the cells of COLUMNS; times are in this machine's time zone."""
    known, speak = words(subjects.language), Formatter(subjects.language)
    for each in entries:
        named = {
            name: known.get(f"log.detail.{name}") or known.get(f"documents.key.{name}", name) for name in each.details
        }
        details = (f"{named[name]}: {speak.detail(name, value)}" for name, value in each.details.items())
        at = f"{each.at.astimezone():%Y-%m-%d %H:%M:%S}"
        yield at, speak.author(each), speak.action(each), each.action, subjects.name(each)[0], "\n".join(details)
