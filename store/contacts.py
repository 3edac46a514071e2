"""Contacts: offices to which questions are handed over, from `contacts.yaml`.

The file is in the knowledge folder.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from store.fields import Text, Texts, Words
from store.yaml_list import ListCodes, State, read_list, state_of, unreadable
from text.messages import Message

FILE = "contacts.yaml"
NEEDS = {"authority": "offices.needs_name", "topics": "list.needs_texts", "languages": "list.needs_texts"}
CODES = ListCodes("offices.not_read", "offices.no_list", "offices.entry_wrong", NEEDS)
GENERAL = "general"
"""Topic of offices that are named for any question."""
CHANNELS = ("hotline", "address", "hours", "url")


def require_name(names: dict[str, str]) -> dict[str, str]:
    """Returns names by language code, at least one of which is not empty.

    Raises ValueError if none is given.
    """
    if not any(names.values()):
        raise ValueError("no name")
    return names


class Contact(BaseModel):
    """An office.

    `authority`: its name, by language code.
    `topics`: topics as in the guides.
    Unknown values are empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    authority: Annotated[dict[str, str], AfterValidator(require_name)]
    topics: Words = ()
    languages: Texts = ()
    hotline: Text = ""
    address: Text = ""
    hours: Text = ""
    url: Text = ""

    @property
    def reachable(self) -> bool:
        """True if a hotline, an address or a page of the office is known."""
        return bool(self.hotline or self.address or self.url)

    @property
    def general(self) -> bool:
        """True if the office is named for questions of any topic."""
        return GENERAL in self.topics

    @property
    def unknown(self) -> tuple[str, ...]:
        """Channels that staff have not filled in yet."""
        return tuple(channel for channel in CHANNELS if not getattr(self, channel))

    def name(self, language: str) -> str:
        """Returns the name in a language, else in English followed by the Chinese name.

        If both are unknown, the Chinese name or any known one.
        """
        chinese = self.authority.get("zh", "")
        own = self.authority.get(language) or self.authority.get("en") or chinese or next(iter(self.authority.values()))
        return own if language == "zh" or chinese in own else f"{own} ({chinese})"


def read_contacts(folder: Path) -> tuple[tuple[Contact, ...], tuple[Message, ...]]:
    """Returns the contacts of a knowledge folder, and the errors of their file.

    An entry in error is left out.
    """
    path = folder / FILE
    try:
        return parse_contacts(path, state_of(path))
    except FileNotFoundError:
        return (), ()
    except OSError as error:
        return (), (unreadable(CODES, error),)


@lru_cache(maxsize=8)
def parse_contacts(path: Path, _state: State) -> tuple[tuple[Contact, ...], tuple[Message, ...]]:
    """Returns contacts and errors of a file in one state.

    Cached, because each refusal asks for them and the file seldom changes.
    Raises OSError if the file cannot be read.
    """
    contacts, problems = read_list(path, CODES, Contact)
    return tuple(contacts), tuple(problems)
