"""Look inside: a document as it was read, beside the pictures of its pages, and pages corrected by hand."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from ingest.corrections import LONGEST, Changed, Correction, Replaced, Unusable, correct, delete_old, take_back
from ingest.corrections.lines import by_lines, joined
from ingest.loading.normalise import normalise
from ingest.metadata.writing import standing
from ingest.standing import Shift
from web.preview import fingerprint
from web.staff.folder.confirming import Asked, ask
from web.staff.folder.foreseeing import foresee_text, noted, seal
from web.staff.inside.leaves import passages, spots
from web.staff.inside.opening import Opened, opened, opened_page
from web.staff.pages import Pages, Undo, go, language_of, who
from web.staff.told import told

Source = Annotated[str, Query(max_length=1000)]
SentSource = Annotated[str, Form(max_length=1000)]
Number = Annotated[int, Query(ge=1)]
SentNumber = Annotated[int, Form(ge=1)]
Known = Annotated[str, Form(max_length=64)]
PICTURE = {"cache-control": "private, no-cache"}


class Sent(BaseModel):
    """A page as somebody typed it, who saw this `version` of the file and knew of this correction of the page."""

    source: str = Field(max_length=1000)
    page: int = Field(ge=1)
    text: str = Field("", max_length=2 * LONGEST)
    version: str = Field("", max_length=64)
    known: str = Field("", max_length=64)


class Answered(Sent):
    """The same, or what somebody answered to the question whether validity is to change, see `folder.editing`."""

    confirmed: str = Field("", max_length=64)
    back: str = Field("", max_length=64)


def router(pages: Pages) -> APIRouter:
    """`/folder/inside` and what belongs to it."""
    routes = APIRouter(prefix="/folder/inside")
    looking(routes, pages)
    correcting(routes, pages)
    taking_back(routes, pages)
    return routes


def address(source: str, page: int, path: str = "folder/inside") -> str:
    return f"{path}?{urlencode({'source': source, 'page': page})}"


def looking(routes: APIRouter, pages: Pages) -> None:
    room = pages.room

    @routes.get("")
    def shown(request: Request, source: Source, page: Number = 1) -> HTMLResponse:
        seen = opened(room, source, page)
        return pages.show(
            request, "inside/looking", **shared(request, seen), passages=passages(seen.revision, seen.leaf)
        )

    @routes.get("/page.webp")
    def picture(source: Source, page: Number) -> Response:
        drawn = opened(room, source, page).picture()
        if drawn is None:
            raise HTTPException(404)
        return Response(drawn.image, media_type="image/webp", headers=PICTURE)

    @routes.get("/reading")
    def reading(request: Request, source: Source, page: Number = 1) -> HTMLResponse:
        return pages.part(request, "inside/reading", **shared(request, opened(room, source, page)))


def shared(request: Request, seen: Opened) -> dict[str, object]:
    """What the pages of this section have in common."""
    page = seen.leaf.page
    return {
        "seen": seen,
        "document": seen.revision.document,
        "leaf": seen.leaf,
        "picture": seen.picture(),
        "spots": spots(page.lines) if page else [],
        "told": lambda sentence: told(sentence, language_of(request)),
        "link": lambda path, number: address(seen.source, number, path),
    }


def correcting(routes: APIRouter, pages: Pages) -> None:
    room = pages.room

    def form(request: Request, seen: Opened, text: str, status: int = 200, **values: object) -> HTMLResponse:
        values = {"trouble": "", "reason": "", "latest": "", **values}
        return pages.show(request, "inside/correct", status, **shared(request, seen), text=text, **values)

    @routes.get("/correct")
    def asked(request: Request, source: Source, page: Number) -> Response:
        seen = opened_page(room, source, page)
        if seen is None:
            return go(request, address(source, page))
        if seen.is_replaced:
            pages.tell(request, "inside.replaced", "note")
            return go(request, address(source, page))
        return form(request, seen, by_lines(seen.lines, seen.text))

    @routes.post("/correct")
    def sent(request: Request, sent: Annotated[Answered, Form()]) -> Response:
        seen = opened_page(room, sent.source, sent.page)
        if seen is None or seen.path is None:
            return pages.show(request, "inside/lost", 409, text=sent.text, back=address(sent.source, sent.page))
        if sent.back:
            return form(request, seen, sent.text)
        if trouble := trouble_with(seen, sent):
            latest = by_lines(seen.lines, seen.text) if trouble == "inside.changed_meanwhile" else ""
            return form(request, seen, sent.text, 409, trouble=trouble, latest=latest)
        fresh = joined(sent.text)[:LONGEST] if seen.lines else normalise(sent.text)[:LONGEST]
        if is_said(seen, fresh):
            pages.tell(request, "inside.nothing_changed", "note")
            return go(request, address(sent.source, sent.page))
        shifts = foreseen(seen, fresh)
        if shifts and sent.confirmed != (sealed := seal(f"{seen.version} {sent.page} {fresh}", shifts)):
            return ask(request, pages, Asked("correct", sent.source, sent.model_dump(), sealed, shifts))
        pages.note(request, "page.corrected", sent.source, page=str(sent.page), **noted(sent.source, shifts))
        try:
            correct(seen.path, sent.page, Correction(fresh, who(request)), seen.version, seen.correction)
        except (Changed, Replaced):
            return form(request, seen, sent.text, 409, trouble="inside.changed_meanwhile")
        except (OSError, Unusable) as error:
            return form(request, seen, sent.text, 500, trouble="inside.not_saved", reason=reason(error))
        pages.tell(request, "inside.saved", undo=undo_saving(seen, fresh), page=sent.page)
        return go(request, address(sent.source, sent.page))


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
    return not is_taken_back and fresh in (seen.text, joined(by_lines(seen.lines, seen.text)))


def undo_saving(seen: Opened, fresh: str) -> Undo:
    """Back to the correction before, or to the text as it was read."""
    fields = {"source": seen.source, "page": str(seen.leaf.number), "known": fingerprint(fresh)}
    if seen.correction:
        return Undo("folder/inside/correct", {**fields, "version": seen.version, "text": seen.correction.text})
    return Undo("folder/inside/take-back", fields)


def reason(error: OSError | Unusable) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else str(error)


def taking_back(routes: APIRouter, pages: Pages) -> None:
    room = pages.room

    @routes.post("/take-back")
    def page_back(request: Request, source: SentSource, page: SentNumber, known: Known = "") -> Response:
        seen = opened(room, source, page)
        before = seen.kept.pages.get(page)
        if seen.path is None or before is None:
            pages.tell(request, "inside.nothing_to_take_back", "note")
            return go(request, address(source, page))
        if known != fingerprint(before.text):
            pages.tell(request, "inside.not_taken_back", "trouble", page=page)
            return go(request, address(source, page))
        pages.note(request, "page.correction_removed", source, page=str(page))
        try:
            take_back(seen.path, page, before)
        except Changed:
            pages.tell(request, "inside.not_taken_back", "trouble", page=page)
            return go(request, address(source, page))
        except (OSError, Unusable) as error:
            pages.tell(request, "inside.not_changed", "trouble", reason=reason(error))
            return go(request, address(source, page))
        fields = {"source": source, "page": str(page), "version": seen.version, "text": before.text}
        pages.tell(request, "inside.taken_back", undo=Undo("folder/inside/correct", fields), page=page)
        return go(request, address(source, page))

    @routes.post("/delete-old")
    def old_deleted(request: Request, source: SentSource, page: SentNumber = 1) -> Response:
        seen = opened(room, source, page)
        if seen.path and seen.kept.old:
            pages.note(request, "page.correction_removed", source, page=", ".join(map(str, seen.kept.old)))
            try:
                delete_old(seen.path)
                pages.tell(request, "inside.deleted_old")
            except (OSError, Unusable) as error:
                pages.tell(request, "inside.not_changed", "trouble", reason=reason(error))
        return go(request, address(source, page))
