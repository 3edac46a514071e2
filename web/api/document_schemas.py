"""Bodies of requests and responses of the API on documents and uploads."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from web.api.schemas import Taken, Text


class DocumentsWanted(BaseModel):
    """A part of the list."""

    limit: Annotated[int, Field(ge=1, le=1_000)] = 100
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class DocumentOut(BaseModel):
    """A document. `is_embedded`: vector search finds it.

    `metadata` and `text` only of a single one.
    """

    source: str
    title: str
    language: str
    validity: str
    replaced_by: str
    chunks: int
    is_embedded: bool
    quality: dict[str, Any]
    warnings: list[str]
    metadata: dict[str, Any] | None = None
    text: str | None = None


class FailedOut(BaseModel):
    source: str
    reason: str


class DocumentsOut(BaseModel):
    """Documents in the index, `total` in all, and files that could not be read."""

    documents: list[DocumentOut]
    total: int
    failed: list[FailedOut]


class RemovedOut(BaseModel):
    source: str
    title: str
    trash_id: str


class ChangeOut(BaseModel):
    """A document whose validity changes, before and after."""

    source: str
    before: str
    after: str


class ForeseenOut(BaseModel):
    """Validity changes of a decision.

    `confirm` shows that the sender has seen them, and is empty if nothing changes.
    """

    changes: list[ChangeOut]
    confirm: str


class ConflictOut(BaseModel):
    why: str
    source: str


class UploadOut(BaseModel):
    """A file that was sent.

    - `state`: waiting, reading, published; same (the folder has it already); unreadable; clash and stuck wait for a
      decision.
    - `progress`: of a published file: reading, words (found by words), meaning (found by meaning too), failed, gone.
    - `removed_id`: the former version in the trash.
    """

    id: str
    name: str
    folder: str
    sent_by: str
    state: str
    progress: str
    source: str
    conflict: ConflictOut | None
    decisions: dict[str, ForeseenOut]
    removed_id: str
    problem: str


class UploadsOut(BaseModel):
    uploads: list[UploadOut]


class DecisionIn(Taken):
    """Decision on a waiting file.

    `conflict`: the document in conflict that the sender has seen.
    """

    decision: Literal["replace", "keep_both", "discard", "again"]
    conflict: Annotated[Text, Field(max_length=1000)] | None = None
    confirm: Annotated[Text, Field(max_length=100)] = ""
