"""What the center announces above the page: that the service is paused, and a notice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from markupsafe import Markup, escape

from bot.answer import Answer
from bot.generation.handoff import offices
from bot.messages import text
from bot.outcomes import Outcome
from records import Notice, Off
from web.context import Service
from web.i18n import FOREIGN, known_language, texts
from web.markdown import document_html
from web.rendering import render

SWITCHED_OFF = "switched_off"
"""The reason of a question that was refused because the service is paused."""
LINK = re.compile(r"https://[^\s<>\"'，。；、）)\]]+[^\s<>\"'，。；、）)\].,;:!?]")


def announcement(service: Service, language: str) -> Markup:
    """What stands above the page now, in its language; nothing where nothing is announced."""
    language, state = known_language(language), service.records.announcing.state()
    notice = state.notice if state.notice and state.notice.is_shown(datetime.now(UTC)) else None
    spoken = notice_words(notice, language) if notice else ("", "")
    if not state.off and not spoken[0]:
        return Markup()
    return render(
        "announcement",
        key=key_of(notice) if notice else "",
        language=language,
        notice=linked(spoken[0]),
        notice_language=spoken[1],
        paused=document_html(paused_words(service, state.off, language)) if state.off else "",
        texts=texts(language),
    )


def notice_words(notice: Notice, language: str) -> tuple[str, str]:
    """The notice for a reader and the language it is in: theirs, else English; none where it is in neither."""
    for each in (language, FOREIGN):
        if notice.words.get(each):
            return notice.words[each], each
    return "", ""


def linked(words: str) -> Markup:
    """Plain text in which addresses with https can be opened."""
    parts, end = [], 0
    for match in LINK.finditer(words):
        link = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>').format(match[0])
        parts += [escape(words[end : match.start()]), link]
        end = match.end()
    return Markup("").join([*parts, escape(words[end:])])


def key_of(notice: Notice) -> str:
    """By which a browser remembers that its reader has dismissed this notice."""
    return sha256(repr(notice).encode()).hexdigest()[:16]


def paused_words(service: Service, off: Off, language: str) -> str:
    """That the service is paused, in the center's words or the standard ones, and whom to ask, as Markdown."""
    own = off.words.get(language) or text(SWITCHED_OFF, language)
    return f"{own}\n\n{offices(service.contacts(), (), language)}"


def refused(service: Service, asked: Answer, off: Off, language: str) -> Answer:
    """The answer to a question while the service is paused."""
    body = paused_words(service, off, language)
    blocked = replace(asked, language=language, outcome=Outcome.BLOCKED, reason=SWITCHED_OFF)
    return replace(blocked, text=body, complete=True)
