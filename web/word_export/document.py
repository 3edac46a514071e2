"""A Word document in progress: A4, fonts for every script, lists and links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from web.word_export.elements import ALLOWANCE, element
from web.word_export.styles import BULLETS, DOTTED, ROUND, apply_styles

MOST_ELEMENTS = 600_000
"""Maximum elements of a document: about 5 s of a processor and 250 MB.

The largest request of ordinary answers takes half of it.
"""
LONGEST_ADDRESS = 2000
HIGHEST_NUMBER = 32_767
MOST_SERIES = 2_000
FIRST_SERIES = 100
ADDRESS_SIGNS = "%:/?#@!$&'()*+,;=~-._"


@dataclass
class Paper:
    """A document to which blocks are added; `to_bytes` returns the file.

    A thread writes one document at a time.
    """

    document: Any = field(default_factory=docx.Document)
    bullets: int = FIRST_SERIES
    series: int = FIRST_SERIES
    bookmarks: int = 0
    addresses: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ALLOWANCE.left = MOST_ELEMENTS
        apply_styles(self.document)
        self.numbering = self.document.part.numbering_part.element
        self.end = self.document.element.body.sectPr
        self.numbering.append(element("w:num", element("w:abstractNumId", val=BULLETS), numId=self.bullets))

    def add(self, *blocks: Any) -> None:
        """Adds blocks at the end of the document."""
        for block in blocks:
            self.end.addprevious(block)

    def add_numbering(self, start: int, depth: int, sign: str) -> int:
        """Creates a list that counts from `start` at `depth`, with `.` or `)`.

        Returns 0 if Word does not support it: the number is too high, or there are too many lists.
        """
        if start > HIGHEST_NUMBER or self.series - FIRST_SERIES >= MOST_SERIES:
            return 0
        self.series += 1
        kind = element("w:abstractNumId", val=ROUND if sign == ")" else DOTTED)
        restart = element("w:lvlOverride", element("w:startOverride", val=start), ilvl=depth)
        self.numbering.append(element("w:num", kind, restart, numId=self.series))
        return self.series

    def wrap_bookmark(self, name: str, content: Iterable[Any]) -> list[Any]:
        """Wraps the content in a bookmark, as the target of links inside the document."""
        self.bookmarks += 1
        begin = element("w:bookmarkStart", id=self.bookmarks, name=name)
        return [begin, *content, element("w:bookmarkEnd", id=self.bookmarks)]

    def wrap_link(self, address: str, content: Iterable[Any]) -> list[Any]:
        """Wraps the content in a link; no link if the address is not http or https."""
        target = web_address(address)
        if not target:
            return list(content)
        link = element("w:hyperlink", *content, history=1)
        link.set(qn("r:id"), self.relation(target))
        return [link]

    def relation(self, target: str) -> str:
        """Returns the id of a link's target; each target has one."""
        if target not in self.addresses:
            self.addresses[target] = f"address{len(self.addresses) + 1}"
            link = RELATIONSHIP_TYPE.HYPERLINK
            self.document.part.rels.add_relationship(link, target, self.addresses[target], is_external=True)
        return self.addresses[target]

    def to_bytes(self) -> bytes:
        """Returns the DOCX file."""
        file = BytesIO()
        self.document.save(file)
        return file.getvalue()


def web_address(address: str) -> str:
    """Escapes every sign that a URI may not contain; Word refuses files with others.

    Returns an empty string if it is no http or https address.
    """
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return ""
    escaped = quote(address, safe=ADDRESS_SIGNS)
    return escaped if parts.scheme in ("http", "https") and parts.hostname and len(escaped) <= LONGEST_ADDRESS else ""
