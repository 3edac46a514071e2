"""Elements of a Word document: paragraphs, runs and links, in the schema's order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from threading import local
from typing import Any

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser

from text.scripts import IDEOGRAPHS, KANA, RARE_IDEOGRAPHS, WIDE_MARKS
from web.word_export.bidi import is_leftward, stretches

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HAN = re.compile(f"[{WIDE_MARKS}{KANA}{IDEOGRAPHS}{RARE_IDEOGRAPHS}]")
SIGNS = {"\n": "w:br", "\t": "w:tab"}
TAGS = {"zh": "zh-CN", "en": "en-US", "pt": "pt-BR", "ru": "ru-RU", "ar": "ar-SA"}
TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")
NAMESPACES = {"w": nsmap["w"]}
full_name = cache(qn)
INDENT = 400
"""One indent step of a list or a quote, in twentieths of a point."""


class TextTooLongError(Exception):
    """The document would take too much memory and time, for the server and for Word."""


class Allowance(local):
    """Elements left for the current document; short Markdown can make thousands."""

    left = 0


ALLOWANCE = Allowance()


@dataclass(frozen=True)
class TextStyle:
    """Format of a run of text.

    `colour` and `fill` are RRGGBB; `language` is a tag such as `ru`.
    """

    bold: bool = False
    italic: bool = False
    raised: bool = False
    underlined: bool = False
    colour: str = ""
    fill: str = ""
    language: str = ""


PLAIN = TextStyle()


@dataclass(frozen=True)
class Setting:
    """Format of a paragraph: style, indent steps, and list item.

    `series` is the number of the list, 0 for none; `depth` is its nesting, from 0.
    """

    style: str = ""
    indent: int = 0
    hanging: bool = False
    series: int = 0
    depth: int = 0


def element(name: str, /, *children: Any, **attributes: object) -> Any:
    """Creates an element: `element("w:ind", left=400)` is `<w:ind w:left="400"/>`.

    Raises TextTooLongError if the document has too many.
    """
    ALLOWANCE.left -= 1
    if ALLOWANCE.left < 0:
        raise TextTooLongError
    made = oxml_parser.makeelement(full_name(name), nsmap=NAMESPACES)
    for attribute, value in attributes.items():
        made.set(full_name(f"w:{attribute}"), str(value))
    made.extend(children)
    return made


def clean(text: str) -> str:
    """Returns `text` with plain line ends, without characters that XML forbids."""
    return NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def tag(language: str) -> str:
    """Returns the language tag for Word; empty if it is not a language tag."""
    return TAGS.get(language, language if TAG.fullmatch(language) else "")


def paragraph(content: Iterable[Any], setting: Setting, within: bool = False) -> Any:
    """Returns a paragraph of runs and links; right-to-left if `within`."""
    properties = element("w:pPr")
    if setting.style:
        properties.append(element("w:pStyle", val=setting.style))
    if setting.series:
        item = element("w:ilvl", val=setting.depth), element("w:numId", val=setting.series)
        properties.append(element("w:numPr", *item))
    if within:
        properties.append(element("w:bidi"))
    if setting.indent:
        hanging = {"hanging": INDENT} if setting.hanging else {}
        properties.append(element("w:ind", left=INDENT * setting.indent, **hanging))
    return element("w:p", properties, *content)


def line(text: str, style: str = "", look: TextStyle = PLAIN) -> Any:
    """Returns a paragraph of plain text, in the direction of its first letter."""
    within = is_leftward(text)
    return paragraph(runs(text, look, within), Setting(style), within)


def runs(text: str, look: TextStyle = PLAIN, within: bool = False) -> list[Any]:
    """Returns `text` as runs, one per direction; `within` is that of the paragraph."""
    parts = stretches(clean(text), within)
    return [element("w:r", element("w:rPr", *traits(part, look, left)), *content(part)) for part, left in parts]


def traits(text: str, look: TextStyle, left: bool) -> Iterator[Any]:
    """Yields the format of a run in the schema's order; right-to-left if `left`."""
    if HAN.search(text):  # otherwise Word sets quotation marks and dashes among ideographs in the Latin font
        yield element("w:rFonts", hint="eastAsia")
    if look.bold:
        yield from (element("w:b"), element("w:bCs"))
    if look.italic:
        yield from (element("w:i"), element("w:iCs"))
    if look.colour:
        yield element("w:color", val=look.colour)
    if look.underlined:
        yield element("w:u", val="single")
    if look.fill:
        yield element("w:shd", val="clear", color="auto", fill=look.fill)
    if look.raised:
        yield element("w:vertAlign", val="superscript")
    if left:
        yield element("w:rtl")
    if language := tag(look.language):
        yield element("w:lang", **{script(language): language})


def script(language: str) -> str:
    """Returns Word's attribute for the script of a language."""
    return {"zh": "eastAsia", "ja": "eastAsia", "ko": "eastAsia", "ar": "bidi", "he": "bidi"}.get(language[:2], "val")


def content(text: str) -> Iterator[Any]:
    """Yields the content of a run: text, line breaks and tabs."""
    for piece in re.split("([\n\t])", text):
        if piece in SIGNS:
            yield element(SIGNS[piece])
        elif piece:
            words = element("w:t")
            words.text = piece
            words.set(full_name("xml:space"), "preserve")
            yield words


def link_within(bookmark: str, content: Iterable[Any]) -> Any:
    """Returns a link to a bookmark in this document."""
    return element("w:hyperlink", *content, anchor=bookmark, history=1)
