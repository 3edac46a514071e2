"""Snippets: the sentences, list items and table rows of a passage that are quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from bot.query.exemplars import fingerprint
from store.basis_marks import UNKNOWN, marks_within
from store.documents import Chunk, Passage
from text.boundaries import is_safe_cut
from text.list_items import ends_open, is_unfinished, item_marker
from text.markdown_blocks import heading_text, is_heading
from text.prompt_injection import speaks_to_machine
from text.sentences import sentence_spans

SnippetKind = Literal["sentence", "item", "row"]

CHUNKS_KEPT = 16_384
"""Number of chunks whose fingerprints are cached.

They are needed for every candidate of every question.
"""
CHUNKS_SPLIT = 2_048
"""Number of chunks whose snippets are cached: those that questions of a day are answered from."""
FIRST_ITEM = "一、"
LETTER = re.compile(r"[^\W_]")
SEPARATOR_ROW = re.compile(r"\|?[\s:|-]+\|?$")
QUESTION_END = re.compile(r"[?？؟][\s*_\"'”’»」）)]*$")


@dataclass(frozen=True)
class Snippet:
    """A quotable span of a document: `document.text[start:end] == text`.

    - `passage`: index of its passage.
    - `context`: the heading above it, the question it follows, the sentence that introduces its list; a line each.
    - `header`: the header row of its table.
    - `is_unknown`: its line is marked `[^?]` and rests on nothing else: it says that the documents do not know.
    """

    passage: int
    start: int
    end: int
    text: str
    kind: SnippetKind
    context: str = ""
    header: str = ""
    is_unknown: bool = False


def find_snippets(passage: Passage, number: int) -> list[Snippet]:
    """Returns the snippets of a passage in reading order.

    Headings, the title, separator rows and sentences that address a model are left out.
    """
    title = letters_of(passage.metadata.title)
    quotable = quotable_snippets(passage.chunk)
    return [replace(each, passage=number) for each in quotable if letters_of(each.text) != title]


def letters_of(text: str) -> str:
    """Returns the letters and digits of a text, in lower case."""
    return "".join(LETTER.findall(text)).lower()


@lru_cache(maxsize=CHUNKS_SPLIT)
def quotable_snippets(chunk: Chunk) -> tuple[Snippet, ...]:
    """Returns the snippets of a chunk that can be quoted, as those of passage 0."""
    return tuple(
        replace(snippet, is_unknown=rests_on_nothing(chunk, snippet))
        for snippet in split_chunk(chunk)
        if LETTER.search(snippet.text) and not speaks_to_machine(snippet.text)
    )


def rests_on_nothing(chunk: Chunk, snippet: Snippet) -> bool:
    """Checks that a snippet is marked as not known, and has no other basis."""
    bases = marks_within(chunk.bases, snippet.start, snippet.end)
    return bool(bases) and all(mark.id == UNKNOWN for mark in bases)


@lru_cache(maxsize=CHUNKS_KEPT)
def fingerprints(chunk: Chunk) -> tuple[int, ...]:
    """Returns the fingerprint of each snippet of a chunk, the key to its exemplars."""
    return tuple(fingerprint(snippet.text) for snippet in split_chunk(chunk))


def split_chunk(chunk: Chunk) -> Iterator[Snippet]:
    """Yields all snippets, also those without words or addressed to a model.

    A question of the document is the context of what follows it, as in a list of questions and answers.
    """
    heading = chunk.headings[-1] if chunk.headings else ""
    question, introduction, header = "", "", chunk.table_header
    in_table = bool(header)
    titles = frozenset(chunk.headings)
    for start, line, listed in paragraphs(chunk.text, titles):
        at = chunk.start + start
        if is_heading(line, titles):
            heading, question, introduction, header, in_table = heading_text(line), "", "", "", False
        elif line.lstrip().startswith("|"):
            if not in_table and not header:
                header, in_table = line.strip(), True
            elif not SEPARATOR_ROW.fullmatch(line.strip()):
                yield Snippet(0, at, at + len(line), line, "row", heading, header)
        else:
            if not listed:
                introduction, header, in_table = "", "", False
            for each in [item_snippet(at, line)] if listed else sentence_snippets(at, line):
                if QUESTION_END.search(each.text):
                    question, introduction = each.text.strip("*_ "), ""
                else:
                    yield replace(each, context="\n".join(filter(None, (heading, question, introduction))))
            if not listed and ends_open(line):
                introduction = line.strip()


def paragraphs(text: str, titles: frozenset[str]) -> Iterator[tuple[int, str, bool]]:
    """Yields `(start, text, is a list item)` of headings, rows, items and paragraphs.

    Consecutive plain lines are one paragraph, or continue an unfinished item. The first line before 一、 is a title.
    """
    start, gathered, listed, position = 0, "", False, 0
    for line in text.split("\n"):
        alone = is_heading(line, titles) or line.lstrip().startswith("|")
        below_title = position == len(gathered) + 1 and "\n" not in gathered and line.lstrip().startswith(FIRST_ITEM)
        before = "" if listed or below_title else gathered
        begins_item = not alone and bool(item_marker(line, before)) and is_safe_cut(text, position)
        ends = listed and not is_unfinished(gathered) and is_safe_cut(text, position)
        if gathered and (alone or begins_item or ends or not line.strip()):
            yield start, gathered, listed
            gathered = ""
        if alone:
            yield position, line, False
        elif line.strip():
            if not gathered:
                start, listed = position, begins_item
            gathered = f"{gathered}\n{line}" if gathered else line
        position += len(line) + 1
    if gathered:
        yield start, gathered, listed


def item_snippet(at: int, line: str) -> Snippet:
    """Returns a list item, without its marker unless that is part of its words."""
    marker = item_marker(line)
    skipped = marker.end if marker and not marker.is_kept else len(line) - len(line.lstrip())
    text = line[skipped:].rstrip()
    return Snippet(0, at + skipped, at + skipped + len(text), text, "item")


def sentence_snippets(at: int, text: str) -> Iterator[Snippet]:
    """Yields the sentences of a paragraph.

    A line break ends a sentence only after its closing mark.
    """
    for start, end in sentence_spans(text):
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            begin = at + start + len(piece) - len(piece.lstrip())
            yield Snippet(0, begin, begin + len(stripped), stripped, "sentence")


def first_cell(line: str) -> str:
    """Returns the text of the first cell of a table row; "" for another line."""
    return line.strip().strip("|").split("|")[0] if line.lstrip().startswith("|") else ""
