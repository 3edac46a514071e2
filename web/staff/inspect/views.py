"""Shared values and addresses of this section."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request

from web.staff.inspect.page import OpenedPage
from web.staff.inspect.page_parts import spots
from web.staff.messages import localise
from web.staff.pages import language_of


def address(source: str, page: int, path: str = "folder/inside") -> str:
    """Returns the address of a page of a document, below the staff app."""
    return f"{path}?{urlencode({'source': source, 'page': page})}"


def list_shared_values(request: Request, seen: OpenedPage) -> dict[str, object]:
    """Returns the values that all pages of this section share."""
    page = seen.leaf.page
    return {
        "seen": seen,
        "document": seen.revision.document,
        "leaf": seen.leaf,
        "picture": seen.picture(),
        "spots": spots(page.lines) if page else [],
        "told": lambda message: localise(message, language_of(request)),
        "link": lambda path, number: address(seen.source, number, path),
    }
