"""Routes `/uploads`: files from programs, until published or discarded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from ingest.uploads.file_names import UploadRefusedError
from ingest.uploads.progress import IndexSnapshot
from ingest.uploads.publish_problems import ConflictChangedError
from ingest.uploads.registry import Upload, UploadNotFoundError
from ingest.uploads.staging import StagingFullError
from records import ApiKey, AuditEntry
from store.documents import UnreadableFileError
from store.validity_changes import Shift
from web.api.context import Api, ApiContext, author
from web.api.document_schemas import DecisionIn, UploadOut, UploadsOut
from web.api.i18n import reader_language
from web.api.keys import MayChangeDocuments
from web.api.problems import AWAY_SECONDS, ProblemError, describe_responses
from web.staff.approval_needed import is_approval_needed
from web.staff.documents.validity_preview import brief, seal
from web.staff.messages import localise
from web.staff.pages import translator
from web.staff.uploads.outcome import foreseen
from web.staff.uploads.receive import Sent, receive

UploadId = Annotated[str, Path(max_length=100)]

routes = APIRouter(tags=["documents"])


@routes.get("/uploads", responses=describe_responses(), response_model=UploadsOut)
def uploads(request: Request, api: Api, _: MayChangeDocuments) -> dict[str, Any]:
    """Returns all uploads that the service knows, latest first."""
    return {"uploads": [upload_json(request, api, each) for each in api.room.arriving.queue().read_all()]}


@routes.get("/uploads/{id}", responses=describe_responses(404, 422), response_model=UploadOut)
def upload(request: Request, id: UploadId, api: Api, _: MayChangeDocuments) -> dict[str, Any]:
    """Returns an upload; one that waits has its current conflict.

    Raises ProblemError 404 if there is no such upload.
    """
    try:
        return upload_json(request, api, api.room.arriving.queue().look_again(id))
    except UploadNotFoundError:
        raise ProblemError(404, "no_upload") from None


@routes.post("/uploads/{id}/decision", responses=describe_responses(404, 409, 422), response_model=UploadOut)
def decide_upload(
    request: Request, id: UploadId, decision: DecisionIn, api: Api, key: MayChangeDocuments
) -> dict[str, Any]:
    """Applies a decision, and returns the upload.

    Raises ProblemError 404 if there is no such upload, or if it does not wait for this decision.
    Raises ProblemError 409 if its conflict is no longer the one that the sender names.
    """
    try:
        return upload_json(request, api, apply_decision(api, id, decision, key))
    except UploadNotFoundError:
        raise ProblemError(404, "no_upload") from None
    except ConflictChangedError:
        raise ProblemError(409, "conflict_changed") from None


def apply_decision(api: ApiContext, upload_id: str, decision: DecisionIn, key: ApiKey) -> Upload:
    """Applies a decision; returns the upload.

    Raises UploadNotFoundError, ConflictChangedError, and ProblemError if the sender does not know what it changes.
    """
    arrivals = api.room.arriving.queue()
    if decision.decision == "discard":
        return discard_upload(api, upload_id, author(key))
    if decision.decision == "again":
        arrivals.again(upload_id)
        return arrivals.find(upload_id)
    if is_approval_needed(api.room):
        raise ProblemError(403, "needs_approval")
    with arrivals.changing:
        if arrivals.needs_check(arrivals.find(upload_id)):
            raise ProblemError(403, "needs_check")
        shifts = foreseen(arrivals, arrivals.find(upload_id), decision.decision, date.today())
        sealed = seal(upload_id, shifts)
        if shifts and decision.confirm != sealed:
            raise ProblemError(409, "validity", more={"changes": changes_json(shifts), "confirm": sealed})
        return arrivals.decide(upload_id, decision.decision, author(key), decision.conflict)


def discard_upload(api: ApiContext, upload_id: str, name: str) -> Upload:
    """Deletes a file that waits, after the audit entry, or the row of another one.

    Raises UploadNotFoundError, and ProblemError if a person wrote it and colleagues approve it.
    """
    arrivals = api.room.arriving.queue()
    with arrivals.changing:
        upload = arrivals.find(upload_id)
        sender = upload.staged.who
        if upload.state == "clash" and sender != name and is_approval_needed(api.room):
            raise ProblemError(403, "needs_approval")
        if not upload.is_done:
            api.room.audit.note(AuditEntry(name, "upload.discarded", upload.staged.name, {"author": sender}))
        return arrivals.discard(upload_id)


async def receive_document(request: Request, api: ApiContext, source: str) -> Upload:
    """Takes in a file for a path of the folder; returns its upload.

    Raises ProblemError 422 if its name, size or content is refused, 429 if too many files wait.
    Raises ProblemError 400 if it arrives incomplete, 507 if it cannot be written.
    """
    place, _, name = source.rpartition("/")
    size = request.headers.get("content-length", "")
    arriving, language = api.room.arriving, reader_language(request)
    try:
        found = await receive(request, arriving, Sent(name, place, int(size)))
        return await run_in_threadpool(arriving.queue().find, found)
    except UploadRefusedError as error:
        words = translator(language)(f"uploads.refused.{error.key}", **error.values)
        if isinstance(error, StagingFullError):
            raise ProblemError(429, "uploads_full", AWAY_SECONDS, why=words) from None
        raise ProblemError(422, "refused", more={"reason": error.key}, why=words) from None
    except UnreadableFileError as error:
        raise ProblemError(422, "refused", why=localise(error.message, language)) from None
    except ClientDisconnect:
        raise ProblemError(400, "cut_off") from None
    except OSError:
        raise ProblemError(507, "disk") from None


def upload_json(request: Request, api: ApiContext, upload: Upload) -> dict[str, Any]:
    """Returns an upload as JSON, with the effects of each decision if it waits."""
    arrivals, language = api.room.arriving.queue(), reader_language(request)
    is_published = upload.state == "landed"
    far = IndexSnapshot.of(api.room.index).how_far(upload.source, arrivals.trash.knowledge_dir) if is_published else ""
    decisions = {}
    if upload.state == "clash":
        for what in ("replace", "keep_both"):
            shifts = foreseen(arrivals, upload, what, date.today())
            decisions[what] = {"changes": changes_json(shifts), "confirm": seal(upload.id, shifts)}
    return {
        "id": upload.id,
        "name": upload.staged.name,
        "folder": upload.staged.folder,
        "sent_by": upload.staged.who,
        "state": "published" if is_published else upload.state,
        "progress": far,
        "source": upload.source,
        "conflict": {"why": upload.conflict.why, "source": upload.conflict.source} if upload.conflict else None,
        "decisions": decisions,
        "removed_id": upload.removed,
        "problem": localise(upload.unreadable.message, language) if upload.unreadable else upload.trouble,
    }


def changes_json(shifts: Sequence[Shift]) -> list[dict[str, str]]:
    """Returns the documents whose validity changes."""
    return [{"source": each.source, "before": brief(each.before), "after": brief(each.after)} for each in shifts]
