"""Names in pinyin: finds the characters 云帆里 for "Yunfanli" in a question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pypinyin import lazy_pinyin

from bot.query.countries import countries, is_here, other_cities
from store.embeddings.tokenizer import pieces
from text.scripts import IDEOGRAPHS

WORD = re.compile(r"(?<![^\W_])[A-Za-z]{5,}(?![^\W_])")
"""Word that may be a name of two syllables or more.

Shorter ones are ordinary words too often.
"""
NAME = re.compile(f"[{IDEOGRAPHS}]{{2,}}")
KEPT = 262_144
"""Number of parts of titles whose pinyin is cached."""


def with_characters(text: str, titles: Iterable[str]) -> str:
    """Returns a text with the characters of each pinyin name: "Yunfanli (云帆里)".

    Only for names that are in one of the titles.
    """
    if not WORD.search(text):
        return text
    names = Names.of(tuple(titles))
    return WORD.sub(lambda found: append_name(found[0], names.find(found[0]), text), text)


def append_name(word: str, name: str, text: str) -> str:
    """Returns a word with its characters in brackets, unless the text has them."""
    return f"{word} ({name})" if name and name not in text else word


class Names:
    """The parts of titles that are in Chinese characters, with their pinyin."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._by_pinyin: dict[str, list[str]] = {}
        for title in titles:
            for name in NAME.findall(title):
                self._by_pinyin.setdefault("".join(syllables(name)), []).append(name)
        self._all = " ".join(self._by_pinyin)

    @staticmethod
    @lru_cache(maxsize=2)
    def of(titles: tuple[str, ...]) -> Names:
        """Returns the names of some titles; those of the last two calls are cached."""
        return Names(titles)

    def find(self, word: str) -> str:
        """Returns the characters that read like a word in most titles.

        "" if none do, if a syllable is cut, for a place that is known in every language, and for an ordinary word,
        which the vocabulary of the embedding model has whole: "women" is also 我们.
        """
        asked = word.lower()
        if asked not in self._all:
            return ""
        near = [name for pinyin, own in self._by_pinyin.items() if asked in pinyin for name in own]
        found = Counter(part for name in near for part in parts(name, asked))
        if not found or is_known_place(word) or pieces(word) == 1:
            return ""
        return min(found, key=lambda part: (-found[part], part))


@lru_cache(maxsize=KEPT)
def syllables(name: str) -> tuple[str, ...]:
    """Returns the pinyin of each character, without tones."""
    return tuple(lazy_pinyin(name))


def parts(name: str, word: str) -> Iterator[str]:
    """Yields the parts of a name whose pinyin is a word."""
    own = syllables(name)
    for begin in range(len(own)):
        for end in range(begin + 2, len(own) + 1):
            if "".join(own[begin:end]) == word:
                yield name[begin:end]


def is_known_place(word: str) -> bool:
    """Checks that a word names a place that is known in every language."""
    return is_here(word) or bool(other_cities(word) or countries(word))
