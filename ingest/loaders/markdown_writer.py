"""Markdown as all readers write it: headings, list items, tables, and the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from store.documents import Loaded, Quality
from store.messages import Message
from text.normalise import normalise

LIST_ITEM = re.compile(r"\s*(?:[-*]|\d+\.) ")
MEANINGLESS_TITLE = re.compile(
    r"(?:untitled|title|document|presentation|workbook|powerpoint presentation|slide|sheet|word document|microsoft "
    r"word.*|文档|无标题|标题|演示文稿|幻灯片|工作簿|新建.*)?[\s\d()（）_-]*(?:\.\w{1,5})?",
    re.IGNORECASE,
)


def one_line(text: str) -> str:
    """`text` on one line, runs of white space as one space."""
    return " ".join(text.split())


def heading(level: int, text: str) -> str:
    """A heading of `level` 1 to 6; an empty string where there is no text."""
    line = one_line(text)
    return f"{'#' * min(max(level, 1), 6)} {line}" if line else ""


def item(text: str, depth: int = 0, marker: str = "-") -> str:
    """A list item, `depth` 0 for the outermost; its own lines are indented below it."""
    indent = "   " * depth
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return f"\n{indent}  ".join([f"{indent}{marker} {lines[0]}", *lines[1:]]) if lines else ""


def table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose header is the first row; short rows are filled up, empty rows and columns left out.

    A table of one column is no table: its cells become paragraphs, as does a first row of one cell above a header.
    """
    filled = [[cell(text) for text in row] for row in rows if any(text.strip() for text in row)]
    captions = []
    while filled and len(columns(filled[0])) == 1 and (len(filled) == 1 or width(filled) == 1 or spans(filled)):
        captions.append(max(filled.pop(0), key=len).replace("\\|", "|"))
    return "\n\n".join([*captions, *([grid(filled)] if filled else [])])


def cell(text: str) -> str:
    return one_line(text).replace("|", "\\|")


def columns(row: Sequence[str]) -> list[str]:
    """The different texts in a row."""
    return list(dict.fromkeys(text for text in row if text))


def width(rows: Sequence[Sequence[str]]) -> int:
    return max(max((number for number, text in enumerate(row, 1) if text), default=0) for row in rows)


def spans(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is a caption: a single text above rows of several columns."""
    return any(len(columns(row)) > 1 for row in rows[1:])


def grid(rows: Sequence[Sequence[str]]) -> str:
    """The rows as a Markdown table, without the columns that are empty all the way down."""
    used = [number for number in range(width(rows)) if any(text for row in rows for text in row[number : number + 1])]
    lines = [f"| {' | '.join(row[number] if number < len(row) else '' for number in used)} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * len(used)}", *lines[1:]])


def join(blocks: Iterable[str]) -> str:
    """The blocks of a text with blank lines between them, except between the items of a list."""
    text, last = "", ""
    for block in (block for block in blocks if block.strip()):
        tight = LIST_ITEM.match(block) and LIST_ITEM.match(last)
        text += ("\n" if tight else "\n\n") * bool(text) + block
        last = block
    return text


def loaded(blocks: Iterable[str], title: str = "", notes: Sequence[Message] = ()) -> Loaded:
    """The normalised text of a format without pages."""
    text = normalise(join(blocks))
    quality = Quality(characters=len(text), tables=count_tables(text), notes=tuple(notes))
    return Loaded(text=text, quality=quality, title=meaningful(title))


def count_tables(text: str) -> int:
    return len(re.findall(r"^\|(?: --- \|)+$", text, re.MULTILINE))


def meaningful(title: str) -> str:
    """`title` on one line, or nothing where it is only what a program calls every new file."""
    line = normalise(one_line(title))
    return "" if MEANINGLESS_TITLE.fullmatch(line) else line
