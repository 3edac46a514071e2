"""Values are said as readers of each language write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest

from bot.outcomes import Outcome
from ingest.metadata.write_front_matter import read_written
from records import Reason, Thumb
from tests.conftest import ROOT
from text.catalog import STAFF_LANGUAGES
from web.staff import audit_log
from web.staff.formatting import Formatter
from web.staff.i18n import words
from web.staff.questions import filter as questions_filter

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


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_each_field_and_each_code_in_the_filter_of_an_exported_list_has_a_name(language: str) -> None:
    speak = Formatter(language)
    fields = {*audit_log.Wanted.model_fields, *questions_filter.Wanted.model_fields} - {"skip"}
    assert sorted(each for each in fields if speak.filter_name(each) == each) == []
    codes: dict[str, Iterable[str]] = {"outcome": Outcome, "thumbs": Thumb, "reason": Reason, "kind": audit_log.KINDS}
    unnamed = [(key, code) for key, own in codes.items() for code in own if speak.filter_value(key, code) == code]
    assert unnamed == []


def test_the_filter_of_an_exported_list_is_said_in_words() -> None:
    known = words("en")
    said = EN.detail("filter", "outcome=answered&language=ru&topic=tax&last=2026-05-04&text=yes")
    outcome, topic = known["outcome.answered"], known["topic.tax"]
    assert said == (
        f"Outcome: {outcome}, Language: Russian, Topic: {topic}, Until: 4 May 2026, {known['questions.text']}: Yes"
    )
    assert EN.detail("filter", "what=document.&first=2026-05-04") == "Action: Documents: all, From: 4 May 2026"
    assert EN.detail("filter", "what=document.removed&who=Li") == (
        f"Action: {known['log.action.document.removed']}, Who: Li"
    )
