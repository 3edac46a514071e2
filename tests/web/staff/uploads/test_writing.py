"""A clerk writes a page in the browser: from a template, with a preview, through the checks of an upload."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from ingest.loaders.markdown import split_front_matter
from ingest.metadata.front_matter import read_keys
from tests.conftest import ROOT
from tests.support.staff_desk import NAME, StaffDesk
from tests.web.staff.conftest import both
from tests.web.staff.uploads.test_routes import reaches
from text.catalog import STAFF_LANGUAGES
from web.staff.context import StaffContext
from web.staff.documents.bulk_form import months_later
from web.staff.uploads.guide_templates import filled, guide_templates

QUESTIONS = ["墨西哥企业所得税税率是多少？", "墨西哥: 税 # 几个点"]
PAGE = """---
title: 墨西哥税收指南
language: zh
countries: [MX]
---

# 墨西哥税收指南

墨西哥企业所得税的一般税率为30%。

墨西哥的退税期限不详。[^?]
"""


@both
def test_a_page_is_begun_from_a_template_previewed_and_taken_in(room: StaffContext, language: str) -> None:
    shutil.copytree(ROOT / "knowledge" / "templates", room.settings.knowledge_dir / "templates")
    desk = StaffDesk(room, language).open("folder")
    desk.follow(desk.say("uploads.write"))
    assert desk.one(".choices [aria-current]").text.startswith(desk.say("uploads.template.service-guide"))
    desk.follow(f"{desk.say('uploads.template.blank')} · {desk.say('page.language')}", ".choices")
    assert "kind: guide" in desk.value("text")
    desk.fill(text=PAGE, name="mexico", folder="outbound")
    desk.press(desk.say("uploads.show_preview"))
    assert "30%" in desk.text("#preview .text") and "title:" not in desk.text("#preview .text")
    assert desk.count("#preview li") > 0 and "[^?]" not in desk.text("#preview")
    desk.press(desk.say("uploads.take_in"))
    name = f"mexico.{language}.md"
    assert name in desk.text(".done")
    assert desk.say("uploads.answerable") in reaches(desk, f"outbound/{name}", "meaning")
    assert (room.settings.knowledge_dir / "outbound" / name).read_text(encoding="utf-8") == PAGE
    assert [(each.who, each.action) for each in room.audit.entries(limit=1)] == [(NAME, "document.added")]


def test_a_page_that_cannot_be_taken_in_is_not_lost_and_a_similar_one_waits(
    desk: StaffDesk, room: StaffContext
) -> None:
    desk.open("folder/write").fill(text=PAGE, name="a/b").press(desk.say("uploads.take_in"))
    assert desk.response.status_code == 422 and "/" in desk.text(".trouble")
    assert desk.value("text") == PAGE
    desk.fill(name="russia.zh.md", folder="outbound").press(desk.say("uploads.take_in"))
    assert "outbound/russia.zh.md" in reaches(desk, "russia.zh.md", "clash")


def test_a_page_with_a_hint_of_its_template_is_not_taken_in(desk: StaffDesk, room: StaffContext) -> None:
    desk.open("folder/write").fill(text=PAGE + "\n〔机关全称〕\n", name="hint").press(desk.say("uploads.take_in"))
    assert desk.response.status_code == 422 and "〔机关全称〕" in desk.text(".trouble")
    assert "〔机关全称〕" in desk.value("text") and not list(room.settings.knowledge_dir.rglob("hint*"))


def test_a_template_lists_the_questions_of_the_gap_and_the_days_of_the_review() -> None:
    templates = guide_templates(ROOT / "knowledge", STAFF_LANGUAGES)
    assert {each.name for each in templates} == {"service-guide", "country-sheet", "policy-digest", "blank"}
    for template in templates:
        head, _ = split_front_matter(filled(template, QUESTIONS, date(2026, 8, 31)))
        known, _ = read_keys(head, "front_matter")
        assert known["also_asked"] == tuple(QUESTIONS)
        assert (known["reviewed_on"], known["review_by"]) == (date(2026, 8, 31), months_later(date(2026, 8, 31), 6))


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_without_templates_a_page_begins_blank(tmp_path: Path, language: str) -> None:
    assert {each.name for each in guide_templates(tmp_path, [language])} == {"blank"}
