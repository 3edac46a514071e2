"""Reads from a document's text when it takes effect, and what it repeals."""

from __future__ import annotations

import re
from datetime import date, timedelta

from text.dates import SPAN, find_spans, number
from text.document_numbers import find_numbers
from text.lexicon.load import bodies, bodies_across_lines, other_languages
from text.scripts import IDEOGRAPHS, NUMERALS, UNSPACED_STOPS


def foreign_bodies(key: str) -> str:
    """Returns the pattern of the words of a key in all languages but Chinese.

    Chinese has patterns of its own.
    """
    return bodies_across_lines(key, *other_languages("zh"))


APPLIES = f"(?:{bodies('document.takes_effect', 'zh')})"
ISSUED = bodies("official.issued")
NAME = r"本[^\s，。；、（(]{0,9}[法例定则释知见告案录单引南复划要纲施策件准程度章书约令函议范条版点]"
"""Self-reference of a document, such as 本办法.

This city and this company are excluded, as is the end of 基本.
"""
SELF = (
    rf"(?<![“「『\"‘基日成资版样根原文副标])(?:{NAME}(?:的|在全[国省市区])?"
    rf"|现予?[^，。]{{0,60}}(?:{ISSUED}|给你们)[^，。]{{0,10}}[，,][^。自]{{0,20}})\s*，?\s*"
)
THIS = rf"\b(?:{foreign_bodies('document.this')})\b"
"""Self-reference of a document in languages other than Chinese."""
THIS_APPLIES = rf"\b(?:{foreign_bodies('document.this_applies')})\b"
"""Self-reference of a document behind its verb."""
SINCE = re.compile(rf"{SELF}(?:自|从)(?P<when>[^，。；]{{2,40}}?)\s*起?(?P<days>[^，。；]{{0,12}}?){APPLIES}")
HEADED_SINCE = re.compile(rf"(?:自|从)\s*(?P<when>{SPAN}|(?:{ISSUED})之日)\s*起?(?P<days>[^，。；]{{0,12}}?){APPLIES}")
PERIOD = re.compile(
    rf"(?:{SELF}[^。\n]{{0,40}}?|^\s*(?:[（(]?[{NUMERALS}0-9]{{1,3}}[）)、.]\s*)?)"
    rf"(?:{bodies('document.since', 'zh')})[为自从是：:\s]*(?P<when>{SPAN})\s*(?P<days>)起?\s*[至到—–~-]",
    re.MULTILINE,
)
FOREIGN_SINCE = re.compile(
    rf"(?:(?:{THIS})[^.\n]{{0,80}}?\b(?:{foreign_bodies('document.takes_effect')})"
    rf"|{THIS_APPLIES}[^.\n]{{0,80}}?\b(?:{foreign_bodies('document.since')}))\s+(?P<when>{SPAN})(?P<days>)",
    re.IGNORECASE,
)
FIELD = r"[\s*]*[:：|]?[\s*]*"
"""Between the name of a field and its value, which may be in the next table cell or on the next line."""
LABELLED_SINCE = re.compile(
    rf"(?:^|\|)[\s*]*(?!有效){APPLIES}(?:日期|时间){FIELD}(?P<when>{SPAN})(?!\s*[至到—–~-])", re.MULTILINE
)
ENDS = bodies("document.ends", "zh")
_FIELD_NAME = rf"(?:(?:{bodies('document.in_force', 'zh')})[至止到]?|{ENDS})"
VALIDITY_FIELD = re.compile(rf"(?:^|\|)[\s*]*(?:{APPLIES}(?:日期|时间)|{_FIELD_NAME}){FIELD}(?:{SPAN})", re.MULTILINE)
"""Field with a day of validity, which is no day of issue."""
UNWRAPPED = re.compile(rf"(?<=[{IDEOGRAPHS}，、〔（《])\n(?=[{IDEOGRAPHS}，、》）])(?!{_FIELD_NAME}[ \t]*[:：\n])")
"""Line break of a printed page. None is above the name of a field, such as 有效期至：."""
ISSUING = re.compile(rf"{ISSUED}|令|公告|^[（(]?[12]\d{{3}}年")
PUBLICATION = re.compile(f"(?:{ISSUED}|{bodies('official.issued_also')})之日")
DELAY = re.compile(rf"(?P<days>\d{{1,4}}|[{NUMERALS}]{{1,3}})\s*(?:个?工作)?日后")
REPEAL = re.compile(rf"(?:{bodies('official.repealed_with')})\s*(?:{bodies('official.repealed')})")
PARTIAL = re.compile(r"》[^《]{0,6}中[^《]{0,40}$")
GROUND = re.compile(rf"(?:{bodies('official.ground')})《[^》]+》[^，]*，")


def effective_clause(text: str, lines: list[str]) -> str:
    """Words between 自 and 施行 that say when the document itself takes effect.

    The last such clause counts; "" without one.
    `lines` is the heading, in which the clause needs no subject.
    """
    patterns = (PERIOD, FOREIGN_SINCE, SINCE)
    inside = [match["when"] + match["days"] for pattern in patterns for match in pattern.finditer(text)]
    issuing = [line for line in lines if ISSUING.search(line) and "》自" not in line]
    headed = [match["when"] + match["days"] for match in HEADED_SINCE.finditer("\n".join(issuing))]
    return next(reversed(inside or headed), "")


def unwrap_lines(text: str) -> str:
    """Text without the line breaks of a printed page inside Chinese sentences."""
    return UNWRAPPED.sub("", text)


def find_start_field(lines: list[str]) -> str:
    """Date of a field such as 施行日期 in the heading; "" without one."""
    found = LABELLED_SINCE.search("\n".join(lines))
    return found["when"] if found else ""


def clause_start(clause: str) -> date | None:
    """Returns the first day of the date in the clause.

    None if the clause has no date.
    """
    return next((span.first for span in find_spans(clause)), None)


def clause_date(clause: str, issued: date | None) -> date | None:
    """Day given by the clause: a date, or the day of publication, or some days later.

    None if the clause has neither.
    Raises ValueError and OverflowError for impossible dates.
    """
    start = clause_start(clause) or (issued if PUBLICATION.search(clause) else None)
    delay = DELAY.search(clause)
    return start + timedelta(days=number(delay["days"])) if start and delay else start


def repeals(text: str) -> tuple[str, ...]:
    """Titles (without 《》) and numbers of documents repealed as a whole, in order."""
    named: list[str] = []
    for sentence in re.split(rf"[{UNSPACED_STOPS}\n]", text):
        for clause in _repealing(GROUND.sub("", sentence)):
            named += [*re.findall(r"《((?:[^《》]|《[^《》]*》)+)》", clause), *find_numbers(_in_brackets(clause))]
    return tuple(dict.fromkeys(named))


def _repealing(sentence: str) -> list[str]:
    """Parts of a sentence that end in a verb of repeal.

    The repeal of single provisions is excluded.
    """
    parts = REPEAL.split(sentence)[:-1]
    return [part for part in parts if not PARTIAL.search(part)]


def _in_brackets(clause: str) -> str:
    """Numbers in brackets after a title.

    The number of the order that merely published a document stands before the title.
    """
    return "\n".join(re.findall(r"》\s*[（(]((?:[^（）()]|[（(][^（）()]*[）)])*)[）)]", clause))
