"""A clerk writes a page in the browser: from a template, with a preview, through the checks of an upload."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from ingest.checks.folder_problems import problems
from ingest.checks.text import HINT
from ingest.loaders.markdown import split_front_matter
from ingest.metadata.front_matter import read_keys
from ingest.metadata.write_front_matter import read_written
from records import Role
from tests.conftest import ROOT
from tests.support.staff_desk import NAME, StaffDesk
from tests.web.staff.conftest import both, until
from tests.web.staff.uploads.test_routes import reaches
from text.catalog import STAFF_LANGUAGES
from web.staff.context import StaffContext
from web.staff.documents.bulk_form import months_later
from web.staff.i18n import words
from web.staff.uploads.guide_templates import BLANK, GuideTemplate, fill_template, guide_templates
from web.staff.uploads.page_fields import FIELDS, join_page, split_page

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
HINT_MARK = "[^〔"
BODY = "墨西哥企业所得税的一般税率为30%。\n\n墨西哥的退税期限不详。[^?]\n"


@both
def test_a_page_is_begun_from_a_template_and_written_without_seeing_its_yaml(room: StaffContext, language: str) -> None:
    shutil.copytree(ROOT / "knowledge" / "templates", room.settings.knowledge_dir / "templates")
    desk = StaffDesk(room, language).open("folder")
    desk.follow(desk.say("uploads.write"))
    assert desk.one(".choices [aria-current]").text.startswith(desk.say("uploads.template.service-guide"))
    assert "---" not in desk.value("text").splitlines() and desk.value("reviewed_on") == str(date.today())
    assert (desk.value("title"), desk.value("topics"), desk.value("summary")) == ("", "", "")
    assert len(desk.text("[data-field=summary] .hint")) > 10, "the template's hint stands at its field"
    desk.follow(f"{desk.say('uploads.template.blank')} · {desk.say('page.language')}", ".choices")
    desk.fill(title="墨西哥税收指南", topics=desk.say("topic.tax"), countries="MX", folder="outbound")
    desk.fill(text=BODY, also_asked="税率多少，怎么交？\n几个点").press(desk.say("uploads.show_preview"))
    assert "30%" in desk.text("#preview") and "[^?]" not in desk.text("#preview")
    assert desk.say("basis.unknown") in desk.text("#preview") and desk.count("#problems") == 1
    desk.press(desk.say("uploads.take_in"))
    name = f"墨西哥税收指南.{language}.md"
    assert name in desk.text(".done")
    assert desk.say("uploads.answerable") in reaches(desk, f"outbound/{name}", "meaning")
    path = room.settings.knowledge_dir / "outbound" / name
    known = read_written(path)
    assert (
        known.problems == ()
        and known.values
        | {
            "title": "墨西哥税收指南",
            "topics": ("tax",),
            "countries": ("MX",),
            "kind": "guide",
            "also_asked": ("税率多少，怎么交？", "几个点"),
        }
        == known.values
    )
    assert path.read_text(encoding="utf-8").endswith(f"---\n\n# 墨西哥税收指南\n\n{BODY}")
    assert [(each.who, each.action) for each in room.audit.entries(limit=1)] == [(NAME, "document.added")]


def test_the_preview_says_what_each_line_rests_on(desk: StaffDesk, room: StaffContext) -> None:
    entry = "- id: iva\n  title: {zh: 墨西哥增值税法}\n  issuer: {zh: 墨西哥议会}\n"
    (room.settings.knowledge_dir / "bases.yaml").write_text(entry, encoding="utf-8")
    desk.open("folder/write")
    assert desk.one("#bases [data-id=iva]").get("value") == "墨西哥增值税法"
    text = "# 税\n\n税率16%。[^iva 第1条]\n\n税率8%。[^none]\n"
    said = desk.post("folder/write/preview", text=text).text
    assert "墨西哥增值税法第1条" in said and "none?" in said and "[^" not in said and "<html" not in said


def test_a_line_can_rest_on_a_document_that_staff_uploaded(desk: StaffDesk, room: StaffContext) -> None:
    folder = room.settings.knowledge_dir
    notice = "# 关于境外参展补助的通知\n\n钱商务〔2026〕21号\n\n每个展位补助八千元。\n"
    (folder / "notice.md").write_text(notice, encoding="utf-8")
    room.library.sync()
    desk.open("folder/write")
    (shown,) = (each for each in desk.all("#bases option") if "关于境外参展补助的通知" in each.get("value"))
    assert "钱商务〔2026〕21号" in shown.get("value"), "a clerk knows it by its number as well"
    mark = f"[^{shown.get('data-id')}]"
    body = f"境外参展的企业每个展位可得补助八千元。{mark}\n"
    assert "关于境外参展补助的通知" in desk.post("folder/write/preview", text=body).text
    desk.open("folder/write").fill(title="境外参展补助指南", text=body, name="stand").press(desk.say("uploads.take_in"))
    reaches(desk, "stand.zh.md", "meaning")
    answer = room.bot.answer("境外参展每个展位可得补助多少钱？")
    bases = {cited.basis.name("zh") for each in answer.citations for cited in each.bases if cited.basis}
    assert any("关于境外参展补助的通知" in each for each in bases), answer.text
    (folder / "notice.md").unlink()
    room.library.sync()
    assert "bases.gone" in {each.text.code for each in problems(room.library) if each.source == "stand.zh.md"}


def test_what_a_field_cannot_hold_is_said_beside_it(desk: StaffDesk, room: StaffContext) -> None:
    desk.open("folder/write").fill(title="税", countries="Nowhere", text=BODY).press(desk.say("uploads.take_in"))
    assert desk.text("#countries-wrong") == desk.say("documents.wrong.country")
    assert (desk.value("text"), desk.value("title")) == (BODY, "税")


def test_a_page_that_was_returned_is_changed_where_it_was_written(room: StaffContext) -> None:
    editor = StaffDesk(room, "zh", name="").named_account("李明")
    approver = editor.named_account("王芳", Role.APPROVER)
    editor.open("folder/write").fill(title="墨西哥税收指南", text=BODY, name="mexico").press(
        editor.say("uploads.take_in")
    )
    until(lambda: bool(approver.open("approvals").all("tbody a")))
    approver.follow("墨西哥税收指南").press(approver.say("approvals.return"), reason="缺少依据")
    editor.open("folder/incoming").follow(editor.say("uploads.resend_edit"))
    assert (editor.value("title"), editor.value("name")) == ("墨西哥税收指南", "mexico.zh.md")
    editor.fill(text=BODY.replace("30%", "31%")).press(editor.say("uploads.take_in"))
    until(lambda: [each.state for each in room.arriving.queue().read_all()] == ["clash"])
    (again,) = room.arriving.queue().read_all()
    assert "31%" in room.arriving.queue().staging.path(again.staged).read_text("utf-8")


def test_a_page_that_cannot_be_taken_in_is_not_lost_and_a_similar_one_waits(
    desk: StaffDesk, room: StaffContext
) -> None:
    desk.open("folder/write").fill(title="税", text=PAGE, name="a/b").press(desk.say("uploads.take_in"))
    assert desk.response.status_code == 422 and "/" in desk.text(".trouble")
    assert desk.value("text") == PAGE
    desk.fill(name="russia.zh.md", folder="outbound").press(desk.say("uploads.take_in"))
    assert "outbound/russia.zh.md" in reaches(desk, "russia.zh.md", "clash")


def test_a_page_with_a_hint_of_its_template_is_not_taken_in(desk: StaffDesk, room: StaffContext) -> None:
    desk.open("folder/write").fill(text=PAGE + "\n〔机关全称〕\n", name="hint", title="税").press(
        desk.say("uploads.take_in")
    )
    assert desk.response.status_code == 422 and "〔机关全称〕" in desk.text(".trouble")
    assert "〔机关全称〕" in desk.value("text") and not list(room.settings.knowledge_dir.rglob("hint*"))


@pytest.mark.parametrize("template", guide_templates(ROOT / "knowledge", STAFF_LANGUAGES), ids=str)
def test_each_template_has_fields_and_keeps_its_other_keys(template: GuideTemplate) -> None:
    text = fill_template(template, QUESTIONS, date(2026, 8, 31))
    parts = split_page(text, "en")
    assert not [value for value in (*parts.typed.values(), *parts.body.split("\n")) if HINT_MARK in value]
    assert not [value for value in parts.typed.values() if HINT.search(value)]
    whole = join_page(parts.head, {**parts.typed, "title": "Tax: 5 % # in all", "topics": "Tax"}, parts.body)
    assert not whole.wrong and whole.text.count("\n# ") == 1
    head, _ = split_front_matter(whole.text)
    known, problems = read_keys(head, "front_matter")
    assert problems == () and (known["title"], known["topics"]) == ("Tax: 5 % # in all", ("tax",))
    assert known["also_asked"] == tuple(QUESTIONS) and known["review_by"] == months_later(date(2026, 8, 31), 6)
    before, _ = read_keys(split_front_matter(text)[0], "front_matter")
    assert {name: value for name, value in known.items() if name not in FIELDS} == {
        name: value for name, value in before.items() if name not in FIELDS and "NAME" not in str(value)
    }


@pytest.mark.parametrize("template", guide_templates(ROOT / "knowledge", STAFF_LANGUAGES), ids=str)
def test_a_template_speaks_to_clerks_of_no_file_and_names_a_basis_as_the_list_of_bases_does(
    template: GuideTemplate,
) -> None:
    parts = split_page(fill_template(template, [], date(2026, 8, 31)), "en")
    shown = "\n".join((parts.body, *parts.hints.values()))
    lines = [line for line in shown.splitlines() if "[^" in line]
    assert all(line.startswith("## ") and line.endswith(" [^?]") for line in lines), "only what stays in the page"
    assert not re.search(r"\.(?:md|yaml)\b|\b[A-Z]{2,}-\d{2,}", shown)
    assert template.name == BLANK or words(template.language)["basis.unknown"] in shown


def test_a_template_lists_the_questions_of_the_gap_and_the_days_of_the_review() -> None:
    templates = guide_templates(ROOT / "knowledge", STAFF_LANGUAGES)
    assert {each.name for each in templates} == {"service-guide", "country-sheet", "policy-digest", "blank"}
    for template in templates:
        head, _ = split_front_matter(fill_template(template, QUESTIONS, date(2026, 8, 31)))
        known, _ = read_keys(head, "front_matter")
        assert known["also_asked"] == tuple(QUESTIONS)
        assert (known["reviewed_on"], known["review_by"]) == (date(2026, 8, 31), months_later(date(2026, 8, 31), 6))


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_without_templates_a_page_begins_blank(tmp_path: Path, language: str) -> None:
    assert {each.name for each in guide_templates(tmp_path, [language])} == {"blank"}
