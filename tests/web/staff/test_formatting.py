"""Values are said as readers of each language write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from web.staff.formatting import Formatter

ZH, EN = Formatter("zh"), Formatter("en")


def test_numbers_shares_and_times_are_written_as_readers_write_them() -> None:
    assert EN.count(1234567) == "1,234,567"
    assert (ZH.share(0.256), ZH.share(None), EN.share(0.0061, "0.0%")) == ("26%", "–", "0.6%")
    assert (ZH.seconds(1.26), EN.seconds(1.26)) == ("1.3 秒", "1.3 s")


def test_days_are_said_in_the_language_of_the_page_and_moments_in_this_machine_s_time_zone() -> None:
    day, moment = date(2026, 5, 4), datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert (ZH.day(day), EN.day(day), ZH.month(day), EN.month(day)) == (
        "2026年5月4日",
        "May 4, 2026",
        "2026年5月",
        "May 2026",
    )
    assert ZH.day(moment) == ZH.day(moment.astimezone().date())
    assert ZH.moment(moment).startswith(ZH.day(moment))


def test_languages_have_names_and_unknown_ones_keep_their_code() -> None:
    assert (ZH.language_name("ru"), EN.language_name("ru"), EN.language_name("x-y")) == ("俄语", "Russian", "x-y")
