"""Titles: where a document says its own, what a file name says, and how two are compared."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import PurePosixPath

from text.dates import DATE, find_date
from text.document_numbers import ENGLISH, ORDER
from text.official_header import heading

KINDS = "法|条例|办法|规定|细则|规则|解释|通知|意见|公告|决定|方案|目录|清单|指引|指南|批复|通告|规划|纲要|措施|政策"
TITLE = re.compile(rf"[^。；：，,!?！？]{{4,80}}(?:{KINDS})(?:（[^）]{{1,12}}）)*")
PART = re.compile(
    r"第[一二三四五六七八九十百零\d]+[编章节条]|[（(]?[一二三四五六七八九十]+[）)、]|\d{1,3}(?:\.\d{1,3})*(?:[.、](?!\d)|\s)"
)
PAGE_FURNITURE = re.compile(r"来源|字号|打印|分享|首页|当前位置|索引号|号\s*$|[@/\\]")
PROGRAM_TITLE = re.compile(r"^(?:Microsoft |WPS|untitled|无标题|文档\s*\d|PowerPoint)|\.\w{2,4}$", re.IGNORECASE)
# What a later edition changes in a title: （2024年版）, （修订）, (2018-10-26), （试行）, and a copy's (1).
EDITION = re.compile(
    rf"[（(](?:{DATE}|\d{{1,3}}|(?:\d{{4}}\s*年?\s*)?(?:版|[第一二三四五六七八九十次]*修[订正]版?|试行|暂行))[）)]"
)


def own_title(text: str) -> str:
    """The document's first `#` heading, or the line or lines above its body that read like an official title."""
    lines = heading(text)
    marked = re.search(r"^# +(.+?)\s*#*$", text[:4000], re.MULTILINE)
    if marked and not PART.match(marked[1]):
        return _plain(marked[1])
    joined = (_title_from(lines[index:]) for index in range(len(lines)))
    return next(filter(None, joined), "")


def _title_from(lines: list[str]) -> str:
    """A title that begins in the first line: printed titles are broken over as many as three."""
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
    """The title that a file carries inside, unless a program wrote it: `Microsoft Word - 1.doc`, `Untitled`."""
    return "" if PROGRAM_TITLE.search(title.strip()) else title.strip()


def file_title(source: str) -> str:
    """The file's name without folder, suffix, copy mark and date: `a/出海指南(1)(2025-03-01).pdf` is 出海指南."""
    stem = re.sub(r"[_]+", " ", PurePosixPath(source).stem)
    cleaned = re.sub(rf"[（(](?:{DATE}|\d{{1,3}})[）)]|{DATE}|副本|最终版", " ", stem)
    return re.sub(r"\s+", " ", cleaned).strip(" -") or PurePosixPath(source).stem


def file_date(source: str) -> date | None:
    """The date in brackets at the end of a file's name, as collections of laws carry it."""
    found = re.search(rf"[（(]({DATE})[）)](?:[（(]\d{{1,3}}[）)])?$", PurePosixPath(source).stem)
    return find_date(found[1]) if found else None


def normalise_title(title: str) -> str:
    """The title as it is compared: without 中华人民共和国, quotation marks, blanks, case and edition."""
    plain = unicodedata.normalize("NFKC", EDITION.sub("", title)).casefold()
    return re.sub(r"中华人民共和国|[\s《》〈〉<>“”\"'#*_]", "", plain)


def _plain(line: str) -> str:
    """Without Markdown marks, the number of an order before it, and the blanks that spread a title over the line."""
    without_marks = re.sub(rf"[*_`#]|\[\^?\d+\]|^{ORDER.pattern}\s*(?=关于)", "", line)
    return re.sub(r"(?<=[一-龥（）《》]) +(?=[一-龥（）《》\d])", "", without_marks).strip()
