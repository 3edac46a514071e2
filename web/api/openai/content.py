"""Text of an answer for other chat pages, with warnings, AI label and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.answer import Answer, Citation
from text.catalog import SERVICE_LANGUAGES, Texts
from text.citations import MARKER
from web.api.questions import citation_link
from web.chat.conversation_state import body
from web.chat.source_cards import say_last_check
from web.i18n import FOREIGN, texts


class GrowingText:
    """Growing text of an answer; a stream only adds to it."""

    def __init__(self, address: str) -> None:
        self.address, self.sent = address, ""
        self.answer: Answer | None = None
        """The complete answer, once it is there."""
        self.start = 0
        """Start of the complete answer in `sent`."""

    def pieces(self, answer: Answer) -> Iterator[str]:
        """Yields what an answer adds to the text."""
        piece = self.ending(answer) if answer.complete else self.more(answer.text)
        if piece:
            self.sent += piece
            yield piece

    def more(self, text: str) -> str:
        """Returns what a text adds to the sent one; empty if it begins otherwise."""
        return text[len(self.sent) :] if text.startswith(self.sent) else ""

    def ending(self, answer: Answer) -> str:
        """Returns the rest of a complete answer; all of it if the sent text differs."""
        self.answer = answer
        tail = "\n\n".join(["", *remarks(answer), *sources(answer, self.address)])
        if not self.sent:
            return answer.text + tail
        if body(answer).startswith(self.sent):
            warnings = "".join(f"\n\n> {each.text}" for each in answer.warnings)
            return body(answer)[len(self.sent) :] + warnings + tail
        lead = f"\n\n**{words_of(answer)['answer.replaced']}**\n\n"
        self.start = len(self.sent) + len(lead)
        return lead + answer.text + tail

    def annotations(self) -> list[dict[str, Any]]:
        """Returns a citation for each marker of the answer, without the list of sources."""
        if self.answer is None:
            return []
        known = {each.number: each for each in self.answer.citations}
        end = len(self.sent) - len("\n\n".join(["", *sources(self.answer, self.address)]))
        found = (match for match in MARKER.finditer(self.sent, self.start, end) if int(match[1]) in known)
        return [self.annotation(known[int(match[1])], match.start(), match.end()) for match in found]

    def annotation(self, citation: Citation, start: int, end: int) -> dict[str, Any]:
        """Returns a citation with its link; the marker is `[start:end]` of the sent text."""
        assert self.answer is not None  # noqa: S101  # `annotations` has checked it
        link = citation_link(citation, self.answer.language, self.address)
        cited = {"start_index": start, "end_index": end, "title": citation.title or citation.source, "url": link}
        return {"type": "url_citation", "url_citation": cited}


def page_language(answer: Answer) -> str:
    """Returns the language of an answer, English if the pages do not have it."""
    return answer.language if answer.language in SERVICE_LANGUAGES else FOREIGN


def words_of(answer: Answer) -> Texts:
    """Returns the texts of the page in the language of an answer, else in English."""
    return texts(page_language(answer))


def remarks(answer: Answer) -> Iterable[str]:
    """Returns the label of an answer by a model, which must always be visible."""
    words = words_of(answer)
    return [f"*{words['answer.ai']} · {words['answer.ai_long']}*"] if answer.mode == "model" else []


def sources(answer: Answer, address: str) -> list[str]:
    """Returns the list of sources as one block of Markdown; nothing without sources."""
    if not answer.citations:
        return []
    language = page_language(answer)
    lines = [source_line(each, language, citation_link(each, answer.language, address)) for each in answer.citations]
    return ["\n".join([f"**{texts(language)['sources.heading']}**", "", *lines])]


def source_line(citation: Citation, language: str, link: str) -> str:
    """Returns a line of the list: title, place and validity, or last check of a guide."""
    words = texts(language)
    title = (citation.title or citation.source).replace("[", "(").replace("]", ")").replace("\n", " ")
    page = words["source.page"].format(page=citation.page) if citation.page else ""
    place = (citation.article or citation.heading).replace("\n", " ")
    checked = say_last_check(citation, language) if citation.validity.may_apply else ""
    valid = checked or words[f"validity.{citation.validity}"]
    return " · ".join(filter(None, (f"- [{citation.number}] [{title}]({link})", place, page, valid)))
