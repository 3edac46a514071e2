"""The guides of the knowledge folder as the tests read them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.loaders.markdown import read_markdown, split_front_matter
from ingest.metadata import read_metadata
from store import folder
from store.documents import Document
from tests.conftest import ROOT
from tests.support.for_each import for_each
from text.messages import Message

KNOWLEDGE = ROOT / "knowledge"
SOURCES = tuple(folder.documents(KNOWLEDGE))


def slug_of(source: str) -> str:
    """The name that a guide shares with its translations: outbound/country-brazil."""
    return source.rsplit(".", 2)[0]


SLUGS = sorted({*map(slug_of, SOURCES)})
each_topic = for_each(SLUGS)


@dataclass(frozen=True)
class Guide:
    """A guide: its document and what is wrong in its front matter."""

    document: Document
    problems: tuple[Message, ...]

    @property
    def source(self) -> str:
        return self.document.source

    @property
    def slug(self) -> str:
        return slug_of(self.source)

    @property
    def language(self) -> str:
        return self.document.metadata.language

    @property
    def text(self) -> str:
        return self.document.text

    @property
    def headings(self) -> list[str]:
        return [line[3:].strip() for line in self.text.splitlines() if line.startswith("## ")]


def read_guide(path: Path, source: str) -> Guide:
    front_matter, _ = split_front_matter(path.read_text(encoding="utf-8"))
    read = read_markdown(path)
    metadata, problems = read_metadata(source, front_matter, "", read)
    return Guide(Document(source, read.text, metadata, bases=read.bases), problems)


@cache
def read(source: str) -> Guide:
    return read_guide(KNOWLEDGE / source, source)


each_guide = for_each(SOURCES, read)


def guides() -> tuple[Guide, ...]:
    return tuple(map(read, SOURCES))


@cache
def versions(slug: str) -> dict[str, Guide]:
    """A guide by language. Reading all of them takes five seconds."""
    return {guide.language: guide for guide in (read(source) for source in SOURCES if slug_of(source) == slug)}
