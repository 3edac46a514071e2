"""HTML of an exchange: question, answer, warnings and source cards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from bot.answer import Answer, Citation
from bot.dialogue.refusal import QUESTION_CHARACTERS
from bot.guides.sections import asks_how
from bot.outcomes import Outcome
from records import Reason
from store.documents import Document
from web.bases import BasisLine, basis_lines, checked
from web.chat.conversation_state import Conversation, body
from web.chat.guide_card import guide_card
from web.http.limits import MOST_SIGNS, MOST_SIGNS_AT_ONCE
from web.http.processor_budget import charged
from web.i18n import texts
from web.markdown import answer_html, at_most, document_html
from web.rendering import render
from web.sources.viewer import Documents, Place, fingerprint

OPEN_ENDS = {Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.OUTSIDE_SERVICE, Outcome.FAILED, Outcome.BLOCKED}
"""Outcomes after which the page says what to do next."""
DELIMITER = re.compile(r"\|[-: |]+")
CELL_BORDER = re.compile(r"(?<!\\)\|")


def no_document(_: str) -> Document | None:
    """Returns None: for answers that are shown without the library."""
    return None


@dataclass(frozen=True)
class CitationCard:
    """A citation beside the answer; `address` opens the source at the passage.

    `checked`: when a guide was checked; "" for documents that are in force or not.
    """

    citation: Citation
    details: tuple[str, ...]
    quote: Markup
    address: str
    label: str
    official: str
    bases: tuple[BasisLine, ...] = ()
    checked: str = ""


@dataclass(frozen=True)
class RenderContext:
    """Values that all exchanges of a page share.

    - `keeping`: thumbs and requests are stored on the server.
    - `documents`: finds documents; a service guide is shown as a card.
    """

    language: str
    keeping: bool = False
    documents: Documents = no_document


def exchanges(conversation: Conversation, around: RenderContext, resting: bool = True, left_out: int = 0) -> Markup:
    """Renders all finished exchanges.

    Only the last one has suggestions, and only while no question is running.
    `left_out` is the number of older ones not shown; a note above says so.
    """
    last = len(conversation) if resting else 0
    with at_most(MOST_SIGNS_AT_ONCE, MOST_SIGNS), charged():
        shown = Markup("").join(
            render_message(answer if number == last else replace(answer, suggestions=()), number, around)
            for number, answer in enumerate(conversation, 1)
        )
    return left_out_note(left_out, around.language) + shown if left_out else shown


def left_out_note(count: int, language: str) -> Markup:
    return Markup('<p class="hint left-out" role="note">{}</p>').format(
        texts(language)["answer.left_out"].format(count=count)
    )


def render_message(answer: Answer, number: int, around: RenderContext, running: bool = False) -> Markup:
    """Renders one exchange; `running` while its answer grows.

    An incomplete answer that is not running was stopped.
    """
    words = texts(around.language)
    anchor = f"exchange-{number}"
    numbers = {citation.number for citation in answer.citations}
    unclear = answer.outcome is Outcome.NEEDS_CLARIFICATION
    return render(
        "exchange",
        answer=answer,
        anchor=anchor,
        asked_on=answer.asked_at.astimezone().date().isoformat() if answer.asked_at else "",
        cards=[card(citation, around.language) for citation in answer.citations],
        guide=answer_guide(answer, around),
        further="answer.choose" if unclear else "answer.further",
        is_open_end=answer.complete and answer.outcome in OPEN_ENDS,
        keeping=around.keeping,
        language=around.language,
        longest=QUESTION_CHARACTERS,
        number=number,
        reasons=tuple(Reason),
        running=running,
        suggestions=answer.suggestions if answer.complete else (),
        texts=words,
        understood=understood(answer),
        words=answer_html(body(answer), anchor, numbers, words["marker.label"]),
    )


def answer_guide(answer: Answer, around: RenderContext) -> Markup:
    """Renders the card if a complete answer rests on a service guide; else empty."""
    answered = answer.complete and answer.outcome is Outcome.ANSWERED and answer.citations
    document = around.documents(answer.citations[0].source) if answered else None
    return guide_card(document, around.language, asks_how(answer.standalone_question)) if document else Markup()


def understood(answer: Answer) -> str:
    """Returns the question completed from the conversation; empty if it is unchanged."""
    return answer.standalone_question if answer.standalone_question.strip() != answer.question.strip() else ""


def card(citation: Citation, language: str) -> CitationCard:
    words = texts(language)
    title = citation.title or citation.source
    return CitationCard(
        citation,
        details(citation, words),
        document_html(headed(citation.quote)),
        source_address(citation, language),
        words["source.open_of"].format(number=citation.number, title=title),
        citation.url if citation.url.startswith(("https://", "http://")) else "",
        tuple(basis_lines(citation.bases, language)),
        checked_on(citation, language),
    )


def checked_on(citation: Citation, language: str) -> str:
    """When a cited guide was checked; "" for other documents."""
    is_guide = citation.kind == "guide"
    return checked(citation.reviewed_on, citation.review_by, language, date.today()) if is_guide else ""


def headed(quote: str) -> str:
    """Adds an empty table head to bare table rows; without it Markdown shows the signs."""
    first, *others = quote.split("\n")
    if not first.startswith("|") or any(DELIMITER.fullmatch(line) for line in others):
        return quote
    columns = len(CELL_BORDER.findall(first)) - 1
    return f"{'|' * (columns + 1)}\n{'|---' * columns}|\n{quote}"


def details(citation: Citation, words: Mapping[str, str]) -> tuple[str, ...]:
    """Returns issuer, number, place and dates. The heading replaces a missing article.

    Of a guide only the place: what it rests on has issuers and dates of its own.
    """
    if citation.kind == "guide":
        return tuple(filter(None, (citation.heading,)))
    lines = (
        citation.issuer,
        citation.document_number,
        citation.article or citation.heading,
        words["source.page"].format(page=citation.page) if citation.page else "",
        words["source.from"].format(date=citation.effective_from) if citation.effective_from else "",
        words["source.until"].format(date=citation.effective_to) if citation.effective_to else "",
    )
    return tuple(line for line in lines if line)


def source_address(citation: Citation, language: str) -> str:
    """Returns the address of the source at the passage."""
    seen = fingerprint(citation.quote)
    place = Place(citation.source, citation.start, citation.end, language, seen)
    return place.address(citation.page, "#passage")
