"""Replies for chats: shortened answers with warnings, label and sources."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.answer import Answer, Citation
from text.catalog import SERVICE_LANGUAGES, Texts
from text.citations import find_cited_numbers
from web.alerts.webhook import shorten
from web.api.questions import citation_link
from web.bots.platform import Reply, Source
from web.i18n import FOREIGN, texts

ROOM_FOR_SOURCES = 3
"""Share of a message left for the sources: one part in this many."""
LONGEST_TITLE, MOST_SOURCES = 40, 5


def words_for(language: str) -> Texts:
    """Returns the texts in a language; English if the page does not have it."""
    return texts(language if language in SERVICE_LANGUAGES else FOREIGN)


def reply_of(answer: Answer, address: str, most_bytes: int) -> Reply:
    """Converts an answer; a long one is cut, with a link that asks again on the page."""
    words = words_for(answer.language)
    label = f"*{words['answer.ai']} · {words['answer.ai_long']}*\n\n" if answer.mode == "model" else ""
    whole, most = label + answer.text.strip(), most_bytes - most_bytes // ROOM_FOR_SOURCES
    if len(whole.encode()) > most:
        link = f"{address}?{urlencode({'q': answer.question})}"
        more = f"\n\n[{words['bots.more']}]({link if len(link) < most // 2 else address})"
        whole = shorten(whole, most - len(more.encode())) + more
    numbers = set(find_cited_numbers(whole))
    known = [each for each in answer.citations if each.number in numbers or answer.mode != "extractive"]
    sources = tuple(source_of(each, answer.language, address) for each in known[:MOST_SOURCES])
    title = shorten(answer.question.replace("\n", " "), LONGEST_TITLE * 3)
    return Reply(title, whole, sources, words["sources.heading"])


def source_of(citation: Citation, language: str, address: str) -> Source:
    """Returns the source of a citation, its title cut to 90 bytes."""
    label = f"[{citation.number}] {shorten(citation.title or citation.source, 90)}"
    return Source(label, citation_link(citation, language, address))
