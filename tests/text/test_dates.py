"""Days as documents write them: every spelling gives the day that is meant, and none that cannot be is ever taken."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.metadata import read_metadata
from ingest.metadata.effective_dates import effective_clause
from ingest.metadata.validity_terms import find_end, last_day
from store.documents import LoadedText, Metadata
from text.date_bounds import EARLIEST, MOST_YEARS_AHEAD
from text.dates import Span, find_spans, years_later

TODAY = date(2026, 11, 26)
LAST = years_later(TODAY, MOST_YEARS_AHEAD)
STARTS = date(2026, 1, 1)
HAN = "〇一二三四五六七八九"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
ENGLISH = "January February March April May June July August September October November December".split()
PORTUGUESE = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()
RUSSIAN = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()


def han(number: int) -> str:
    """A number below 100 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else HAN[tens]) + "十" if tens else "") + (HAN[ones] if ones or not tens else "")


def han_year(year: int) -> str:
    return "".join(HAN[int(digit)] for digit in str(year))


def arabic(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


DAYS: dict[str, Callable[[date], str]] = {
    "arabic": arabic,
    "two digits": lambda day: f"{day.year}年{day.month:02}月{day.day:02}日",
    "chinese": lambda day: f"{han_year(day.year)}年{han(day.month)}月{han(day.day)}日",
    "chinese with the letter O": lambda day: f"{han_year(day.year)}年{han(day.month)}月{han(day.day)}日".replace(
        "〇", "O"
    ),
    "full width": lambda day: arabic(day).translate(WIDE),
    "spread": lambda day: " ".join(arabic(day)),
    "spaced": lambda day: f"{day.year} 年 {day.month} 月 {day.day} 日",
    "misread": lambda day: arabic(day).replace("日", "曰"),
    "lost": lambda day: arabic(day).removesuffix("日"),
    "lost and spaced": lambda day: f"{day.year}年 {day.month}月 {day.day}",
    "iso": str,
    "dots": lambda day: f"{day.year}.{day.month}.{day.day}",
    "slashes": lambda day: f"{day:%Y/%m/%d}",
}
MONTHS: dict[str, Callable[[date], str]] = {
    "alone": lambda day: f"{day.year}年{day.month}月",
    "its end": lambda day: f"{day.year}年{day.month}月底",
    "its other end": lambda day: f"{day.year}年{day.month:02} 月末",
    "chinese": lambda day: f"{han_year(day.year)}年{han(day.month)}月底",
    "iso": lambda day: f"{day:%Y-%m}",
}
YEARS: dict[str, Callable[[date], str]] = {
    "its end": lambda day: f"{day.year}年底",
    "the year's end": lambda day: f"{day.year}年年底",
    "the other end": lambda day: f"{day.year} 年末",
    "the year's other end": lambda day: f"{day.year}年年末",
    "chinese": lambda day: f"{han_year(day.year)}年底",
    "full width": lambda day: f"{day.year}年底".translate(WIDE),
}
TERMS = ("有效期{}年", "有效期为{}年", "试行期限为{}年", "试行{}年", "暂行{}年")
any_day = st.dates(EARLIEST, LAST)
coming_day = st.dates(STARTS, date(2055, 12, 31))


def notice(clause: str) -> str:
    return f"钱塘区支持企业出海若干措施\n钱政办发〔2026〕3号\n第一条 为了支持企业出海，制定本措施。\n第二条 {clause}"


def read(text: str, sidecar: str = "") -> Metadata:
    return read_metadata("a.pdf", "", sidecar, LoadedText(text), TODAY)[0]


def doubts(text: str, sidecar: str = "") -> tuple[str, ...]:
    return tuple(map(str, read_metadata("a.pdf", "", sidecar, LoadedText(text), TODAY)[1]))


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


@settings(deadline=None)
@given(any_day, st.sampled_from(sorted(DAYS)))
def test_every_spelling_of_a_day_gives_that_day(day: date, spelling: str) -> None:
    assert [(span.first, span.last) for span in find_spans(f"{DAYS[spelling](day)}。")] == [(day, day)]


@settings(deadline=None)
@given(coming_day, st.sampled_from(sorted(DAYS)), st.sampled_from(["至", "到", "截止", "截至", "为", "："]))
def test_an_end_is_the_day_that_is_written(day: date, spelling: str, word: str) -> None:
    written = DAYS[spelling](day)
    assert read(notice(f"本措施自2026年1月1日起施行，有效期{word}{written}。")).effective_to == day
    assert read(notice(f"本措施自2026年1月1日起至{written}止执行。")).effective_to == day


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.sampled_from(sorted(DAYS)))
def test_a_start_is_the_day_that_is_written(day: date, spelling: str) -> None:
    assert read(notice(f"本措施自{DAYS[spelling](day)}起施行。")).effective_from == day


@settings(deadline=None)
@given(coming_day, st.sampled_from(sorted(MONTHS)))
def test_a_month_alone_ends_on_its_last_day(day: date, spelling: str) -> None:
    expected = end_of_month(day)
    text = notice(f"本措施自2026年1月1日起施行，有效期至{MONTHS[spelling](day)}。")
    assert read(text).effective_to == expected


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)))
def test_a_month_alone_begins_on_its_first_day(day: date) -> None:
    assert read(notice(f"本措施自{day.year}年{day.month}月起施行。")).effective_from == day.replace(day=1)


@settings(deadline=None)
@given(coming_day, st.sampled_from(sorted(YEARS)))
def test_the_end_of_a_year_is_the_last_of_december(day: date, spelling: str) -> None:
    expected = date(day.year, 12, 31)
    text = notice(f"本措施自2026年1月1日起施行，有效期至{YEARS[spelling](day)}。")
    assert read(text).effective_to == expected


@settings(deadline=None)
@given(
    st.integers(1, 29),
    st.booleans(),
    st.sampled_from(TERMS),
)
def test_a_term_of_years_ends_on_the_day_before_its_anniversary(years: int, chinese: bool, clause: str) -> None:
    term = clause.format(han(years) if chinese else years)
    text = notice(f"本措施自2026年1月1日起施行，{term}。")
    assert read(text).effective_to == date(2025 + years, 12, 31)


@settings(deadline=None)
@given(st.integers(51, 9999))
def test_a_term_of_more_than_fifty_years_is_none(years: int) -> None:
    text = notice(f"本措施自2026年1月1日起施行，有效期{years}年。")
    assert read(text).effective_to is None
    assert any(f"“有效期{years}年" in each for each in doubts(text))


@pytest.mark.parametrize(
    ("clause", "end"),
    [
        ("自发布之日起施行，有效期至2027年底", date(2027, 12, 31)),
        ("本措施有效期自2026年1月1日至2028年12月31日", date(2028, 12, 31)),
        ("本措施自2026年1月1日起至2028年12月31日执行", date(2028, 12, 31)),
        ("本措施自2026年1月1日起施行，有效期截止2027年6月30", date(2027, 6, 30)),
        ("本措施自2026年1月1日起施行，有效期两年", date(2027, 12, 31)),
        ("本措施自2026年1月1日起施行，有效期十年", date(2035, 12, 31)),
        ("本措施自2026年1月1日起施行，有效期二十年", date(2045, 12, 31)),
        ("本措施自2026年1月1日起施行。有效期一年半", date(2027, 6, 30)),
        ("本措施自2026年1月1日起施行，有效期六个月", date(2026, 6, 30)),
        ("This Notice is valid until the end of 2027", date(2027, 12, 31)),
        ("This Notice is valid until December 2027", date(2027, 12, 31)),
        ("Esta portaria é válida até o fim de 2027", date(2027, 12, 31)),
        ("Esta portaria é válida até 30 de junho de 2027", date(2027, 6, 30)),
        ("Настоящий приказ действует до конца 2027 года", date(2027, 12, 31)),
        ("Настоящий приказ действует до 30 июня 2027 г.", date(2027, 6, 30)),
        ("This Notice expires on 30 June 2027", date(2027, 6, 30)),
        ("This Notice is valid until and including the 30th of June 2027", date(2027, 6, 30)),
        ("Esta portaria é válida por dois anos", date(2027, 12, 31)),
        ("Настоящий приказ действует в течение двух лет", date(2027, 12, 31)),
        ("Esta resolución tiene una vigencia de tres años", date(2028, 12, 31)),
        ("Esta resolución es válida por dos años", date(2027, 12, 31)),
        ("يسري هذا القرار حتى 30 يونيو 2027", date(2027, 6, 30)),
        ("يسري هذا القرار حتى نهاية عام ٢٠٢٧", date(2027, 12, 31)),
        ("هذا القرار ساري المفعول حتى 30 حزيران 2027", date(2027, 6, 30)),
        ("يسري هذا القرار لمدة سنتين", date(2027, 12, 31)),
        ("يسري هذا القرار لمدة 2 سنة", date(2027, 12, 31)),
        ("يسري هذا القرار لمدة ثلاث سنوات", date(2028, 12, 31)),
        ("هذا الترخيص صالح لمدة سنة واحدة", date(2026, 12, 31)),
    ],
)
def test_an_end_is_read_however_it_is_said(clause: str, end: date) -> None:
    assert last_day(f"{clause}。", STARTS) == end


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("1 يناير 2027", date(2027, 1, 1), date(2027, 1, 1)),
        ("١ يناير ٢٠٢٧م", date(2027, 1, 1), date(2027, 1, 1)),
        ("٢٠٢٧/١/٥", date(2027, 1, 5), date(2027, 1, 5)),
        ("15 كانون الثاني 2027", date(2027, 1, 15), date(2027, 1, 15)),
        ("15 كانون الثاني/يناير 2027", date(2027, 1, 15), date(2027, 1, 15)),
        ("5 من تشرين الأول، 2027", date(2027, 10, 5), date(2027, 10, 5)),
        ("في مارس 2027", date(2027, 3, 1), date(2027, 3, 31)),
        ("نهاية ديسمبر 2027", date(2027, 12, 31), date(2027, 12, 31)),
        ("نهاية عام 2027", date(2027, 12, 31), date(2027, 12, 31)),
    ],
)
def test_arabic_dates_are_read_in_both_sets_of_names_and_digits(written: str, first: date, last: date) -> None:
    assert find_spans(written) == [Span(first, last)]


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        ("يسري هذا القرار اعتبارًا من 1 يناير 2027.", "1 يناير 2027"),
        ("يُعمل بهذا القانون اعتباراً من تاريخ ١ يناير ٢٠٢٧.", "١ يناير ٢٠٢٧"),
        ("يدخل هذا النظام حيز النفاذ في 1 يناير 2027.", "1 يناير 2027"),
        ("ينشر هذا القرار في الجريدة الرسمية، ويُعمل به اعتباراً من 1 يناير 2027.", "1 يناير 2027"),
        ("تسري هذه الأحكام على العقود المبرمة من 1 يناير 2026.", ""),
        ("ألغي هذا الإعفاء اعتبارا من 1 يناير 2026.", ""),
        ("This Notice takes effect on the 1st of May 2027.", "1st of May 2027"),
    ],
)
def test_the_start_is_read_where_the_verb_comes_first_and_where_it_comes_last(sentence: str, clause: str) -> None:
    assert effective_clause(sentence, []) == clause


@pytest.mark.parametrize(
    "clause",
    [
        "第二条 许可证有效期为2年。",
        "许可证有效期至2027年底。",
        "本措施所称许可证有效期为2年。",
        "本措施自发布之日起施行，备案有效期3年。",
    ],
)
def test_the_end_of_something_else_is_not_that_of_the_document(clause: str) -> None:
    assert find_end(clause) is None


@settings(deadline=None)
@given(st.dates(TODAY, date(2027, 12, 31)))
def test_foreign_months_are_read_in_their_languages(day: date) -> None:
    for names, pattern in (
        (ENGLISH, "This Notice is valid until {day} {month} {year}."),
        (ENGLISH, "This Notice expires on {month} {day}, {year}."),
        (PORTUGUESE, "Esta portaria é válida até {day} de {month} de {year}."),
        (RUSSIAN, "Настоящий приказ действует до {day} {month} {year} года."),
    ):
        text = pattern.format(day=day.day, month=names[day.month - 1], year=day.year)
        assert last_day(text, None) == day
