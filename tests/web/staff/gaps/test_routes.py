"""Gaps are grouped by meaning and language, closed by a document that answers them, and open again when asked anew."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from records import CuratedAnswer, CuratedText, Reason
from tests.support.staff_desk import NAME, StaffDesk
from tests.support.staff_questions import asked
from tests.web.staff.conftest import Center, Clerk, both, fill
from tests.web.test_accessibility import violations
from web.staff.context import StaffContext
from web.staff.i18n import words

ONE, SAME = "墨西哥公司所得税的税率是多少", "墨西哥企业所得税税率是多少？"
FOREIGN = "What is the corporate income tax rate in Mexico?"
OTHER = "钱塘区有国际学校吗"
MEXICO, RUSSIA = "outbound/mexico.zh.md", "outbound/russia.zh.md"
GUIDE = """---
title: 墨西哥税收指南
language: zh
countries: [MX]
topics: [tax]
reviewed_on: 2026-01-10
review_by: 2027-01-10
---
# 墨西哥税收指南

## 企业所得税

墨西哥公司（企业）所得税的税率为30%。

## 增值税

墨西哥增值税的一般税率为16%。
"""


def unanswered(room: StaffContext, question: str, days: float = 0) -> None:
    assert asked(room, question, days).outcome == "not_in_knowledge_base"


def titles(desk: StaffDesk) -> list[str]:
    return desk.texts(".gaps h2")


def listed(desk: StaffDesk, asked_for: str = "") -> StaffDesk:
    return desk.open(f"gaps{asked_for}").settled()


@both
def test_of_two_questions_in_one_message_the_gap_is_the_one_that_was_not_answered(
    room: StaffContext, language: str
) -> None:
    tax, parking = "俄罗斯利润税的一般税率是多少？", "钱塘区的公共停车场怎么收费？"
    kept = asked(room, f"{tax}\n{parking}")
    assert kept.outcome == "partly_answered" and [each.text for each in kept.parts] == [tax, parking]
    desk = StaffDesk(room, language)
    assert titles(listed(desk)) == [parking]
    desk.follow(parking)
    assert desk.text("main > h1") == parking and desk.say("gaps.meant") not in desk.text("main")
    desk.open(f"asked/{kept.handle}")
    assert desk.texts(".parts li") == [
        f"{tax} {desk.say('outcome.answered')}",
        f"{parking} {desk.say('outcome.not_in_knowledge_base')}",
    ]
    assert desk.say("questions.understood") not in desk.text("main")
    assert desk.named("a", desk.say("questions.curate")).get("href").endswith(f"question={quote(parking)}")


@both
def test_a_gap_is_closed_by_a_document_that_answers_its_questions(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    unanswered(room, OTHER, days=3)
    unanswered(room, ONE, days=2)
    unanswered(room, FOREIGN, days=1)
    unanswered(room, SAME)
    assert titles(listed(desk)) == [ONE, OTHER, FOREIGN]
    assert desk.say("gaps.times", count=2) in desk.texts(".gaps li")[0]
    assert desk.text(".sections .count") == "3"
    desk.fill(language="en").press(desk.say("questions.search"))
    assert titles(desk.settled()) == [FOREIGN]
    listed(desk).follow(ONE)
    assert desk.count("tbody tr") == 2
    assert desk.count("details.card .badge") > 0
    fill(room.settings.knowledge_dir, {MEXICO: GUIDE})
    room.library.sync()
    assert desk.reload().texts("form .hint")[0] == desk.say("gaps.again_newer")
    desk.press(desk.say("gaps.again")).settled()
    assert desk.say("gaps.result_tried", answered=2, total=2) in desk.text(".said")
    assert desk.count("tbody .badge.warm") == 2
    assert desk.all("[name=source]")[0].checked
    desk.fill(find="墨西哥").press(desk.say("questions.search"))
    desk.one("[name=source]").checked = True
    desk.press(desk.say("gaps.close_button")).settled()
    assert desk.say("gaps.result_closed", answered=2, total=2) in desk.text(".said")
    assert not desk.all("button", desk.say("gaps.close_button"))
    assert desk.count("tbody .badge.good") == 2
    for row in desk.texts("tbody tr"):
        for told in ("outcome.not_in_knowledge_base", "outcome.answered", "gaps.cited", "gaps.state.closed"):
            assert desk.say(told) in row
        assert NAME in row
    assert titles(listed(desk)) == [OTHER, FOREIGN]
    assert desk.text(".sections .count") == "2"
    desk.fill(shown="closed").press(desk.say("questions.search"))
    assert titles(desk.settled()) == [ONE]
    assert MEXICO in desk.open("log").texts("tbody tr")[0]


def test_a_gap_that_the_center_answers_itself_is_closed_when_it_is_asked_again(room: StaffContext) -> None:
    desk = StaffDesk(room, "zh")
    unanswered(room, OTHER)
    told = CuratedText("zh", OTHER, "有，请问钱塘区教育局。")
    room.records.curated.keep(CuratedAnswer("a", date.today(), (told,), (), "王芳", "王芳"))
    listed(desk).follow(OTHER).press(desk.say("gaps.again")).settled()
    assert desk.say("gaps.result_curated", count=1) in desk.text(".said")
    assert titles(listed(desk)) == [] and titles(listed(desk, "?shown=closed")) == [OTHER]
    assert [each.who for each in room.audit.entries(("gap.answered",))] == [NAME]


def test_what_comes_nearest_to_a_gap_is_shown_as_a_table_where_it_begins_inside_one(room: StaffContext) -> None:
    desk = StaffDesk(room, "zh")
    unanswered(room, ONE)
    rows = "\n".join(f"| 第{number}类商品 | 墨西哥按{number}%征税，须申报原产地 |" for number in range(1, 120))
    table = f"# 墨西哥关税表\n\n| 商品 | 墨西哥税率 |\n|---|---|\n{rows}\n"
    fill(room.settings.knowledge_dir, {"outbound/tariff.zh.md": table})
    room.library.sync()
    listed(desk).follow(ONE)
    cut = [text for text in desk.texts("details.card") if "类商品" in text]
    assert len(cut) > 1 and all("|" not in text for text in cut)
    assert desk.texts("details.card th").count("墨西哥税率") == len(cut)


def test_the_log_names_the_account_that_closed_a_gap(room: StaffContext) -> None:
    desk = StaffDesk(room, "en", name="").named_account("Li")
    unanswered(room, ONE)
    fill(room.settings.knowledge_dir, {MEXICO: GUIDE})
    room.library.sync()
    listed(desk).follow(ONE).press(desk.say("gaps.again")).settled()
    desk.all("[name=source]")[0].checked = True
    desk.press(desk.say("gaps.close_button")).settled()
    (entry,) = room.audit.entries(("gap.closed",))
    account = room.accounts.find("Li")
    assert account and (entry.who, entry.account) == ("Li", account.id)


@both
def test_a_page_that_lists_a_question_of_the_gap_is_chosen_and_once_removed_the_gap_is_open_again(
    room: StaffContext, language: str
) -> None:
    desk = StaffDesk(room, language)
    unanswered(room, ONE)
    path = room.settings.knowledge_dir / MEXICO
    fill(room.settings.knowledge_dir, {MEXICO: GUIDE.replace("topics:", f"also_asked: [{ONE}]\ntopics:")})
    fill(room.settings.knowledge_dir, {"outbound/newer.zh.md": "# 出口指南\n\n出口须在7日内申报。\n"})
    room.library.sync()
    listed(desk).follow(ONE)
    first = desk.all("[name=source]")[0]
    assert (first.get("value"), first.checked) == (MEXICO, True), "the page that was written for the gap"
    desk.press(desk.say("gaps.close_button")).settled()
    assert titles(listed(desk)) == [] and titles(listed(desk, "?shown=closed")) == [ONE]
    path.unlink()
    room.library.sync()
    assert titles(listed(desk, "?shown=closed")) == [] and titles(listed(desk)) == [ONE]
    row = desk.follow(ONE).text("tbody tr")
    assert desk.say("gaps.source_gone") in row and desk.say("gaps.state.open") in row


@both
def test_from_a_gap_a_page_is_written_or_a_file_added_and_back(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    unanswered(room, ONE)
    listed(desk).follow(ONE).follow(desk.say("uploads.write"))
    assert ONE in desk.value("text") and ONE in desk.value("also_asked")
    desk.fill(title="墨西哥税收指南", text=GUIDE, name="mexico.md", folder="outbound").press(
        desk.say("uploads.take_in")
    )
    assert desk.say("uploads.for_gap") in desk.texts(".note")
    desk.follow(desk.say("uploads.to_gap"))
    assert desk.texts("h1")[0] == ONE
    desk.follow(desk.say("uploads.add"))
    assert desk.count("main p a", desk.say("uploads.to_gap")) == 1


@both
def test_a_page_for_a_gap_has_all_that_people_asked_and_guesses_neither_audience_nor_topic(
    room: StaffContext, language: str
) -> None:
    desk = StaffDesk(room, language)
    nearest = room.settings.knowledge_dir / RUSSIA
    nearest.write_text(nearest.read_text("utf-8").replace("---\n", "---\naudience: inbound\n", 1), encoding="utf-8")
    room.library.sync()
    unanswered(room, ONE)
    unanswered(room, SAME)
    listed(desk).follow(ONE)
    assert desk.say("topic.tax") not in desk.texts("main > .row")[0], (
        "the nearest passage does not tell what it is about"
    )
    desk.follow(desk.say("uploads.write"))
    assert desk.value("audience") == "" and desk.value("topics") == ""
    assert sorted(desk.value("also_asked").splitlines()) == sorted([ONE, SAME])
    assert desk.say("uploads.asked_hint") in desk.text("[data-field=also_asked]")
    desk.follow(f"{desk.say('uploads.template.blank')} · ")
    assert desk.value("audience") == "" and len(desk.value("also_asked").splitlines()) == 2


@both
def test_what_a_document_does_not_answer_stays_open_and_is_said_so(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    unanswered(room, OTHER)
    rated = asked(room, "俄罗斯的利润税是多少？")
    room.records.rate(rated.id, False, Reason.OUT_OF_DATE)
    listed(desk).follow(OTHER)
    desk.press(desk.say("gaps.close_button"), source=RUSSIA).settled()
    assert desk.say("gaps.result_left", count=1) in desk.text(".said")
    assert desk.say("gaps.not_cited") in desk.text("tbody tr")
    why = desk.text("tbody .why")
    assert any(desk.say(f"gaps.left.{each}") in why for each in ("unsure", "nothing"))
    desk.press(desk.say("gaps.add_wordings"))
    assert desk.count(".said.done", RUSSIA) == 1
    room.library.sync()
    assert room.index.documents()[RUSSIA].also_asked == (OTHER,)
    assert room.audit.entries(("document.edited",), RUSSIA)
    assert len(titles(listed(desk))) == 2
    desk.follow("俄罗斯的利润税是多少？")
    desk.press(desk.say("gaps.close_button"), source="inbound/warehouse.en.md").settled()
    assert desk.say("gaps.result_left", count=1) in desk.text(".said")
    assert rated.id not in desk.response.text


@both
def test_what_is_no_gap_goes_and_comes_back_when_it_is_asked_anew_or_reopened(
    room: StaffContext, language: str
) -> None:
    desk = StaffDesk(room, language)
    unanswered(room, OTHER, days=1)
    listed(desk).follow(OTHER)
    assert desk.texts("summary").count(desk.say("gaps.not_a_gap")) == 1
    desk.fill(reason="不归中心管").press(desk.say("gaps.ignore")).settled()
    assert desk.text(".empty") == desk.say("gaps.none.open")
    desk.press(desk.say("frame.undo"), ".said")
    assert desk.say("gaps.state.open") in desk.text("tbody")
    desk.fill(reason="不归中心管").press(desk.say("gaps.ignore"))
    assert titles(listed(desk, "?shown=ignored")) == [OTHER]
    unanswered(room, "下沙有没有国际学校")
    assert titles(listed(desk)) == [OTHER]
    desk.follow(OTHER)
    assert "不归中心管" in desk.texts("tbody tr")[-1]
    assert desk.count("tbody .badge.warm") > 0
    desk.press(desk.say("gaps.reopen"))
    assert "不归中心管" not in desk.text("tbody")
    assert desk.say("log.action.gap.reopened") in desk.open("log").texts("tbody tr")[0]


@both
def test_a_question_on_another_matter_is_taken_out_of_its_group_and_put_back(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    for days, question in ((3, ONE), (2, SAME), (1, ONE)):
        unanswered(room, question, days)
    assert titles(listed(desk)) == [ONE]
    desk.follow(ONE).press(f"{desk.say('gaps.take_out')}: {ONE}")
    assert desk.texts("h1")[0] == SAME and desk.count("tbody tr") == 1, "the oldest one left, and who asked the same"
    assert not desk.all("button", desk.say("gaps.take_out"))
    assert titles(listed(desk)) == [ONE, SAME]
    unanswered(room, ONE)
    assert desk.open("gaps").settled().texts(".gaps li")[0].count(desk.say("gaps.times", count=3)) == 1, "asked anew"
    desk.follow(ONE).press(desk.say("gaps.put_back"))
    assert titles(listed(desk)) == [ONE]
    assert [each.action for each in room.audit.entries()] == ["gap.joined", "gap.split"]
    desk.follow(ONE).press(f"{desk.say('gaps.take_out')}: {SAME}")
    desk.press(desk.say("frame.undo"), ".said")
    assert titles(listed(desk)) == [ONE]
    desk.post("gaps/nobody/apart")
    assert desk.count(".said.trouble") == 1


@pytest.mark.browser
def test_choices_apply_at_once_the_page_waits_for_the_answers_and_axe_finds_nothing(
    center: Center, clerk: Clerk
) -> None:
    say = words("en")
    unanswered(center.room, ONE, days=2)
    unanswered(center.room, FOREIGN)
    page = clerk("gaps", "en-GB", width=390, height=800)
    expect(page.locator(".gaps li")).to_have_count(2)
    assert violations(page) == {}
    page.locator("#language").select_option("zh")
    expect(page.locator(".gaps li")).to_have_count(1)
    fill(center.folder, {MEXICO: GUIDE})
    center.library.sync()
    page.get_by_role("link", name=ONE).click()
    page.get_by_role("button", name=say["gaps.again"]).click()
    expect(page.locator(".said")).to_contain_text(say["gaps.result_tried"].format(answered=1, total=1), timeout=30_000)
    expect(page.locator("#find")).to_be_visible()
    page.wait_for_load_state("networkidle")  # the page loads itself again once the answers are there
    assert violations(page) == {}
    page.locator("#find").fill("墨西哥")
    page.locator("#find").press("Enter")
    page.locator("[name=source]").check()
    page.get_by_role("button", name=say["gaps.close_button"]).click()
    expect(page.locator(".said")).to_contain_text(say["gaps.result_closed"].format(answered=1, total=1), timeout=30_000)
    expect(page.get_by_role("button", name=say["gaps.close_button"])).to_have_count(0)
