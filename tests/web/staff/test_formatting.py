"""Values are said as readers of each language write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from ingest.metadata.write_front_matter import read_written
from tests.conftest import ROOT
from text.catalog import STAFF_LANGUAGES
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
        "4 May 2026",
        "2026年5月",
        "May 2026",
    )
    assert ZH.day(moment) == ZH.day(moment.astimezone().date())
    assert ZH.moment(moment).startswith(ZH.day(moment))


def test_stored_days_are_said_alone_and_on_both_sides_of_an_arrow_and_nothing_else_is_changed() -> None:
    assert (ZH.days("2026-05-04"), EN.days("2026-05-04 → 2027-05-04")) == ("2026年5月4日", "4 May 2026 → 4 May 2027")
    assert EN.days("— → 2027-05-04") == "— → 4 May 2027"
    for other in ("", "2026-13-40", "1999-05-04", "as of 2026-05-04", "2026-05-04.pdf"):
        assert EN.days(other) == other
    assert EN.detail("until", "2026-05-04") == EN.detail("before", "2026-05-04") == "4 May 2026"


def test_languages_have_names_and_unknown_ones_keep_their_code() -> None:
    assert (ZH.language_name("ru"), EN.language_name("ru"), EN.language_name("x-y")) == ("俄语", "Russian", "x-y")


def test_every_topic_and_folder_of_the_guides_has_a_name_in_both_languages() -> None:
    guides = [path for path in (ROOT / "knowledge").rglob("*.md") if "templates" not in path.parts]
    topics = {topic for path in guides for topic in read_written(path).values.get("topics", ())}
    folders = {path.parent.name for path in guides} - {"knowledge"}
    for language in STAFF_LANGUAGES:
        speak = Formatter(language)
        assert [topic for topic in sorted(topics) if speak.topic(topic) == topic] == []
        assert [folder for folder in folders if speak.folder(folder) == folder] == []
        assert speak.folder("outbound/brics").endswith(" (outbound/brics)")
    assert Formatter("zh").topic("made up") == "made up"
