"""Numbers without a unit that say how many: copies, cells of a table.

Numbers that only name something are left out: items, articles, documents, years, codes and addresses.
"""

from __future__ import annotations

import re

from text.boundaries import LEADS
from text.dates import SPAN
from text.document_numbers import ENGLISH, OFFICE_NUMBER, ORDER, TYPED
from text.lexicon.load import words
from text.list_items import item_marker
from text.numbers import NUMERAL, counting_words
from text.scripts import IDEOGRAPHS

NAMING = sorted(LEADS.difference(word.lower() for word in words("measure.counted", "en")), key=len, reverse=True)
"""Words whose number is a name: article, section, no; not the codes of currencies."""
FIRST_COLUMN = r"\s*\d{1,3}\s*(?=\|)"
LEVELS = r"\s*\d{1,3}(?:\.\d{1,3})+\s"
"""Number of a heading, such as 3.1."""
FURTHER = r"(?:[.-]\d+|(?:、|,\s|\s\w{1,3}\s)\d+)"
"""Further numbers behind one that names something: Articles 4, 7 and 37."""
NAMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        *(each.pattern for each in (OFFICE_NUMBER, TYPED, ORDER, ENGLISH)),
        SPAN,
        r"(?:https?:|www\.)\S+|\S+@\S+",
        rf"(?:(?<!\w)|(?<=[{IDEOGRAPHS}]))(?:{'|'.join(map(re.escape, NAMING))}|[№#])\.?\s?\d+{FURTHER}*",
        r"[a-z][a-z-]*\d[\w-]*",
    )
)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
BEFORE_ITEM, BEHIND_ITEM = re.compile(r"[（(]\s*$"), re.compile(r"\s*[、)）]")


def find_names(text: str) -> list[tuple[int, int]]:
    """Returns the spans of a paragraph in which a bare number only names something."""
    marker = item_marker(text)
    begins = [match.end() for pattern in (FIRST_COLUMN, LEVELS) if (match := re.match(pattern, text))]
    spans = [match.span() for pattern in (*NAMES, YEAR) for match in pattern.finditer(text)]
    return [(0, max([*begins, marker.end if marker else 0])), *spans]


def is_number_word(text: str) -> bool:
    """Checks that a text is a number in words or ideographs, and nothing else."""
    plain = text.strip().lower()
    return bool(NUMERAL.fullmatch(plain)) or plain in counting_words()


def numbers_item(before: str, behind: str) -> bool:
    """Checks by the text before and behind a number that it is that of an item."""
    return bool(BEFORE_ITEM.search(before) or BEHIND_ITEM.match(behind))
