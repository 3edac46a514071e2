"""`/health` and `/ready`, for monitors and proxies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from web.operations.health import Health
from web.operations.readiness import Readiness

LOOK_SECONDS = 2.0
NO_STORE = {"cache-control": "no-store"}


@dataclass(frozen=True)
class Operating:
    """How the process is, and whether it can answer."""

    health: Health = field(default_factory=Health)
    look: Callable[[], Readiness] = Readiness


def router(operating: Operating) -> APIRouter:
    """Both are cheap, and say nothing that is of use to a stranger."""
    routes = APIRouter()

    @routes.get("/health")
    async def healthy() -> JSONResponse:
        """200 while the process lives: its loop answers and its threads move; 503 otherwise, or no answer at all."""
        found = await operating.health.check()
        said = {"status": "ok" if found.is_well else "stuck", "checks": found.checks}
        return JSONResponse(said, 200 if found.is_well else 503, NO_STORE)

    @routes.get("/ready")
    async def ready() -> JSONResponse:
        """200 while questions can be answered; 503 with reasons otherwise."""
        seen = Readiness(("no_answer_in_time",), stage="unknown")
        with anyio.move_on_after(LOOK_SECONDS):
            seen = await run_sync(operating.look, abandon_on_cancel=True)
        said = {
            "status": "ready" if seen.is_ready else "unready",
            "reasons": list(seen.reasons),
            "degraded": list(seen.degraded),
            "reading": seen.stage,
            "records": {"waiting": seen.waiting, "lost": seen.dropped},
        }
        return JSONResponse(said, 200 if seen.is_ready else 503, NO_STORE)

    return routes
