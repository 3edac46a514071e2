"""Conversations as a Word document: questions, answers, sources and warnings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from bot.answer import Answer, Citation
from bot.outcomes import Outcome
from store.documents import Validity
from text.boundaries import shorten
from text.citations import without_markers
from web.bases import BasisLine, basis_lines, basis_rows
from web.chat.answer_pieces import pieces
from web.chat.conversation_state import Conversation, body
from web.chat.message import RenderContext, find_card, find_restatement
from web.chat.source_cards import add_table_head, citation_facts, dates, name_issuer, say_last_check
from web.http.limits import MOST_SIGNS, MOST_SIGNS_IN_A_FILE
from web.i18n import texts
from web.markdown import at_most
from web.official_sites import link_label
from web.word_export.bidi import is_leftward
from web.word_export.document import Paper
from web.word_export.elements import Setting, TextStyle, clean, line, paragraph, runs, tag
from web.word_export.guide import card_blocks
from web.word_export.markdown import Manner, blocks
from web.word_export.styles import number_pages

LONGEST_PROPERTY = 255
NO_LETTER = re.compile(r"(?<!\d)[\W_]|[\W_](?!\d)")
"""Mark or blank, but for one within a number: 1.5 is not 15."""
GREEN, WARM, RED, GREY = ("14673F", "E3F3EA"), ("8A4B12", "FDF3E4"), ("A3262B", "FCEBEA"), ("52676F", "ECEFF0")
COLOURS = {
    Validity.IN_FORCE: GREEN,
    Validity.NOT_YET: WARM,
    Validity.DRAFT: WARM,
    Validity.EXPIRED: RED,
    Validity.SUPERSEDED: RED,
    Validity.REPEALED: RED,
    Validity.UNKNOWN: GREY,
}
"""Text and background colour, as on the page. The word itself says the same."""
LINK = "0B6A77"
BOLD = TextStyle(bold=True)


@dataclass(frozen=True)
class Saved:
    """A conversation to export; `at` is its time in the browser's zone, if known."""

    title: str
    at: datetime | None
    answers: Conversation


def word_document(conversations: Sequence[Saved], around: RenderContext, on: date) -> bytes:
    """Returns a DOCX file in the language of the page, saved on the day `on`.

    Each conversation has its title if there are several.
    """
    writer = ConversationWriter(Paper(), around)
    writer.opening(on)
    with at_most(MOST_SIGNS_IN_A_FILE, MOST_SIGNS):
        for number, conversation in enumerate(conversations, 1):
            writer.conversation(conversation, number, several=len(conversations) > 1)
    is_written_by_model = any(is_generated(answer) for each in conversations for answer in each.answers)
    writer.describe(conversations[0].answers[0].question, is_written_by_model)
    return writer.paper.to_bytes()


def is_generated(answer: Answer) -> bool:
    """Checks that a model wrote an answer, and that it has text."""
    return answer.mode == "model" and bool(answer.text)


class ConversationWriter:
    """Writes conversations to a document, one below the other."""

    def __init__(self, paper: Paper, around: RenderContext) -> None:
        self.paper = paper
        self.around, self.language = around, around.language
        self.texts = texts(around.language)
        self.guides = set[str]()

    def opening(self, on: date) -> None:
        """Writes name, day and notices of the document, and numbers its pages."""
        words = self.texts
        self.paper.add(
            line(words["masthead.name"], "Title"),
            line(words["save.date"].format(date=on.isoformat())),
            line(words["welcome.notice"], "Notice"),
            line(words["welcome.hotline"], "Notice"),
        )
        number_pages(self.paper.document.sections[0], words["preview.page"])

    def conversation(self, conversation: Saved, number: int, several: bool) -> None:
        """Writes a conversation; its title is a heading if there are `several`."""
        if several:
            self.paper.add(line(conversation.title or conversation.answers[0].question, "Heading1"))
        self.guides.clear()
        if conversation.at:
            self.paper.add(line(self.texts["save.asked"].format(time=f"{conversation.at:%Y-%m-%d %H:%M %Z}".strip())))
        for position, answer in enumerate(conversation.answers, 1):
            self.exchange(answer, f"source_{number}_{position}", 2 if several else 1)

    def exchange(self, answer: Answer, place: str, level: int) -> None:
        """Writes a question and its answer; `place` is the prefix of its bookmarks."""
        self.paper.add(line(answer.question, f"Heading{level}"))
        self.paper.add(*self.remarks(answer))
        places = {citation.number: f"{place}_{position}" for position, citation in enumerate(answer.citations)}
        self.words(answer, Manner("", answer.language, level, places))
        if not answer.complete:
            self.paper.add(self.with_label(self.texts["answer.stopped"], self.texts["answer.stopped_text"], "Warning"))
        if answer.citations:
            self.paper.add(line(self.texts["sources.heading"], f"Heading{level + 1}"))
        self.laws(answer.citations)
        said = squeeze(without_markers(body(answer)))
        for position, citation in enumerate(answer.citations):
            quote = squeeze(citation.quote)
            self.source(citation, f"{place}_{position}", bool(quote) and quote in said)
        self.guide(answer, level + 1)

    def words(self, answer: Answer, manner: Manner) -> None:
        """Writes the words of an answer.

        Above the quotes of a document stands its title, and above the first ones what its card says.
        """
        if answer.mode != "extractive" or not answer.complete:
            self.paper.add(*blocks(self.paper, body(answer), manner))
            return
        by_number, said = {each.number: each for each in answer.citations}, set[str]()
        for piece in pieces(body(answer), answer.citations):
            if piece.numbers:
                first = by_number[piece.numbers[0]]
                self.paper.add(line(first.title, look=BOLD))
                if first.title not in said:
                    origin = () if first.kind == "guide" else (*name_issuer(first), *dates(first, self.texts))
                    self.paper.add(self.with_validity_of(first, origin))
                said.add(first.title)
            self.paper.add(*blocks(self.paper, piece.text, manner))

    def remarks(self, answer: Answer) -> list[Any]:
        """Returns the labels and warnings above an answer."""
        words, remarks = self.texts, []
        if restated := find_restatement(answer):
            remarks.append(self.with_label(words["answer.understood"], restated))
        if answer.complete and answer.outcome not in (Outcome.ANSWERED, Outcome.GREETING):
            remarks.append(line(words[f"outcome.{answer.outcome.value}"], look=BOLD))
        if is_generated(answer):
            remarks.append(self.with_label(words["answer.ai"], words["answer.ai_long"], "AILabel"))
        if answer.mode == "curated":
            remarks.append(line(words["answer.curated"], look=BOLD))
        for warning in answer.warnings:
            style = "GraveWarning" if warning.kind == "not_in_force" else "Warning"
            remarks.append(self.with_label(words[f"warning.{warning.kind}"], warning.text, style))
        return remarks

    def with_label(self, label: str, text: str, style: str = "") -> Any:
        """Returns a paragraph with a bold label, in the direction of `text`."""
        within = is_leftward(text)
        return paragraph([*runs(f"{label} ", BOLD, within), *runs(text, within=within)], Setting(style), within)

    def laws(self, citations: Sequence[Citation]) -> None:
        """Writes each document that the quotes rest on, once, with their numbers."""
        lines = {each.number: basis_lines(each.bases, self.language) for each in citations}
        for row in basis_rows(lines, self.language):
            numbers = "".join(f"[{number}] " for number in row.numbers)
            self.paper.add(self.with_label(self.texts["basis.label"], f"{numbers}{self.with_validity(row.line)}"))

    def source(self, citation: Citation, place: str, is_in_answer: bool) -> None:
        """Writes title, validity and details of a source, its notes and its address.

        Its quote too, unless its words stand in the answer.
        """
        title = f"[{citation.number}] {citation.title or citation.source}"
        within = is_leftward(title)
        named = self.paper.wrap_bookmark(place, runs(title, TextStyle(bold=True, language=citation.language), within))
        self.paper.add(paragraph(named, Setting(), within), self.particulars(citation))
        for note in (each for each in basis_lines(citation.bases, self.language) if not each.name):
            self.paper.add(self.with_label(self.texts["basis.label"], self.with_validity(note)))
        if not is_in_answer:
            self.paper.add(*blocks(self.paper, add_table_head(citation.quote), Manner("Quote", citation.language)))
        if citation.url:
            address = self.paper.wrap_link(citation.url, runs(citation.url, TextStyle(colour=LINK, underlined=True)))
            self.paper.add(paragraph([*runs(f"{link_label(citation.url, self.language)} "), *address], Setting()))

    def guide(self, answer: Answer, level: int) -> None:
        """Writes the card of the service guide behind an answer, once in a conversation.

        With the documents that it rests on, but for those that a quote has named.
        """
        card = find_card(answer, self.around)
        if card is None or card.guide.source in self.guides:
            return
        self.guides.add(card.guide.source)
        self.paper.add(*card_blocks(self.paper, card, self.language, level))
        named = {line.name for each in answer.citations for line in basis_lines(each.bases, self.language)}
        for basis in (each for each in card.bases if each.name not in named):
            self.paper.add(self.with_label(self.texts["basis.label"], self.with_validity(basis)))

    def with_validity(self, basis: BasisLine) -> str:
        """Basis of a quote, its validity if known, and its official page."""
        word = self.texts[f"validity.{basis.validity.value}"] if basis.validity is not Validity.UNKNOWN else ""
        words = self.texts["basis.of"].format(words=basis.words) if basis.words else ""
        page = f"{link_label(basis.official, self.language)} {basis.official}" if basis.official else ""
        return " · ".join(filter(None, (basis.text, word, basis.report, words, page)))

    def particulars(self, citation: Citation) -> Any:
        """Returns a paragraph of details, with the place, and validity or last check."""
        return self.with_validity_of(citation, citation_facts(citation, self.texts))

    def with_validity_of(self, citation: Citation, facts: Sequence[str]) -> Any:
        """Returns a paragraph of facts with the validity, or with a guide's last check."""
        if checked := say_last_check(citation, self.language):
            return line(" · ".join([*facts, checked]))
        colour, fill = COLOURS[citation.validity]
        word = self.texts[f"validity.{citation.validity.value}"]
        valid = runs(f" {word} ", TextStyle(bold=True, colour=colour, fill=fill))
        return paragraph([*valid, *runs("".join(f"· {each} " for each in facts))], Setting())

    def describe(self, question: str, is_written_by_model: bool) -> None:
        """Writes the file properties.

        For AI-generated text they contain the label, the producer and an identifier (标识办法).
        """
        about, words = self.paper.document.core_properties, self.texts
        about.author = about.last_modified_by = words["masthead.name"]
        about.title = property_text(f"{words['masthead.name']}: {question}")
        about.keywords = words["save.labels"] if is_written_by_model else ""
        notice = (
            f"{words['answer.ai_long']} {words['welcome.notice']}" if is_written_by_model else words["welcome.notice"]
        )
        about.identifier = uuid4().urn if is_written_by_model else ""
        about.comments = property_text(notice)
        about.language = tag(self.language)
        about.created = about.modified = datetime.now(UTC)  # written as UTC, whatever the time zone


def squeeze(text: str) -> str:
    """Returns a text without marks and blanks, but for those within numbers."""
    return NO_LETTER.sub("", text)


def property_text(text: str) -> str:
    """Returns a text as a file property: one line of at most 255 characters."""
    return shorten(" ".join(clean(text).split()), LONGEST_PROPERTY)
