"""Documents named in a question, by title or foreign name of a Chinese law."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from bot.query.answer_type import articles
from store.documents import Metadata
from store.index import query_terms
from text.lexicon.load import alternatives, keys, pattern
from text.normalise import letters
from text.scripts import IDEOGRAPHS, ORDINAL_NUMERALS

KNOWN = keys("law")
FOREIGN = re.compile(
    "|".join(f"(?P<{name}>{alternatives(f'law.{name}')})" for name in sorted(KNOWN, key=len, reverse=True)),
    re.IGNORECASE,
)
"""The names of Chinese laws in other languages: the group of a match is the Chinese name."""
LAW_BEFORE_ARTICLE = re.compile(
    rf"(?:请问|根据|按照?|依据|依照|我国|中国|新|现行)*([{IDEOGRAPHS}]{{2,30}}(?:法|条例|规定|办法|细则))[》〉]?"
    rf"\s*(?:的|中|里)?\s*第?\s*[\d{ORDINAL_NUMERALS}]+\s*条"
)
REGULATIONS = pattern("document.implementing")
STATE = "中华人民共和国"
MARKS = re.compile(r"[《》〈〉“”\"\s]")
QUOTED_TITLE = re.compile(r"^\*\*(.+)\*\*$", re.MULTILINE)
"""A title above quotes, as an answer has it."""
FEWEST_TERMS = 3
"""Fewest terms of a question that a document may list."""
TITLE_CHARACTERS = 3
"""Shortest title that is recognised as a name, in characters."""


def chinese_law_name(question: str) -> str:
    """Returns the Chinese name of the law named in another language, or "".

    The longest match wins; "implementing regulations" add 实施条例.
    """
    longest = max(foreign_laws(question), key=len, default="")
    return f"{longest}实施条例" if longest and REGULATIONS.search(question) else longest


@lru_cache(maxsize=1_000)
def foreign_laws(text: str) -> tuple[str, ...]:
    """Returns the Chinese names of the laws that a text names in other languages.

    Cached: a question is asked for them at every stage.
    """
    return tuple(match.lastgroup or "" for match in FOREIGN.finditer(text))


def law(question: str) -> str:
    """Returns the Chinese name of the law whose article a question names; "" for none."""
    known = [name for name in KNOWN if name in question]
    before = LAW_BEFORE_ARTICLE.search(question)
    return max(known, key=len, default="") or chinese_law_name(question) or (before[1] if before else "")


def cites(text: str, named: str, article: str) -> bool:
    """Checks that a text cites an article, of the law `named` if that is given."""
    # the article first: few texts cite it, and looking for all names of laws takes milliseconds
    return article in articles(text) and (not named or named in text or named in foreign_laws(text))


def lists_question(metadata: Metadata, question: str) -> bool:
    """Checks that a document lists a question, word for word, under `also_asked`.

    Staff who write a page from a gap list what people asked. A few words such as 设厂 are a subject, no question.
    """
    is_listed = letters(question) in map(letters, metadata.also_asked)
    return is_listed and len(query_terms(question)) >= FEWEST_TERMS


def find_named_documents(question: str, documents: Mapping[str, Metadata]) -> frozenset[str]:
    """Returns the sources of the documents whose title is in the question.

    A title that is part of another matching title does not count.
    """
    text = bare(f"{question} {chinese_law_name(question)}")
    titles = {title: () for metadata in documents.values() if len(title := bare(metadata.title)) >= TITLE_CHARACTERS}
    held = [title for title in titles if title in text]
    meant = {title for title in held if not any(title in other and title != other for other in held)}
    return frozenset(source for source, metadata in documents.items() if bare(metadata.title) in meant)


def find_quoted_documents(answer: str, documents: Mapping[str, Metadata]) -> frozenset[str]:
    """Returns the sources of the documents other than guides that an answer quotes."""
    titles = set(QUOTED_TITLE.findall(answer))
    return frozenset(source for source, each in documents.items() if each.title in titles and each.kind == "document")


@lru_cache(maxsize=200_000)
def bare(title: str) -> str:
    """Returns a title as people say it: no state name, marks or spaces; lower case."""
    return MARKS.sub("", title).replace(STATE, "").lower()
