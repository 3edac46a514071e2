"""Trash: removes, restores and deletes documents; also reads a file again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.outcomes import ANSWERED
from ingest.uploads.trash import NotInTrashError, PathTakenError
from records import Days
from store import folder
from web.staff.approval_rules import may_bring_back, report_withdrawal, settle_withdrawal, why_not_back
from web.staff.documents.list import missing_of
from web.staff.documents.overview import Shelf
from web.staff.documents.validity_confirmation import LATELY, AskedAction, ask
from web.staff.documents.validity_preview import foresee_back, foresee_without, seal, shift_details
from web.staff.form_types import SentId, Source
from web.staff.messages import localise_reason
from web.staff.pages import Pages, Undo, current_user, language_of, redirect

Path = Annotated[Source, Form()]
LONGEST = 8_000


def add_trash(routes: APIRouter, pages: Pages, shelf: Shelf) -> None:
    """Adds `/folder/remove`, `/removed`, `/put-back`, `/delete`, `/missing`, `/again`."""
    giving_up(routes, pages)
    taking(routes, pages)
    returning(routes, pages)
    deleting(routes, pages)
    reading_again(routes, pages, shelf)


def flash_trouble(pages: Pages, request: Request, key: str, to: str = "folder", **values: str) -> RedirectResponse:
    """Redirects to a staff page, with an error message."""
    pages.flash(request, key, "trouble", None, **values)
    return redirect(request, to)


def flash_forbidden(pages: Pages, request: Request, error: OSError, name: str, to: str = "folder") -> RedirectResponse:
    """Redirects to a staff page, with why the system refused to change a file."""
    reason = localise_reason(error, language_of(request))
    return flash_trouble(pages, request, "documents.forbidden", to, name=name, error=reason)


def taking(routes: APIRouter, pages: Pages) -> None:
    """Adds `/folder/remove`, and `/folder/removed` with the trash."""
    room = pages.room

    @routes.post("/folder/remove")
    def remove(request: Request, source: Path, confirmed: SentId = "") -> Response:
        try:
            with room.changing:
                sources = folder.documents(room.settings.knowledge_dir)
                if source not in sources:
                    return flash_trouble(pages, request, "documents.gone", name=source)
                shifts = foresee_without(room.index, source, date.today())
                is_public, digest = source in room.index.documents(), folder.content_hash(sources[source])
                if is_public and confirmed != (sealed := seal(digest, shifts) or digest[:64]):
                    uses = count_answers(pages, source)
                    return ask(request, pages, AskedAction("remove", source, {"source": source}, sealed, shifts, uses))
                pages.audit(request, "document.removed", source, **shift_details(source, shifts))
                removed = room.trash.take(source, "removed", current_user(request), room.index.document)
                if is_public:
                    report_withdrawal(pages, request, source, {"removed": removed.id})
                is_last = len(sources) == 1
        except NotInTrashError:
            return flash_trouble(pages, request, "documents.gone", name=source)
        except OSError as error:
            return flash_forbidden(pages, request, error, source)
        undo = Undo("folder/put-back", {"id": removed.id})
        pages.flash(
            request, "documents.removed_last" if is_last else "documents.removed", undo=undo, name=removed.title
        )
        return redirect(request, "folder")

    @routes.get("/folder/removed")
    def show_trash(request: Request) -> HTMLResponse:
        return pages.show(
            request, "documents/removed", removed=room.trash.read_all(), may_bring_back=may_bring_back(pages, request)
        )


def count_answers(pages: Pages, source: str) -> int:
    """Returns how many answers of LATELY days cite a document."""
    days = Days(date.today() - timedelta(LATELY - 1), date.today())
    return pages.room.records.statistics.citing(days, ANSWERED, (source,))


def giving_up(routes: APIRouter, pages: Pages) -> None:
    """Adds `/folder/missing`, which removes the documents whose files are gone."""
    room = pages.room

    @routes.post("/folder/missing")
    def give_up(request: Request, seen: SentId) -> RedirectResponse:
        """Removes the documents with missing files, if the clerk saw this list of them."""
        with room.changing:
            missing = missing_of(room)
            if not missing.sources or seen != missing.seen:
                return flash_trouble(pages, request, "documents.missing_changed")
            names = "\n".join(missing.sources)
            details = {"count": str(len(missing.sources)), "documents": shorten(names)}
            pages.audit(request, "documents.given_up", missing.folders, **details)
            room.library.accept_removals(missing.sources)
        pages.flash(request, "documents.missing_given_up", count=len(missing.sources))
        return redirect(request, "folder")


def shorten(names: str) -> str:
    """Shortens names for the audit log."""
    return names if len(names) <= LONGEST else f"{names[:LONGEST]}…"


def returning(routes: APIRouter, pages: Pages) -> None:
    """Adds `/folder/put-back`, which restores a document from the trash."""

    @routes.post("/folder/put-back")
    def put_back(request: Request, id: SentId, confirmed: SentId = "") -> Response:
        name, trash, index = "", pages.room.trash, pages.room.index
        try:
            with pages.room.changing:
                kept = trash.find(id)
                name = kept.source
                if refusal := why_not_back(pages, request, kept.who):
                    return flash_trouble(pages, request, refusal, "folder/removed")
                shifts = foresee_back(trash, index, id, date.today())
                if shifts and confirmed != (sealed := seal(id, shifts)):
                    return ask(request, pages, AskedAction("put_back", name, {"id": id}, sealed, shifts))
                pages.audit(request, "document.put_back", name, **shift_details(name, shifts))
                removed = trash.put_back(id)
                settle_withdrawal(pages, {"removed": id})
        except NotInTrashError:
            return flash_trouble(pages, request, "documents.not_kept", "folder/removed")
        except PathTakenError as error:
            return flash_trouble(pages, request, "documents.taken", "folder/removed", name=str(error))
        except OSError as error:
            return flash_forbidden(pages, request, error, name, "folder/removed")
        pages.flash(request, "documents.put_back", name=removed.title)
        return redirect(request, "folder")


def deleting(routes: APIRouter, pages: Pages) -> None:
    """Adds `/folder/delete`, which deletes a document from the trash for good."""

    @routes.post("/folder/delete")
    def delete(request: Request, id: SentId) -> RedirectResponse:
        name = ""
        try:
            name = pages.room.trash.find(id).source
            pages.audit(request, "document.deleted", name)
            removed = pages.room.trash.delete(id)
        except NotInTrashError:
            return flash_trouble(pages, request, "documents.not_kept", "folder/removed")
        except OSError as error:
            return flash_forbidden(pages, request, error, name, "folder/removed")
        pages.flash(request, "documents.deleted", name=removed.title)
        return redirect(request, "folder/removed")


def reading_again(routes: APIRouter, pages: Pages, shelf: Shelf) -> None:
    """Adds `/folder/again`, which reads a file again that could not be read."""

    @routes.post("/folder/again")
    def again(request: Request, source: Path) -> RedirectResponse:
        if shelf.failure(source) is None:
            return flash_trouble(pages, request, "documents.gone", name=source)
        pages.audit(request, "document.read_again", source)
        pages.room.library.read_again(source)
        pages.flash(request, "documents.again_soon", name=source)
        return redirect(request, "folder")
