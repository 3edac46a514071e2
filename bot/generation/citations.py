"""Citations: verbatim snippets under the titles of their documents, with markers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answer import Citation, CitedBasis
from bot.retrieval.snippets import Snippet
from store.bases import Basis
from store.basis_marks import BasisMark, marks_within
from store.documents import Passage, Validity
from text.citations import renumber
from text.scripts import WITHOUT_BLANKS

BROKEN = re.compile(rf"(?<=[{WITHOUT_BLANKS}])\n(?=[{WITHOUT_BLANKS}])|(?<=\d[.,．])\n(?=\d)|(?<=\d)\n(?=[.．]\d)")
"""Line break between ideographs or in a number, which is removed without a blank."""
NUMBER_OF_LIST = re.compile(r"^(\d{1,9})(?=[.)]\s)")
"""A number at the start that Markdown would take for that of a list item."""
AROUND_WORDS = " |\t,，;；:：、.。،؛"
"""Signs that are trimmed around the words for which a basis stands."""


@dataclass(frozen=True)
class Extract:
    """A composed answer: Markdown with markers, and their citations.

    `says_unknown`: one of its lines says that the documents do not know; `is_open`: its first one.
    """

    text: str
    citations: tuple[Citation, ...]
    says_unknown: bool = False
    is_open: bool = False

    def after(self, count: int) -> Extract:
        """Returns the same with numbers that follow those of `count` citations."""
        numbers = {each.number: each.number + count for each in self.citations}
        moved = tuple(replace(each, number=numbers[each.number]) for each in self.citations)
        return replace(self, text=renumber(self.text, numbers), citations=moved)


def compose(chosen: Sequence[Snippet], passages: Sequence[Passage]) -> Extract:
    """Returns the snippets under the titles of their documents, each with a marker."""
    parts: list[str] = []
    citations: list[Citation] = []
    title, header = "", ""
    for snippet in chosen:
        passage = passages[snippet.passage]
        if passage.metadata.title != title:
            title, header = passage.metadata.title, ""
            parts.append(f"\n**{title}**\n")
        citations.append(citation(passage, len(citations) + 1, snippet.start, snippet.end, snippet.text))
        parts.append(render(snippet, len(citations), header))
        header = snippet.header
    return Extract("\n".join(parts).strip(), tuple(citations), any(each.is_unknown for each in chosen))


def render(snippet: Snippet, number: int, header_above: str) -> str:
    """Returns a snippet as Markdown with its marker; rows get their table header once."""
    marker = f"[{number}]"
    if snippet.kind == "row":
        body = f"{escape_brackets(snippet.text.strip().rstrip('|').rstrip())} {marker} |"
        if snippet.header in ("", header_above):
            return body
        columns = max(1, snippet.header.strip().strip("|").count("|") + 1)
        return f"\n{snippet.header}\n|{' --- |' * columns}\n{body}"
    lead = "- " if snippet.kind == "item" else "\n"
    return f"{lead}{one_line(snippet.text)} {marker}"


def one_line(text: str) -> str:
    """Returns a quote as one paragraph; only line breaks change.

    A number at its start is escaped, so that Markdown does not make it a list item.
    """
    joined = BROKEN.sub("", text).replace("\n", " ")
    return NUMBER_OF_LIST.sub(r"\1\\", escape_brackets(joined))


def escape_brackets(text: str) -> str:
    """Returns a quote with its own notes such as [2] escaped for Markdown.

    So they are not taken for markers. Longer numbers such as [2023] are escaped as well: Markdown reads any bracket as
    the beginning of a link.
    """
    return re.sub(r"\[(\d+)\]", r"\[\1\]", text)


def cite_passage(passage: Passage, number: int) -> Citation:
    """Returns the citation of a whole passage."""
    return citation(passage, number, passage.chunk.start, passage.chunk.end, passage.chunk.text)


def citation(passage: Passage, number: int, start: int, end: int, quote: str) -> Citation:
    """Returns the citation of a span of a passage."""
    metadata, chunk = passage.metadata, passage.chunk
    return Citation(
        number=number,
        source=passage.source,
        title=metadata.title,
        quote=quote,
        start=start,
        end=end,
        page=chunk.page_at(start),
        heading=nearest_heading(passage),
        article=chunk.article_at(start),
        issuer=metadata.issuer,
        document_number=metadata.document_number,
        validity=passage.validity,
        effective_from=metadata.effective_from,
        effective_to=metadata.effective_to,
        url=metadata.source_url,
        language=metadata.language,
        kind=metadata.kind,
        reviewed_on=metadata.reviewed_on,
        review_by=metadata.review_by,
        bases=tuple(dict.fromkeys(cite_basis(each, start, quote) for each in marks_within(chunk.bases, start, end))),
    )


def nearest_heading(passage: Passage) -> str:
    """Returns the heading above a passage; "" if it is its title in short."""
    headings = passage.chunk.headings[1 if passage.metadata.kind == "guide" else 0 :]
    return headings[-1] if headings else ""


def cite_basis(mark: BasisMark, start: int, quote: str) -> CitedBasis:
    """Returns the basis that a mark gives to a quote that begins at `start`.

    With the words that it stands for, if they are a part of a line.
    """
    begin, end = mark.start - start, mark.end - start
    is_line = quote[:begin][-1:] in ("", "\n") and quote[end:][:1] in ("", "\n")
    return CitedBasis(mark.id, mark.article, words="" if is_line else quote[begin:end].strip(AROUND_WORDS))


def with_bases(citations: Sequence[Citation], bases: Mapping[str, Basis], on: date) -> tuple[Citation, ...]:
    """Returns citations with the bases that they name, and their validity on a day."""
    return tuple(
        replace(citation, bases=tuple(resolve_basis(cited, bases.get(cited.id), on) for cited in citation.bases))
        for citation in citations
    )


def resolve_basis(cited: CitedBasis, basis: Basis | None, on: date) -> CitedBasis:
    """Returns a cited basis with what is known of it, and its validity on a day."""
    return replace(cited, basis=basis, validity=basis.validity(on) if basis else Validity.UNKNOWN)
