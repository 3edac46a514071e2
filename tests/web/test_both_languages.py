"""What a person does with an answer, in Chinese and in English alike."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from records import Records
from tests.records.conftest import come_true
from tests.support.scripted import QUESTION, Scripted, Visitor, answered, arrived, ask
from web.i18n import texts

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("language", ["zh", "en"])


@BOTH
def test_an_answer_is_copied_shared_printed_and_asked_again(
    visitor: Visitor, address: str, bot: Scripted, language: str
) -> None:
    words = texts(language)
    context = visitor(language)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = answered(arrived(context, address))
    page.evaluate("window.print = () => window.printed = true")
    for tool, said in (("copy", "tool.copied"), ("share", "tool.linked")):
        page.get_by_role("button", name=words[f"tool.{tool}"], exact=True).click()
        expect(page.locator("#toast")).to_have_text(words[said])
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"{address}?q=")
    page.get_by_role("button", name=words["tool.print"], exact=True).click()
    assert page.evaluate("window.printed")
    page.get_by_role("button", name=words["tool.edit"]).click()
    page.locator(".rewrite textarea").fill("增值税率是多少？")
    page.get_by_role("button", name=words["tool.ask_again"]).click()
    expect(page.locator("#current .question")).to_have_text("增值税率是多少？")


@BOTH
def test_a_country_is_chosen_an_answer_stopped_and_a_person_asked(
    visitor: Visitor, address: str, bot: Scripted, records: Records, language: str
) -> None:
    words = texts(language)
    page = arrived(visitor(language, width=390, height=844), address)
    page.locator("#welcome .covered [data-about=BR]").click()
    expect(page.locator(".chosen")).to_be_visible()
    ask(page, "停不下来的问题")
    expect(page.locator("#current .words")).to_have_text("利润税")
    assert bot.about[-1] == "BR"
    page.get_by_role("button", name=words["question.stop"], exact=True).click()
    expect(page.locator(".stopped")).to_contain_text(words["answer.stopped_text"])
    expect(page.get_by_role("button", name=words["question.ask"], exact=True)).to_be_visible()
    ask(page, "无人知道的问题")
    page.locator(".next").get_by_role("button", name=words["next.person"]).click()
    page.get_by_label(words["person.contact"]).fill("li@example.cn")
    page.locator("#person [name=consent]").check()
    page.get_by_role("button", name=words["person.send"], exact=True).click()
    come_true(lambda: [request.contact for request in records.requests()] == ["li@example.cn"])
    said = words["person.reference"].format(reference=records.requests()[0].reference)
    expect(page.locator("#current .reference")).to_contain_text(said)


@BOTH
def test_a_past_conversation_is_renamed_exported_and_deleted(
    visitor: Visitor, address: str, records: Records, language: str
) -> None:
    words = texts(language)
    page = answered(arrived(visitor(language), address))
    page.get_by_role("button", name=words["masthead.archive"]).click()
    page.get_by_role("button", name=words["archive.rename"]).click()
    page.locator("#archive ol").get_by_label(words["archive.name"]).fill("RU")
    page.keyboard.press("Enter")
    expect(page.locator("#archive ol strong")).to_have_text("RU")
    with page.expect_download():
        page.locator("#archive ol").get_by_role("button", name=words["archive.save"]).click()
    come_true(lambda: [kept.question for kept in records.exchanges()] == [QUESTION])
    page.get_by_role("button", name=re.compile(f"^{words['archive.delete']} · ")).click()
    page.locator("#sure").get_by_role("button", name=words["dialog.delete"]).click()
    expect(page.locator("#toast")).to_have_text(words["archive.deleted"])
    assert records.exchanges() == []
