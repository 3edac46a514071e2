"""Source cards: one per document with law and issuing body, quotes below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from babel import Locale
from markupsafe import Markup

from bot.answer import Citation
from bot.generation.validity_warnings import NO_LONGER
from store.basis_marks import UNKNOWN
from web.bases import BasisLine, BasisRow, basis_lines, basis_rows, review_note
from web.chat.answer_pieces import pieces
from web.i18n import choose_language, texts
from web.markdown import answer_html, document_html
from web.sources.viewer import Place, fingerprint

DELIMITER = re.compile(r"\|[-: |]+")
NO_WORDS = Markup()
CELL_BORDER = re.compile(r"(?<!\\)\|")
NEAR = ("en", "zh")
"""Fallback languages of a version, the nearest first: those of the search."""
Versions = Callable[[str], Mapping[str, str]]
"""Sources of a document by language, itself included."""


@dataclass(frozen=True)
class OtherVersion:
    """A document in another language: its address, and a label with the language."""

    address: str
    label: str


@dataclass(frozen=True)
class CitationCard:
    """A citation with what is shown of it; `address` opens the source at the passage.

    `checked`: when a guide was checked; "" for documents that are in force or not.
    """

    citation: Citation
    details: tuple[str, ...]
    place: tuple[str, ...]
    quote: Markup
    address: str
    label: str
    official: str
    bases: tuple[BasisLine, ...] = ()
    checked: str = ""

    @property
    def is_to_be_checked(self) -> bool:
        """True if a part of the quote rests on nothing known."""
        return any(each.id == UNKNOWN for each in self.citation.bases)

    @property
    def notes(self) -> tuple[BasisLine, ...]:
        """Reports and advice of the center, without words said at a document."""
        said = {each.words for each in self.bases if each.name}
        own = (each for each in self.bases if not each.name)
        return tuple(replace(each, words="") if each.words in said else each for each in own)


@dataclass(frozen=True)
class DocumentCard:
    """A document with all its quotes.

    - `origin`: issuing body, number and dates; empty for a guide, whose bases have their own.
    - `to_be_checked`: numbers of the quotes that rest on nothing known.
    - `numbers`: those of all its quotes, of which the card of one part of an answer shows some.
    - `words`: the quotes as the answer shows them; empty beside an answer in other words, where each quote is shown.
    """

    quotes: tuple[CitationCard, ...]
    origin: tuple[str, ...]
    bases: tuple[BasisRow, ...]
    to_be_checked: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    words: Markup = NO_WORDS

    @property
    def first(self) -> CitationCard:
        """The first quote on the card."""
        return self.quotes[0]

    @property
    def rows(self) -> list[list[CitationCard]]:
        """Its quotes, those with the same place and notes in one row."""
        rows: dict[tuple[object, ...], list[CitationCard]] = {}
        for each in self.quotes:
            rows.setdefault((each.place, each.notes), []).append(each)
        return list(rows.values())

    @property
    def is_first(self) -> bool:
        """True if no card of an earlier part has the document's title."""
        return self.first.citation.number == self.numbers[0]

    @property
    def is_over(self) -> bool:
        """True if nothing that is quoted applies any more."""
        return all(each.citation.validity in NO_LONGER for each in self.quotes)


def card(citation: Citation, language: str) -> CitationCard:
    """Returns the card of a citation, without bases of which nothing is known."""
    words = texts(language)
    title = citation.title or citation.source
    return CitationCard(
        citation,
        citation_facts(citation, words),
        place(citation, words),
        document_html(add_table_head(citation.quote)),
        source_address(citation, language),
        words["source.open_of"].format(number=citation.number, title=title),
        citation.url if citation.url.startswith(("https://", "http://")) else "",
        tuple(each for each in basis_lines(citation.bases, language) if each.text != words["basis.unknown"]),
        say_last_check(citation, language),
    )


def document_cards(citations: Iterable[Citation], language: str) -> list[DocumentCard]:
    """Returns one card for each document, in the order of the first quotes."""
    grouped: dict[str, list[Citation]] = {}
    for citation in citations:
        grouped.setdefault(citation.source, []).append(citation)
    return [document_card(each, language) for each in grouped.values()]


def document_card(citations: Sequence[Citation], language: str) -> DocumentCard:
    """Returns the card of the document that all the citations quote."""
    quotes, first = tuple(card(each, language) for each in citations), citations[0]
    about = texts(language)
    origin = () if first.kind == "guide" else (*name_issuer(first), *dates(first, about))
    return DocumentCard(
        quotes,
        origin,
        tuple(basis_rows({each.citation.number: each.bases for each in quotes}, language)),
        tuple(each.citation.number for each in quotes if each.is_to_be_checked),
        tuple(each.number for each in citations),
    )


def render_quotes(text: str, citations: Sequence[Citation], anchor: str, language: str) -> list[Markup | DocumentCard]:
    """Renders an answer: quotes of each document as a card, other text between them.

    Where parts of the answer quote one document, each has a card with what no earlier one has.
    """
    label, divided = texts(language)["marker.label"], pieces(text, citations)
    by_number = {each.number: each for each in citations}
    by_title: dict[str, dict[int, Citation]] = {}
    for number in chain.from_iterable(piece.numbers for piece in divided):
        by_title.setdefault(by_number[number].title, {})[number] = by_number[number]
    whole = {title: document_card(tuple(own.values()), language) for title, own in by_title.items()}
    shown: list[Markup | DocumentCard] = []
    for piece in divided:
        words = answer_html(piece.text, anchor, by_number.keys(), label)
        title = by_number[piece.numbers[0]].title if piece.numbers else ""
        shown.append(part_of_card(whole[title], piece.numbers, words) if piece.numbers else words)
    return shown


def part_of_card(whole: DocumentCard, numbers: Sequence[int], words: Markup) -> DocumentCard:
    """Returns the card of some quotes; a basis is on the card of its first one."""
    rows = [(row, row.numbers or whole.numbers) for row in whole.bases]
    return replace(
        whole,
        quotes=tuple(each for each in whole.quotes if each.citation.number in numbers),
        bases=tuple(BasisRow(row.line, () if {*on} == {*numbers} else on) for row, on in rows if on[0] in numbers),
        to_be_checked=tuple(number for number in whole.to_be_checked if number in numbers),
        words=words,
    )


def nearest(source: str, spoken: str, versions: Versions) -> str:
    """Returns the version of a document in the nearest language; itself if none is."""
    known = versions(source)
    return next((known[language] for language in (spoken, *NEAR) if language in known), source)


def other_version(citation: Citation, spoken: str, versions: Versions, language: str) -> OtherVersion | None:
    """Returns the version in a nearer language than the quote, named in `language`.

    None if there is none.
    """
    if citation.language == spoken or (source := nearest(citation.source, spoken, versions)) == citation.source:
        return None
    code = next(code for code, name in versions(citation.source).items() if name == source)
    name = Locale(choose_language(language)).languages.get(code, code)
    return OtherVersion(
        Place(source, 0, 0, language).address(None), texts(language)["source.version"].format(language=name)
    )


def say_last_check(citation: Citation, language: str) -> str:
    """Sentence on the last check of a cited guide; "" for other documents."""
    is_guide = citation.kind == "guide"
    return review_note(citation.reviewed_on, citation.review_by, language, date.today()) if is_guide else ""


def add_table_head(quote: str, header: str = "") -> str:
    """Adds a header, at first an empty one, to bare table rows: Markdown needs it."""
    first, *others = quote.split("\n")
    if not first.startswith("|") or any(DELIMITER.fullmatch(line) for line in others):
        return quote
    columns = len(CELL_BORDER.findall(first)) - 1
    return f"{header or '|' * (columns + 1)}\n{'|---' * columns}|\n{quote}"


def citation_facts(citation: Citation, words: Mapping[str, str]) -> tuple[str, ...]:
    """Returns issuer, number, place and dates.

    Of a guide only the place: what it rests on has issuers and dates of its own.
    """
    if citation.kind == "guide":
        return tuple(filter(None, (citation.heading,)))
    return (*name_issuer(citation), *place(citation, words), *dates(citation, words))


def name_issuer(citation: Citation) -> tuple[str, ...]:
    """Returns issuing body and document number, as far as they are known."""
    return tuple(filter(None, (citation.issuer, citation.document_number)))


def place(citation: Citation, words: Mapping[str, str]) -> tuple[str, ...]:
    """Returns article and page; the heading replaces a missing article."""
    heading = "" if citation.title.startswith(citation.heading) else citation.heading
    page = words["source.page"].format(page=citation.page) if citation.page else ""
    return tuple(filter(None, (citation.article or heading, page)))


def dates(citation: Citation, words: Mapping[str, str]) -> tuple[str, ...]:
    """Returns in words from when and until when a document applies, if known."""
    since = words["source.from"].format(date=citation.effective_from) if citation.effective_from else ""
    until = words["source.until"].format(date=citation.effective_to) if citation.effective_to else ""
    return tuple(filter(None, (since, until)))


def source_address(citation: Citation, language: str) -> str:
    """Returns the address of the source at the passage."""
    seen = fingerprint(citation.quote)
    return Place(citation.source, citation.start, citation.end, language, seen).address(citation.page, "#passage")
