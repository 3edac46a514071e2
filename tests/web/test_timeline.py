"""The days that the steps of a guide state are drawn in every language, and nothing is drawn that no step says."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from store.documents import Document, Metadata
from tests.knowledge.guides import SLUGS, versions
from web.timeline import Stage, stages, timeline

FILING = (Stage(1, 7, 0, is_working=True), Stage(2, 3, 0, is_working=True))
TEN_STEPS = (Stage(4, 3, 3, is_working=True), Stage(6, 30, 0, is_working=False), Stage(9, 30, 0, is_working=False))


@pytest.mark.parametrize("language", ["zh", "en", "pt", "ru", "ar", "es"])
def test_the_ten_steps_state_the_same_days_in_every_language(language: str) -> None:
    assert stages(versions("inbound/ten-steps")[language].text) == TEN_STEPS


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if "/country-" in slug])
def test_the_steps_into_a_country_state_the_same_days_in_every_language(slug: str) -> None:
    found = {language: stages(guide.text) for language, guide in versions(slug).items()}
    assert all(each == found["zh"] for each in found.values()), found
    assert [each.days for each in found["zh"]] == [7, 3], "filing, then the certificate; approval is no further step"


def test_the_steps_to_brazil_state_filing_and_certificate() -> None:
    assert stages(versions("outbound/country-brazil")["zh"].text) == FILING


def test_days_before_a_date_and_days_of_a_month_are_no_duration() -> None:
    text = "1. 有效期届满30个工作日前申请延期。\n2. 2025年11月20日起可以网上填写。\n3. 受理后7个工作日。"
    assert stages(text) == (Stage(3, 7, 0, is_working=True),)


def test_only_the_first_list_is_read() -> None:
    text = "1. Wait within 7 working days.\n2. Sign.\n\n- A remark.\n\n1. Wait within 9 working days."
    assert stages(text) == (Stage(1, 7, 0, is_working=True),)


def drawn(language: str, slug: str = "outbound/country-egypt") -> BeautifulSoup:
    return BeautifulSoup(timeline(versions(slug)[language].document, language), "html.parser")


def test_a_screen_reader_reads_the_steps_and_their_days() -> None:
    picture = drawn("en", "inbound/ten-steps").select_one("svg[role=img]")
    assert picture
    steps = str(picture["aria-label"]).split("; ")
    assert [each.rpartition(": ")[2] for each in steps] == ["3 + 3 working days", "30 days", "30 days"]
    assert [each[:8] for each in steps] == ["Step 4 (", "Step 6 (", "Step 9 ("]


@pytest.mark.parametrize("language", ["zh", "en", "ar"])
def test_each_bar_stands_under_the_first_words_of_its_step(language: str) -> None:
    guide = versions("inbound/ten-steps")[language]
    names = [
        each.text.rstrip("…") for each in BeautifulSoup(timeline(guide.document, "pt"), "html.parser")(class_="name")
    ]
    assert len(names) == 3
    for number, name in zip((4, 6, 9), names, strict=True):
        assert f"\n{number}. {name}" in guide.document.text


def test_each_step_begins_where_the_one_before_it_ends() -> None:
    bars = drawn("en").select("rect.days")
    (first, width), (second, _) = ((float(str(bar["x"])), float(str(bar["width"]))) for bar in bars)
    assert second == pytest.approx(first + width)


@pytest.mark.parametrize(
    ("language", "slug", "sum_of_days"),
    [
        ("en", "outbound/country-egypt", "Stated days together: 10 working days."),
        ("zh", "outbound/country-egypt", "各步写明的天数合计：10个工作日。"),
        ("en", "inbound/ten-steps", "Stated days together: 3 + 3 working days + 60 days."),
    ],
)
def test_the_days_add_up_working_days_apart_from_others(language: str, slug: str, sum_of_days: str) -> None:
    assert str(drawn(language, slug).select_one("strong").text) == sum_of_days  # type: ignore[union-attr]


def test_arabic_is_drawn_from_the_right() -> None:
    left, right = (page.select_one("circle") for page in (drawn("en"), drawn("ar")))
    assert left
    assert right
    assert float(str(left["cx"])) + float(str(right["cx"])) == 400


def test_a_law_has_no_drawing() -> None:
    text = "1. Within 7 working days.\n2. Within 9 working days."
    assert not timeline(Document("law.md", text, Metadata()), "en")


def test_a_guide_with_days_in_one_step_has_no_drawing() -> None:
    assert not timeline(Document("guide.md", "1. Within 7 working days.\n2. Sign.", Metadata(kind="guide")), "en")
