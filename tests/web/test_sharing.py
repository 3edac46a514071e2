"""An answer taken along: copied, as a link that opens the same question, printed, saved as DOCX."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from bot.answer import Answer, Citation, CitedBasis
from bot.outcomes import Outcome
from store.bases import Basis
from store.documents import Validity
from tests.conftest import ROOT
from tests.support.filing_guide import ANSWER, AROUND, QUOTE, TITLE
from tests.support.scripted import QUESTION, Scripted, Visitor, answered, arrived
from web.chat.message import RenderContext, render_message
from web.i18n import texts

pytestmark = pytest.mark.browser


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def permitted(visitor: Visitor, **size: int) -> Page:
    context = visitor(**size)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return context  # type: ignore[return-value]


def test_the_answer_is_copied_with_its_markers_and_sources(visitor: Visitor, address: str) -> None:
    page = answered(arrived(permitted(visitor), address), "请写：俄罗斯的利润税率是多少？")
    page.locator("[data-tool=copy]").click()
    expect(page.locator("#toast")).to_have_text("已复制回答和出处")
    copied = clipboard(page)
    assert "利润税税率为 25%。 [1]" in copied and "[2] 俄罗斯税收" in copied and "现行有效" in copied
    assert "AI 生成" in copied and "仅供参考" in copied


def test_what_is_copied_names_each_document_and_law_once_with_the_numbers_of_its_quotes(visitor: Visitor) -> None:
    law, order = (
        CitedBasis(name, "", Basis(id=name, title={"zh": title}, url=f"https://{name}.gov.cn/"), Validity.IN_FORCE)
        for name, title in (("law", "对外投资法"), ("order", "备案办法"))
    )
    places = (("步骤", (law, order)), ("步骤", (law,)), ("期限", (law, CitedBasis("?"))))
    cited = tuple(
        Citation(number, "g.zh.md", "备案指南", f"第{number}步。", 0, 4, heading=heading, kind="guide", bases=bases)
        for number, (heading, bases) in enumerate(places, 1)
    )
    text = "**备案指南**\n\n第1步。 [1]\n\n第2步。 [2]\n\n第3步。 [3]"
    answer = Answer("怎么备案？", "怎么备案？", "zh", Outcome.ANSWERED, text, citations=cited)
    page, scripts = visitor().new_page(), ("page", "sharing", "sheet")
    code = "".join((ROOT / f"web/chat/static/scripts/{name}.js").read_text("utf-8") for name in scripts)
    sheet = "<dialog id='sheet'><nav></nav><output></output><div class='body'></div></dialog>"
    quoted = "qiantang.cited([...document.querySelectorAll('.quote')])"

    def show(answer: Answer) -> None:
        page.set_content(f"<body>{render_message(answer, 1, RenderContext('zh'))}{sheet}<script>{code}</script>")

    show(answer)
    once = [
        "[1] [2] 备案指南 · 步骤",
        "[3] 备案指南 · 期限",
        "[1] [2] [3] 依据 对外投资法 现行有效 · https://law.gov.cn/",
        "[3] 需核实 使用前请向主管部门核实。",
        "[1] 依据 备案办法 现行有效 · https://order.gov.cn/",
    ]
    assert page.evaluate(quoted) == once
    show(replace(answer, text=text.replace("第3步", "### 多久？\n\n**备案指南**\n\n第3步")))
    assert sorted(page.evaluate(quoted)) == sorted(once), "also over several questions"
    page.evaluate("qiantang.show = () => {}; document.querySelector('#exchange-1-3 .open').click()")
    shown = page.locator("#sheet .card")
    assert [shown.locator(part).count() for part in (".title", ".basis", ".unsure", "iframe")] == [1, 2, 1, 0]


def test_what_is_copied_has_above_its_quotes_what_their_card_says(visitor: Visitor, address: str) -> None:
    cited = Citation(1, "law.pdf", "备案办法", "期限为7日。", 0, 6, issuer="商务部", document_number="商务部令3号")
    text, cited = "**备案办法**\n\n期限为7日。 [1]", replace(cited, validity=Validity.IN_FORCE)
    answer = Answer("多久？", "多久？", "zh", Outcome.ANSWERED, text, citations=(cited,), id="a")
    page = answered(arrived(permitted(visitor), address))
    put = "html => document.querySelector('#current .exchange').outerHTML = html"
    page.evaluate(put, str(render_message(answer, 1, RenderContext("zh"))))
    page.locator("#current [data-tool=copy]").click()
    expect(page.locator("#toast")).to_have_text("已复制回答和出处")
    lines = [each.strip() for each in clipboard(page).split("\n") if each.strip()]
    place = next(number for number, each in enumerate(lines) if each.startswith("期限为7日"))
    assert lines[place - 1] == "备案办法 · 现行有效 · 商务部 · 商务部令3号", lines
    assert lines[place + 1].startswith("[1] 备案办法 · 现行有效 · 商务部"), "and with its place among the sources"


def test_what_is_copied_has_the_card_of_the_guide_below_its_sources_and_each_law_once(
    visitor: Visitor, address: str
) -> None:
    page = answered(arrived(permitted(visitor), address))
    put = "html => document.querySelector('#current .exchange').outerHTML = html"
    page.evaluate(put, str(render_message(ANSWER, 1, AROUND)))
    page.locator("#current [data-tool=copy]").click()
    expect(page.locator("#toast")).to_have_text("已复制回答和出处")
    copied = [each.strip() for each in clipboard(page).split("\n")]
    assert copied[copied.index(f"办事卡 · {TITLE}") :][:-2] == [
        f"办事卡 · {TITLE}",
        "步骤",
        "1. 登录网络系统，填报备案表。",
        "2. 取得备案通知书。",
        "材料",
        "证件\t份数",
        "备案表\t1",
        "办理时限",
        QUOTE,
        "联系部门：外资处",
        "官方网页（example.org） https://example.org/odi",
        "依据 对外投资条例（国务院令第1号）第3条 · 国务院 · 2017-12-26 现行有效 官方网页（example.org） https://example.org/law",
    ]
    assert clipboard(page).count("企业境外投资管理办法") == 1


def test_a_link_opens_the_same_question_in_a_new_conversation(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = answered(arrived(permitted(visitor), address))
    page.locator("[data-tool=share]").click()
    expect(page.locator("#toast")).to_have_text("已复制链接，打开后会提出同一个问题")
    link = clipboard(page)
    assert link.startswith(address) and parse_qs(urlsplit(link).query) == {"q": [f"{QUESTION}（俄罗斯）"]}
    for context in (visitor("en-GB"), page.context):
        other = context.new_page()
        other.goto(link)
        expect(other.locator("#current .question")).to_have_text(f"{QUESTION}（俄罗斯）")
        expect(other.locator("#current .quote")).to_have_count(2)
        expect(other.locator("#past .exchange")).to_have_count(0)
        assert other.url == address and bot.told[-1] == []


def test_a_link_to_a_later_question_asks_those_that_it_follows_first(
    visitor: Visitor, address: str, bot: Scripted
) -> None:
    alone, later = "古巴的税率是多少？", ["那要几天能办下来？", "要交费吗？"]
    page = arrived(permitted(visitor), address)
    for question in (QUESTION, alone, *later):
        answered(page, question)
    page.locator("#current [data-tool=share]").click()
    expect(page.locator("#toast")).to_have_text(texts("zh")["tool.linked_after"])
    link = clipboard(page)
    asked = [alone, *later]
    assert parse_qs(urlsplit(link).query) == {"q": asked}, "back to the one that stands alone, and no further"
    bot.told.clear()
    other = visitor("en-GB").new_page()
    other.goto(link)
    expect(other.locator("#current .question")).to_have_text(asked[-1])
    expect(other.locator("#current .quote")).to_have_count(2)
    expect(other.locator("#past .question")).to_have_text(asked[:-1])
    assert other.url == address
    assert [[turn.content for turn in told if turn.role == "user"] for told in bot.told] == [[], asked[:1], asked[:2]]


def test_a_phone_says_that_earlier_questions_are_shared_before_it_offers_to_send_them(
    visitor: Visitor, address: str
) -> None:
    page = arrived(visitor(width=390, height=800, has_touch=True, is_mobile=True), address)
    said = "document.querySelector('#toast').textContent"
    page.evaluate(
        f"() => {{ window.sent = []; navigator.share = async ({{ url }}) => void sent.push([url, {said}]); }}"
    )
    for question, shown in (("古巴的税率是多少？", ""), ("那要几天能办下来？", texts("zh")["tool.shared_after"])):
        answered(page, question).locator("#current [data-tool=share]").click()
        page.wait_for_function("sent.length")
        [[link, told]] = page.evaluate("sent.splice(0)")
        assert told == shown and len(parse_qs(urlsplit(link).query)["q"]) == (2 if shown else 1)


def test_a_link_of_several_questions_asks_none_after_one_that_was_stopped(visitor: Visitor, address: str) -> None:
    page = visitor().new_page()
    page.goto(f"{address}?q=停不下来的问题&q=要几天？")
    expect(page.locator("#current .words")).to_have_text("利润税")
    page.locator("#stop").click()
    expect(page.locator("#past .stopped")).to_be_visible()
    answered(page, "第二个问题")
    page.wait_for_timeout(1000)
    expect(page.locator(".exchange .question")).to_have_text(["停不下来的问题", "第二个问题"])


def test_a_link_opened_after_a_refused_question_in_other_words_keeps_the_old_conversation(
    visitor: Visitor, address: str
) -> None:
    page = answered(arrived(visitor(), address))
    page.context.set_offline(True)
    page.locator("#current .tool.edit").click()
    page.locator("#current .rewrite textarea").fill("第二个问题")
    page.locator("#current .rewrite textarea").press("Enter")
    expect(page.locator("#toast.shown")).to_have_text(texts("zh")["page.offline"])
    page.context.set_offline(False)
    page.goto(f"{address}?q=设立公司")
    expect(page.locator("#current .question")).to_have_text("设立公司")
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator("#ask")).to_be_visible()
    page.locator("[data-tool=archive]").click()
    expect(page.locator("#archive ol strong")).to_have_text(["设立公司", QUESTION])


def test_one_answer_is_printed_with_its_sources_and_the_notice_alone(
    visitor: Visitor, address: str, tmp_path: Path
) -> None:
    page = answered(answered(arrived(visitor(), address)), "那增值税呢？")
    page.evaluate("() => { window.printed = 0; window.print = () => window.printed += 1; }")
    page.locator("#past [data-tool=print]").dblclick()
    page.wait_for_function("window.printed")
    page.emulate_media(media="print")
    for shown in ("#past .words", "#past .card blockquote >> nth=0", "#past .printed >> nth=0"):
        expect(page.locator(shown)).to_be_visible()
    for hidden in ("#current .exchange", "#composer", "#past .tools", "#masthead .masthead"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.evaluate("window.printed") == 1, "pressed twice quickly, it prints once"
    expect(page.locator("#past .printed").last).to_contain_text("仅供参考")
    expect(page.locator("#past .printed").first).to_contain_text(address)
    assert page.locator("#past .qr img").evaluate("image => image.naturalWidth > 0 && image.offsetWidth > 100")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#current .exchange")).to_be_visible()


def test_the_browsers_own_printing_prints_what_the_button_prints(visitor: Visitor, address: str) -> None:
    page = answered(answered(arrived(visitor(), address)), "那增值税呢？")
    page.wait_for_function("document.querySelector('#current .exchange').getBoundingClientRect().top < innerHeight / 2")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # a browser says so before it lays out the paper
    page.emulate_media(media="print")
    for shown in ("#current .words", "#current .printed >> nth=0"):
        expect(page.locator(shown)).to_be_visible()
    for hidden in ("#past .exchange", "#composer", "#current .tools", "#masthead .masthead", "#current .qr"):
        expect(page.locator(hidden)).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#past .exchange")).to_be_visible()
    page.evaluate("window.print = () => window.printed = true")
    page.keyboard.press("Control+p")
    page.wait_for_function("window.printed")
    assert page.locator(".printing .qr img").evaluate("image => image.naturalWidth > 0"), "the shortcut has the code"


def test_an_answer_is_saved_as_a_word_file(visitor: Visitor, address: str, tmp_path: Path) -> None:
    page = answered(arrived(visitor(), address), "请写：利润税率")
    with page.expect_download() as download:
        page.locator("[data-tool=save]").click()
    assert "利润税率" in download.value.suggested_filename and download.value.suggested_filename.endswith(".docx")
    download.value.save_as(file := tmp_path / "answer.docx")
    text = "\n".join(paragraph.text for paragraph in Document(str(file)).paragraphs)
    assert "利润税税率为 25%。" in text and "人工智能生成" in text
    expect(page.locator("#toast")).to_have_text("文件已生成")


def test_the_paper_the_file_and_the_list_have_the_time_of_the_browser(
    visitor: Visitor, address: str, tmp_path: Path
) -> None:
    page = answered(arrived(visitor(timezone_id="Pacific/Kiritimati"), address))  # 14 hours before UTC
    day, list_day = (
        page.evaluate(f"new Date().toLocaleDateString({language})")
        for language in ("'sv'", "'zh', { dateStyle: 'medium' }")
    )
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".printing time").first).to_have_text(day)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    with page.expect_download() as download:
        page.locator("[data-tool=save]").click()
    assert day in download.value.suggested_filename
    download.value.save_as(file := tmp_path / "answer.docx")
    text = "\n".join(paragraph.text for paragraph in Document(str(file)).paragraphs)
    assert f"保存日期：{day}" in text and f"提问时间：{day}" in text and "+14:00" in text
    page.locator("[data-tool=archive]").click()
    expect(page.locator("#archive ol time")).to_contain_text(list_day)


def test_after_a_reload_it_can_still_be_saved(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(), address))
    page.reload()
    expect(page.locator("#past .exchange")).to_have_count(1)
    with page.expect_download():
        page.locator("[data-tool=save]").click()


def test_where_saving_fails_the_person_is_told(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(), address))
    for status, body, said in (
        (500, "", "文件没有生成，请稍后再试"),
        (503, "请稍候", "请稍候"),
        (413, "x", "要保存的内容太多"),
    ):
        page.route("**/save.docx", lambda route: route.fulfill(status=status, body=body))  # noqa: B023
        page.locator("[data-tool=save]").click()
        expect(page.locator("#toast")).to_contain_text(said)
        page.unroute("**/save.docx")
