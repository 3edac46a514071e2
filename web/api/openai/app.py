"""The app of the endpoints in the form of OpenAI, mounted at `/v1`."""

from __future__ import annotations

from fastapi import FastAPI

from web.api.context import ApiContext
from web.api.openai import chat, embeddings
from web.api.problems import add_problem_handlers


def build_openai(api: ApiContext) -> FastAPI:
    """Builds the app; it shares keys, limits and turns with the API."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.api = api
    app.include_router(chat.routes)
    app.include_router(embeddings.routes)
    add_problem_handlers(app)
    return app
