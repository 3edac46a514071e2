"""Markdown files: the body is the text, the front matter is metadata."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from ingest.loaders.markdown_writer import load_blocks
from ingest.loaders.plain_text import decode
from store.basis_marks import split_marks
from store.documents import LoadedText

FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def read_markdown(path: Path) -> LoadedText:
    """Body of a Markdown file, without front matter, comments and basis marks."""
    _, body = split_front_matter(decode(path.read_bytes()))
    written = load_blocks([COMMENT.sub("", body)])
    text, bases = split_marks(written.text)
    return replace(written, text=text, quality=replace(written.quality, characters=len(text)), bases=bases)


def split_front_matter(text: str) -> tuple[str, str]:
    """YAML between the first line `---` and the next one, and the body.

    The YAML is "" if the text has no front matter.
    """
    match = FRONT_MATTER.match(text)
    return (match["yaml"], text[match.end() :]) if match else ("", text)
