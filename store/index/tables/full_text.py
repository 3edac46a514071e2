"""Full-text search: terms of a text, and their weights.

Ideographs become overlapping pairs, so that any Chinese word is found without a dictionary.
Other words are stemmed. The database sees only terms (`database/fts5.py`, `database/postings.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log

import snowballstemmer

from store.index.tables.connection import Connection, marks
from text import scripts
from text.lexicon.load import bodies, words
from text.scripts import UNSPACED

TOKEN = re.compile(rf"[{UNSPACED}]+|\d+(?:[.,]\d+)*%?|[^\W\d_{UNSPACED}]+(?:[-'’][^\W\d_{UNSPACED}]+)*")
IDEOGRAPHIC = re.compile(f"[{UNSPACED}]")
CYRILLIC = re.compile(f"[{scripts.CYRILLIC}]")
ARABIC = re.compile(f"[{scripts.ARABIC}]")

RULES = "terms-4"
"""Part of the index's recipe: raise it when a change below changes terms."""

SPELLINGS = (
    (re.compile("(?:国家)?发展(?:和)?改革委(?:员会)?|国家发改委"), "发改委"),
    (re.compile(r"第?(\d+)号令"), r"令第\1号"),
    (re.compile(r"(?<![\d.])(\d{4})\.(\d\d)(?:\.?(\d\d))?(?:\.?(\d\d))?(?![\d.])"), r"\1\2\3\4"),
)
"""Spelling variants and their common form, for texts and questions."""

ASKING = re.compile(bodies("search.asking"))
"""Words of Chinese questions that do not name the subject.

A run of ideographs is split at them.
"""
STOP_WORDS = frozenset(words("search.stop"))

COMMON = 10
"""Number of chunks from which a term counts as one that the documents use."""
MAX_QUESTION_TERMS = 96
"""Maximum terms of a question; the rest is ignored."""
IDENTIFIER = re.compile(r"(?!(?:19|20)\d\d$)\d{3,}$")
IDENTIFIER_WEIGHT = 3.0
"""Weight factor of numbers that are no years.

The number of an order or a customs code says more than a word of equal rarity.
"""

TEXTS_KEPT = 4_096
"""Number of texts whose distinct terms are cached, 4 kB each."""
CUSTOMS_CODE = re.compile(r"\d{8}|\d{10}")

STEMMERS = {name: snowballstemmer.stemmer(name) for name in ("english", "russian", "arabic")}


def terms(text: str) -> list[str]:
    """Terms of a passage, in order and with repetitions."""
    found: list[str] = []
    for token in TOKEN.findall(unify_spelling(text)):
        found.extend(pairs(token) if IDEOGRAPHIC.match(token) else [*wider(token), stem(token)])
    return found


@lru_cache(maxsize=TEXTS_KEPT)
def term_set(text: str) -> frozenset[str]:
    """Distinct terms of a passage.

    Cached: readings of a question are compared with the same passages.
    """
    return frozenset(terms(text))


def term_spans(text: str, wanted: frozenset[str]) -> list[tuple[int, int]]:
    """Positions of terms in a text, as `(start, end)`, in order, without overlaps.

    Terms in another spelling than the text's are not found.
    """
    lower = text.lower() if len(text.lower()) == len(text) else text
    found: list[tuple[int, int]] = []
    for match in TOKEN.finditer(lower):
        start, end = match.span()
        if not IDEOGRAPHIC.match(match[0]):
            found += [(start, end)] if wanted & set(terms(match[0])) else []
            continue
        for offset, pair in enumerate(pairs(match[0])):
            if pair in wanted:
                found.append((start + offset, start + offset + len(pair)))
    return join_spans(found)


def join_spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Merges spans that touch. They must be in order."""
    whole: list[tuple[int, int]] = []
    for start, end in spans:
        if whole and start <= whole[-1][1]:
            whole[-1] = whole[-1][0], max(end, whole[-1][1])
        else:
            whole.append((start, end))
    return whole


def wider(token: str) -> list[str]:
    """Shorter customs codes that contain a longer one.

    Example: 847130 and 84713000 for 8471300010.
    """
    return [token[:digits] for digits in (6, 8) if CUSTOMS_CODE.fullmatch(token) and len(token) > digits]


def unify_spelling(text: str) -> str:
    """Text in lower case, with spelling variants unified."""
    text = unicodedata.normalize("NFKC", text).lower()
    for pattern, replacement in SPELLINGS:
        text = pattern.sub(replacement, text)
    return text


def query_terms(question: str) -> list[str]:
    """Distinct terms of a question, without question words and stop words."""
    plain = ASKING.sub(" ", unify_spelling(question))
    tokens = [token for token in TOKEN.findall(plain) if token not in STOP_WORDS]
    found = terms(" ".join(tokens)) or terms(question)
    return list(dict.fromkeys(found))[:MAX_QUESTION_TERMS]


def pairs(run: str) -> list[str]:
    """Overlapping pairs of a run of ideographs; a single ideograph as it is."""
    return [run[index : index + 2] for index in range(len(run) - 1)] or [run]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Stem of a word, for Latin, Cyrillic and Arabic script."""
    if CYRILLIC.match(word):
        return str(STEMMERS["russian"].stemWord(word.replace("ё", "е")))
    if ARABIC.match(word):
        return str(STEMMERS["arabic"].stemWord(word))
    return str(STEMMERS["english"].stemWord(word.replace("’", "'")))


def add(connection: Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Adds the chunks of one document, as `(chunk id, text)`."""
    connection.words.add(connection, ((row, terms(text)) for row, text in rows))


def are_common(connection: Connection, asked: Sequence[str]) -> bool:
    """True if each of the terms is in COMMON chunks or more."""
    found = connection.words.holding(connection, asked)
    return sum(count >= COMMON for count in found.values()) == len(asked)


def weights(connection: Connection, asked: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency of each term, higher for identifiers.

    A term that no chunk contains has the highest weight.
    """
    total = connection.words.total(connection)
    found = connection.words.holding(connection, asked)
    return {term: weight(term, found.get(term, 0), total) for term in asked}


def weight(term: str, holding: int, total: int) -> float:
    """Weight of a term that `holding` of `total` chunks contain."""
    rarity = log(1 + (total - holding + 0.5) / (holding + 0.5))
    return IDENTIFIER_WEIGHT * rarity if IDENTIFIER.match(term) else rarity


def search(connection: Connection, asked: Sequence[str], limit: int) -> list[int]:
    """Ids of the best matching chunks by BM25, best first."""
    return connection.words.search(connection, asked, limit) if asked else []


def match_terms(connection: Connection, rows: Sequence[int], asked: Sequence[str]) -> dict[int, frozenset[str]]:
    """Terms of the question that each of these chunks contains."""
    wanted = frozenset(asked)
    found = connection.execute(f"SELECT rowid, terms FROM words WHERE rowid IN ({marks(rows)})", list(rows))
    return {row: wanted.intersection(text.split()) for row, text in found}
