"""Correcting a page: what was typed is confirmed where it changes a figure, noted with what stood there, and saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from ingest.changes.excerpts import excerpts
from ingest.changes.numbers import changed_numbers
from ingest.changes.wording import FigureChange
from ingest.corrections import LONGEST, Changed, Correction, Replaced, Unusable, correct
from ingest.corrections.editing import by_lines, typed_text
from ingest.loading.normalise import normalise
from ingest.metadata.writing import standing
from ingest.standing import Shift
from web.preview import fingerprint
from web.staff.folder.confirming import words_of
from web.staff.folder.foreseeing import foresee_text, noted, seal
from web.staff.inside.opening import Opened, opened_page
from web.staff.inside.showing import address, shared
from web.staff.pages import Pages, Undo, go, who

MOST_NOTED = 30
"""Figures that an entry of the log lists."""


class Sent(BaseModel):
    """A page as somebody typed it, who saw this `version` of the file and knew of this correction of the page.

    `confirmed` is the seal of the changes of figures and validity that they confirmed; `is_text` says that this is the
    text of the page itself, as it stood before, and not what was typed line by line.
    """

    source: str = Field(max_length=1000)
    page: int = Field(ge=1)
    text: str = Field("", max_length=2 * LONGEST)
    version: str = Field("", max_length=64)
    known: str = Field("", max_length=64)
    confirmed: str = Field("", max_length=64)
    is_text: bool = False
    then: Literal["save", "edit"] = "save"


@dataclass(frozen=True)
class Desk:
    """Where somebody corrects: the pages of the room, and one request."""

    pages: Pages
    request: Request

    def form(self, seen: Opened, text: str, status: int = 200, **values: object) -> HTMLResponse:
        values = {"trouble": "", "reason": "", "latest": "", **values}
        known = shared(self.request, seen)
        return self.pages.show(self.request, "inside/correct", status, **known, text=text, **values)

    def answer(self, seen: Opened, sent: Sent) -> Response:
        """Saves what was typed, or says what keeps it from being saved."""
        if sent.then == "edit":
            return self.form(seen, sent.text)
        if trouble := trouble_with(seen, sent):
            latest = by_lines(seen.lines, seen.text) if trouble == "inside.changed_meanwhile" else ""
            return self.form(seen, sent.text, 409, trouble=trouble, latest=latest)
        fresh = normalise(sent.text) if sent.is_text else typed_text(seen.lines, seen.text, sent.text)
        if len(fresh) > LONGEST:
            return self.form(seen, sent.text, 422, trouble="inside.too_long")
        if is_said(seen, fresh):
            self.pages.tell(self.request, "inside.nothing_changed", "note")
            return go(self.request, address(sent.source, sent.page))
        figures = () if sent.is_text else changed_numbers(seen.text, fresh)
        shifts = foreseen(seen, fresh)
        sealed = fingerprint(f"{fresh} {seal(seen.version, shifts)}")
        if (figures or shifts) and sent.confirmed != sealed:
            values = {"figures": figures, "shifts": shifts, "sent": sent, "confirmed": sealed}
            words = words_of(self.request, self.pages)
            return self.pages.show(self.request, "inside/confirm", **shared(self.request, seen), **values, **words)
        return self.saved(seen, sent, fresh, shifts)

    def saved(self, seen: Opened, sent: Sent, fresh: str, shifts: Sequence[Shift]) -> Response:
        """Notes the correction and saves it."""
        if seen.path is None:
            return go(self.request, address(sent.source, sent.page))
        trace = traced(sent.page, seen.text, fresh) | noted(sent.source, shifts)
        self.pages.note(self.request, "page.corrected", sent.source, **trace)
        correction = Correction(fresh, who(self.request))
        try:
            correct(seen.path, sent.page, correction, seen.version, seen.correction)
        except (Changed, Replaced):
            return self.form(seen, sent.text, 409, trouble="inside.changed_meanwhile")
        except (OSError, Unusable) as error:
            return self.form(seen, sent.text, 500, trouble="inside.not_saved", reason=reason(error))
        self.pages.tell(self.request, "inside.saved", undo=undo_saving(seen, fresh), page=sent.page)
        return go(self.request, address(sent.source, sent.page))


def add_correcting(routes: APIRouter, pages: Pages) -> None:
    """`/folder/inside/correct`: the form, and what was typed into it."""
    room = pages.room

    @routes.get("/correct")
    def asked(
        request: Request, source: Annotated[str, Query(max_length=1000)], page: Annotated[int, Query(ge=1)]
    ) -> Response:
        seen = opened_page(room, source, page)
        if seen is None:
            return go(request, address(source, page))
        if seen.is_replaced:
            pages.tell(request, "inside.replaced", "note")
            return go(request, address(source, page))
        return Desk(pages, request).form(seen, by_lines(seen.lines, seen.text))

    @routes.post("/correct")
    def sent(request: Request, sent: Annotated[Sent, Form()]) -> Response:
        seen = opened_page(room, sent.source, sent.page)
        if seen is None or seen.path is None:
            return pages.show(request, "inside/lost", 409, text=sent.text, back=address(sent.source, sent.page))
        return Desk(pages, request).answer(seen, sent)


def foreseen(seen: Opened, fresh: str) -> tuple[Shift, ...]:
    """What this text of a page would change in the validity of documents: dates are read from it."""
    if seen.path is None:
        return ()
    text = seen.revision.document.text
    corrected = text[: seen.leaf.start] + fresh + text[seen.leaf.end :]
    return foresee_text(seen.room.index, seen.source, standing(seen.path), corrected, date.today())


def trouble_with(seen: Opened, sent: Sent) -> str:
    """Why what was typed is not saved: the key of a text; empty where nothing speaks against it."""
    if seen.is_replaced:
        return "inside.replaced_typed"
    as_shown = (sent.version, sent.known) == (seen.version, seen.known)
    return "" if as_shown else "inside.changed_meanwhile"


def is_said(seen: Opened, fresh: str) -> bool:
    """Whether a page says this already. A correction that was taken back does not count until the page is read anew."""
    is_taken_back = seen.is_corrected and seen.correction is None
    return not is_taken_back and fresh in (seen.text, normalise(seen.text))


def traced(page: int, before: str, after: str) -> dict[str, str]:
    """What the log keeps of a page whose text changes: its number, the figures, and the places as they were and are."""
    changes = changed_numbers(before, after)
    figures = "\n".join(map(in_short, changes[:MOST_NOTED])) + "\n…" * (len(changes) > MOST_NOTED)
    was, now = excerpts(before, after)
    return {"page": str(page), **({"figures": figures} if figures else {}), "before": was, "after": now}


def in_short(change: FigureChange) -> str:
    return f"{change.before or '—'} → {change.after or '—'}"


def undo_saving(seen: Opened, fresh: str) -> Undo:
    """Back to the correction before, or to the text as it was read."""
    if seen.correction:
        return undo_to(seen, seen.correction.text, known=fingerprint(fresh))
    fields = {"source": seen.source, "page": str(seen.leaf.number), "known": fingerprint(fresh)}
    return Undo("folder/inside/take-back", fields)


def undo_to(seen: Opened, text: str, known: str) -> Undo:
    """Back to a text of the page, from the correction whose fingerprint is `known`."""
    fields = {"source": seen.source, "page": str(seen.leaf.number), "version": seen.version, "known": known}
    return Undo("folder/inside/correct", {**fields, "text": text, "is_text": "1"})


def reason(error: OSError | Unusable) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else str(error)
