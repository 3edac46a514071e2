"""API app, mounted at `/api/v1`, with its OpenAPI document and manual page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from web.api import documents, feedback, page, question_log, questions, sources, status, uploads
from web.api.context import ApiContext
from web.api.i18n import USUAL, api_texts
from web.api.problems import Problem, add_problem_handlers
from web.api.questions import EventStream

VERSION = "1"
EVENT = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {"event": {"enum": ["answer", "done", "failed"]}, "data": {"type": "string"}},
}
"""Schema of a server-sent event; `data` is JSON."""
PARTS = (questions, sources, feedback, documents, uploads, question_log, status)


def build_api(api: ApiContext) -> FastAPI:
    """Builds the app of the API."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, generate_unique_id_function=lambda route: route.name)
    app.state.api = api
    for part in PARTS:
        app.include_router(part.routes)
    app.openapi = cache(partial(describe_api, app.routes))  # type: ignore[method-assign]
    app.include_router(page.routes)
    add_problem_handlers(app)
    return app


def describe_api(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Returns the OpenAPI document of some routes, with the sentences of the catalog."""
    words = api_texts(USUAL)
    found = get_openapi(title=words["title"], version=VERSION, description=words["lead"], routes=routes)
    for operation in (each for methods in found["paths"].values() for each in methods.values()):
        name = operation["operationId"]
        if events := operation["responses"].get("200", {}).get("content", {}).get(EventStream.media_type):
            events["schema"] = EVENT
        operation |= {"summary": words[f"operation.{name}"], "description": words[f"operation.{name}.more"]}
    found["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    return found
