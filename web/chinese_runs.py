"""Chinese inside text of another language, marked for screen readers."""

from __future__ import annotations

import re

from markupsafe import Markup

from text.scripts import COMPATIBILITY_IDEOGRAPHS, IDEOGRAPHS, WIDE_MARKS

TOKEN = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][\w-]*)(?P<attributes>[^>]*?)(?P<closed>/?)>|<?[^<]+")
LANG = re.compile(r'\slang="([^"]*)"')
LETTERS = IDEOGRAPHS + COMPATIBILITY_IDEOGRAPHS
RUN = re.compile(f"[{LETTERS}](?:[{LETTERS}{WIDE_MARKS}0-9]*[{LETTERS}])?")
"""Ideographs, with the marks and numbers between them."""
VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})
BARE = frozenset({"option", "script", "style", "text", "textarea", "title"})
"""Elements that hold text only; `text` is that of a drawing."""
OWN = ("zh", "ja", "")
"""Languages that are written with ideographs, and the unknown one."""


def mark_chinese(html: Markup) -> Markup:
    """Marks each Chinese run as such where the element around it has another language.

    `html` is well-formed, as templates write it.
    """
    if not RUN.search(html):
        return html
    languages, written = [("", "")], list[str]()
    for token in TOKEN.finditer(html):
        name, language = languages[-1]
        if token["name"] is None:
            is_foreign = language not in OWN and name not in BARE
            written.append(RUN.sub(r'<span lang="zh">\g<0></span>', token[0]) if is_foreign else token[0])
            continue
        written.append(token[0])
        if token["end"]:
            languages[1:] = languages[1:-1]
        elif not token["closed"] and token["name"] not in VOID:
            own = LANG.search(token["attributes"])
            languages.append((token["name"], own[1] if own else language))
    return Markup("".join(written))  # noqa: S704
