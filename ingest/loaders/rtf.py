"""RTF files: text and tables as striprtf finds them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from ingest.loaders.markdown_writer import load_blocks, table
from store.documents import LoadedText

HIDDEN = re.compile(r"\{[^{}]*\\(?:v|deleted)(?![a-z0-9-])[^{}]*\}")
RAW_BYTE = re.compile(r"[\x80-\xff]")
NUMBERED = re.compile(r"^(\d+\.|[-•])\t")
CHINESE_CHARACTER_SET = re.compile(r"\\fcharset134\b")


def read_rtf(path: Path) -> LoadedText:
    """Reads an RTF file as Markdown.

    Hidden and deleted text is left out; rows of cells become tables.
    """
    source = HIDDEN.sub("", path.read_bytes().decode("latin-1"))
    # Some programs write raw bytes of the code page. Escaped, they are decoded like the others.
    source = RAW_BYTE.sub(lambda byte: f"\\'{ord(byte[0]):02x}", source)
    code_page = "gb18030" if CHINESE_CHARACTER_SET.search(source) else "cp1252"
    text = join_halves(rtf_to_text(source, encoding=code_page, errors="replace"))  # type: ignore[no-untyped-call]
    groups = groupby(text.split("\n"), lambda line: line.rstrip().endswith("|"))
    return load_blocks(
        block for cells, lines in groups for block in ([rows_as_table(lines)] if cells else map(block_of, lines))
    )


def block_of(line: str) -> str:
    """Paragraph; the tab after a list number becomes a space."""
    return NUMBERED.sub(r"\1 ", line.strip())


def join_halves(text: str) -> str:
    """Joins the surrogate pairs in which RTF writes characters beyond U+FFFF."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def rows_as_table(lines: Iterable[str]) -> str:
    """Returns lines of cells, which end with |, as a Markdown table."""
    return table([line.rstrip().removesuffix("|").split("|") for line in lines])
