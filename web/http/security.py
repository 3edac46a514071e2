"""Security headers of every response, and blocked addresses of Gradio.

Blocked are uploads, files, proxying and statistics.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.http.refusals import refusal

# Addresses that Gradio serves to anyone and that this page does not use.
CLOSED = re.compile(
    r"/gradio_api/(upload|stream|file|proxy|component_server|process_recording|custom_component|deep_link|api|call"
    r"|info|openapi|vibe|undo-vibe|runs|run-history|profiling|dev|token|user)|/(monitoring|pwa_icon|login|logout)(/|=|$)"
)
LARGEST_REQUEST = 2_000_000
FILES = re.compile(r"PUT (/staff/folder/incoming/file|/api/v1/documents/.+)|POST /staff/backup/restore")
"""Upload addresses of the staff and of programs, with their methods.

They check the sign-in or the key, and the size.
"""
HASHED = re.compile(r"/assets/[\w-]+-[\w-]{8,}\.(js|css)$")
"""Files of Gradio whose name changes with their content."""
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
OWN = "'self'"
HEADERS = {
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}

OTHER_SITES = ("access-control-allow-origin", "access-control-allow-credentials")


def headers_for(embed_origins: Sequence[str]) -> dict[str, str]:
    """Returns the response headers; `embed_origins` may show the page in a frame.

    X-Frame-Options cannot name other web sites, so it is left out if there are any; browsers of today read the policy.
    """
    policy = {"content-security-policy": f"{POLICY}; {frame_ancestors(embed_origins)}"}
    return HEADERS | policy | ({} if embed_origins else {"x-frame-options": "SAMEORIGIN"})


def frame_ancestors(embed_origins: Sequence[str]) -> str:
    """Returns the rule by which this page and `embed_origins` may show a response."""
    return f"frame-ancestors {' '.join((OWN, *embed_origins))}"


class SecurityMiddleware:
    """ASGI middleware around the whole app.

    Gradio's own scripts need inline code, hence its laxer policy.
    """

    def __init__(self, app: ASGIApp, root_path: str = "", embed_origins: Sequence[str] = ()) -> None:
        self.app = app
        self.root_path = root_path
        self.headers = headers_for(embed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        scope["root_path"] = root_path = scope.get("root_path") or self.root_path
        if not scope["path"].startswith(f"{root_path}/"):  # the proxy stripped it; ASGI expects it in every path
            scope["path"] = root_path + scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                for name in OTHER_SITES:  # Gradio lets every web site read its answers, with cookies
                    del headers[name]
                if message["status"] == 200 and HASHED.search(scope["path"]):
                    headers.setdefault("cache-control", "public, max-age=31536000, immutable")
            await send(message)

        answer = refuse_request(scope, takes_files=takes_files(scope, root_path))
        return await (answer or self.app)(scope, receive, send_with_headers)


def takes_files(scope: Scope, root_path: str) -> bool:
    """True for an upload, which may be larger than other requests."""
    return FILES.fullmatch(f"{scope['method']} {scope['path'].removeprefix(root_path)}") is not None


def refuse_request(scope: Scope, takes_files: bool = False) -> Response | None:
    """Returns the error response to a blocked request.

    With `takes_files` the body may be larger than LARGEST_REQUEST bytes.
    None for all other requests.
    """
    if CLOSED.search(scope["path"]):
        return refusal(Request(scope), "request.unknown", 403)
    if scope["method"] in ("POST", "PUT", "PATCH"):
        length = Headers(scope=scope).get("content-length", "")
        if not length.isdigit():
            return refusal(Request(scope), "request.length", 411)
        if int(length) > LARGEST_REQUEST and not takes_files:
            return refusal(Request(scope), "request.too_large", 413)
    return None
