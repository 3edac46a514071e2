"""Banner above the chat: maintenance mode, and a notice of the center."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from markupsafe import Markup, escape

from bot.answer import Answer
from bot.generation.handoff import handoff_contacts
from bot.messages import text
from bot.outcomes import Outcome
from records import Notice, Off
from web.context import ChatContext
from web.i18n import FOREIGN, choose_language, texts
from web.markdown import document_html
from web.rendering import render

SWITCHED_OFF = "switched_off"
"""The reason of a question refused in maintenance mode."""
LINK = re.compile(r"https://[^\s<>\"'，。；、）)\]]+[^\s<>\"'，。；、）)\].,;:!?]")


def announcement(service: ChatContext, language: str) -> Markup:
    """Renders the banner in a page language; empty if nothing is announced."""
    language, state = choose_language(language), service.records.announcing.state()
    notice = state.notice if state.notice and state.notice.is_shown(datetime.now(UTC)) else None
    spoken = notice_words(notice, language) if notice else ("", "")
    if not state.off and not spoken[0]:
        return Markup()
    return render(
        "announcement",
        key=key_of(notice) if notice else "",
        language=language,
        notice=link_addresses(spoken[0]),
        notice_language=spoken[1],
        paused=document_html(write_pause_message(service, state.off, language)) if state.off else "",
        texts=texts(language),
    )


def notice_words(notice: Notice, language: str) -> tuple[str, str]:
    """Returns the notice and its language: the reader's, else English.

    Both are empty if the notice exists in neither.
    """
    for each in (language, FOREIGN):
        if notice.words.get(each):
            return notice.words[each], each
    return "", ""


def link_addresses(words: str) -> Markup:
    """Escapes plain text and turns https addresses into links."""
    parts, end = [], 0
    for match in LINK.finditer(words):
        link = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>').format(match[0])
        parts += [escape(words[end : match.start()]), link]
        end = match.end()
    return Markup("").join([*parts, escape(words[end:])])


def key_of(notice: Notice) -> str:
    """Returns the key under which a browser remembers that this notice was dismissed."""
    return sha256(repr(notice).encode()).hexdigest()[:16]


def write_pause_message(service: ChatContext, off: Off, language: str) -> str:
    """Returns the maintenance message and the offices to contact, as Markdown.

    The message is the center's own, else the standard one.
    """
    own = off.words.get(language) or text(SWITCHED_OFF, language)
    return f"{own}\n\n{handoff_contacts(service.contacts(), (), language)}"


def answer_while_paused(service: ChatContext, asked: Answer, off: Off, language: str) -> Answer:
    """Returns the answer to a question in maintenance mode."""
    body = write_pause_message(service, off, language)
    blocked = replace(asked, language=language, outcome=Outcome.BLOCKED, reason=SWITCHED_OFF)
    return replace(blocked, text=body, complete=True)


def notice(sentence: str) -> Markup:
    """Renders a message above the text field.

    The timestamp makes repeated messages new to the browser.
    """
    return Markup('<p role="alert" data-at="{}">{}</p>').format(time.time_ns(), sentence)
