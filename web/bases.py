"""Bases of the lines of a guide, and the day of its last check, as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, groupby
from typing import Any

from bot.answer import Answer, Citation, CitedBasis
from bot.generation.citations import resolve_basis
from bot.serialization import to_json
from store.bases import Basis
from store.basis_marks import REPORTED, RESERVED, UNKNOWN, BasisMark
from store.documents import Document, Validity
from text.sorting import join_names
from web.i18n import texts


@dataclass(frozen=True)
class BasisLine:
    """One basis as it is shown.

    `text`: name, article, issuing body and day.
    `official`: address of the issuing body's own page; "" if unknown.
    `report`: that only reports say what stands there, and as of when; "" if the text itself is at hand.
    `words`: what of the quote rests on it; "" for all of it.
    `language`: that of the name; "" if it is the language of the page.
    `name`, `article`, `origin`: the parts of `text`, if it names a document.
    """

    text: str
    validity: Validity = Validity.UNKNOWN
    official: str = ""
    report: str = ""
    words: str = ""
    language: str = ""
    name: str = ""
    article: str = ""
    origin: str = ""

    @property
    def document(self) -> tuple[str, ...]:
        """Returns the parts that lines of the same document share."""
        return (self.name, self.origin, self.official, self.validity, self.report)


@dataclass(frozen=True)
class BasisRow:
    """A document behind quotes, and their numbers; () if all quotes of a card."""

    line: BasisLine
    numbers: tuple[int, ...] = ()


def basis_lines(bases: Iterable[CitedBasis], language: str) -> list[BasisLine]:
    """Lines for the bases of a quote, each once; ids that no list has are left out.

    A report that follows the one document before it is about that document (`knowledge/templates/README.md`).
    """
    known = [each for each in bases if each.basis or each.id in RESERVED]
    groups = [join_lines(group, language) for _, group in groupby(known, lambda each: each.words)]
    return list(dict.fromkeys(chain.from_iterable(groups)))


def join_lines(bases: Iterable[CitedBasis], language: str) -> list[BasisLine]:
    """Lines for the bases of the same words.

    Beside documents, a report that is about none of them says that it is what the rest is known from.
    """
    own, lines, documents = tuple(bases), list[BasisLine](), 0
    has_documents = any(each.basis for each in own)
    for cited in own:
        line = basis_line(cited, language)
        if cited.id == REPORTED and documents == 1:
            lines[-1] = with_report(lines[-1], line.text)
        elif cited.id == REPORTED and has_documents:
            lines.append(replace(line, text=say_kind("basis.reported_rest", cited.article, language)))
        else:
            lines.append(line)
        documents = 0 if cited.id in RESERVED else documents + 1
    return lines


def with_report(line: BasisLine, report: str) -> BasisLine:
    """Returns the line of a document that only reports tell of.

    It is not said to be in force.
    """
    validity = Validity.UNKNOWN if line.validity is Validity.IN_FORCE else line.validity
    return replace(line, validity=validity, report=report)


def basis_line(cited: CitedBasis, language: str) -> BasisLine:
    """Returns the line of a basis; without a document, it says of which kind it is."""
    if cited.basis is None:
        kind = f"basis.{'unknown' if cited.id == UNKNOWN else cited.id}"
        return BasisLine(say_kind(kind, cited.article, language), words=cited.words)
    basis = cited.basis
    origin = " · ".join(filter(None, (basis.issuer_name(language), basis.issued)))
    named = basis.name(language)
    line = BasisLine(
        with_article(named, cited.article, origin, language),
        cited.validity,
        basis.url,
        words=cited.words,
        language=basis.name_language(language),
        name=named,
        article=cited.article,
        origin=origin,
    )
    return with_report(line, texts(language)["basis.reported"]) if basis.reported else line


def say_kind(key: str, as_of: str, language: str) -> str:
    """Returns the kind of a basis that is no document, and as of when, if known."""
    return " · ".join(filter(None, (texts(language)[key], as_of)))


def with_article(name: str, article: str, origin: str, language: str) -> str:
    """Returns name, article and origin as one text, without what is empty."""
    named = ("" if language == "zh" else ", ").join(filter(None, (name, article)))
    return " · ".join(filter(None, (named, origin)))


def basis_rows(quotes: Mapping[int, Sequence[BasisLine]], language: str) -> list[BasisRow]:
    """Returns each document that quotes rest on once, with their numbers."""
    lines: dict[tuple[str, ...], list[BasisLine]] = {}
    numbers: dict[tuple[str, ...], dict[int, None]] = {}
    for number, bases in quotes.items():
        for line in filter(lambda each: each.name, bases):
            lines.setdefault(line.document, []).append(line)
            numbers.setdefault(line.document, {})[number] = None
    return [
        BasisRow(merge_lines(same, language), tuple(own) if len(own := numbers[document]) < len(quotes) else ())
        for document, same in lines.items()
    ]


def merge_lines(lines: Sequence[BasisLine], language: str) -> BasisLine:
    """Returns one line for lines of the same document.

    It has all articles, and all words that rest on the document.
    """
    first = lines[0]
    articles = list(dict.fromkeys(each.article for each in lines if each.article))
    article = join_names(articles, language)
    words = "" if any(not each.words for each in lines) else " … ".join(dict.fromkeys(each.words for each in lines))
    text = with_article(first.name, article, first.origin, language)
    return replace(first, text=text, article=article, words=words)


def document_basis_lines(document: Document, bases: Mapping[str, Basis], language: str, on: date) -> list[BasisLine]:
    """Lines for all bases of a document, each once with all its articles, in order."""
    articles: dict[str, list[str]] = {}
    for mark in document.bases:
        articles.setdefault(mark.id, []).append(mark.article)
    cited = [
        resolve_basis(CitedBasis(each, join_names(dict.fromkeys(filter(None, named)), language)), bases.get(each), on)
        for each, named in articles.items()
    ]
    reported, report = find_reported(document.bases), texts(language)["basis.reported"]
    lines = [(each.id, basis_line(each, language)) for each in cited if each.basis or each.id in RESERVED]
    shown = (with_report(line, report) if own in reported else line for own, line in lines)
    return list(dict.fromkeys(shown))


def find_reported(marks: Sequence[BasisMark]) -> set[str]:
    """Returns the ids of documents that are only reported, in each of their lines."""
    reported, at_hand = set[str](), set[str]()
    for _, group in groupby(marks, lambda mark: (mark.start, mark.end)):
        ids = [mark.id for mark in group]
        documents = [each for each in ids if each not in RESERVED]
        (reported if len(documents) == 1 and REPORTED in ids else at_hand).update(documents)
    return reported - at_hand


def review_note(reviewed_on: date | None, review_by: date | None, language: str, today: date) -> str:
    """Sentence on the last check of a guide, or on an overdue one."""
    words = texts(language)
    if review_by and review_by < today:
        return words["guide.overdue"].format(date=review_by)
    return words["guide.checked"].format(date=reviewed_on) if reviewed_on else words["guide.unchecked"]


def to_json_with_bases(answer: Answer) -> dict[str, Any]:
    """Converts an answer as `ask` prints it, with the bases of each quote."""
    found = to_json(answer, answer.id)
    cited = zip(found["citations"], answer.citations, strict=True)
    found["citations"] = [shown | rests_on_json(each, answer.language) for shown, each in cited]
    return found


def rests_on_json(citation: Citation, language: str) -> dict[str, Any]:
    """Returns kind, check days and bases of a quote as JSON, for programs."""
    return {
        "kind": citation.kind,
        "reviewed_on": citation.reviewed_on and citation.reviewed_on.isoformat(),
        "bases": [
            {
                "text": line.text,
                "validity": line.validity.value,
                "url": line.official,
                "report": line.report,
                "words": line.words,
            }
            for line in basis_lines(citation.bases, language)
        ],
    }
