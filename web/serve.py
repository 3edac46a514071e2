"""The web app: the chat at /, the sources at /source, saving at /save.docx, and a guard around all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI

from web import saving
from web.chat import BotLike, page
from web.guarding import Guard
from web.preview import Documents, router

if TYPE_CHECKING:
    from ingest.sync import Progress

HERE = Path(__file__).parent
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


def build(
    bot: BotLike,
    documents: Documents,
    knowledge_dir: Path,
    progress: Callable[[], Progress],
    root_path: str = "",
) -> FastAPI:
    """The app for an ASGI server. `root_path` is the sub-path under which a proxy offers it, such as `/assistant`.

    The proxy may strip the sub-path from the addresses it passes on, or leave it.
    """
    app = FastAPI(**WITHOUT_DOCUMENTATION)
    app.add_middleware(Guard, root_path=root_path)
    app.include_router(router(documents, knowledge_dir))
    app.include_router(saving.router())
    gr.mount_gradio_app(
        app,
        page(bot, progress),
        path="/",
        app_kwargs=WITHOUT_DOCUMENTATION,
        css_paths=HERE / "style.css",
        enable_monitoring=False,
        footer_links=[],
        head=f"<script>{(HERE / 'page.js').read_text(encoding='utf-8')}</script>",
        max_file_size=1,
        mcp_server=False,
        pwa=False,
        root_path=root_path or None,
        run_history=False,
        show_error=False,
        ssr_mode=False,
        theme=gr.themes.Base(font=FONTS, font_mono=("ui-monospace", "monospace")),
    )
    return app
