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

ASKING = re.compile(
    "请问|请教|税率|从?什么时候开始|从?何时起?|[一二两三四五六七八九十几]大(?![洲洋陆])|几(?:条|家|项|类|分|名|人|次|倍|国|种|章|级)|想问|我想知道|想了解|告诉我|什么时候|什么时间|什么是|是什么|有什么|为什么|做什么|什么|多少钱|是多少|有多少|多少|有哪些|是哪些|哪些"
    "|哪个|哪里|哪儿|哪一|哪种|哪|怎么样|怎么办|怎么|怎样|如何|是否|能否|可否|可不可以|能不能|要不要|需不需要|有没有|是不是|会不会"
    "|几个|几天|几年|多久|多长时间|多长|多大|多高|吗|呢|吧|啊|呀|谁|的话|一下|我们|我司|我|你们|你|咱们"
    "|可以|需要|应该|应当|这个|那个|这些|那些|那么|还有|以及|关于|对于|如果|的|了|在|和|与|是|有|被|把|就|都|也|之|及|或|其|该|等"
)
"""Words of Chinese questions that do not name the subject.

A run of ideographs is split at them.
"""

STOP_WORDS = frozenset(
    """
    a an the of to in on at by for from with and or as is are was were be been do does did has have had
    can could will would
    should may might must what which who whom whose when where why how many much long it its this that
    these those there
    i we you he she they my our your their his her if any some about into than then not no me us please
    tell rate rates
    o os um uma uns umas de do da dos das em no na nos nas por para com e ou que qual quais quem quando
    onde quanto quanta
    quantos quantas como se é são foi ser ter há ao à aos às pelo pela mais meu minha nosso nossa
    alíquota alíquotas
    и в во не на я с со как а то все он она оно они мы вы так его но да ты к у же за бы по из от о об
    для до или ли
    что какой какая какое какие какова каков каковы кто когда где почему сколько это этот эта эти есть
    быть был была были
    мне нам нас при ставка ставки ставку
    من في على إلى عن مع هل ما ماذا متى أين كيف كم هو هي هذا هذه التي الذي و أو أن إن لا كان كانت يكون
    ذلك لماذا أي بين
    """.split()
)

COMMON = 10
"""Chunks from which on a word counts as one that the documents use."""
MAX_QUESTION_TERMS = 96
"""Maximum terms of a question; the rest is ignored."""
IDENTIFIER = re.compile(r"(?!(?:19|20)\d\d$)\d{3,}$")
IDENTIFIER_WEIGHT = 3.0
"""Weight factor of numbers that are no years.

The number of an order or a customs code says more than a word of equal rarity.
"""

CUSTOMS_CODE = re.compile(r"\d{8}|\d{10}")

STEMMERS = {name: snowballstemmer.stemmer(name) for name in ("english", "russian", "arabic")}


def terms(text: str) -> list[str]:
    """Terms of a passage, in order and with repetitions."""
    found: list[str] = []
    for token in TOKEN.findall(unify_spelling(text)):
        found.extend(pairs(token) if IDEOGRAPHIC.match(token) else [*wider(token), stem(token)])
    return found


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
    return joined(found)


def joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
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


def matched_terms(connection: Connection, rows: Sequence[int], asked: Sequence[str]) -> dict[int, frozenset[str]]:
    """Terms of the question that each of these chunks contains."""
    wanted = frozenset(asked)
    found = connection.execute(f"SELECT rowid, terms FROM words WHERE rowid IN ({marks(rows)})", list(rows))
    return {row: wanted.intersection(text.split()) for row, text in found}
