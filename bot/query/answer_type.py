"""Expected answer types (time limit, date, rate, amount, ...) and their patterns.

Also reads from a question whether it wants a list, and its years, taxes and articles.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from text.document_numbers import TYPED
from text.lexicon.load import alternatives, bodies, pattern
from text.numbers import in_ideographs
from text.scripts import NUMERALS, ORDINAL_NUMERALS


@dataclass(frozen=True)
class AnswerType:
    """An answer type: `asked` matches questions for it, `given` texts that have one."""

    name: str
    asked: re.Pattern[str]
    given: re.Pattern[str]

    def is_given(self, text: str) -> bool:
        """Checks that a text contains the type."""
        return bool(self.given.search(text))


def answer_type(name: str, asked: str, given: str) -> AnswerType:
    """Builds an answer type.

    `asked` is the key of the words that ask for it, `given` the pattern of texts that have one.
    """
    return AnswerType(name, pattern(asked), re.compile(given, re.IGNORECASE))


DURATION_UNIT, SIZE, CURRENCY = "given.duration_unit", "given.size", "given.currency"
CURRENCY_SIGN = r"US\$|R\$|RMB|CNY|USD|EUR|IDR|INR|RUB|AED|SAR|THB|MYR|[€$¥₽₦]"
BEHIND_AMOUNT = rf"(?:{bodies(CURRENCY)}|MRP|BRL|{CURRENCY_SIGN})"
AMOUNT_GIVEN = (
    rf"\d[\d,.\s]*(?:(?:{bodies(SIZE)})\.?\s*(?:de\s)?)?{BEHIND_AMOUNT}|[{NUMERALS}百千万亿两]+{BEHIND_AMOUNT}"
    rf"|{alternatives('given.free')}|(?:{CURRENCY_SIGN})\s*\d"
)
DURATION_GIVEN = (
    rf"\d+\s*(?:[个至]\s*)?(?:{bodies(DURATION_UNIT)})|\d+[\s-]*(?:{bodies(DURATION_UNIT, 'en')})"
    rf"|(?:{bodies(DURATION_UNIT, 'ar')})\w*\s(?:\w+\s)?\(\d+\)|[{NUMERALS}百两]+个?(?:{bodies(DURATION_UNIT, 'zh')})"
    rf"|\b(?:{bodies('given.number')})\s+(?:{bodies(DURATION_UNIT, 'en')})|{alternatives('given.at_once')}"
)
DURATION = answer_type("duration", "asked.duration", DURATION_GIVEN)
PERIOD = answer_type("period", "asked.period", DURATION_GIVEN)
"""A time that something takes; no deadline, and no term of a contract."""
PRICE = answer_type("price", "asked.price", rf"{AMOUNT_GIVEN}|\d\s*[%％‰]")
"""A fee, a cost or a fine; a share of something is one, too."""
KINDS = (
    answer_type(
        "telephone or address",
        "asked.contact",
        r"(?<!\d)1\d{4}(?!\d)|\d{3,4}-\d{7,8}|\d{7,}|@|路\d+号",
    ),
    DURATION,
    answer_type(
        "date",
        "asked.date",
        r"(?:19|20)\d{2}|\d+月\d+日|\d+\s*个?(?:工作日|日|天|月|年)(?:以?内|之前|前)",
    ),
    answer_type("rate", "asked.rate", rf"\d\s*[%％‰]|{alternatives('given.rate')}"),
    answer_type("amount", "asked.amount", AMOUNT_GIVEN),
    answer_type("area", "asked.area", rf"{alternatives('given.area')}|km²|km2|m²"),
    answer_type(
        "number",
        "asked.number",
        rf"\d|[{NUMERALS}百两]+(?:{bodies('given.counter')})|{alternatives('given.number')}",
    ),
)


MEASURED = re.compile(r"(?:几|多少)(条|家|项|类|分|名|人|次|倍|国|种|章|级)")
"""Questions for a count with a Chinese measure word, such as 几条."""


@lru_cache(maxsize=512)
def find_answer_type(question: str) -> AnswerType | None:
    """Returns the expected answer type, the most particular first.

    None if the question asks for none of the types.
    """
    if measured := MEASURED.search(question):
        return AnswerType(
            "count",
            MEASURED,
            re.compile(rf"(?<![第\d])(?:\d[\d,.]*|[{NUMERALS}百两]+)\s*[多余万]?{measured[1]}"),
        )
    return next((each for each in KINDS if each.asked.search(question)), None)


PROCEDURE = pattern("asked.procedure")
LIST = pattern("asked.procedure", "asked.list")


def asks_list(question: str) -> bool:
    """Checks that a question asks for a list or steps; then all of it is the answer."""
    return bool(LIST.search(question))


def asks_how(question: str) -> bool:
    """Checks that a question asks for a whole procedure: its steps or its documents."""
    return bool(PROCEDURE.search(question))


YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d|\s?[万亿元人家吨])")
"""A year, and no amount such as 2000万."""


def years(text: str) -> frozenset[str]:
    """Returns the years that a text names."""
    return frozenset(YEAR.findall(text))


BEFORE, YEAR_NAMED = "year.before", r"(?P<year>(?:19|20)\d{2})"
ONCE = (
    re.compile(
        rf"{YEAR_NAMED}\s*年(?:\s*(?P<month>\d{{1,2}})\s*月)?(?:\s*(?P<day>\d{{1,2}})\s*[日号])?"
        rf"\s*(?P<before>{bodies(BEFORE, 'zh')})?"
        rf"(?!\s*(?:{bodies('year.of_document', 'zh')})|[^，。？?]{{0,12}}(?:{bodies('year.document')}))"
    ),
    re.compile(
        rf"\b(?:(?P<before>{bodies(BEFORE)})|{bodies('year.at')})\s+(?:(?:{bodies('year.word')})\s+)?{YEAR_NAMED}"
        rf"(?!\s*(?:{alternatives('year.of_document')}))\b",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<before>{bodies(BEFORE, 'ar')})?\s*(?:في )?(?:{bodies('year.word', 'ar')})\s+{YEAR_NAMED}"),
)
"""A past year, month or day, or "before" it; not a year in a document name."""
BEGAN = re.compile(rf"(?<!capital )\b(?:{bodies('year.began')})(?:\s+\w+)?\s+$", re.IGNORECASE)
"""Words before a year in which something began: "a company registered in 2015"."""
BEGAN_THEN = re.compile(rf"\s*年[^，。？?]{{0,12}}(?:{bodies('year.began', 'zh')})")
"""Chinese words behind such a year: 2015年和日本人一起办的."""


def as_of(question: str, today: date) -> date | None:
    """Returns the past day as of which a question asks.

    It is the last day of the year, month or day that it names outside a document number; for "before", the day before
    the first.
    None if it names no year or two, the year of a document or of a beginning, no real day, or none before `today`.
    """
    question = TYPED.sub("", question)
    match = next(filter(None, (each.search(question) for each in ONCE)), None)
    if match is None or len(years(question)) != 1 or is_beginning(question, *match.span("year")):
        return None
    named = match.groupdict()
    year, month, day = int(named["year"]), int(named.get("month") or 0), int(named.get("day") or 0)
    try:
        first = date(year, month or 1, day or 1)
        last = first if day else date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:
        return None
    asked = first - timedelta(days=1) if named.get("before") else last
    return asked if asked < today else None


def is_beginning(question: str, start: int, end: int) -> bool:
    """Checks that the year from `start` to `end` tells when something began."""
    return bool(BEGAN.search(question[:start]) or BEGAN_THEN.match(question[end:]))


NAMES_A_LAW = "法例定则令》、"
"""Last characters of what has articles, and the mark between two of them."""
ARTICLE = re.compile(
    rf"(?:第|(?<=[{NAMES_A_LAW}])|(?<=[{NAMES_A_LAW}] ))\s*(\d{{1,4}}|[{ORDINAL_NUMERALS}]{{1,9}})\s*条"
    rf"|\b(?:{bodies('article.before_number')})\s+(\d{{1,4}})\b",
    re.IGNORECASE,
)
"""An article; in Chinese with 第 or right behind a law: 一条线 and 二十条 are a line and a policy."""


def with_article_in_full(question: str) -> str:
    """Returns the question with its article as Chinese laws write it, for full text."""
    named = article(question)
    return ARTICLE.sub(f" {named} ", question, count=1) if named else question


def article(question: str) -> str:
    """Returns the article that a question names, as Chinese laws write it, or "".

    第47条 and Article 47 become 第四十七条. Questions for a count (几条, "how many articles") name none.
    """
    return "" if MEASURED.search(question) else next(iter(articles(question)), "")


def articles(text: str) -> tuple[str, ...]:
    """Returns all articles that a text names, as Chinese laws write them, in order."""
    numbers = (match[1] or match[2] for match in ARTICLE.finditer(text))
    return tuple(f"第{in_ideographs(int(each)) if each.isdecimal() else each}条" for each in numbers)
