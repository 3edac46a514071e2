"""Web app: chat at /, sources at /source, Word export at /save.docx, /staff."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from gradio.routes import App
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

from store.library import Library
from web.api.app import build_api
from web.api.context import KEY_RATE, ApiContext
from web.api.openai.app import build_openai
from web.bots import routes as bots
from web.bots.opening import open_platforms
from web.chat import feedback, qr_code
from web.chat.banner import announcement
from web.chat.events import Chat
from web.chat.layout import page
from web.chat.message import render_context
from web.chat.prerender import PrerenderMiddleware, page_style, without_comments
from web.chat.start_page import welcome
from web.context import ChatContext
from web.embed import routes as embed
from web.http import pwa
from web.http.client_address import ClientAddress, TrustedProxies
from web.http.concurrency_limit import RequestLimit
from web.http.fair_queue import FairQueue
from web.http.gradio_calls import Functions
from web.http.processor_budget import ProcessorBudget, ProcessorShare
from web.http.refusals import answer_unserved, unreadable
from web.http.request_validation import RequestValidation
from web.http.security import SecurityMiddleware
from web.http.session_limits import SessionLimits, Sessions, keep_no_state
from web.http.shared_rate_limit import limiter_for
from web.mcp.endpoint import McpEndpoint
from web.operations import metrics, probes
from web.operations.probes import Operating
from web.operations.request_log import RequestLog
from web.operations.state_metrics import QueueState
from web.sources import viewer
from web.staff.app import build as build_room
from web.staff.context import StaffContext
from web.word_export import routes as word_export

WITHOUT_DOCUMENTATION: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}
FONTS = (
    "system-ui",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Noto Sans",
    "sans-serif",
)


def scripts() -> str:
    """Returns the browser scripts without comments, `page.js` first."""
    names = ["page", "dialogs", "asking", "language", "tab", "announcement", "sheet", "marking"]
    names += ["archive", "sharing", "tables", "feedback", "embedded"]
    return "\n".join(without_comments(f"scripts/{name}.js") for name in names)


def build(  # noqa: PLR0913  # one for each part that may be left out
    service: ChatContext,
    root_path: str = "",
    room: StaffContext | None = None,
    proxies: TrustedProxies | None = None,
    operating: Operating | None = None,
    *,
    library: Library | None = None,
) -> FastAPI:
    """Builds the app for an ASGI server, with the staff pages if `room` is given.

    `proxies` are the trusted proxies; by default none. `operating` reports health to monitors.
    `library` is what programs read at `/mcp`; without it there is no such address.

    `root_path` is the sub-path of the app behind a proxy, such as `/assistant`. The proxy may strip it from the
    addresses that it forwards, or keep it.
    """
    blocks, operating = page(partial(Chat, service), service.visitor_questions), operating or Operating()
    mcp = McpEndpoint(service, library, queue_of(blocks)) if library else None
    app = FastAPI(**WITHOUT_DOCUMENTATION, lifespan=mcp.lifespan if mcp else None)
    opening = partial(welcome, starters=service.starters, days=service.records.days)
    app.add_middleware(PrerenderMiddleware, welcomed=opening, announce=partial(announcement, service))
    app.add_middleware(GZipMiddleware)  # skips event streams and what Gradio has compressed
    limit_requests(app, blocks)
    app.add_middleware(SecurityMiddleware, root_path=root_path, embed_origins=service.embed_origins)
    app.add_middleware(RequestLog, begin=operating.health.begin)
    app.add_middleware(ClientAddress, proxies=proxies or TrustedProxies())  # the first to see a request
    add_routes(app, service)
    add_monitoring(app, operating, blocks)
    if mcp:
        app.add_route(mcp.path, mcp)  # type: ignore[arg-type]  # an ASGI app is taken too
    if room:
        app.add_route("/staff", lead_into_room)  # the address that the console prints and people type
        app.mount("/staff", build_room(room))
        mount_api(app, ApiContext(service, queue_of(blocks), room, limiter_for(room.records, "key")(*KEY_RATE)))
    mount_chat(app, blocks, root_path)
    for each in (app, find_gradio_app(app)):
        each.add_exception_handler(RequestValidationError, unreadable)
        each.add_exception_handler(HTTPException, answer_unserved)
    return app


def add_routes(app: FastAPI, service: ChatContext) -> None:
    """Adds the routes that the chat page uses."""
    app.include_router(viewer.router(service.documents, service.bases, service.knowledge_dir, service.embed_origins))
    if service.records.keeping:
        app.include_router(feedback.router(service.records))
    app.include_router(pwa.router())
    app.include_router(qr_code.router(service.public_url))
    app.include_router(embed.router(service.embed_origins))
    app.include_router(word_export.router(partial(render_context, service)))


def add_monitoring(app: FastAPI, operating: Operating, blocks: gr.Blocks) -> None:
    """Adds what monitors ask: health, readiness and metrics."""
    app.include_router(probes.router(operating))
    operating.metrics.registry.register(QueueState(blocks))
    app.include_router(metrics.router(operating.metrics))


def mount_api(app: FastAPI, api: ApiContext) -> None:
    """Mounts the API, its OpenAI-compatible form, and chat platform bots.

    Raises SettingsError if the settings of a platform are incomplete.
    """
    app.add_route("/api/v1", lead_to_manual)
    app.mount("/api/v1", build_api(api))
    app.mount("/v1", build_openai(api))
    app.include_router(bots.router(api, open_platforms(api.room.settings)))


def queue_of(blocks: gr.Blocks) -> FairQueue:
    """Returns the fair queue of the page, which API questions share."""
    queue = blocks._queue
    assert isinstance(queue, FairQueue)  # noqa: S101  # `page` sets it
    return queue


def limit_requests(app: FastAPI, blocks: gr.Blocks) -> None:
    """Adds the request limits in front of Gradio; the last one added runs first."""
    app.add_middleware(SessionLimits, sessions=Sessions(blocks))
    app.add_middleware(ProcessorShare, budget=ProcessorBudget())
    app.add_middleware(RequestValidation, functions=Functions(blocks))
    app.add_middleware(RequestLimit)


def mount_chat(app: FastAPI, blocks: gr.Blocks, root_path: str) -> None:
    """Mounts the chat page at the root, without extra features and state of Gradio."""
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        app_kwargs=dict(WITHOUT_DOCUMENTATION),  # Gradio puts its own into it
        css=page_style(),
        enable_monitoring=False,
        footer_links=[],
        head=f"<script>{scripts()}</script>",
        max_file_size=1,
        mcp_server=False,
        pwa=False,
        root_path=root_path or None,
        run_history=False,
        show_error=False,
        ssr_mode=False,
        theme=gr.themes.Base(font=FONTS, font_mono=("ui-monospace", "monospace")),
    )
    keep_no_state(blocks, find_gradio_app(app))


def lead_into_room(request: Request) -> RedirectResponse:
    """Redirects `/staff` to the first staff page."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/staff/")


def lead_to_manual(request: Request) -> RedirectResponse:
    """Redirects `/api/v1` to the page of the API."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/api/v1/")


def find_gradio_app(app: FastAPI) -> App:
    """Returns Gradio's app inside ours."""
    return next(route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, App))
