"""Receives uploads: each file in its own request, unchanged, any number of files."""

from __future__ import annotations

from asyncio import timeout
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from ingest.uploads.conflicts import Conflict
from ingest.uploads.content_type import check_content
from ingest.uploads.file_names import LONGEST, UploadRefusedError
from ingest.uploads.staging import StagingFullError
from store.documents import UnreadableFileError
from web.staff.messages import localise
from web.staff.pages import current_user, language_of, translator
from web.staff.upload_queue import LazyUploadQueue

Name = Annotated[str, Query(max_length=4 * LONGEST)]
Place = Annotated[str, Query(max_length=1000)]

DONE = 204
PART_SECONDS = 60.0
"""Time limit for the next part of a file: a connection can die without notice."""

Held = TypeVar("Held")


def add_receiving(routes: APIRouter, arriving: LazyUploadQueue) -> None:
    """Adds `GET /folder/incoming/may` (check), `PUT /folder/incoming/file` (upload)."""

    @routes.get("/folder/incoming/may")
    def check_upload(
        request: Request, name: Name, size: Annotated[int, Query(ge=0)], folder: Place = "", replaces: Place = ""
    ) -> Response:
        try:
            arriving.queue().check(name, folder, size, replaces)
        except UploadRefusedError as error:
            return refusal(request, error)
        return Response(status_code=DONE)

    @routes.put("/folder/incoming/file")
    async def file(
        request: Request, name: Name, folder: Place = "", replaces: Place = "", instead: Place = ""
    ) -> Response:
        size = int(request.headers.get("content-length", "0"))
        try:
            await receive(request, arriving, Sent(name, folder, size, replaces, instead))
        except (UploadRefusedError, UnreadableFileError) as error:
            return refusal(request, error)
        except ClientDisconnect:
            return Response(status_code=400)
        except OSError:
            return refusal(request, UploadRefusedError("disk"))
        return Response(status_code=DONE)


@dataclass(frozen=True)
class Sent:
    """A file being uploaded. `size` is in bytes.

    `replaces`: the document whose new version it is, "" for none.
    `instead`: the waiting upload whose corrected file it is, "" for none.
    """

    name: str
    folder: str
    size: int
    replaces: str = ""
    instead: str = ""


async def receive(request: Request, arriving: LazyUploadQueue, sent: Sent) -> str:
    """Writes a file as it arrives, then queues it; returns the id of the upload.

    Raises UploadRefusedError if the file is not accepted, or larger than announced.
    Raises UnreadableFileError if its type cannot be read.
    Raises ClientDisconnect if it does not arrive completely.
    Raises OSError if it cannot be written.
    """
    arrivals, size = await run_in_threadpool(arriving.queue), sent.size
    name, folder = await run_in_threadpool(arrivals.check, sent.name, sent.folder, size, sent.replaces)
    chosen = Conflict("chosen", sent.replaces) if sent.replaces else None
    async with beside(arrivals.receive(name, folder, current_user(request), size, chosen)) as (staged, path):
        async with beside(await run_in_threadpool(path.open, "wb")) as target:
            written = 0
            async for part in parts(request):
                written += len(part)
                if written > size:
                    raise UploadRefusedError("large", size=size >> 20, most=arrivals.staging.largest >> 20)
                await run_in_threadpool(target.write, part)
        if written < size:
            raise ClientDisconnect
        await run_in_threadpool(check_content, path, path.suffix.lower())
    return await run_in_threadpool(arrivals.take, staged, sent.instead)


@asynccontextmanager
async def beside(context: AbstractContextManager[Held]) -> AsyncIterator[Held]:
    """Enters and leaves a context in another thread.

    Its disk access does not block the event loop.
    """
    held = await run_in_threadpool(context.__enter__)
    try:
        yield held
    except BaseException as error:
        await run_in_threadpool(context.__exit__, type(error), error, error.__traceback__)
        raise
    await run_in_threadpool(context.__exit__, None, None, None)


async def parts(request: Request) -> AsyncIterator[bytes]:
    """Yields the file as it arrives.

    Raises ClientDisconnect after PART_SECONDS without data.
    """
    stream = request.stream()
    while True:
        try:
            async with timeout(PART_SECONDS):
                part = await anext(stream, None)
        except TimeoutError:
            raise ClientDisconnect from None
        if part is None:
            return
        yield part


def refusal(request: Request, error: UploadRefusedError | UnreadableFileError) -> PlainTextResponse:
    """Returns why a file is refused and what to do; status 429 if a retry may succeed."""
    language = language_of(request)
    if isinstance(error, UnreadableFileError):
        return PlainTextResponse(localise(error.message, language), 422)
    text = translator(language)(f"uploads.refused.{error.key}", **error.values)
    return PlainTextResponse(text, 429 if isinstance(error, StagingFullError) else 422)
