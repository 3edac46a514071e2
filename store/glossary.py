"""Glossary: terms of law, and what companies say instead, from `glossary.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from store.fields import Texts
from store.yaml_list import ListCodes, State, read_list, state_of, unreadable
from text.messages import Message
from text.scripts import UNSPACED

FILE = "glossary.yaml"
CODES = ListCodes("glossary.not_read", "glossary.no_list", "glossary.entry_wrong", {"also": "glossary.needs_words"})
OTHERWISE = "en"
"""Language of a term that has no name in the language of the question."""


class Term(BaseModel):
    """A term of law or administration.

    `also`: what people say instead, by language code.
    All other keys are language codes, with the name in that language.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, StrictStr] = Field(init=False)

    also: dict[str, Texts] = Field(default_factory=dict)

    @property
    def names(self) -> Mapping[str, str]:
        """The names by language code; the Chinese one is official."""
        return self.__pydantic_extra__


@dataclass(frozen=True)
class Glossary:
    """Terms, and the errors of the file; entries in error are left out."""

    terms: tuple[Term, ...] = ()
    problems: tuple[Message, ...] = ()

    def official(self, text: str, language: str) -> dict[str, str]:
        """Returns the words of a text that stand for a term, each with the term's name.

        Without terms that the text itself names. The name is in the language, else in English or Chinese.
        """
        found = {match[0]: self.terms[self.by_word[match[0]]].names for match in self.words.finditer(text.lower())}
        named = {word: each.get(language) or each.get(OTHERWISE) or each.get("zh", "") for word, each in found.items()}
        return {word: name for word, name in named.items() if name.lower() not in text.lower()}

    @cached_property
    def by_word(self) -> Mapping[str, int]:
        """Number of the term that a word, in lower case, stands for.

        The first one if several claim it.
        """
        found: dict[str, int] = {}
        for number, term in enumerate(self.terms):
            for words in term.also.values():
                for word in words:
                    found.setdefault(word.lower(), number)
        return found

    @cached_property
    def words(self) -> re.Pattern[str]:
        """Any of the words, longest first; words of spaced scripts only as a whole."""
        ordered = sorted(self.by_word, key=len, reverse=True)
        return re.compile("|".join(map(whole, ordered)) or "(?!)")


def whole(word: str) -> str:
    """Pattern of a word; the words of an unspaced script have no bounds."""
    pattern = re.escape(word)
    return pattern if re.search(f"[{UNSPACED}]", word) else rf"(?<!\w){pattern}(?!\w)"


def read_glossary(folder: Path) -> Glossary:
    """The glossary of a knowledge folder, read again if the file has changed."""
    path = folder / FILE
    try:
        return parse_glossary(path, state_of(path))
    except FileNotFoundError:
        return Glossary()
    except OSError as error:
        return Glossary(problems=(unreadable(CODES, error),))


@lru_cache(maxsize=8)
def parse_glossary(path: Path, _state: State) -> Glossary:
    """Glossary of a file in one state.

    Raises OSError if the file cannot be read.
    """
    terms, problems = read_list(path, CODES, Term)
    return Glossary(tuple(terms), tuple(problems))
