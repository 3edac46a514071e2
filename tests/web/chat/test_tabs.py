"""What belongs to one tab stays with it: its conversation, a question not sent yet, an answer not finished yet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bot.pii import mask
from tests.support.scripted import QUESTION, Scripted, Visitor, answered, arrived, ask

pytestmark = pytest.mark.browser
DRAFT = "sessionStorage.getItem('qiantang.draft')"
FORBIDDEN = """for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name,
    { configurable: true, get() { throw new DOMException("denied", "SecurityError"); } });"""
"""What a browser does that forbids to store anything."""
LATE = """const real = setTimeout;
window.setTimeout = (done, delay, ...more) => real(done, delay === 200 ? 60_000 : delay, ...more);"""
"""A browser that is so busy that scripts find the answers late."""


def amid_link(visitor: Visitor, link: str) -> Page:
    """A page whose link asks a question that has its first words, and no end."""
    page = visitor().new_page()
    page.goto(link)
    expect(page.locator("#current .words")).to_have_text("利润税")
    return page


def test_two_tabs_do_not_overwrite_each_others_conversation(visitor: Visitor, address: str) -> None:
    context = visitor()
    first, second = arrived(context, address), arrived(context, address)
    answered(first, "第一页的问题")
    answered(second, "第二页的问题")
    for page, question in ((first, "第一页的问题"), (second, "第二页的问题")):
        page.reload()
        expect(page.locator("#past .question")).to_have_text([question])
    first.locator("[data-tool=archive]").click()
    expect(first.locator("#archive ol li")).to_have_count(2)


def test_a_draft_survives_a_reload_and_a_tab_that_ends_without_a_word(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(), address)
    page.locator("#question textarea").fill("写到一半的")
    assert page.evaluate(DRAFT) == "写到一半的", "kept before the page is left"
    page.reload()
    expect(page.locator("#question textarea")).to_have_value("写到一半的")
    answered(page)
    assert page.evaluate(DRAFT) == "", "what was sent is no draft"
    page.reload()
    expect(page.locator("#past .question")).to_have_text(QUESTION)
    expect(page.locator("#question textarea")).to_have_value("")
    page.add_init_script(FORBIDDEN)
    page.reload()
    answered(page)
    expect(page.locator("#past .exchange")).to_have_count(0)


def test_an_answer_that_a_reload_interrupts_is_asked_for_again_by_itself(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = arrived(visitor(), address)
    ask(page, "停不下来的问题")
    expect(page.locator("#current .words")).to_have_text("利润税")
    page.reload()
    bot.released.set()
    expect(page.locator("#current .question")).to_have_text("停不下来的问题")
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator("#past .exchange")).to_have_count(0)


def test_a_question_that_a_reload_interrupts_before_it_is_shown_is_asked_and_not_the_one_before_it(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = answered(arrived(visitor(), address))
    page.route("**/gradio_api/queue/join*", lambda route: None)
    ask(page, "第二个问题")
    page.wait_for_function("sessionStorage.getItem('qiantang.running') === '第二个问题'")
    page.goto("about:blank")  # what is held is let go only once the page has been left
    page.unroute("**/gradio_api/queue/join*")
    page.goto(address)
    expect(page.locator("#current .question")).to_have_text("第二个问题")
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator("#past .question")).to_have_text([QUESTION])
    assert len(bot.told) == 2


def test_a_question_whose_personal_data_are_masked_is_asked_again_in_its_place_and_once(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    typed = "停不下来的问题，电话13812345678"
    assert mask(typed) != typed
    page = arrived(visitor(), address)
    ask(page, typed)
    for _ in range(2):
        expect(page.locator("#current .words")).to_have_text("利润税")
        expect(page.locator("#current .question")).to_have_text(mask(typed))
        page.reload()
    expect(page.locator("#past .stopped")).to_be_visible()
    expect(page.locator(".exchange .question")).to_have_text([mask(typed)])
    assert len(bot.told) == 2


def test_what_a_question_in_other_words_replaced_stays_so_after_a_reload(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = answered(answered(arrived(visitor(), address)), "第二个问题")
    page.locator("#current .tool.edit").click()
    page.locator("#current .rewrite textarea").fill("停不下来的问题")
    page.locator("#current .rewrite textarea").press("Enter")
    expect(page.locator("#current .words")).to_have_text("利润税")
    page.reload()
    bot.released.set()
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator("#ask")).to_be_visible()
    page.locator("[data-tool=archive]").click()
    expect(page.locator("#archive ol li")).to_have_count(1)
    page.locator("#archive ol [data-tool=open]").click()
    expect(page.locator("#past .question")).to_have_text([QUESTION, "停不下来的问题"])


def test_an_answer_that_was_stopped_stays_so_after_a_reload_until_it_is_asked_for_again(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = arrived(visitor(), address)
    ask(page, "停不下来的问题")
    expect(page.locator("#current .words")).to_have_text("利润税")
    page.locator("#stop").click()
    expect(page.locator("#past .stopped")).to_be_visible()
    page.reload()
    expect(page.locator("#past .words")).to_have_text("利润税")
    bot.released.set()
    page.locator("#past .stopped").get_by_role("button", name="再问一次").click()
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator("#past .exchange")).to_have_count(0)


@pytest.mark.parametrize("share", [0.4, 1])
def test_a_reload_of_a_long_conversation_comes_back_to_what_was_read(
    visitor: Visitor, address: str, share: float
) -> None:
    page = arrived(visitor(width=390, height=844), address)
    for number in range(1, 6):
        answered(page, f"第{number}个问题")
    page.reload()
    expect(page.locator("#past .exchange")).to_have_count(5)
    page.wait_for_timeout(1000)
    page.evaluate("share => scrollTo(0, share * document.documentElement.scrollHeight)", share)
    read = "[...document.querySelectorAll('.exchange')].map(each => Math.round(each.getBoundingClientRect().top))"
    before = page.evaluate(read)
    assert before[0] < -800, "far below the first question"
    for _ in range(2):
        page.reload()
        expect(page.locator("#past .exchange")).to_have_count(5)
        page.wait_for_timeout(1000)
        assert page.evaluate(read) == pytest.approx(before, abs=3)


def test_what_scripts_add_to_answers_is_there_before_a_reload_comes_back_to_its_place(
    visitor: Visitor, address: str
) -> None:
    page = answered(arrived(visitor(), address))
    page.add_init_script(LATE)
    page.reload()
    expect(page.locator("#past .of-table")).to_have_count(1)


def test_a_reload_amid_the_questions_of_a_link_goes_on_with_them(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = amid_link(visitor, f"{address}?q=停不下来的问题&q=那要几天？&q=要交费吗？")
    page.reload()
    expect(page.locator("#current .words")).to_have_text("利润税")
    bot.released.set()
    expect(page.locator("#current .question")).to_have_text("要交费吗？")
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator("#past .question")).to_have_text(["停不下来的问题", "那要几天？"])
    page.wait_for_function("sessionStorage.getItem('qiantang.linked') === '[]'")
    page.reload()
    expect(page.locator("#past .exchange")).to_have_count(3)
    page.wait_for_timeout(1000)
    assert len(bot.told) == 4, "the interrupted one twice, and after another reload none"


def test_a_question_that_began_before_the_page_was_loaded_is_asked_again_by_a_reload(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    """On a slow line the question of a link begins first."""
    page = amid_link(visitor, f"{address}?q=停不下来的问题")
    page.evaluate("window.qiantang.loaded()")
    page.reload()
    expect(page.locator("#current .question")).to_have_text("停不下来的问题")
    bot.released.set()
    expect(page.locator("#current .quote")).to_have_count(2)
    assert len(bot.told) == 2


def test_a_reload_asks_nothing_more_of_a_link_whose_question_was_stopped(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = amid_link(visitor, f"{address}?q=停不下来的问题&q=那要几天？")
    page.locator("#stop").click()
    expect(page.locator("#past .stopped")).to_be_visible()
    page.reload()
    expect(page.locator("#past .stopped")).to_be_visible()
    page.wait_for_timeout(1000)
    expect(page.locator(".exchange .question")).to_have_text(["停不下来的问题"])
    assert len(bot.told) == 1
