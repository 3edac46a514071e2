"""Titles: a document's own one, the one in its file name, and their comparison."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import PurePosixPath

from text.dates import DATE, find_date
from text.document_numbers import ENGLISH, ORDER
from text.lexicon.load import bodies
from text.official_header import heading
from text.scripts import IDEOGRAPHS, NUMERALS, ORDINAL

TITLE = re.compile(rf"[^。；：，,!?！？]{{4,80}}(?:{bodies('official.kind')})(?:（[^）]{{1,12}}）)*")
PART = re.compile(rf"{ORDINAL}[编章节条]|[（(]?[{NUMERALS}]+[）)、]|\d{{1,3}}(?:\.\d{{1,3}})*(?:[.、](?!\d)|\s)")
PAGE_FURNITURE = re.compile(rf"{bodies('official.web_page')}|号\s*$|[@/\\]")
PROGRAM_TITLE = re.compile(r"^(?:Microsoft |WPS|untitled|无标题|文档\s*\d|PowerPoint)|\.\w{2,4}$", re.IGNORECASE)
# Parts of a title that a later edition changes: （2024年版）, （修订）, (2018-10-26), （试行）, and a copy's (1).
EDITION = re.compile(
    rf"[（(](?:{DATE}|\d{{1,3}}|(?:\d{{4}}\s*年?\s*)?(?:版|[第{NUMERALS}次]*修[订正]版?|试行|暂行))[）)]"
)


def own_title(text: str) -> str:
    """Returns the first `#` heading, or lines above the body that look like a title.

    Returns "" if there is no such line.
    """
    lines = heading(text)
    marked = re.search(r"^# +(.+?)\s*#*$", text[:4000], re.MULTILINE)
    if marked and not PART.match(marked[1]):
        return _plain(marked[1])
    joined = (_title_from(lines[index:]) for index in range(len(lines)))
    return next(filter(None, joined), "")


def _title_from(lines: list[str]) -> str:
    """Returns a title that begins in the first line; printed titles take up to three."""
    for count in range(1, min(3, len(lines)) + 1):
        if PAGE_FURNITURE.search(lines[count - 1]):
            return ""
        if count == 1 and ENGLISH.match(lines[0]) and len(lines[0]) <= 200:
            return _plain(lines[0])
        title = _plain("".join(lines[:count]))
        if TITLE.fullmatch(title) and not PART.match(title):
            return title
    return ""


def plausible_title(title: str) -> str:
    """Returns the title in a file's properties; "" if a program wrote it.

    Such titles are `Microsoft Word - 1.doc` or `Untitled`.
    """
    return "" if PROGRAM_TITLE.search(title.strip()) else title.strip()


def file_title(source: str) -> str:
    """Returns the file name without folder, suffix, copy mark and date.

    `a/出海指南(1)(2025-03-01).pdf` is 出海指南.
    """
    stem = re.sub(r"[_]+", " ", PurePosixPath(source).stem)
    cleaned = re.sub(rf"[（(](?:{DATE}|\d{{1,3}})[）)]|{DATE}|副本|最终版", " ", stem)
    return re.sub(r"\s+", " ", cleaned).strip(" -") or PurePosixPath(source).stem


def file_date(source: str) -> date | None:
    """Returns the date in brackets at the end of a file name.

    Collections of laws have such names.
    None if the name has no such date, or the calendar does not have it.
    """
    found = re.search(rf"[（(]({DATE})[）)](?:[（(]\d{{1,3}}[）)])?$", PurePosixPath(source).stem)
    return find_date(found[1]) if found else None


def normalise_title(title: str) -> str:
    """Returns the title for comparison.

    Removed are 中华人民共和国, quotation marks, blanks, case and edition.
    """
    plain = unicodedata.normalize("NFKC", EDITION.sub("", title)).casefold()
    return re.sub(r"中华人民共和国|[\s《》〈〉<>“”\"'#*_]", "", plain)


def _plain(line: str) -> str:
    """Returns a title line without Markdown, order number and stretching blanks."""
    without_marks = re.sub(rf"[*_`#]|\[\^?\d+\]|^{ORDER.pattern}\s*(?=关于)", "", line)
    return re.sub(rf"(?<=[{IDEOGRAPHS}（）《》]) +(?=[{IDEOGRAPHS}（）《》\d])", "", without_marks).strip()
