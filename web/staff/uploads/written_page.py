"""A page written in the browser: its fields, its file, and its preview."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import Annotated

from markupsafe import Markup
from pydantic import BaseModel, BeforeValidator, Field

from bot.answer import CitedBasis
from bot.generation.citations import resolve_basis
from ingest.loaders.markdown import COMMENT, split_front_matter
from ingest.uploads.file_names import FORBIDDEN
from store.bases import Basis
from store.basis_marks import MARK, RESERVED
from text.sorting import sort_by_name
from web.bases import basis_line
from web.markdown import document_html
from web.staff.documents.bulk_form import review_change
from web.staff.form_types import Id, Line, Source, tidy_text
from web.staff.uploads.page_fields import FIELDS, JoinedPage, edit_page, join_page

MOST_CHARACTERS = 200_000
"""Characters of a page."""
LONGEST_NAME = 60
"""Maximum characters of a file name made from a title; fits the limit in bytes."""
SIGN = re.compile(r"[\\`*_|\[\]<]")
"""Signs that Markdown would read in the name of a basis."""
Typed = Annotated[str, BeforeValidator(tidy_text), Field(max_length=10_000)]


class Begun(BaseModel):
    """A page to begin: its template, and the questions and `days` of a gap.

    `upload` is a waiting or returned page that its author changes, `source` a public one to change.
    """

    template: Line = ""
    gap: Id = ""
    days: int = Field(90, ge=1, le=3_650)
    asked: Annotated[list[Line], Field(max_length=50)] = []
    upload: Id = ""
    source: Source = ""


class Page(Begun):
    """A page as it is typed: fields for what it is about, and its text.

    `head` is the YAML of its template or of the document `source`, whose other keys stay. `hints` say what belongs into
    a field. `base` is the hash of that document when it was opened, `beside` are its waiting changes that were shown.
    `reviewed` notes with its change that it was reviewed today.
    """

    text: Annotated[str, BeforeValidator(tidy_text), Field(max_length=MOST_CHARACTERS)] = ""
    head: Typed = ""
    name: Line = ""
    folder: Annotated[str, Field(max_length=1000)] = ""
    preview: Annotated[str, Field(max_length=10)] = ""
    base: Line = ""
    beside: list[Id] = []
    reviewed: Annotated[str, Field(max_length=10)] = ""
    hints: Mapping[str, str] = {}
    title: Typed = ""
    audience: Typed = ""
    topics: Typed = ""
    countries: Typed = ""
    summary: Typed = ""
    contact: Typed = ""
    reviewed_on: Typed = ""
    review_by: Typed = ""
    also_asked: Typed = ""

    @cached_property
    def joined(self) -> JoinedPage:
        """The file."""
        typed = self.model_dump(include=set(FIELDS))
        if not self.source:
            return join_page(self.head, typed, self.text)
        days = review_change([], date.today()).list_typed() if self.reviewed else {}
        return edit_page(self.head, typed | days, self.text)

    @property
    def place(self) -> str:
        """The folder of the file; a document keeps its own."""
        return self.source.rpartition("/")[0] if self.source else self.folder

    @property
    def file_name(self) -> str:
        """The name with the ending of a Markdown file; without one, the title is the name.

        A document keeps its own.
        """
        if self.source:
            return PurePosixPath(self.source).name
        name = self.name.strip() or file_name_of(self.title)
        language = self.template.rpartition(".")[2]
        return name if not name or name.lower().endswith(".md") else f"{name}.{language or 'zh'}.md"


def file_name_of(title: str) -> str:
    """Returns a title as the name of a file, without what no name may have."""
    plain = re.sub(rf"[{re.escape(''.join(FORBIDDEN))}.]", " ", title)
    return " ".join(plain.split())[:LONGEST_NAME].strip()


def preview_html(text: str, bases: Mapping[str, Basis], language: str) -> Markup:
    """Renders a page as displayed, with the basis of each line written out."""
    body = COMMENT.sub("", split_front_matter(text)[1])
    return document_html(MARK.sub(lambda found: write_note(mark_text(found, bases, language)), body))


def write_note(text: str) -> str:
    """Returns a basis as Markdown, to stand behind the words that rest on it."""
    plain = SIGN.sub(r"\\\g<0>", text)
    return f" *〔{plain}〕* "


def mark_text(mark: re.Match[str], bases: Mapping[str, Basis], language: str) -> str:
    """Returns the basis that a mark names; see `basis_text`."""
    return basis_text(mark["id"], mark["article"] or "", bases, language)


def basis_text(identity: str, article: str, bases: Mapping[str, Basis], language: str) -> str:
    """Returns basis name and article; the id with a question mark if it is unknown."""
    cited = resolve_basis(CitedBasis(identity, article), bases.get(identity), date.today())
    if cited.basis is None and cited.id not in RESERVED:
        return f"{cited.id}?"
    return basis_line(cited, language).text


def bases_by_name(bases: Mapping[str, Basis], language: str) -> list[tuple[str, str]]:
    """Returns `(id, name)` of all bases, by name."""
    return sort_by_name(((each.id, each.name(language)) for each in bases.values()), language)
