"""Checks texts: links, template hints, translated figures, second-hand reports."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote

from ingest.checks.problem import Problem, error, note
from ingest.metadata.document_metadata import is_titled_by_file
from store.documents import Document
from store.validity import original
from text.lexicon.load import pattern
from text.numbers import differing

LINK = re.compile(r"\]\(<?(?!\w+:|//|#|/)([^)\s>#?]+)")
"""A relative Markdown link to another file."""
REPORTED = pattern("document.reported")
HINT = re.compile(r"〔[^〕\d\n][^〕\n]*〕|\[[A-Z][^\]\n]{7,}\](?!\()")
"""A hint of a template, such as 〔机关全称〕 or [Full name of the authority].

The year of a document number in such brackets is no hint.
"""
FIGURES_SHOWN = 10
HINT_SHOWN = 40
REMEMBERED = 1024
"""Number of translations whose figures are cached.

So after an upload only what is new is compared.
"""


def check_texts(documents: Mapping[str, Document], files: Collection[str]) -> Iterator[Problem]:
    """Yields the problems of texts: empty, badly titled, links, hints and figures.

    `files` are the paths in the folder, to which links may lead.
    """
    metadata = {source: document.metadata for source, document in documents.items()}
    for source, document in documents.items():
        if not document.text.strip():
            yield error(source, "check.no_text")
        elif is_titled_by_file(document):
            yield note(source, "check.title_of_file", title=document.metadata.title)
        yield from _find_broken_links(document, files)
        yield from _hints(document)
        origin = original(source, metadata)
        if origin != source:
            yield from _other_figures(document, documents[origin])
        elif reported := len(REPORTED.findall(document.text)):
            yield note(source, "check.reported", count=reported)


def _find_broken_links(document: Document, files: Collection[str]) -> Iterator[Problem]:
    for link in dict.fromkeys(LINK.findall(document.text)):
        if resolve_link(document.source, unquote(link)) not in files:
            yield error(document.source, "check.broken_link", link=link)


def _hints(document: Document) -> Iterator[Problem]:
    if document.metadata.kind != "guide":
        return
    if hints := HINT.findall("\n".join((document.metadata.title, document.metadata.summary, document.text))):
        yield error(document.source, "check.hint_left", count=len(hints), hint=hints[0][:HINT_SHOWN])


def resolve_link(source: str, link: str) -> str:
    """Path below the folder to which a link in a document leads."""
    parts: list[str] = []
    for part in (*PurePosixPath(source).parent.parts, *PurePosixPath(link).parts):
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _other_figures(document: Document, origin: Document) -> Iterator[Problem]:
    if figures := figures_apart(origin.text, document.text):
        shown = ", ".join(figures[:FIGURES_SHOWN]) + (" …" if len(figures) > FIGURES_SHOWN else "")
        yield error(document.source, "check.other_figures", origin=origin.source, figures=shown)


@lru_cache(REMEMBERED)
def figures_apart(text: str, translation: str) -> tuple[str, ...]:
    """Returns the figures of a text or its translation that the other lacks; cached."""
    return tuple(differing(text, translation))
