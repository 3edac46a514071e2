"""Bases: the documents that lines of guides rest on, from `bases.yaml` files.

The files are in the knowledge folder and the folders in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from store.basis_marks import RESERVED
from store.documents import Metadata, Status, Validity
from store.fields import Text, Texts
from store.issuers import FILE as ISSUERS
from store.issuers import Issuers, read_issuers
from store.validity import validity
from store.yaml_list import ListCodes, State, read_list, state_of, unreadable
from text.messages import Message, message

FILE = "bases.yaml"
ID = r"[a-z][a-z0-9-]*"
DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
NEEDS = {
    "id": "bases.needs_id",
    "title": "bases.needs_languages",
    "issuer": "bases.needs_languages",
    "issued": "bases.needs_issued",
    "effective_from": "bases.needs_day",
    "effective_to": "bases.needs_day",
    "status": "bases.needs_status",
    "described": "bases.needs_true",
    "reported": "bases.needs_true",
    "url": "bases.needs_url",
    "facts": "list.needs_texts",
}
CODES = ListCodes("bases.not_read", "bases.no_list", "bases.entry_wrong", NEEDS)


def as_day(value: object) -> object:
    """Returns a day, month or year in ISO form; YAML reads a year as a number."""
    return re.sub(r"-(\d)(?!\d)", r"-0\1", str(value)) if isinstance(value, str | int) else value


def is_day(value: str) -> str:
    """Returns a day, month or year that is written in ISO form; "" if unknown.

    Raises ValueError if the value has another form, or is not in the calendar.
    """
    if value and not DAY.fullmatch(value):
        raise ValueError("not a day, month or year")
    if value:
        date.fromisoformat(f"{value}-01-01"[:10])  # raises ValueError for the 99th month
    return value


def is_named(names: dict[str, str]) -> dict[str, str]:
    """Returns titles by language code, at least one of which is not empty.

    Raises ValueError if none is given.
    """
    if not any(names.values()):
        raise ValueError("no title")
    return names


class Basis(BaseModel):
    """A law, order, notice, treaty or official page that lines of guides rest on.

    `title`: by language code; that of the original comes first (English only if there is no other).
    `issuer`: by language code; read from a list, also in the languages of `issuers.yaml`.
    `described`: the title describes the document, because its official title was not seen.
    `reported`: only reports tell what it says; nobody here has its text.
    `number`: document number as officially written.
    `issued`: day, month or year, in ISO form.
    `url`: on the issuing body's own site.
    `facts`: ids of the facts that rest on it.
    Unknown values are empty or None.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: Annotated[str, Field(pattern=rf"^{ID}$")]
    title: Annotated[dict[str, str], AfterValidator(is_named)]
    described: bool = False
    reported: bool = False
    number: Text = ""
    issuer: dict[str, str] = Field(default_factory=dict)
    issued: Annotated[Text, BeforeValidator(as_day), AfterValidator(is_day)] = ""
    effective_from: Annotated[date | None, BeforeValidator(as_day)] = None
    effective_to: Annotated[date | None, BeforeValidator(as_day)] = None
    status: Status | None = None
    url: Text = Field("", pattern=r"^(https?://\S+)?$")
    facts: Texts = ()

    def name(self, language: str) -> str:
        """Returns the title in a language, else in English or the original one.

        The original title and the number follow in brackets. A description is no title: it stands behind the number,
        and is not given in two languages.
        """
        original, own = self.title[self.original], self.title[self.name_language(language)]
        if self.described:
            return f"{self.number}{'：' if language == 'zh' else ': '}{own}" if self.number else own
        shown, added = own, list[str]()
        for each in (original, self.number):
            if each and each not in shown:
                shown, added = f"{shown} {each}", [*added, each]
        if not added:
            return own
        return f"{own}（{'，'.join(added)}）" if language == "zh" else f"{own} ({', '.join(added)})"

    @property
    def original(self) -> str:
        """Returns the language of the original title."""
        return next((code for code, text in self.title.items() if text and code != "en"), "en")

    def name_language(self, language: str) -> str:
        """Returns the language in which `name` says the title."""
        return next(each for each in (language, "en", self.original) if self.title.get(each))

    def issuer_name(self, language: str) -> str:
        """Returns the issuing body in a language, else in English or any; "" if unknown."""
        return self.issuer.get(language) or self.issuer.get("en") or next(iter(self.issuer.values()), "")

    def validity(self, on: date) -> Validity:
        """Returns the validity on a day; UNKNOWN unless a status or a date says more.

        A day of issue alone does not show that a document is still in force.
        """
        if not (self.status or self.effective_from or self.effective_to):
            return Validity.UNKNOWN
        known = Metadata(effective_from=self.effective_from, effective_to=self.effective_to, status=self.status)
        return validity(known, None, on)


@dataclass(frozen=True)
class BasesRead:
    """All bases by id, and the errors of the files; entries in error are left out."""

    by_id: Mapping[str, Basis]
    places: tuple[tuple[str, str], ...] = ()
    """`(file, id)`."""
    problems: tuple[tuple[str, Message], ...] = ()
    """`(file, message)`."""


NO_BASES = BasesRead(MappingProxyType({}))


def read_bases(folder: Path) -> BasesRead:
    """Returns the bases of all lists of a knowledge folder.

    A list is read again if it has changed.
    """
    issuers = read_issuers(folder)
    by_id: dict[str, Basis] = {}
    places: list[tuple[str, str]] = []
    problems = [(ISSUERS, each) for each in issuers.problems]
    for path in sorted([folder / FILE, *folder.glob(f"*/{FILE}")]):
        file = path.relative_to(folder).as_posix()
        entries, wrong = read_one(path, issuers)
        problems += [(file, each) for each in wrong]
        for basis in entries:
            if basis.id in by_id or basis.id in RESERVED:
                problems.append((file, message("bases.id_taken", id=basis.id)))
            else:
                by_id[basis.id] = basis
                places.append((file, basis.id))
    return BasesRead(MappingProxyType(by_id), tuple(places), tuple(problems))


def read_one(path: Path, issuers: Issuers) -> tuple[tuple[Basis, ...], tuple[Message, ...]]:
    """Returns bases and errors of one list; none if there is no such file."""
    try:
        return parse_bases(path, state_of(path), issuers)
    except FileNotFoundError:
        return (), ()
    except OSError as error:
        return (), (unreadable(CODES, error),)


@lru_cache(maxsize=32)
def parse_bases(path: Path, _state: State, issuers: Issuers) -> tuple[tuple[Basis, ...], tuple[Message, ...]]:
    """Returns bases, with the names of issuing bodies, and errors of a list.

    Cached, because each answer asks for them and the files seldom change.
    Raises OSError if the file cannot be read.
    """
    entries, wrong = read_list(path, CODES, Basis)
    return tuple(with_issuer_names(each, issuers) for each in entries), tuple(wrong)


def with_issuer_names(basis: Basis, issuers: Issuers) -> Basis:
    """Returns a basis with the names of its issuing body; its own go first."""
    return basis.model_copy(update={"issuer": issuers.names(basis.issuer.get("zh", "")) | basis.issuer})
