"""`/folder/edit`: the metadata form; saves into the file or the sidecar beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from ingest.metadata.change_yaml import FrontMatterNotWritableError
from ingest.metadata.document_days import find_doubted_key
from store.documents import Metadata, UnreadableFileError
from text.messages import NOTHING, Message, message_of
from web.staff.approval_needed import is_approval_needed
from web.staff.approval_rules import is_news
from web.staff.documents import form as fields
from web.staff.documents.change import DetailChange, Now, foreseen, now_of, save, show_state
from web.staff.documents.day_order import errors_of
from web.staff.documents.detail import Source
from web.staff.documents.held import hold_details, others_about
from web.staff.documents.labels import options, spell_value, topic_names
from web.staff.documents.validity_confirmation import AskedAction, ask
from web.staff.documents.validity_preview import seal
from web.staff.form_types import DraftFields
from web.staff.messages import localise
from web.staff.pages import Pages, language_of, redirect

Typed = Annotated[str, Field(max_length=50_000)]


class SentMetadata(BaseModel):
    """Form data: a text for each metadata key.

    `nothing` names the fields that are explicitly empty. `digest` is that of the file when the form was shown.
    """

    source: Typed
    digest: Typed = ""
    nothing: list[Typed] = []
    title: Typed = ""
    kind: Typed = ""
    summary: Typed = ""
    language: Typed = ""
    translation_of: Typed = ""
    audience: Typed = ""
    topics: Typed = ""
    countries: Typed = ""
    issuer: Typed = ""
    document_number: Typed = ""
    source_url: Typed = ""
    contact: Typed = ""
    download: Typed = ""
    status: Typed = ""
    issued: Typed = ""
    effective_from: Typed = ""
    effective_to: Typed = ""
    supersedes: Typed = ""
    reviewed_on: Typed = ""
    review_by: Typed = ""
    facts: Typed = ""
    also_asked: Typed = ""

    def form(self) -> fields.Form:
        """Returns the sent texts as a form."""
        return fields.Form(self.model_dump(include=set(fields.KINDS)), frozenset(self.nothing))


class Answered(SentMetadata, DraftFields):
    """Form data with the answer to the confirmation of a validity change.

    `confirmed` is the seal of the shown changes. `back` returns to the form.
    """

    confirmed: Typed = ""
    back: Typed = ""


@dataclass(frozen=True)
class Trouble:
    """Reason why the form is shown again.

    - `key`: the message; `why`: the reason of a failed write.
    - `typed`: values of the form; `wrong`: the errors by field.
    - `lost`: values typed for a file that has changed in between.
    """

    key: str
    typed: fields.Form
    wrong: Mapping[str, str] = field(default_factory=dict)
    lost: fields.Form | None = None
    why: Message = NOTHING


def add_editing(routes: APIRouter, pages: Pages) -> None:
    """Adds `/folder/edit`."""
    room = pages.room

    @routes.get("/folder/edit")
    def show_form(request: Request, source: Source) -> HTMLResponse:
        return form(request, pages, now_of(request, pages, source))

    @routes.post("/folder/edit")
    def save_metadata(request: Request, sent: Annotated[Answered, Form()]) -> Response:
        with room.changing:
            return answer(request, pages, now_of(request, pages, sent.source), sent)


def answer(request: Request, pages: Pages, current: Now, sent: Answered) -> Response:
    """Saves the form, or renders an error or the confirmation of validity changes."""
    if sent.digest != current.digest:
        return form(request, pages, current, Trouble("documents.edit.changed", current.form, lost=sent.form()), sent)
    if sent.back:
        return form(request, pages, current, sent=sent)
    found = fields.changes(current.form, sent.form())
    document = pages.room.index.document(current.source)
    if wrong := errors_of(found, sent.form(), document.metadata if document else None):
        return form(request, pages, current, Trouble("documents.edit.wrong", sent.form(), wrong), sent)
    if not any(found.names()):
        return lead_back(request, pages, sent.source, "documents.edit.nothing")
    if is_news(others_about(pages, [current.source], sent.instead), sent):
        return form(request, pages, current, Trouble("approvals.others_first", sent.form()), sent)
    try:
        change = DetailChange(current, found, foreseen(pages, current, found))
        if change.shifts and sent.confirmed != (sealed := seal(current.digest, change.shifts)):
            return ask(request, pages, AskedAction("save", sent.source, sent.model_dump(), sealed, change.shifts))
        if is_approval_needed(pages.room):
            hold_details(request, pages, [change], sent.instead)
            return lead_back(request, pages, sent.source)
        save(request, pages, change)
    except (FrontMatterNotWritableError, UnreadableFileError, OSError) as error:
        return form(request, pages, current, Trouble("documents.edit.cannot", sent.form(), why=message_of(error)), sent)
    return lead_back(request, pages, sent.source, "documents.edit.saved")


def lead_back(request: Request, pages: Pages, source: str, key: str = "") -> RedirectResponse:
    """Leads back to the document; `key` is the message, "" if there is one already."""
    if key:
        pages.flash(request, key, name=source)
    return redirect(request, f"folder/document?source={quote(source)}")


def form(
    request: Request, pages: Pages, current: Now, trouble: Trouble | None = None, sent: Answered | None = None
) -> HTMLResponse:
    """Renders the form with the file's values, or the typed ones with their errors."""
    status = 422 if trouble else 200
    trouble = trouble or Trouble("", sent.form() if sent else current.form)
    document = pages.room.index.document(current.source)
    metadata = document.metadata if document else None
    return pages.show(
        request,
        "documents/edit",
        status,
        action="folder/edit",
        back=f"folder/document?source={quote(current.source)}",
        doubts=doubts(pages, current.source),
        here_again=f"folder/edit?source={quote(current.source)}",
        instead=sent.instead if sent else "",
        lead="documents.edit.lead",
        name=current.source,
        others=others_about(pages, [current.source], sent.instead if sent else ""),
        source=current.source,
        **form_values(request, pages, current, metadata, trouble),
    )


def form_values(
    request: Request, pages: Pages, current: Now, metadata: Metadata | None, trouble: Trouble
) -> dict[str, Any]:
    """Returns the values of a metadata form; `metadata` is as it was read."""
    language = language_of(request)
    guessed = metadata.guessed if metadata else frozenset()
    return {
        "current": current,
        "document": metadata,
        "form": trouble.typed,
        "groups": fields.GROUPS,
        "guesses": {name: spell_value(name, getattr(metadata, name), language) for name in guessed},
        "lost": differing(trouble.lost, current.form),
        "nothing_possible": fields.GUESSED,
        "options": options(language, trouble.typed),
        "topics": topic_names(pages.room.index.documents().values(), language),
        "told": lambda message: localise(message, language),
        "trouble": trouble.key,
        "why": localise(trouble.why, language),
        "wrong": trouble.wrong,
    }


def doubts(pages: Pages, source: str) -> dict[str, Message]:
    """Returns reading problems of dates that were not used, by field."""
    problems = next((each.problems for each in pages.room.index.entries() if each.source == source), ())
    return {key: problem for problem in problems if (key := find_doubted_key(problem))}


def differing(lost: fields.Form | None, standing: fields.Form) -> dict[str, str]:
    """Returns the typed values that differ from those of the file, by field."""
    if lost is None:
        return {}
    states = {name: lost.state(name) for name in fields.KINDS}
    return {name: show_state(state) for name, state in states.items() if state != standing.state(name)}
