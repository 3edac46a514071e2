"""The chat: a question goes to the bot, its growing answer to the page, both to the browser's memory."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import gradio as gr
from markupsafe import Markup

from bot.answers import Answer, Turn
from bot.bot import QUESTION_CHARACTERS
from bot.outcomes import Outcome
from web.conversation import Conversation, history, kept, restored
from web.exchange import exchange, exchanges
from web.preview import Documents
from web.texts import DEFAULT, LANGUAGES, preferred, texts
from web.welcome import masthead, progress_line, welcome

if TYPE_CHECKING:
    from ingest.sync import Progress

AT_ONCE = 16
WAITING = 64
PACE = 0.12
LOOK_AGAIN = 2.0
# Clicks inside HTML reach Python as the event that their button names, with the button's data.
BUTTONS = """element.addEventListener('click', (click) => {
  const button = click.target.closest('[data-event]');
  if (button) trigger(button.dataset.event, {...button.dataset});
});"""
LOG = logging.getLogger(__name__)

Update = dict[Any, Any]


class BotLike(Protocol):
    """What the page needs of the bot: ever more complete answers; the last one is the answer."""

    def stream(self, question: str, history: Sequence[Turn], language: str | None = None) -> Iterator[Answer]: ...


@dataclass(frozen=True)
class Parts:
    """The components of the page."""

    conversation: gr.BrowserState
    language: gr.BrowserState
    masthead: gr.HTML
    welcome: gr.HTML
    past: gr.HTML
    current: gr.HTML
    progress: gr.HTML
    clock: gr.Timer
    notice: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button

    def all(self) -> list[Any]:
        return list(vars(self).values())


def page(bot: BotLike, progress: Callable[[], Progress], documents: Documents) -> gr.Blocks:
    """The Gradio page. It holds no state of its own: the browser keeps the conversation and sends it along."""
    blocks = gr.Blocks(analytics_enabled=False, fill_width=True, title=texts(DEFAULT)["page.title"])
    with blocks:
        parts = laid_out()
        wire(blocks, parts, Chat(bot, progress, documents, parts))
    blocks.queue(max_size=WAITING, api_open=False, default_concurrency_limit=AT_ONCE)
    return blocks


def laid_out() -> Parts:
    """Texts are filled in when the page opens and its language is known."""
    conversation = gr.BrowserState([], storage_key="conversation", secret="kept-by-the-browser-only")  # noqa: S106
    language = gr.BrowserState("", storage_key="language", secret="kept-by-the-browser-only")  # noqa: S106
    head = block("masthead")
    with gr.Column(elem_id="room"):
        opening, past, current = block("welcome"), block("past"), block("current")
    with gr.Column(elem_id="composer"):
        progress, notice = block("progress"), block("notice")
        with gr.Row(elem_id="asking"):
            question = gr.Textbox(
                container=False, elem_id="question", lines=1, max_lines=6, placeholder=" ", scale=1, show_label=False
            )
            ask = gr.Button("", elem_id="ask", min_width=64, scale=0, variant="primary")
            stop = gr.Button("", elem_id="stop", min_width=64, scale=0, visible=False)
    clock = gr.Timer(LOOK_AGAIN)
    return Parts(conversation, language, head, opening, past, current, progress, clock, notice, question, ask, stop)


def block(name: str) -> gr.HTML:
    return gr.HTML(elem_id=name, apply_default_css=False, js_on_load=BUTTONS)


def wire(blocks: gr.Blocks, parts: Parts, chat: Chat) -> None:
    """Which event calls what. Only asking goes through the queue; the rest answers at once."""
    kept_by_browser = [parts.conversation, parts.language]
    at_once: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    asked: dict[str, Any] = at_once | {"queue": True, "concurrency_limit": AT_ONCE, "concurrency_id": "asking"}
    blocks.load(chat.open, kept_by_browser, parts.all(), **at_once)
    typed = gr.on(
        [parts.question.submit, parts.ask.click],
        chat.ask,
        [parts.question, *kept_by_browser],
        parts.all(),
        trigger_mode="once",
        **asked,
    )
    offered = [parts.welcome.select, parts.past.select, parts.current.select]
    example = gr.on(offered, chat.ask_example, kept_by_browser, parts.all(), trigger_mode="once", **asked)
    stopped = parts.stop.click(chat.show, kept_by_browser, parts.all(), cancels=[typed, example], **at_once)
    # the last piece of the answer may still arrive while it is being stopped: what it left is put in order again
    stopped.then(chat.show, kept_by_browser, parts.all(), **at_once)
    parts.masthead.select(chat.switch, parts.conversation, parts.all(), **at_once)
    parts.masthead.clear(chat.clear, parts.language, parts.all(), cancels=[typed, example], **at_once)
    parts.clock.tick(chat.look, parts.language, [parts.progress, parts.clock], **at_once)
    parts.masthead.change(None, js="() => window.qiantang.dressed()")
    parts.current.change(None, js="() => window.qiantang.follow()")


@dataclass(frozen=True)
class Chat:
    """What happens on each event; every method gives the components that change, with their new value."""

    bot: BotLike
    progress: Callable[[], Progress]
    documents: Documents
    parts: Parts

    def open(self, stored: object, language: str, request: gr.Request) -> Update:
        """The page as it opens: in the language chosen before, else the browser's, with the conversation kept."""
        chosen = language if language in LANGUAGES else preferred(request.headers.get("accept-language", ""))
        return self.show(stored, chosen) | self.look(chosen)

    def show(self, stored: object, language: str) -> Update:
        """Everything at rest: all exchanges, ready for the next question."""
        conversation = restored(stored)
        return self.dressed(language, bool(conversation)) | {
            self.parts.past: exchanges(conversation, language, documents=self.documents),
            self.parts.current: "",
            self.parts.notice: "",
        }

    def switch(self, stored: object, event: gr.EventData) -> Update:
        """The same page in the other language; the answers keep theirs."""
        chosen = str(event.language)
        return self.show(stored, chosen) | self.look(chosen)

    def clear(self, language: str) -> Update:
        """A new conversation; the browser forgets the old one."""
        return self.show([], language) | {self.parts.conversation: []}

    def look(self, language: str) -> Update:
        """How far the indexing has come; the clock stops when it is done."""
        progress = self.progress()
        return {
            self.parts.progress: progress_line(progress, language or DEFAULT),
            self.parts.clock: gr.Timer(active=progress.stage in ("reading", "embedding")),
        }

    def ask_example(self, stored: object, language: str, event: gr.EventData) -> Iterator[Update]:
        """A question chosen at one of the doors, or among those that an answer suggests."""
        yield from self.ask(str(event.question), stored, language)

    def ask(self, question: str, stored: object, language: str) -> Iterator[Update]:
        """The answer to `question` as it grows. Closed early (the stop button), it stops the bot as well."""
        question = question.strip()
        refusal = refused(question, language)
        if refusal:
            yield {self.parts.notice: Markup('<p role="alert">{}</p>').format(refusal)}
            return
        earlier = restored(stored)
        number = len(earlier) + 1
        yield self.begun(earlier, question, language)
        for answer in paced(self.answers(question, earlier, language)):
            yield self.grown(earlier, answer, number, language)
        yield self.at_rest()

    def answers(self, question: str, earlier: Conversation, language: str) -> Iterator[Answer]:
        try:
            yield from self.bot.stream(question, history(earlier), language)
        except Exception:  # the outermost edge: the person is told, the staff find the cause in the log
            LOG.exception("The question could not be answered.")
            failed = replace(pending(question, language), outcome=Outcome.FAILED, complete=True)
            yield replace(failed, text=texts(language)["answer.failed"])

    def begun(self, earlier: Conversation, question: str, language: str) -> Update:
        waiting = pending(question, language)
        return {
            self.parts.past: exchanges(earlier, language, resting=False, documents=self.documents),
            self.parts.masthead: masthead(language, conversing=True),
            self.parts.welcome: "",
            self.parts.notice: "",
            self.parts.question: "",
            self.parts.ask: gr.Button(visible=False),
            self.parts.stop: gr.Button(visible=True),
        } | self.grown(earlier, waiting, len(earlier) + 1, language)

    def grown(self, earlier: Conversation, answer: Answer, number: int, language: str) -> Update:
        return {
            self.parts.current: exchange(answer, number, language, not answer.complete, self.documents),
            self.parts.conversation: kept([*earlier, answer]),
        }

    def at_rest(self) -> Update:
        return {self.parts.ask: gr.Button(visible=True), self.parts.stop: gr.Button(visible=False)}

    def dressed(self, language: str, conversing: bool) -> Update:
        words = texts(language)
        return {
            self.parts.language: language,
            self.parts.masthead: masthead(language, conversing),
            self.parts.welcome: "" if conversing else welcome(language),
            self.parts.question: gr.Textbox(
                label=words["question.label"],
                placeholder=words["question.placeholder"],
                html_attributes=gr.InputHTMLAttributes(lang=language, enterkeyhint="send"),
            ),
            self.parts.ask: gr.Button(words["question.ask"], visible=True),
            self.parts.stop: gr.Button(words["question.stop"], visible=False),
        }


def pending(question: str, language: str) -> Answer:
    """The answer before the bot has said anything."""
    return Answer(question, question, language, Outcome.ANSWERED, "", complete=False)


def refused(question: str, language: str) -> str:
    """Why `question` is not sent to the bot; empty where it is."""
    words = texts(language)
    if not question:
        return words["question.empty"]
    if len(question) > QUESTION_CHARACTERS:
        return words["question.too_long"].format(length=len(question), limit=QUESTION_CHARACTERS)
    return ""


def paced(answers: Iterable[Answer]) -> Iterator[Answer]:
    """The same answers, at most one in PACE seconds, so that a fast model does not flood slow lines."""
    shown = 0.0
    for answer in answers:
        if answer.complete or time.monotonic() - shown >= PACE:
            shown = time.monotonic()
            yield answer
