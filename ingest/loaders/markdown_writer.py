"""Writes Markdown for all loaders: headings, list items, tables, the whole text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from store.documents import LoadedText, Quality
from text.lexicon.load import bodies
from text.messages import Message
from text.normalise import normalise

LIST_ITEM = re.compile(r"\s*(?:[-*]|\d+\.) ")
MEANINGLESS_TITLE = re.compile(
    rf"(?:{bodies('title.meaningless')}|(?:{bodies('title.meaningless_beginning')}).*)?[\s\d()（）_-]*(?:\.\w{{1,5}})?",
    re.IGNORECASE,
)


def one_line(text: str) -> str:
    """Text on one line, with runs of white space collapsed."""
    return " ".join(text.split())


def heading(level: int, text: str) -> str:
    """Heading of `level` 1 to 6; "" without text."""
    line = one_line(text)
    return f"{'#' * min(max(level, 1), 6)} {line}" if line else ""


def item(text: str, depth: int = 0, marker: str = "-") -> str:
    """List item; `depth` 0 is the outermost. Further lines are indented below it."""
    indent = "   " * depth
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return f"\n{indent}  ".join([f"{indent}{marker} {lines[0]}", *lines[1:]]) if lines else ""


def table(rows: Sequence[Sequence[str]]) -> str:
    """Markdown table with the first row as header.

    Short rows are filled up; empty rows and columns are left out.
    A single column becomes paragraphs, as does a single cell above the header row.
    """
    filled = [[cell(text) for text in row] for row in rows if any(text.strip() for text in row)]
    captions = []
    while filled and len(columns(filled[0])) == 1 and (len(filled) == 1 or width(filled) == 1 or spans(filled)):
        captions.append(max(filled.pop(0), key=len).replace("\\|", "|"))
    return "\n\n".join([*captions, *([markdown_table(filled)] if filled else [])])


def cell(text: str) -> str:
    """Returns a text as a cell of a table: on one line, with | escaped."""
    return one_line(text).replace("|", "\\|")


def columns(row: Sequence[str]) -> list[str]:
    """Distinct texts of a row."""
    return list(dict.fromkeys(text for text in row if text))


def width(rows: Sequence[Sequence[str]]) -> int:
    """Returns the number of columns of the widest row, without empty ones at its end."""
    return max(max((number for number, text in enumerate(row, 1) if text), default=0) for row in rows)


def spans(rows: Sequence[Sequence[str]]) -> bool:
    """True if the first row is a caption: a single text above rows of several columns."""
    return any(len(columns(row)) > 1 for row in rows[1:])


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table, without columns that are empty in all rows."""
    used = [number for number in range(width(rows)) if any(text for row in rows for text in row[number : number + 1])]
    lines = [f"| {' | '.join(row[number] if number < len(row) else '' for number in used)} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * len(used)}", *lines[1:]])


def join(blocks: Iterable[str]) -> str:
    """Joins blocks with blank lines, except between list items."""
    text, last = "", ""
    for block in (block for block in blocks if block.strip()):
        tight = LIST_ITEM.match(block) and LIST_ITEM.match(last)
        text += ("\n" if tight else "\n\n") * bool(text) + block
        last = block
    return text


def load_blocks(blocks: Iterable[str], title: str = "", notes: Sequence[Message] = ()) -> LoadedText:
    """Normalised text of a format without pages."""
    text = normalise(join(blocks))
    quality = Quality(characters=len(text), tables=count_tables(text), notes=tuple(notes))
    return LoadedText(text=text, quality=quality, title=meaningful(title))


def count_tables(text: str) -> int:
    """Returns the number of tables in a text, in the form that `table` writes."""
    return len(re.findall(r"^\|(?: --- \|)+$", text, re.MULTILINE))


def meaningful(title: str) -> str:
    """Title on one line; "" if it is only a program's default title."""
    line = normalise(one_line(title))
    return "" if MEANINGLESS_TITLE.fullmatch(line) else line
