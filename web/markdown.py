"""Markdown as safe HTML: no raw HTML, no images, no links that leave the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise, takewhile
from math import inf
from threading import local
from typing import Any
from unicodedata import east_asian_width

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from text.citations import MARKER

# Characters of the private use area that stand for the two ends of the passage while Markdown is parsed.
START, END = "\ue000", "\ue001"
BLOCK_PREFIX = re.compile(r"\s*(?:(?:#{1,6}|[-*+>]|\d{1,9}[.)])[ \t]+|\|[ \t]*)*")
SIGN = re.compile(r"[\n!&*+<>\[\]\\_`|-]|\d[.)](?=[ \t])")
"""Signs that make Markdown tokens.

Parsing time grows with their number, not with the letters.
"""
BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)*\n")
LONG_CELL = 20
"""Columns of text above which a table cell gets the class `long`; an ideograph takes two."""
MOST_IN_LIST = 8
"""Columns of a table of one row that is shown as a list: those that the style sheet puts in order."""
DELIMITER_ROW = re.compile(r"^[ >\t|:]*+-[-:| \t]*+$", re.MULTILINE)


PARSER = (
    MarkdownIt("commonmark", {"html": False, "breaks": True})
    .enable("table")
    .disable(["html_block", "html_inline", "image", "reference", "code", "lheading"])
)


def writing(opening: str, closing: str) -> Callable[..., str]:
    """Returns a render rule for text: escapes it, marks the passage, links markers."""

    def rule(_renderer: object, tokens: Sequence[Token], index: int, _options: object, env: dict[str, Any]) -> str:
        return opening + mark_text(tokens[index].content, env) + closing

    return rule


def nothing(*_: object) -> str:
    """Render rule for both ends of a link: keeps its words, drops its address."""
    return ""


def cell(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """Render rule for a table cell: style sheets give a long text more width.

    A heading may take two lines before it makes its column wider.
    """
    lines = 1 + (tokens[index].tag == "th")
    if sum(1 + (east_asian_width(each) in "WF") for each in tokens[index + 1].content) > LONG_CELL * lines:
        tokens[index].attrJoin("class", "long")
    return str(renderer.renderToken(tokens, index, options, env))


def table(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """Render rule for a table: it can be scrolled by keyboard.

    Style sheets show one row with headings as a list on a phone.
    """
    following = map(tokens.__getitem__, range(index, len(tokens)))
    own = list(takewhile(lambda each: each.type != "table_close", following))
    headings = [text.content for cell, text in pairwise(own) if cell.type == "th_open"]
    is_list = 2 < len(headings) <= MOST_IN_LIST and all(headings)
    if is_list and sum(each.type == "tr_open" for each in own) == 2:
        tokens[index].attrJoin("class", "one-row")
    tokens[index].attrSet("tabindex", "0")
    return str(renderer.renderToken(tokens, index, options, env))


RULES: dict[str, Callable[..., str]] = {
    "text": writing("", ""),
    "code_inline": writing("<code>", "</code>"),
    "fence": writing("<pre>", "</pre>\n"),
    "table_open": table,
    "th_open": cell,
    "td_open": cell,
    "link_open": nothing,
    "link_close": nothing,
}
for name, written in RULES.items():
    PARSER.add_render_rule(name, written)


def answer_html(text: str, anchor: str, numbers: Collection[int], label: str) -> Markup:
    """Renders an answer.

    A marker [n] with n in `numbers` links to `#anchor-n`; `label` is its ARIA label.
    """
    return html(text, {"anchor": anchor, "numbers": numbers, "label": label})


def document_html(text: str, start: int = 0, end: int = 0) -> Markup:
    """Renders a document with `text[start:end]` in <mark> elements.

    The first one has the id `passage`.
    """
    text = text.replace(START, " ").replace(END, " ")
    start, end = inside_blocks(text, start, end)
    if start < end:
        text = text[:start] + START + text[start:end] + END + text[end:]
    return html(text, {})


def render_with_lines(text: str, lines: Sequence[tuple[int, int, int]]) -> Markup:
    """Renders a document with its lines in elements with `data-line`.

    `lines` are `(number, start, end)`, in order.
    """
    text = text.replace(START, " ").replace(END, " ")
    spans = [(number, *inside_blocks(text, start, end)) for number, start, end in lines]
    spans = [span for span in spans if span[1] < span[2]]
    for _, start, end in reversed(spans):
        text = text[:start] + START + text[start:end] + END + text[end:]
    return html(text, {"numbers_of_lines": [number for number, *_ in spans]})


def html(text: str, environment: dict[str, Any]) -> Markup:
    """Renders Markdown as safe HTML; a text beyond the allowance stays as typed."""
    written = PARSER.render(text, environment) if ALLOWANCE.takes(text) else plain(text, environment)
    return Markup(written)  # noqa: S704


def plain(text: str, environment: dict[str, Any]) -> str:
    """Renders the text as typed, in paragraphs."""
    parts = (part.strip("\n") for part in BLANK_LINES.split(text))
    lines = (mark_text(part, environment).replace("\n", "<br />\n") for part in parts if part.strip())
    return "".join(f"<p>{line}</p>\n" for line in lines)


def signs(text: str) -> int:
    """Estimates the tokens of `text`: its signs, and for each line the table columns."""
    count = len(SIGN.findall(text))
    columns = max((row.count("|") for row in DELIMITER_ROW.findall(text)), default=0)
    return count + columns * text.count("\n")


class Allowance(local):
    """Markdown signs that this thread may still parse: in total, and in one text.

    See `at_most`.
    """

    left: float = inf
    each: float = inf

    def takes(self, text: str) -> bool:
        """True if `text` is within the allowance; if so, it is charged."""
        needed = signs(text) if self.left < inf else 0
        if needed > min(self.left, self.each):
            return False
        self.left -= needed
        return True


ALLOWANCE = Allowance()


@contextmanager
def at_most(signs: float, each: float) -> Iterator[None]:
    """Limits the Markdown signs parsed in the block; larger texts are shown as typed.

    Inside another such block, the outer limits hold.
    """
    if ALLOWANCE.left < inf:
        yield
        return
    ALLOWANCE.left, ALLOWANCE.each = signs, each
    try:
        yield
    finally:
        ALLOWANCE.left = ALLOWANCE.each = inf


def inside_blocks(text: str, start: int, end: int) -> tuple[int, int]:
    """Returns the span without the signs of a heading, an item or a row at its start.

    These signs must stay at the start of the line.
    """
    if start == 0 or text[start - 1] == "\n":
        prefix = BLOCK_PREFIX.match(text, start, end)
        start = prefix.end() if prefix else start
    return start, start + len(text[start:end].rstrip(" \t\n|"))


def mark_text(content: str, env: dict[str, Any]) -> str:
    """Escapes `content` and puts the text between START and END in <mark>.

    The passage may have begun in an earlier block.
    """
    pieces = []
    for piece in re.split(f"([{START}{END}])", content):
        if piece in (START, END):
            env["inside"] = piece == START
            env["spans"] = env.get("spans", 0) + env["inside"]
        elif piece:
            around = in_line if "numbers_of_lines" in env else mark
            pieces.append(around(link_markers(piece, env), env) if env.get("inside") else link_markers(piece, env))
    return "".join(pieces)


def mark(content: str, env: dict[str, Any]) -> str:
    """Returns `content` in a <mark> element; the first one has the id `passage`."""
    identity = "" if env.get("begun") else ' id="passage"'
    env["begun"] = True
    return f"<mark{identity}>{content}</mark>"


def in_line(content: str, env: dict[str, Any]) -> str:
    """Returns `content` in an element with the number of its line."""
    return f'<span data-line="{env["numbers_of_lines"][env["spans"] - 1]}">{content}</span>'


def link_markers(content: str, env: dict[str, Any]) -> str:
    """Escapes `content`, and links the markers whose numbers have a source."""

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        if number not in env.get("numbers", ()):
            return match[0]
        label = escape(env["label"].format(number=number))
        return f'<a class="marker" href="#{env["anchor"]}-{number}" aria-label="{label}">{number}</a>'

    return MARKER.sub(link, escape(content))
