"""`/health` and `/ready`, for monitors and proxies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from web.health import Health
from web.operations.metrics import Metrics
from web.operations.readiness import Readiness

CHECK_SECONDS = 2.0
NO_STORE = {"cache-control": "no-store"}


@dataclass(frozen=True)
class Operating:
    """Health of the process, readiness of the service, and what was counted."""

    health: Health = field(default_factory=Health)
    check: Callable[[], Readiness] = Readiness
    metrics: Metrics = field(default_factory=Metrics)


def router(operating: Operating) -> APIRouter:
    """Routes for monitors. They are cheap, and tell a stranger nothing useful."""
    routes = APIRouter()

    @routes.get("/health")
    async def healthy() -> JSONResponse:
        """Returns 200 while the event loop answers and threads move, otherwise 503.

        A blocked event loop gives no response.
        """
        found = await operating.health.check()
        said = {"status": "ok" if found.is_well else "stuck", "checks": found.checks}
        return JSONResponse(said, 200 if found.is_well else 503, NO_STORE)

    @routes.get("/ready")
    async def ready() -> JSONResponse:
        """Returns 200 while questions can be answered, otherwise 503 with reasons."""
        seen = Readiness(("no_answer_in_time",), stage="unknown")
        with anyio.move_on_after(CHECK_SECONDS):
            seen = await run_sync(operating.check, abandon_on_cancel=True)
        said = {
            "status": "ready" if seen.is_ready else "unready",
            "reasons": list(seen.reasons),
            "degraded": list(seen.degraded),
            "reading": seen.stage,
            "records": {"waiting": seen.waiting, "lost": seen.dropped},
        }
        return JSONResponse(said, 200 if seen.is_ready else 503, NO_STORE)

    return routes
