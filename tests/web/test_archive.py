"""Past conversations in the browser: found again the next day, renamed, deleted here and on the server, exported."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from records import Records
from tests.records.conftest import come_true
from tests.support.scripted import QUESTION, Scripted, Visitor, answered, arrived, ask
from web.http.limits import MOST_SHOWN
from web.i18n import texts

pytestmark = pytest.mark.browser


def history(page: Page) -> Page:
    page.locator("[data-tool=archive]").click()
    expect(page.locator("#archive")).to_be_visible()
    return page


def begin_anew(page: Page) -> Page:
    page.get_by_role("button", name="新对话").click()
    expect(page.locator("#welcome .door").first).to_be_visible()
    return page


def test_a_new_conversation_starts_with_nothing_and_the_old_one_is_found_again(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    context = visitor()
    page = begin_anew(answered(arrived(context, address)))
    expect(page.locator(".exchange")).to_have_count(0)
    answered(page, "重新开始")
    assert bot.told[-1] == []
    page.close()
    page = history(open_again(context, address))
    expect(page.locator("#archive ol li")).to_have_count(2)
    page.locator("#archive ol li .open", has_text=QUESTION).click()
    expect(page.locator(".exchange .question")).to_have_text([QUESTION])
    answered(page, "那增值税呢？")
    assert bot.told[-1][0].content == QUESTION
    history(page)
    expect(page.locator("#archive ol li")).to_have_count(2)
    expect(page.locator("#archive ol li").first).to_contain_text("2 问")


def open_again(context: object, address: str) -> Page:
    page: Page = context.new_page()  # type: ignore[attr-defined]
    page.goto(address)
    expect(page.locator("#masthead .masthead")).to_be_visible()
    return page


def test_a_conversation_is_found_by_words_of_its_questions_and_answers(visitor: Visitor, address: str) -> None:
    page = answered(begin_anew(answered(arrived(visitor(height=600), address))), "设立公司")
    history(answered(page, "那增值税呢？"))
    search = page.get_by_role("searchbox", name="搜索提问和回答")
    search.fill("公司 设立")
    expect(page.locator("#archive ol strong")).to_have_text(["设立公司"])
    expect(page.locator("#archive ol .hit")).to_be_hidden()
    search.fill("增值税一般税率")
    expect(page.locator("#archive ol li")).to_have_count(2)
    search.fill("火星")
    expect(page.get_by_text("没有包含这些字词的对话。")).to_be_visible()
    search.fill("")
    expect(page.locator("#archive ol li")).to_have_count(2)
    search.fill("呢")
    expect(page.locator("#archive ol .hit")).to_have_text("那增值税呢？")
    page.locator("#archive ol .open").click()
    expect(page.locator("#past .question").last).to_have_text("那增值税呢？")
    expect(page.locator("#past .asked").last).to_be_in_viewport()


MARKED = "[...(CSS.highlights.get('sought') ?? [])].map(String)"


def test_what_was_searched_is_marked_and_shown_where_it_stands(visitor: Visitor, address: str) -> None:
    page = history(answered(answered(arrived(visitor(height=600), address)), "Quanto é em São Paulo?"))
    search = page.get_by_role("searchbox", name="搜索提问和回答")
    search.fill("增值税一般税率为 20%")
    page.locator("#archive ol .open").click()
    expect(page.locator("#past .exchange")).to_have_count(2)
    page.wait_for_function(f"{MARKED}.length > 0")
    assert {*page.evaluate(MARKED)} == {"增值税一般税率为", "20%"}
    first = "[...CSS.highlights.get('sought')].find((range) => range.getClientRects().length)"
    page.wait_for_function(f"(({{ top, bottom }}) => top > 0 && bottom < 600)({first}.getBoundingClientRect())")
    assert page.evaluate(f"document.querySelector('.exchange').contains({first}.startContainer)")
    history(page)
    search.fill("俄罗斯的利润税率")
    page.locator("#archive ol .open").click()
    page.wait_for_function(f"{MARKED}.includes('俄罗斯的利润税率')")
    header, asked = page.locator("#masthead").bounding_box(), page.locator("#past .asked").first.bounding_box()
    assert header and asked and asked["y"] >= header["y"] + header["height"], "the header does not hide the question"
    history(page)
    search.fill("sao quanto")
    page.locator("#archive ol .open").click()
    page.wait_for_function(f"{MARKED}.includes('São')")
    expect(page.locator("#past .asked").last).to_be_in_viewport()
    history(page).locator("#archive ol .open").click()
    page.wait_for_function(f"{MARKED}.length === 0")


def test_a_conversation_is_found_without_its_accents_and_a_screen_reader_tells_the_rows_apart(
    visitor: Visitor, address: str
) -> None:
    page = history(answered(begin_anew(answered(arrived(visitor(), address))), "Ação e dólar"))
    page.get_by_role("searchbox", name="搜索提问和回答").fill("DOLAR acao")
    expect(page.locator("#archive ol strong")).to_have_text(["Ação e dólar"])
    page.get_by_role("searchbox", name="搜索提问和回答").fill("")
    expect(page.get_by_role("button", name=f"重命名 · {QUESTION}")).to_have_count(1)
    names = page.locator("#archive ol .manage button").evaluate_all("all => all.map((each) => each.ariaLabel)")
    assert len(names) == len(set(names)) == 6


def test_a_conversation_gets_the_name_that_a_person_gives_it(visitor: Visitor, address: str) -> None:
    page = history(answered(arrived(visitor(width=360, height=740), address)))
    page.get_by_role("button", name="重命名").click()
    page.locator("#archive ol").get_by_label("对话名称").fill("俄罗斯项目")
    page.locator("#archive ol").get_by_label("对话名称").press("Enter")
    expect(page.locator("#archive ol li strong")).to_have_text("俄罗斯项目")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.keyboard.press("Escape")
    answered(page, "那增值税呢？")
    expect(history(page).locator("#archive ol li strong")).to_have_text("俄罗斯项目")


def test_deleting_asks_first_and_deletes_on_the_server_as_well(
    visitor: Visitor, address: str, records: Records
) -> None:
    page = history(answered(arrived(visitor(), address)))
    come_true(lambda: [kept.question for kept in records.exchanges()] == [QUESTION])
    page.locator("#archive ol [data-tool=delete]").click()
    page.locator("#sure").get_by_role("button", name="取消").click()
    expect(page.locator("#archive ol li")).to_have_count(1)
    page.locator("#archive ol [data-tool=delete]").click()
    with page.expect_response("**/forget"):
        page.locator("#sure").get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有对话。")).to_be_visible()
    assert records.exchanges() == []
    page.keyboard.press("Escape")
    expect(page.locator("#welcome .door").first).to_be_visible()


def test_deleting_says_that_the_request_to_the_staff_is_withdrawn_too(
    visitor: Visitor, address: str, records: Records
) -> None:
    page = answered(begin_anew(answered(arrived(visitor(), address))), "另一个问题")
    page.locator("#current [data-tool=person]").click()
    page.locator("#person").get_by_label("电话或邮箱").fill("li@example.cn")
    page.locator("#person").get_by_label("我同意").check()
    page.locator("#person").get_by_role("button", name="发送").click()
    expect(page.locator("#current .reference")).to_contain_text("已转人工")
    [request] = records.requests()
    said = texts("zh")["archive.withdraws"].format(reference=request.reference)
    history(page).locator("#archive ol [data-tool=delete]").last.click()
    expect(page.locator("#sure h2")).not_to_contain_text(request.reference)
    page.locator("#sure").get_by_role("button", name="取消").click()
    for button in (page.locator("#archive ol [data-tool=delete]").first, page.locator("[data-tool=delete-all]")):
        button.click()
        expect(page.locator("#sure h2")).to_contain_text(said)
        assert "li@example.cn" in page.evaluate("JSON.stringify(sessionStorage)")
        page.locator("#sure").get_by_role("button", name="取消").click()
    page.locator("[data-tool=delete-all]").click()
    page.locator("#sure").get_by_role("button", name="删除").click()
    expect(page.locator("#toast")).to_contain_text("已删除")
    assert "li@example.cn" not in page.evaluate("JSON.stringify(sessionStorage)"), "the tab forgets the contact too"


def test_a_conversation_opens_at_its_last_answer(visitor: Visitor, address: str) -> None:
    page = begin_anew(answered(answered(arrived(visitor(height=500), address)), "那增值税呢？"))
    history(page).locator("#archive ol .open").click()
    expect(page.locator("#past .asked").last).to_be_in_viewport()


def test_all_are_deleted_at_once(visitor: Visitor, address: str, records: Records) -> None:
    page = history(answered(begin_anew(answered(arrived(visitor(), address))), "另一个问题"))
    expect(page.locator("#archive ol li")).to_have_count(2)
    page.get_by_role("button", name="全部删除").click()
    with page.expect_response("**/forget"):
        page.locator("#sure").get_by_role("button", name="删除").click()
    expect(page.locator("#archive ol li")).to_have_count(0)
    assert records.exchanges() == []


def test_all_are_exported_as_one_word_file(visitor: Visitor, address: str, tmp_path: Path) -> None:
    page = history(answered(begin_anew(answered(arrived(visitor(), address))), "另一个问题"))
    with page.expect_download() as download:
        page.get_by_role("button", name="全部导出").click()
    download.value.save_as(file := tmp_path / "all.docx")
    text = "\n".join(paragraph.text for paragraph in Document(str(file)).paragraphs)
    assert QUESTION in text and "另一个问题" in text


def test_after_a_new_conversation_a_reload_does_not_bring_the_old_one_back(visitor: Visitor, address: str) -> None:
    page = begin_anew(answered(arrived(visitor(), address)))
    page.reload()
    expect(page.locator("gradio-app #welcome .door").first).to_be_visible()
    expect(page.locator(".exchange")).to_have_count(0)


def test_what_a_question_in_other_words_replaced_is_deleted_with_its_conversation(
    visitor: Visitor, address: str, records: Records
) -> None:
    page = answered(arrived(visitor(), address))
    page.get_by_role("button", name="修改后再问").click()
    page.locator(".rewrite textarea").fill("增值税率是多少？")
    page.get_by_role("button", name="再问一次").click()
    expect(page.locator("#current .question")).to_have_text("增值税率是多少？")
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator("#ask")).to_be_visible()
    history(page)
    expect(page.locator("#archive ol li")).to_have_count(1)
    come_true(lambda: len(records.exchanges()) == 2)
    page.locator("#archive ol [data-tool=delete]").click()
    page.locator("#sure").get_by_role("button", name="删除").click()
    expect(page.locator("#toast")).to_have_text("已删除")
    assert records.exchanges() == []


def test_what_the_server_could_not_delete_is_deleted_when_the_page_opens_next(
    visitor: Visitor, address: str, records: Records
) -> None:
    page = history(answered(arrived(visitor(), address)))
    page.route("**/forget", lambda route: route.abort())
    page.get_by_role("button", name="全部删除").click()
    page.locator("#sure").get_by_role("button", name="删除").click()
    expect(page.locator("#toast")).to_contain_text("服务器上的稍后自动删除")
    come_true(lambda: len(records.exchanges()) == 1)
    page.unroute("**/forget")
    with page.expect_response("**/forget"):
        page.reload()
    assert records.exchanges() == []


def test_a_very_long_conversation_is_kept_whole_and_the_page_says_what_it_does_not_show(
    visitor: Visitor, address: str
) -> None:
    page = begin_anew(answered(arrived(visitor(width=390, height=844), address)))
    page.evaluate(
        """() => {
          const [entry] = JSON.parse(localStorage["qiantang.conversations"]);
          const one = (_, n) => ({...entry.answers[0], id: `own${n}`, question: `第${n}问`});
          const answers = Array.from({length: 130}, one);
          localStorage["qiantang.conversations"] = JSON.stringify([{...entry, answers, ids: ["own0"]}]);
        }"""
    )
    history(page).locator("#archive ol .open").click()
    expect(page.locator(".exchange")).to_have_count(MOST_SHOWN)
    expect(page.get_by_role("note")).to_contain_text("最早的 30 个问题")
    answered(page, "再来一问")
    expect(page.get_by_role("note")).to_contain_text("最早的 30 个问题")
    expect(history(page).locator("#archive ol li")).to_contain_text("131 问")
    with page.expect_download() as download:
        page.locator("#archive ol").get_by_role("button", name="导出为 Word").click()
    text = "\n".join(paragraph.text for paragraph in Document(str(download.value.path())).paragraphs)
    assert "第0问" in text and "再来一问" in text


def test_two_tabs_that_go_on_with_one_conversation_keep_it_as_one_with_all_questions(
    visitor: Visitor, address: str
) -> None:
    context = visitor()
    first = answered(arrived(context, address))
    second = open_again(context, address)
    expect(second.locator("#past .question")).to_have_text([QUESTION])
    answered(first, "第一个窗口的问题")
    answered(second, "第二个窗口的问题")
    answered(first, "第一个窗口又问")
    kept = first.evaluate("""JSON.parse(localStorage["qiantang.conversations"])""")
    asked = [[answer["question"] for answer in entry["answers"]] for entry in kept]
    assert asked == [[QUESTION, "第一个窗口的问题", "第二个窗口的问题", "第一个窗口又问"]]
    expect(second.locator(".exchange .question")).to_have_text([QUESTION, "第二个窗口的问题"])


def test_a_stopped_answer_is_kept_and_a_new_conversation_while_one_is_written_stops_it(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    page = arrived(visitor(), address)
    ask(page, "停不下来的问题")
    expect(page.locator("#current .words")).to_have_text("利润税")
    begin_anew(page)
    assert bot.stopped.wait(30)
    expect(page.locator(".exchange")).to_have_count(0)
    history(page)
    expect(page.locator("#archive ol strong")).to_have_text(["停不下来的问题"])


def test_a_full_browser_keeps_the_newest(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(), address))
    page.evaluate(
        """() => {
          const past = JSON.parse(localStorage["qiantang.conversations"]);
          const filler = Array.from({length: 100}, (_, n) => ({...past[0], id: `old${n}`, title: "旧".repeat(40_000)}));
          localStorage["qiantang.conversations"] = JSON.stringify([...past, ...filler]);
        }"""
    )
    answered(page, "那增值税呢？")
    first, count = page.evaluate(
        '() => { const past = JSON.parse(localStorage["qiantang.conversations"]);'
        " return [past[0].answers.length, past.length]; }"
    )
    assert first == 2 and 40 < count < 55
