"""The chat in a browser: streaming, stopping, several people at once, small screens, hostile words."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Route, expect

from bot.answer import Turn
from bot.dialogue.refusal import QUESTION_CHARACTERS
from bot.starters.questions import Starter, StarterFilter
from evals.serving import serve
from ingest.sync.progress import Progress
from records import Records
from tests.support.scripted import QUESTION, Offered, Scripted, Visitor, answered, arrived, ask
from tests.web.conftest import behind
from web.app import build
from web.i18n import texts

pytestmark = pytest.mark.browser


def test_a_question_gets_an_answer_with_its_sources_beside_it(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(), address))
    words, card = page.locator("#current .words").bounding_box(), page.locator("#current .card").first.bounding_box()
    assert words and card and card["x"] > words["x"] + words["width"]
    expect(page.locator("#current .card .validity").first).to_have_text("现行有效")
    expect(page.locator("#question textarea")).to_have_value("")


def test_on_a_phone_the_sources_stand_below_and_nothing_scrolls_sideways(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(width=390, height=844), address)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    words, card = page.locator("#current .words").bounding_box(), page.locator("#current .card").first.bounding_box()
    assert words and card and card["y"] >= words["y"] + words["height"]
    composer = page.locator("#asking").bounding_box()
    assert composer and composer["y"] + composer["height"] <= 844


def test_words_of_documents_reach_no_other_host_and_run_nothing(visitor: Visitor, address: str) -> None:
    context = visitor()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = answered(arrived(context, address))
    expect(page.locator("#current .words")).to_contain_text("${1+1}")
    assert page.locator("#current img, #current script").count() == 0
    assert page.title() == "钱塘企业出海助手"
    page.locator(".place .open").first.click()
    expect(page.frame_locator("#sheet iframe").locator("mark#passage").first).to_be_visible()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_stopping_stops_the_bot_and_keeps_what_was_said(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor(), address)
    ask(page, "停不下来的问题")
    expect(page.locator("#current .words")).to_have_text("利润税")
    page.locator("#stop").click()
    expect(page.locator(".stopped")).to_be_visible()
    expect(page.locator("#toast.shown")).to_have_count(0)
    assert bot.stopped.wait(30)
    expect(page.locator("#current .words")).to_have_count(0)
    expect(page.locator("#past .words")).to_have_text("利润税")
    answered(page, "再问一次")
    assert [turn.content for turn in bot.told[-1]] == ["停不下来的问题", "利润税"]


def test_after_an_answer_that_came_at_once_the_page_is_not_busy_any_more(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(), address)
    ask(page, "火星签证无依据？")
    expect(page.locator("#current .words")).to_contain_text("没有依据")
    page.get_by_label("界面语言").select_option("en")
    expect(page.get_by_label("Language of the page")).to_have_value("en")


def test_a_language_chosen_while_an_answer_is_written_comes_after_it_and_nothing_is_shown_twice(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = arrived(visitor(), address)
    ask(page, "慢慢来")
    expect(page.locator("#current .words")).to_have_text("利润税")
    page.get_by_label("界面语言").select_option("en")
    expect(page.locator("#toast")).to_have_text(texts("en")["page.later"])
    expect(page.locator("#toast")).to_have_attribute("lang", "en")
    bot.released.set()
    expect(page.get_by_label("Language of the page")).to_have_value("en")
    expect(page.locator(".exchange .quote")).to_have_count(2)
    expect(page.locator(".exchange")).to_have_count(1)


def test_two_people_do_not_wait_for_each_other(visitor: Visitor, address: str, bot: Scripted) -> None:
    slow, quick = arrived(visitor(), address), arrived(visitor("en-GB"), address)
    ask(slow, "慢慢来")
    expect(slow.locator("#current .words")).to_have_text("利润税")
    answered(quick, "How high is the rate?")
    expect(slow.locator("#stop")).to_be_visible()
    bot.released.set()
    expect(slow.locator("#current .quote")).to_have_count(2)


def test_the_next_question_is_told_the_earlier_words_without_markers(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = answered(arrived(visitor(), address))
    answered(page, "那增值税呢？")
    expect(page.locator("#past .exchange")).to_have_count(1)
    question, answer = bot.told[-1]
    assert question == Turn("user", "俄罗斯的利润税率是多少？")
    assert answer.content.startswith("利润税税率为 25%。\n") and "[1]" not in answer.content


def test_an_example_is_asked_with_the_keyboard_alone(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor(), address)
    page.locator(".door button").first.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator(".asked")).to_contain_text("境外投资备案")


def test_a_suggested_question_is_asked_with_a_click(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = answered(arrived(visitor(width=390), address))
    expect(page.locator(".understood")).to_contain_text("俄罗斯的利润税率是多少？（俄罗斯）")
    page.locator("#current .further button").click()
    expect(page.locator("#current .asked")).to_contain_text("俄罗斯的增值税率是多少？")
    expect(page.locator("#past .asked")).to_have_count(1)
    expect(page.locator("#past .further")).to_have_count(0)
    assert [turn.content for turn in bot.told[-1]][:1] == ["俄罗斯的利润税率是多少？"]


def test_enter_that_ends_a_composition_sends_nothing(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor(), address)
    box = page.locator("#question textarea")
    box.fill("俄罗斯")
    for kind in ("keydown", "keypress"):
        box.dispatch_event(kind, {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True})
    answered(page, "俄罗斯税率")
    expect(page.locator(".asked")).to_contain_text("俄罗斯税率")
    assert len(bot.told) == 1


def test_a_question_that_is_too_long_is_named_and_kept(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor(), address)
    ask(page, "税" * (QUESTION_CHARACTERS + 1))
    expect(page.get_by_role("alert")).to_contain_text(f"最多可写 {QUESTION_CHARACTERS} 个字")
    expect(page.locator("#question textarea")).to_have_value("税" * (QUESTION_CHARACTERS + 1))
    assert bot.told == []


def test_a_message_about_a_question_goes_when_it_is_changed_and_comes_again(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(width=390, height=844), address)
    box, warned = page.locator("#question textarea"), page.get_by_role("alert")
    for _ in range(2):
        page.locator("#ask").click()
        expect(warned).to_have_text(texts("zh")["question.empty"])
        box.fill("税")
        expect(warned).to_have_count(0)
        box.fill("")


def test_the_length_of_a_question_is_counted_before_it_is_too_long(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(width=390, height=844), address)
    box, field = page.locator("#question textarea"), page.locator("#question")
    expect(field).not_to_have_attribute("data-count", re.compile(""))
    box.fill("税" * (QUESTION_CHARACTERS - 1) + "𠮷 ")
    expect(field).to_have_attribute("data-count", f"{QUESTION_CHARACTERS} / {QUESTION_CHARACTERS}")
    expect(field).not_to_have_attribute("data-over", "")
    ask(page, "税" * (QUESTION_CHARACTERS + 1))
    expect(page.get_by_role("alert")).to_be_visible()
    expect(field).to_have_attribute("data-over", "")
    expect(field).to_have_attribute("data-count", f"{QUESTION_CHARACTERS + 1} / {QUESTION_CHARACTERS}")
    answered(page, "税" * (QUESTION_CHARACTERS - 1))
    expect(field).not_to_have_attribute("data-count", re.compile(""))


def test_a_page_that_opens_slowly_is_not_redrawn_in_another_language_before_it_is_open(
    visitor: Visitor, bot: Scripted, records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.chat.layout.LOOK_AGAIN", 0.1)
    with serve(build(behind(bot, tmp_path, records))) as address:
        page, calls = visitor("pt-BR").new_page(), list[Route]()

        def hold(call: Route) -> None:
            calls.append(call)

        page.route("**/gradio_api/run/**", hold)
        page.goto(address)
        while not calls:
            page.wait_for_timeout(50)
        page.wait_for_timeout(1000)
        for call in [*calls]:
            call.continue_()
        expect(page.locator("#welcome").get_by_role("button", name=texts("pt")["tool.person"])).to_be_visible()
        assert len(calls) == 1, "the clock waits until the page is open"


def test_a_bot_that_falls_over_is_reported_and_the_next_question_is_answered(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(), address)
    ask(page, "出错的问题")
    expect(page.locator(".exchange .outcome")).to_have_text("未能完成")
    expect(page.locator(".exchange .words")).to_contain_text("12345")
    expect(page.locator("#ask")).to_be_visible()  # the next one can be asked
    answered(page)


def test_a_page_that_a_process_builds_after_many_others_answers(
    visitor: Visitor, bot: Scripted, records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gradio numbers the components of all pages of a process in one row, and calls name them."""
    monkeypatch.setattr("gradio.context.Context.id", 1_000_000)
    with serve(build(behind(bot, tmp_path, records))) as address:
        answered(arrived(visitor(), address))


def test_the_page_works_under_a_sub_path(visitor: Visitor, bot: Scripted, records: Records, tmp_path: Path) -> None:
    with serve(build(behind(bot, tmp_path, records), "/assistant")) as address:
        page = answered(arrived(visitor(), address + "assistant/"))
        page.locator(".place .open").first.click()
        expect(page.frame_locator("#sheet iframe").locator("mark#passage").first).to_be_visible()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="有帮助").click()
        expect(page.locator("#toast")).to_have_text("谢谢，工作人员会看到")


def test_progress_is_shown_until_all_is_ready(visitor: Visitor, bot: Scripted, tmp_path: Path) -> None:
    now = [Progress("embedding", chunks_done=40, chunks=400)]
    with serve(build(behind(bot, tmp_path, progress=lambda: now[0]))) as address:
        page = arrived(visitor(), address)
        expect(page.locator("#progress")).to_contain_text("40 / 400")
        now[0] = Progress("ready")
        expect(page.locator("#progress p")).to_have_count(0, timeout=10_000)


class Late(Offered):
    """Finds its examples only when the test says so."""

    is_found = False

    def examples(self, choice: StarterFilter) -> tuple[Starter, ...]:
        return super().examples(choice) if self.is_found else ()

    def is_searching(self, choice: StarterFilter) -> bool:
        return not self.is_found


def test_nobody_waits_for_examples_and_they_come_once_found_unless_a_conversation_has_begun(
    visitor: Visitor, bot: Scripted, tmp_path: Path
) -> None:
    starters = Late()
    with serve(build(behind(bot, tmp_path, starters=starters))) as address:
        page, asking = arrived(visitor(), address), arrived(visitor(), address)
        answered(asking)
        expect(page.locator("#welcome .door button")).to_have_count(0)
        starters.is_found = True
        expect(page.locator("#welcome .door button")).to_have_count(8)
        expect(asking.locator("#welcome .door")).to_have_count(0)


def test_a_question_is_asked_again_in_other_words_in_its_place(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = answered(answered(arrived(visitor(width=390), address)), "那增值税呢？")
    page.locator("#past").get_by_role("button", name="修改后再问").click()
    box = page.locator("#past .rewrite textarea")
    expect(box).to_have_value(QUESTION)
    box.fill("俄罗斯的增值税率是多少？")
    page.locator("#past").get_by_role("button", name="再问一次").click()
    expect(page.locator("#current .question")).to_have_text("俄罗斯的增值税率是多少？")
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator("#past .exchange")).to_have_count(0)
    assert bot.told[-1] == []


def test_rewording_can_be_given_up(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = answered(arrived(visitor(), address))
    page.get_by_role("button", name="修改后再问").click()
    page.locator(".rewrite").get_by_role("button", name="取消").click()
    expect(page.locator("#current .question")).to_be_visible()
    expect(page.locator("#current .rewrite")).to_be_hidden()
    assert len(bot.told) == 1


def test_who_chooses_a_country_asks_about_it_until_it_is_given_up(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = arrived(visitor(width=390, height=844), address)
    page.locator("#welcome .covered").get_by_role("button", name="巴西").click()
    expect(page.locator(".door button")).to_have_text(["BR？"])
    expect(page.locator(".chosen")).to_contain_text("巴西")
    answered(page, "利润税率是多少？")
    assert bot.about[-1] == "BR"
    page.get_by_role("button", name="不限国家").click()
    expect(page.locator(".chosen")).to_have_count(0)
    answered(page, "那增值税呢？")
    assert bot.about[-1] == ""


def test_a_chosen_country_is_dropped_by_a_question_about_something_else(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = arrived(visitor(), address)
    page.locator("#welcome .covered [data-about=BR]").click()
    expect(page.locator(".chosen")).to_contain_text("巴西")
    answered(page, QUESTION)
    expect(page.locator(".chosen")).to_have_count(0)
    answered(page, "那增值税呢？")
    assert bot.about == ["BR", ""]


def test_a_shared_link_drops_the_country_that_was_chosen_before(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor(), address)
    page.locator("#welcome .covered [data-about=BR]").click()
    expect(page.locator(".chosen")).to_contain_text("巴西")
    page.goto(f"{address}?q={quote('利润税率是多少？')}")
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator(".chosen")).to_have_count(0)
    expect(page.locator("#ask")).to_be_visible()
    answered(page, "那增值税呢？")
    assert bot.about == ["", ""]


def test_without_a_connection_the_question_stays_in_its_field(visitor: Visitor, address: str, bot: Scripted) -> None:
    context = visitor()
    page = arrived(context, address)
    context.set_offline(True)
    ask(page, QUESTION)
    expect(page.locator("#toast")).to_contain_text("没有网络连接，问题还在输入框里")
    message, composer = page.locator("#toast").bounding_box(), page.locator("#composer").bounding_box()
    assert message and composer and message["y"] + message["height"] <= composer["y"]
    expect(page.locator("#question textarea")).to_have_value(QUESTION)
    page.locator("[data-tool=archive]").click()
    expect(page.locator("#archive #toast.shown")).to_have_text(texts("zh")["page.disconnected"])
    page.keyboard.press("Escape")
    expect(page.locator("body > #toast.shown")).to_be_visible()
    context.set_offline(False)
    expect(page.locator("#toast.shown")).to_have_text("网络已恢复。")
    page.locator("#ask").click()
    expect(page.locator("#current .quote")).to_have_count(2)
    assert len(bot.told) == 1


def test_enter_asks_again_and_what_is_replaced_is_said_before(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = answered(answered(arrived(visitor(), address)), "那增值税呢？")
    page.locator("#current").get_by_role("button", name="修改后再问").click()
    expect(page.locator("#current .rewrite .hint")).to_be_hidden()
    page.locator("#past").get_by_role("button", name="修改后再问").click()
    expect(page.locator("#past .rewrite .hint")).to_be_visible()
    page.locator("#past .rewrite textarea").press("Enter")
    expect(page.locator("#past .exchange")).to_have_count(0)
    expect(page.locator("#current .quote")).to_have_count(2)
