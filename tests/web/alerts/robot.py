"""A chat robot's real HTTP server on loopback, which keeps what it gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from evals.serving import serve

TAKEN: dict[str, dict[str, Any]] = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0, "msg": "success", "data": {}},
}


@dataclass
class Robot:
    """`says` is its answer, `status` that of HTTP."""

    says: Any
    url: str = ""
    status: int = 200
    bodies: list[dict[str, Any]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def robot(kind: str) -> Iterator[Robot]:
    known, app = Robot(TAKEN[kind]), FastAPI()

    @app.post("/send")
    async def send(request: Request) -> JSONResponse:
        known.bodies.append(json.loads(await request.body()))
        known.queries.append(dict(request.query_params))
        return JSONResponse(known.says, known.status)

    with serve(app) as address:
        known.url = f"{address}send?key=hush"
        yield known
