"""Routes `/documents`: list, read, send, remove; by the rules of the staff pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from ingest.uploads.trash import NotInTrashError
from records import ApiKey, AuditEntry
from store import folder
from store.documents import Metadata, Validity
from store.folder import FolderUnreadableError
from store.index.tables.catalog import Entry
from text.messages import join_messages
from web.api.context import Api, ApiContext, author
from web.api.document_schemas import DocumentOut, DocumentsOut, DocumentsWanted, RemovedOut, UploadOut
from web.api.i18n import reader_language
from web.api.keys import MayChangeDocuments
from web.api.problems import AWAY_SECONDS, ProblemError, describe_responses
from web.api.sources import Source
from web.api.uploads import changes_json, receive_document, upload_json
from web.staff.documents.validity_preview import foresee_without, seal, shift_details
from web.staff.messages import localise

PRIVATE = ("guessed", "facts")
"""Metadata that only the program itself needs."""

routes = APIRouter(tags=["documents"])


@routes.get(
    "/documents", responses=describe_responses(422), response_model=DocumentsOut, response_model_exclude_none=True
)
def documents(
    request: Request,
    api: Api,
    _: MayChangeDocuments,
    wanted: Annotated[DocumentsWanted, Query()],
) -> dict[str, Any]:
    """Returns a part of the documents in the index, and all files that failed."""
    index, language = api.room.index, reader_language(request)
    entries, valid = index.entries(), index.validities(date.today())
    shown = [document_json(each, valid, language) for each in entries[wanted.offset : wanted.offset + wanted.limit]]
    failures = [(each.source, join_messages(each.reason, each.remedy)) for each in index.failures()]
    failed = [{"source": source, "reason": localise(reason, language)} for source, reason in failures]
    return {"documents": shown, "total": len(entries), "failed": failed}


@routes.get("/documents/{source:path}", responses=describe_responses(404, 422), response_model=DocumentOut)
def document(request: Request, source: Source, api: Api, _: MayChangeDocuments) -> dict[str, Any]:
    """Returns a document with its metadata and its whole text.

    Raises ProblemError 404 if it is not in the index.
    """
    index = api.room.index
    found = index.document(source)
    entry = next((each for each in index.entries() if each.source == source), None)
    if found is None or entry is None:
        raise ProblemError(404, "no_document", source=source)
    known = document_json(entry, index.validities(date.today()), reader_language(request))
    return known | {"metadata": metadata_json(found.metadata), "text": found.text}


@routes.put(
    "/documents/{source:path}",
    status_code=202,
    responses=describe_responses(411, 413, 422, 507),
    response_model=UploadOut,
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {}}}}},
)
async def put_document(
    request: Request, response: Response, source: Source, api: Api, key: MayChangeDocuments
) -> dict[str, Any]:
    """Takes in a file for a path of the folder, and names the address of its upload."""
    request.scope.setdefault("state", {})["who"] = author(key)
    upload = await receive_document(request, api, source)
    response.headers["location"] = f"{request.scope.get('root_path', '')}/uploads/{upload.id}"
    return upload_json(request, api, upload)


@routes.delete("/documents/{source:path}", responses=describe_responses(404, 409, 422), response_model=RemovedOut)
def remove_document(
    source: Source, api: Api, key: MayChangeDocuments, confirm: Annotated[str, Query(max_length=100)] = ""
) -> dict[str, Any]:
    """Moves a document to the trash; `confirm` is needed if others change validity.

    Raises ProblemError 404 if the folder has no such document.
    Raises ProblemError 409 if the validity of others changes and `confirm` does not show that the sender knows it.
    Raises ProblemError 503 if the folder cannot be read or changed.
    """
    try:
        return move_to_trash(api, source, key, confirm)
    except NotInTrashError:
        raise ProblemError(404, "no_document", source=source) from None
    except (OSError, FolderUnreadableError):
        raise ProblemError(503, "folder_away", AWAY_SECONDS) from None


def move_to_trash(api: ApiContext, source: str, key: ApiKey, confirm: str) -> dict[str, Any]:
    """Moves a document to the trash, after the audit entry.

    Raises NotInTrashError for an unknown document.
    Raises ProblemError if this changes the validity of others and `confirm` does not show that the sender knows it.
    """
    room = api.room
    with room.changing:
        path = folder.documents(room.settings.knowledge_dir).get(source)
        if path is None:
            raise NotInTrashError(source)
        shifts = foresee_without(room.index, source, date.today())
        sealed = seal(folder.content_hash(path), shifts)
        if shifts and confirm != sealed:
            raise ProblemError(409, "validity", more={"changes": changes_json(shifts), "confirm": sealed})
        room.audit.note(AuditEntry(author(key), "document.removed", source, shift_details(source, shifts)))
        taken = room.trash.take(source, "removed", author(key), room.index.document)
    return {"source": source, "title": taken.title, "trash_id": taken.id}


def document_json(entry: Entry, valid: Mapping[str, tuple[Validity, str]], language: str) -> dict[str, Any]:
    """Returns a document as `python -m ingest status --json` does, in `language`."""
    validity, replaced_by = valid.get(entry.source, (Validity.UNKNOWN, ""))
    warnings = [localise(each, language) for each in (*entry.problems, *entry.quality.notes)]
    quality = {name: value for name, value in asdict(entry.quality).items() if name != "notes"}
    return {
        "source": entry.source,
        "title": entry.metadata.title,
        "language": entry.metadata.language,
        "validity": validity,
        "replaced_by": replaced_by,
        "chunks": entry.chunks,
        "is_embedded": entry.embedded,
        "quality": quality,
        "warnings": warnings,
    }


def metadata_json(metadata: Metadata) -> dict[str, Any]:
    """Returns the metadata that are not PRIVATE, by name."""
    return {name: value for name, value in asdict(metadata).items() if name not in PRIVATE}
