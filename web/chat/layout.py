"""Layout of the chat page: creates components and connects event handlers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import gradio as gr
from gradio.routes import App

from web.chat.components import Components
from web.chat.events import Chat
from web.http.fair_queue import AT_ONCE, VISITOR_QUESTIONS, FairQueue
from web.i18n import DEFAULT, texts
from web.operations.reporting import Reporting

LOOK_AGAIN = 2.0
SETTLING = 0.3
ARRIVED = "(conversation, language, about) => [conversation, window.qiantang.arrived(language), about]"
WHETHER_ASKED = "(conversation, language, about) => [conversation.slice(0, 1), language, about]"
BEGUN = "(...inputs) => window.qiantang.begun(inputs)"
KEPT_BY_BROWSER = "kept-by-the-browser-only"


def page(chat: Callable[[Components], Chat], visitor_questions: int = VISITOR_QUESTIONS) -> gr.Blocks:
    """Builds the Gradio page.

    It has no state: the browser stores the conversation and sends it with each call. `visitor_questions`: unfinished
    questions of one visitor.
    """
    with without_apps():
        blocks = gr.Blocks(analytics_enabled=False, fill_width=True, title=texts(DEFAULT)["page.title"])
        with blocks:
            parts = lay_out()
            wire(blocks, parts, cast(Chat, Reporting(chat(parts))))
    blocks.api_open = False
    blocks._queue = FairQueue(
        visitor_questions,
        live_updates=True,
        concurrency_count=blocks.max_threads,
        update_intervals=1,
        max_size=None,
        blocks=blocks,
        default_concurrency_limit=AT_ONCE,
    )
    return blocks


@contextmanager
def without_apps() -> Iterator[None]:
    """Prevents Gradio from creating two unused apps in the block, 0.15 s each."""
    make = App.create_app
    App.create_app = staticmethod(lambda *_, **__: None)  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        App.create_app = staticmethod(make)  # type: ignore[method-assign]


def lay_out() -> Components:
    """Creates the components.

    Texts are filled in when the page opens and its language is known.
    """
    conversation, language, about = remember("conversation", []), remember("language", ""), remember("about", "")
    head, announced = html_block("masthead"), html_block("announcement")
    with gr.Column(elem_id="room"):
        opening, past, current = html_block("welcome"), html_block("past"), html_block("current")
    with gr.Column(elem_id="composer"):
        progress, notice, chosen = html_block("progress"), html_block("notice"), html_block("chosen")
        with gr.Row(elem_id="asking"):
            question = gr.Textbox(
                container=False, elem_id="question", lines=1, max_lines=6, placeholder=" ", scale=1, show_label=False
            )
            ask = gr.Button("", elem_id="ask", min_width=64, scale=0, variant="primary")
            stop = gr.Button("", elem_id="stop", min_width=64, scale=0, visible=False)
        standing = html_block("standing")
    return Components(
        conversation,
        language,
        about,
        head,
        announced,
        opening,
        past,
        current,
        html_block("dialogs"),
        progress,
        chosen,
        gr.Timer(LOOK_AGAIN, active=False),  # begins once the page has opened, in its language
        notice,
        question,
        ask,
        stop,
        standing,
    )


def remember(name: str, otherwise: object) -> gr.BrowserState:
    """Creates a value that the browser keeps, at first `otherwise`."""
    return gr.BrowserState(otherwise, storage_key=name, secret=KEPT_BY_BROWSER)


def html_block(name: str) -> gr.HTML:
    """Creates an HTML component; scripts use it by its name: see `scripts/page.js`."""
    return gr.HTML(
        elem_id=name, apply_default_css=False, js_on_load=f"window.qiantang.reach({name!r}, element, trigger)"
    )


def wire(blocks: gr.Blocks, parts: Components, chat: Chat) -> None:
    """Connects events with handlers.

    Only questions use the queue; other events are answered at once.
    """
    kept = [parts.conversation, parts.language, parts.about]
    at_once: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    asked: dict[str, Any] = at_once | {"queue": True, "concurrency_limit": AT_ONCE, "concurrency_id": "asking"}
    asked |= {"trigger_mode": "once", "js": BEGUN}
    opened = blocks.load(chat.open, kept, parts.list_all(), js=ARRIVED, **at_once)
    typed = gr.on(
        [parts.question.submit, parts.ask.click], chat.ask, [parts.question, *kept], parts.list_all(), **asked
    )
    offered = [parts.welcome.select, parts.past.select, parts.current.select]
    chosen = gr.on(offered, chat.ask_chosen, kept, parts.list_all(), **asked)
    reworded = gr.on([parts.past.edit, parts.current.edit], chat.ask_again, kept, parts.list_all(), **asked)
    running = [typed, chosen, reworded]
    # parts of a stopped answer may still arrive: redraw the page and allow questions only after that
    stopped = parts.stop.click(settle, None, None, cancels=running, **at_once).then(
        chat.show, kept, parts.list_all(), **at_once
    )
    talk = [parts.conversation, parts.language]
    moves = [
        parts.masthead.select(chat.switch, [parts.conversation, parts.about], parts.list_all(), **at_once),
        parts.masthead.clear(chat.clear, parts.language, parts.list_all(), cancels=running, **at_once),
        parts.dialogs.apply(chat.take_up, parts.language, parts.list_all(), cancels=running, **at_once),
        gr.on([parts.welcome.apply, parts.chosen.apply], chat.choose, talk, parts.list_all(), **at_once),
    ]
    renewed = [parts.progress, parts.clock, parts.welcome]
    parts.clock.tick(chat.progress_update, kept, renewed, js=WHETHER_ASKED, api_name="look", **at_once)
    tell_scripts(parts, {("ended", "dropped"): running, ("moved", "moved"): moves, ("rest", "rest"): [stopped]})
    opened.then(None, js="() => window.qiantang.loaded?.()")


def tell_scripts(parts: Components, done: dict[tuple[str, str], list[Any]]) -> None:
    """Calls functions of scripts after events.

    `done`: events by the name of the function that follows them, and of the one for a failed or stopped event.
    """
    for (ended, dropped), events in done.items():
        for event in events:
            event.then(None, js=f"() => window.qiantang.{ended}()")
            event.failure(None, js=f"() => window.qiantang.{dropped}()")
    parts.masthead.change(None, js="() => window.qiantang.dressed()")
    parts.current.change(None, js="() => window.qiantang.follow()")
    for name, state in (("conversation", parts.conversation), ("about", parts.about)):
        state.change(None, [state], js=f"(value) => window.qiantang.kept({name!r}, value)")


def settle() -> None:
    """Waits for parts of an answer that were sent before it was stopped."""
    time.sleep(SETTLING)
