"""Prerender: masthead, welcome and a form, shown until Gradio's scripts run."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from bs4 import BeautifulSoup
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.dialogue.refusal import QUESTION_CHARACTERS
from text.catalog import SERVICE_LANGUAGES
from web.chat.preloads import preloads
from web.chat.start_page import masthead, standing
from web.i18n import direction, find_language, texts
from web.rendering import render

STATIC = Path(__file__).parent / "static"
STYLES = ("page", "welcome", "answer", "dialogs", "sources", "guide_card", "composer", "screens", "print")
"""Style sheets of the page in the order of the cascade: later ones override earlier ones."""
NOTHING = Markup()
Announce = Callable[[str], Markup]
"""Renders the banner in a language of the page."""
Welcomed = Callable[[str], Markup]
"""Renders the start page in a language of the page."""
# Removed or replaced in Gradio's document: its own metadata, scripts for frames, blocking style sheets.
NOT_OURS = (
    (re.compile(r'<meta\s+(?:property="|name="twitter)[^>]*>'), ""),
    (re.compile(r'<link rel="manifest"[^>]*>'), ""),
    (re.compile(r"<script>(?:(?!</script>).)*iframeResizer\.contentWindow.*?</script>", re.DOTALL), ""),
    (
        re.compile(r'<link rel="stylesheet" crossorigin (href="[^"]+")>'),
        r"""<link rel="preload" as="style" crossorigin \1 onload="this.onload=null;this.rel='stylesheet'">""",
    ),
)
OPENING = re.compile(r'<html\s+lang="[^"]*"')
BODY = re.compile(r"<body[^>]*>")
KEPT = {"lang", "dir", "class"}
"""Attributes that an example keeps as a link; all others make it a button."""
COMMENTS = re.compile(r"/\*.*?\*/\n?|^ *//[^\n]*\n|(?<=[;,]) // [^\n]*", re.DOTALL | re.MULTILINE)
"""Comments of our style sheets and scripts: on lines of their own, or behind code."""
PARTS = re.compile(r"#(room|composer|asking|question|ask)\b")


class PrerenderMiddleware:
    """ASGI middleware that prerenders Gradio's document at `/`; all else passes."""

    def __init__(self, app: ASGIApp, welcomed: Welcomed, announce: Announce) -> None:
        self.app, self.welcomed, self.announce = app, welcomed, announce

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        at_home = scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and is_home(scope)
        await self.app(
            scope, receive, PrerenderResponder(scope, send, self.welcomed, self.announce) if at_home else send
        )


def is_home(scope: Scope) -> bool:
    """True if the path is `/`, with or without the sub-path behind a proxy."""
    return scope["path"].removeprefix(scope.get("root_path", "")) in ("", "/")


class PrerenderResponder:
    """Buffers a response, prerenders it and sends it."""

    def __init__(self, scope: Scope, send: Send, welcomed: Welcomed, announce: Announce) -> None:
        self.welcomed, self.announce = welcomed, announce
        asked = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=20)
        handed = asked.get("lang", [""])[0]
        accepted = find_language(Headers(scope=scope).get("accept-language", ""))
        self.language = handed if handed in SERVICE_LANGUAGES else accepted
        self.question = asked.get("q", [""])[-1].strip()[:QUESTION_CHARACTERS]
        self.send = send
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self.finish()
        else:
            await self.send(message)

    async def finish(self) -> None:
        """Sends the response; an HTML document gets the prerendered block before."""
        headers = MutableHeaders(scope=self.start)
        if headers.get("content-type", "").startswith("text/html"):
            opening = await run_in_threadpool(self.welcomed, self.language)
            announced = await run_in_threadpool(self.announce, self.language)
            self.body = add_prerendered(self.body.decode(), self.language, opening, self.question, announced).encode()
            headers["content-length"] = str(len(self.body))
            headers["cache-control"] = "no-cache"
            headers.add_vary_header("Accept-Language")
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": self.body})


def add_prerendered(
    document: str, language: str, opening: Markup, question: str = "", announced: Markup = NOTHING
) -> str:
    """Adds our head and the prerendered block to Gradio's document.

    The block has masthead, banner, `opening` (the welcome) and a form. It is shown until Gradio's page is ready.
    `question` comes from the address and is put into the form's field.
    """
    for pattern, ours in NOT_OURS:
        document = pattern.sub(ours, document)
    document = OPENING.sub(f'<html lang="{language}" dir="{direction(language)}"', document, count=1)
    document = document.replace("</head>", f"{head(language)}</head>", 1)
    return BODY.sub(lambda body: f"{body[0]}{first_block(language, opening, question, announced)}", document, count=1)


@cache
def head(language: str) -> Markup:
    """Renders what the head of Gradio's document gets, once for each language."""
    return render("first_head", language=language, texts=texts(language), preloads=preloads(), style=style())


def first_block(language: str, opening: Markup, question: str, announced: Markup) -> Markup:
    """Renders the prerendered block; see `add_prerendered`."""
    return render(
        "first",
        language=language,
        announced=announced,
        standing=standing(language),
        texts=texts(language),
        masthead=static(masthead(language, conversing=False)),
        welcome=static(opening),
        script=script(),
        question=question,
        limit=QUESTION_CHARACTERS,
    )


@lru_cache(maxsize=32)
def static(markup: Markup) -> Markup:
    """Returns markup that works without scripts: examples become links.

    Countries and topics are disabled. Its ids differ from those of Gradio's page.
    """
    soup = BeautifulSoup(markup, "html.parser")
    for named in soup.select("[id], [aria-labelledby]"):
        for attribute in {"id", "aria-labelledby"} & set(named.attrs):
            named[attribute] = f"first-{named[attribute]}"
    for choice in soup.select("[data-about]"):
        choice["disabled"] = ""
    for example in soup.select("[data-question]"):
        example.name = "a"
        question = str(example["data-question"])
        own = {name: value for name, value in example.attrs.items() if name in KEPT}
        example.attrs = own | {"href": f"?{urlencode({'q': question})}", "data-question": question}
    return Markup(soup)  # noqa: S704


@cache
def page_style() -> str:
    """Returns the style sheet of the page, without comments."""
    return "".join(without_comments(f"styles/{name}.css") for name in STYLES)


def without_comments(name: str) -> str:
    """Returns a style sheet or script for browsers; comments were 12 % of the page."""
    return COMMENTS.sub("", (STATIC / name).read_text(encoding="utf-8"))


@cache
def style() -> Markup:
    """Returns the style sheet, with Gradio's rules also for the prerendered block."""
    page = PARTS.sub(r":is(#\1, #first-\1)", page_style()).replace(
        ".gradio-container", ":is(.gradio-container, .first)"
    )
    page = page.replace(") textarea", ") :is(textarea, input)").replace(".door button", ".door :is(button, a)")
    return Markup(without_comments("prerender.css") + page)  # noqa: S704


@cache
def script() -> Markup:
    """Returns the script of the prerendered block, read once."""
    return Markup(without_comments("prerender.js"))  # noqa: S704
