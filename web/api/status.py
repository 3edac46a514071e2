"""Route `/status`: readiness for questions, index size, and scopes of the key."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from web.api.context import Api
from web.api.keys import AnyKey
from web.api.problems import describe_responses
from web.api.schemas import StatusOut

routes = APIRouter(tags=["status"])


@routes.get("/status", responses=describe_responses(), response_model=StatusOut)
def status(api: Api, key: AnyKey) -> dict[str, Any]:
    """Returns readiness and size of the index, and scopes and rate of the key."""
    progress, records = api.service.progress(), api.service.records
    waiting, chunks = records.waiting(), api.room.index.chunk_count()
    is_paused = records.announcing.off is not None
    return {
        "is_paused": is_paused,
        "is_ready": bool(chunks) and not is_paused,
        "documents": len(api.room.index.documents()),
        "chunks": chunks,
        "reading": {name: getattr(progress, name) for name in ("stage", "files_done", "files")},
        "records": {"waiting": waiting.count, "lost": waiting.dropped},
        "scopes": list(key.scopes),
        "per_minute": key.per_minute,
    }
