"""Reads from a document's text when it ends: a date, or a term from its start."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.metadata.effective_dates import APPLIES, ENDS, FIELD, SELF, THIS, THIS_APPLIES, foreign_bodies
from text.dates import SPAN, YEAR, find_spans, number, years_later
from text.lexicon.load import bodies, words
from text.numbers import counting_words
from text.scripts import NUMERALS

SUBJECT_CHARACTERS = 80
"""Maximum distance, in characters, of the subject before a term."""
MOST_YEARS = 50
"""A longer term is an error.

A year was read as a number of years, or a figure is wrong.
"""
KIND = re.compile(bodies("document.in_force", "zh"))
TO = f"(?:{bodies('document.until', 'zh')}|[—–~-]+)"
SAYS = r"\s*(?:暂定|定|暂)?(?:为|是)?\s*[:：]?\s*"
FROM = rf"(?:自|从)?\s*(?:{SPAN}|(?:自|从)[^，。；]{{1,16}}?之日)\s*起?\s*(?:计算|算起|计)?\s*[，,]?\s*"
NUMERAL = rf"[0-9０-９〇○零{NUMERALS}两]"
SUBJECT = re.compile(rf"(?P<self>{SELF})[^。]{{0,40}}$|{APPLIES}[，,；;。]?\s*[^。]{{0,20}}$")
"""Words before a term of the document itself."""
OTHERS = re.compile(f"(?:{bodies('official.other_term')})的?$")
"""Things with terms of their own."""
START = re.compile(r"(?:^|[。；;\n（(]|(?P<cell>\|))[\s*]*$")
UNTIL = re.compile(rf"{SAYS}{FIELD}(?:(?:{FROM})?{TO}{FIELD}(?P<until>{SPAN})|(?P<day>{SPAN})(?!\s*起))")
BEGINNING = re.compile(rf"(?!有效|试){APPLIES}时间")
"""Names of a field whose only day is the first, unlike 有效时间."""
TERM = re.compile(
    rf"{SAYS}(?:{FROM})?(?P<count>{NUMERAL}{{1,3}})\s*(?:(?P<months>个月)|周?年(?P<half>半)?(?!\s*(?:{NUMERAL}|[底末终度内])))"
)
HALF_YEAR = re.compile(rf"{SAYS}(?:{FROM})?半年")
NUMBERED = re.compile(rf"{SAYS}(?:{FROM})?(?:{TO})?\s*{NUMERAL}[^，。；\n]{{0,20}}")
LASTING = re.compile(
    rf"(?P<self>{SELF})(?:[^。]{{0,40}}?{APPLIES}|(?:自|从)?\s*(?:{SPAN})\s*起?)[，,]?\s*{TO}\s*(?P<until>{SPAN})"
)
END_FIELD = re.compile(
    rf"(?:^|\|)[\s*]*(?:{ENDS}|(?:{bodies('document.in_force', 'zh')})[至止到])"
    rf"{FIELD}(?P<until>{SPAN})(?!\s*[起至到—–~-])",
    re.MULTILINE,
)
OF_OTHERS = re.compile(rf"关于[^（(]*(?:{bodies('official.repealed')})")
"""Title of a document that repeals others: a day of repeal above its text is theirs."""
_COUNTS = counting_words()
_COUNT = rf"\d{{1,4}}|{'|'.join(_COUNTS)}"
_IN_FORCE = foreign_bodies("document.in_force")
_UNTIL = rf"[^.]{{0,40}}?\b(?:{foreign_bodies('document.until')})"
FOREIGN_UNTIL = re.compile(
    rf"(?:(?P<first>{THIS_APPLIES}){_UNTIL}|(?:(?P<self>{THIS})[^.]{{0,120}}?\b|^\s*)"
    rf"(?:(?:{_IN_FORCE}|{foreign_bodies('document.applies')})\b{_UNTIL}|(?:{foreign_bodies('document.ends')})))"
    rf"\s+(?P<until>{SPAN})",
    re.IGNORECASE | re.MULTILINE,
)
FOREIGN_TERM = re.compile(
    rf"(?:{THIS}[^.]{{0,120}}?\b(?:{_IN_FORCE})\b|{THIS_APPLIES})[^.]{{0,40}}?\b"
    rf"(?:{foreign_bodies('document.for_term')}|-)\s*(?:(?:{foreign_bodies('document.term')})\s+)?"
    rf"(?:(?P<count>{_COUNT})\s+(?:{foreign_bodies('document.years')})"
    rf"|(?P<one>{foreign_bodies('document.one_year')})|(?:{foreign_bodies('document.two_years')}))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class End:
    """End of a document as stated in its `words`.

    `day` or `months` (a term); both None if the words contain a number that gives no date.
    `is_own`: the document names itself beside it.
    """

    words: str
    day: date | None = None
    months: int | None = None
    is_own: bool = True

    def last_day(self, start: date | None) -> date | None:
        """Returns the last day; a term counts from `start`.

        None if the start of a term is unknown, or if the words give no date.
        """
        if self.months is None or start is None:
            return self.day
        years, months = divmod(start.month - 1 + self.months, 12)
        if self.months % 12 == 0:
            return years_later(start, self.months // 12) - timedelta(days=1)
        return _in_month(start.year + years, months + 1, start.day) - timedelta(days=1)


def last_day(text: str, start: date | None) -> date | None:
    """Last day of the document: a date, or its term counted from `start`.

    None if it states no end, or one that gives no day.
    """
    end = find_end(text)
    return end.last_day(start) if end else None


def find_end(text: str) -> End | None:
    """Returns the first end that can be read, else the first that cannot.

    None if the text states no end.
    """
    found = list(_ends(text))
    return next((end for end in found if end.day or end.months), next(iter(found), None))


def find_end_field(title: str, lines: Sequence[str]) -> End | None:
    """Returns the last day that a field such as 失效日期 in the heading names.

    None without one, and in a document that repeals others.
    """
    found = None if OF_OTHERS.search(title) else END_FIELD.search("\n".join(lines))
    return next(_find_named_end(found, found["until"], is_own=False), None) if found else None


def _ends(text: str) -> Iterator[End]:
    for match in LASTING.finditer(text):
        yield from _find_named_end(match, match["until"])
    for match in KIND.finditer(text):
        yield from _of_kind(text, match)
    for match in FOREIGN_UNTIL.finditer(text):
        yield from _find_named_end(match, match["until"], is_own=bool(match["self"] or match["first"]))
    for match in FOREIGN_TERM.finditer(text):
        yield _term(match[0], match["count"] or ("1" if match["one"] else "2"))


def _of_kind(text: str, kind: re.Match[str]) -> Iterator[End]:
    """End stated after 有效期 and similar words.

    A term needs a subject; a day or 试行 needs none.
    """
    before, place = text[max(0, kind.start() - SUBJECT_CHARACTERS) : kind.start()], kind.end()
    subject = None if OTHERS.search(before) else SUBJECT.search(before)
    if not subject and not _is_field(text, kind.start(), START.search(before)):
        return
    is_own = bool(subject and subject["self"])
    until = UNTIL.match(text, place)
    if until and not until["until"] and BEGINNING.fullmatch(kind[0]):
        return
    if until and (until["until"] or not re.fullmatch(rf"{YEAR}\s*度?", until["day"])):
        yield from _find_named_end(until, until["until"] or until["day"], kind[0], is_own)
    elif subject or kind[0] in words("document.trial", "zh"):
        yield from _lasting(text, place, kind[0], is_own)


def _is_field(text: str, place: int, start: re.Match[str] | None) -> bool:
    """Checks that the words at `place` begin a sentence, a line or a table row.

    They may be in a later cell of a table above the first sentence: that table is about the document itself.
    """
    if start is None or not start["cell"]:
        return start is not None
    return not text[text.rfind("\n", 0, place) + 1 : place].strip("|* \t") or "。" not in text[:place]


def _lasting(text: str, place: int, kind: str, is_own: bool) -> Iterator[End]:
    """Term of years or months; another number cannot be read."""
    if half := HALF_YEAR.match(text, place):
        yield End(kind + half[0], months=6, is_own=is_own)
    elif term := TERM.match(text, place):
        yield _term(kind + term[0], term["count"], bool(term["months"]), bool(term["half"]), is_own=is_own)
    elif numbered := NUMBERED.match(text, place):
        yield End(kind + numbered[0], is_own=is_own)


def _find_named_end(match: re.Match[str], written: str, before: str = "", is_own: bool | None = None) -> Iterator[End]:
    """End named by its day; an impossible date cannot be read."""
    own = bool(match["self"]) if is_own is None else is_own
    spans = find_spans(written)
    yield End(before + match[0].strip(), spans[-1].last if spans else None, is_own=own)


def _term(words: str, count: str, months: bool = False, half: bool = False, *, is_own: bool = True) -> End:
    """Term in years or months; one of more than MOST_YEARS cannot be read."""
    try:
        value = _COUNTS.get(count.casefold()) or number(count)
    except ValueError:
        return End(words, is_own=is_own)
    total = value if months else 12 * value + 6 * half
    return End(words, months=total if 0 < total <= 12 * MOST_YEARS else None, is_own=is_own)


def _in_month(year: int, month: int, day: int) -> date:
    """Day of a month; the first of the next one if the month is too short."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)
