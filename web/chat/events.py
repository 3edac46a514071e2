"""Chat events: sends questions to the bot and streams answers to the page.

The browser stores each answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import gradio as gr
from markupsafe import Markup

from bot.answer import Answer
from bot.dialogue.refusal import QUESTION_CHARACTERS
from text.catalog import SERVICE_LANGUAGES
from web.chat.answering import pace, stream_answers
from web.chat.banner import announcement, notice
from web.chat.components import Components
from web.chat.conversation_state import Conversation, history, parse_conversation, pending, serialize
from web.chat.feedback import keep_exchange
from web.chat.message import exchanges, render_context, render_message
from web.chat.start_page import (
    dialogs,
    find_about,
    is_searching,
    is_settled,
    masthead,
    progress_line,
    render_chosen,
    standing,
    welcome,
)
from web.context import ChatContext
from web.http.fair_queue import refusal_key
from web.i18n import choose_language, find_language, texts
from web.operations.request_context import note_question

Update = dict[Any, Any]


@dataclass(frozen=True)
class Chat:
    """Event handlers; each returns the components that change, with their new values."""

    service: ChatContext
    parts: Components

    def open(self, stored: object, language: str, about: str, request: gr.Request) -> Update:
        """Opens the page in the chosen or the browser's language, with the conversation."""
        chosen = (
            language if language in SERVICE_LANGUAGES else find_language(request.headers.get("accept-language", ""))
        )
        return self.show(stored, chosen, about) | self.progress_update(stored, chosen, about)

    def show(self, stored: object, language: str, about: str) -> Update:
        """Shows all exchanges at rest, ready for the next question."""
        conversation, language = parse_conversation(stored), choose_language(language)
        return self.language_update(language, about, bool(conversation)) | {
            self.parts.past: exchanges(conversation, render_context(self.service, language)),
            self.parts.current: "",
            self.parts.notice: "",
        }

    def switch(self, stored: object, about: str, event: gr.EventData) -> Update:
        """Shows the page in another language; the answers keep theirs."""
        chosen = str(event.language)
        return self.show(stored, chosen, about) | self.progress_update(stored, chosen, about)

    def clear(self, language: str) -> Update:
        """Starts a new conversation; the browser archives the old one."""
        fresh: Update = {self.parts.conversation: [], self.parts.about: ""}
        return self.show([], language, "") | self.progress_update([], language, "") | fresh

    def take_up(self, language: str, event: gr.EventData) -> Update:
        """Reopens a conversation from the browser's archive."""
        conversation, about = parse_conversation(event.conversation), str(event.about)
        if not conversation:
            return {self.parts.notice: notice(texts(language)["archive.unreadable"])}
        return self.show(event.conversation, language, about) | {
            self.parts.conversation: serialize(conversation),
            self.parts.about: about,
        }

    def choose(self, stored: object, language: str, event: gr.EventData) -> Update:
        """Sets the country for the next questions, empty for none.

        A topic only selects examples.
        """
        about = find_about(self.service.starters, str(event.about))
        shown = self.language_update(language, about, bool(parse_conversation(stored)))
        return shown | self.progress_update(stored, language, about) | {self.parts.about: about}

    def progress_update(self, stored: object, language: str, about: str) -> Update:
        """Updates the indexing progress.

        The clock stops when the index is complete and the examples of the start page were found; then they are shown.
        `stored` may be the beginning of the conversation only.
        """
        progress, language, starters = self.service.progress(), choose_language(language), self.service.starters
        about = find_about(starters, about)
        goes_on = not is_settled(progress) or (not stored and is_searching(language, starters, about))
        update: Update = {
            self.parts.progress: progress_line(progress, language),
            self.parts.clock: gr.Timer(active=goes_on),
        }
        if not goes_on and not stored:
            update[self.parts.welcome] = self.opening(language, about)
        return update

    def opening(self, language: str, about: str) -> Markup:
        """Renders the start page, with the days for which questions are kept."""
        return welcome(language, self.service.starters, about, self.service.records.days)

    def ask_chosen(
        self, stored: object, language: str, about: str, event: gr.EventData, request: gr.Request
    ) -> Iterator[Update]:
        """Asks a question from the start page, a follow-up, or a shared link.

        A shared link begins a new conversation. Its question is shown nowhere else, so it is kept in the text field if
        it has to wait.
        """
        question = str(event.question)
        if getattr(event, "fresh", None):
            stored, about = [], ""
            yield {self.parts.about: "", self.parts.chosen: ""}
            if refusal_key(request.request):
                yield {self.parts.question: question}
        yield from self.ask(question, stored, language, about, request)

    def ask_again(
        self, stored: object, language: str, about: str, event: gr.EventData, request: gr.Request
    ) -> Iterator[Update]:
        """Asks a question in other words; replaces its exchange and those after it."""
        earlier = takewhile(lambda answer: answer.id != event.id, parse_conversation(stored))
        yield from self.ask(str(event.question), serialize(tuple(earlier)), language, about, request)

    def ask(self, question: str, stored: object, language: str, about: str, request: gr.Request) -> Iterator[Update]:
        """Streams the answer to `question`.

        Closing the stream (the stop button) also stops the bot.
        """
        question, language = question.strip(), choose_language(language)
        about = find_about(self.service.starters, about)
        if key := refusal_key(request.request):
            yield {self.parts.notice: notice(texts(language)[key])}
            return
        if reason := why_not_sent(question, language):
            yield {self.parts.notice: notice(reason)}
            return
        earlier = parse_conversation(stored)
        note_question(" ".join([question, *(each.question for each in earlier)]))
        waiting = pending(question, language)
        yield self.start_update(earlier, waiting, language)
        for answer in pace(stream_answers(self.service, waiting, history(earlier), language, about)):
            yield self.answer_update(earlier, answer, language)
            if answer.complete:
                keep_exchange(self.service.records, answer, language)
        yield self.idle_update()

    def start_update(self, earlier: Conversation, waiting: Answer, language: str) -> Update:
        """Shows a question with its empty answer, and the stop button."""
        return {
            self.parts.past: exchanges(earlier, render_context(self.service, language), resting=False),
            self.parts.masthead: masthead(language, conversing=True),
            self.parts.announcement: announcement(self.service, language),
            self.parts.welcome: "",
            self.parts.notice: "",
            self.parts.question: "",
            self.parts.ask: gr.Button(visible=False),
            self.parts.stop: gr.Button(visible=True),
        } | self.answer_update(earlier, waiting, language)

    def answer_update(self, earlier: Conversation, answer: Answer, language: str) -> Update:
        """Shows and stores the answer so far.

        The chosen country is dropped if the question is about something else.
        """
        number = len(earlier) + 1
        return {
            self.parts.current: render_message(
                answer, number, render_context(self.service, language), running=not answer.complete
            ),
            self.parts.conversation: serialize([*earlier, answer]),
            **({self.parts.about: "", self.parts.chosen: ""} if answer.is_elsewhere else {}),
        }

    def idle_update(self) -> Update:
        """Shows the button to ask instead of the one to stop."""
        return {self.parts.ask: gr.Button(visible=True), self.parts.stop: gr.Button(visible=False)}

    def language_update(self, language: str, about: str, conversing: bool) -> Update:
        """Shows all but the exchanges in a language; no start page while `conversing`."""
        language, about = choose_language(language), find_about(self.service.starters, about)
        words = texts(language)
        return {
            self.parts.language: language,
            self.parts.masthead: masthead(language, conversing),
            self.parts.announcement: announcement(self.service, language),
            self.parts.welcome: "" if conversing else self.opening(language, about),
            self.parts.chosen: render_chosen(language, about),
            self.parts.dialogs: dialogs(language, self.service.records.keeping, self.service.records.days),
            self.parts.standing: standing(language),
            self.parts.question: gr.Textbox(
                label=words["question.label"],
                placeholder=words["question.placeholder"],
                html_attributes=gr.InputHTMLAttributes(lang=language, enterkeyhint="send"),
            ),
            self.parts.ask: gr.Button(words["question.ask"], visible=True),
            self.parts.stop: gr.Button(words["question.stop"], visible=False),
        }


def why_not_sent(question: str, language: str) -> str:
    """Returns the reason why `question` is not sent to the bot; empty if it is."""
    words = texts(language)
    if not question:
        return words["question.empty"]
    if len(question) > QUESTION_CHARACTERS:
        return words["question.too_long"].format(length=len(question), limit=QUESTION_CHARACTERS)
    return ""
