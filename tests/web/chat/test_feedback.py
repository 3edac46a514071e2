"""Thumbs with a reason and a question to a person, in the browser and at the door; what was asked is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from evals.serving import serve
from records import Exchange, Reason, Records, open_records
from records.tables import Row
from tests.records.conftest import come_true
from tests.support.scripted import QUESTION, WHOLE, Scripted, Visitor, answered, arrived, ask
from tests.web.conftest import behind
from web.app import build
from web.chat.feedback import POSTS, router, to_exchange
from web.i18n import texts

ID = "0" * 31 + "1"


@pytest.fixture
def door(records: Records) -> TestClient:
    app = FastAPI()
    app.include_router(router(records))
    records.keep(Exchange(ID, QUESTION, "answered", asked_at=datetime.now(UTC)))
    return TestClient(app)


def missing(page: Page, field: str) -> str:
    """What the browser says is missing in a form."""
    return str(page.locator(field).first.evaluate("field => field.validationMessage"))


@pytest.mark.browser
def test_a_wrong_figure_is_reported_with_a_reason_and_a_line(visitor: Visitor, address: str, records: Records) -> None:
    page = answered(arrived(visitor(width=390, height=844), address))
    page.get_by_role("button", name="有问题，告诉我们").click()
    page.get_by_role("button", name="提交").click()
    assert missing(page, ".why [name=reason]") == "请填写或选择。", "in the language of the page, not of the browser"
    page.get_by_label("数字不对").check()
    page.locator(".why").get_by_label("说明（可不填）").fill("去年改成 22% 了，打 13812345678 问我")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#toast")).to_have_text("谢谢，工作人员会看到")
    come_true(lambda: records.waiting().count == 0)
    [kept] = records.exchanges()
    assert kept.question == QUESTION and kept.rating
    assert (kept.rating.useful, kept.rating.reason) == (False, Reason.WRONG_FIGURE)
    assert kept.rating.comment == "去年改成 22% 了，打 *** 问我"
    expect(page.get_by_role("button", name="有问题，告诉我们")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.get_by_role("button", name="有问题，告诉我们")).to_have_attribute("aria-pressed", "true")


@pytest.mark.browser
def test_a_rating_can_be_given_up_and_a_pressed_thumb_stands_in_the_column(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(width=390, height=844), address))
    page.get_by_role("button", name="有问题，告诉我们").click()
    page.locator(".why").get_by_role("button", name="取消").click()
    expect(page.locator(".why")).to_be_hidden()
    expect(page.get_by_role("button", name="有问题，告诉我们")).to_be_focused()
    thumb, column = page.locator(".thumbs .tool").first.bounding_box(), page.locator("#current .answer").bounding_box()
    assert thumb and column and thumb["x"] >= column["x"]


@pytest.mark.browser
def test_a_thumb_up_can_still_become_a_thumb_down(visitor: Visitor, address: str, records: Records) -> None:
    page = answered(arrived(visitor(), address))
    page.get_by_role("button", name="有帮助").click()
    expect(page.get_by_role("button", name="有帮助")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="有问题，告诉我们").click()
    page.get_by_label("已过时").check()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("button", name="有帮助")).to_have_attribute("aria-pressed", "false")
    come_true(lambda: records.waiting().count == 0)
    [kept] = records.exchanges()
    assert kept.rating and not kept.rating.useful


@pytest.mark.browser
def test_a_person_can_be_written_to_from_the_start_page_without_asking_first(
    visitor: Visitor, address: str, records: Records, bot: Scripted
) -> None:
    page = arrived(visitor("pt-BR", width=390, height=844), address)
    page.get_by_role("button", name="Escrever à equipe").click()
    dialog = page.get_by_role("dialog", name="Escrever à equipe")
    expect(dialog.locator("blockquote")).to_be_hidden()
    dialog.get_by_label("Telefone ou e-mail").fill("marcia@example.com.br")
    dialog.get_by_label("O centro pode usar").check()
    dialog.get_by_role("button", name="Enviar").click()
    assert missing(page, "#person [name=question]") == "Preencha ou escolha uma opção."
    dialog.get_by_label("O que deseja perguntar à equipe").fill("Quem me ajuda em Qiantang?")
    dialog.get_by_role("button", name="Enviar").click()
    expect(dialog).to_be_hidden()
    come_true(lambda: records.waiting().count == 0)
    [request], [kept] = records.requests(), records.exchanges()
    assert (request.question, request.contact) == ("Quem me ajuda em Qiantang?", "marcia@example.com.br")
    assert (kept.channel, kept.answer, bot.told) == ("person", "", [])
    expect(page.locator("#welcome .reference")).to_contain_text("nos dias úteis da China, pelo telefone ou e-mail")
    expect(page.locator("#welcome .reference")).to_contain_text(request.reference)
    answered(page)
    page.get_by_role("button", name="Escrever à equipe").click()
    expect(dialog.locator("blockquote")).to_have_text(QUESTION)
    expect(dialog.get_by_text(texts("pt")["person.lead"])).to_be_visible()
    expect(dialog.get_by_label("O que deseja perguntar à equipe")).to_be_hidden()
    expect(dialog.get_by_label("O centro pode usar")).not_to_be_checked()


@pytest.mark.browser
def test_a_question_without_an_answer_goes_to_a_person_with_consent(
    visitor: Visitor, address: str, records: Records
) -> None:
    page = arrived(visitor(width=390, height=844), address)
    ask(page, "无人知道的问题")
    expect(page.get_by_role("link", name="拨打 12345")).to_have_attribute("href", "tel:12345")
    page.locator(".next").get_by_role("button", name="转人工答复").click()
    dialog = page.get_by_role("dialog", name="转人工答复")
    expect(dialog.locator("blockquote")).to_have_text("无人知道的问题")
    dialog.get_by_role("button", name="发送").click()
    assert missing(page, "#person [name=contact]").startswith("请填写邮箱，或能打通的电话")
    dialog.get_by_label("电话或邮箱").fill("li@example.cn")
    dialog.get_by_role("button", name="发送").click()
    expect(dialog).to_be_visible()
    assert records.requests() == []
    dialog.get_by_label("我同意").check()
    page.keyboard.press("Escape")
    page.locator(".next").get_by_role("button", name="转人工答复").click()
    expect(dialog.get_by_label("我同意")).to_be_checked()
    dialog.get_by_role("button", name="发送").click()
    expect(dialog).to_be_hidden()
    come_true(lambda: records.waiting().count == 0)
    [request] = records.requests()
    reference = page.locator(".reference")
    expect(reference).to_have_text(
        texts("zh")["person.reference"].format(reference=request.reference) + "答复到：li@example.cn 更正"
    )
    expect(page.locator("#toast")).not_to_have_class("shown")  # it would cover the number
    number, composer = reference.bounding_box(), page.locator("#composer").bounding_box()
    assert number and composer and number["y"] + number["height"] <= composer["y"]
    page.reload()
    expect(page.locator("#past .reference")).to_contain_text(request.reference)
    assert (request.contact, request.question, request.answer) == (
        "li@example.cn",
        "无人知道的问题",
        "没有依据。请问商务局。",
    )


@pytest.mark.browser
def test_a_mistyped_number_is_refused_shown_back_and_corrected_in_the_same_request(
    visitor: Visitor, address: str, records: Records
) -> None:
    page = arrived(visitor("pt-BR", width=390, height=844), address)
    page.get_by_role("button", name="Escrever à equipe").click()
    dialog = page.get_by_role("dialog", name="Escrever à equipe")
    contact, question = (
        dialog.get_by_label("Telefone ou e-mail"),
        dialog.get_by_label("O que deseja perguntar à equipe"),
    )
    question.fill("Quem me ajuda em Qiantang?")
    contact.fill("1380013800")
    dialog.get_by_label("O centro pode usar").check()
    dialog.get_by_role("button", name="Enviar").click()
    assert missing(page, "#person [name=contact]").startswith("Informe um e-mail ou um telefone completo")
    contact.fill("+55 41 91234 5679")
    dialog.get_by_role("button", name="Enviar").click()
    expect(page.locator("#welcome .reference")).to_contain_text("Responderemos a: +55 41 91234 5679")
    come_true(lambda: records.waiting().count == 0)
    [first] = records.requests()
    page.get_by_role("button", name="Corrigir").click()
    dialog = page.get_by_role("dialog", name=texts("pt")["person.correct_title"])
    contact, question = (
        dialog.get_by_label(each) for each in ("Telefone ou e-mail", "O que deseja perguntar à equipe")
    )
    expect(contact).to_have_value("+55 41 91234 5679")
    expect(dialog.locator("blockquote")).to_have_text("Quem me ajuda em Qiantang?")
    expect(question).to_be_hidden()
    expect(dialog.locator(".hint:visible")).to_have_text(
        texts("pt")["person.correct_lead"].format(reference=first.reference)
    )
    contact.fill("+55 41 91234 5678")
    dialog.get_by_label("O centro pode usar").check()
    dialog.get_by_role("button", name="Enviar").click()
    expect(page.locator("#welcome .reference")).to_contain_text("Responderemos a: +55 41 91234 5678")
    come_true(lambda: records.waiting().count == 0)
    [request] = records.requests()
    assert (request.contact, request.question) == ("+55 41 91234 5678", "Quem me ajuda em Qiantang?")
    assert request.reference == first.reference
    page.get_by_role("button", name="Escrever à equipe").click()
    expect(page.get_by_role("dialog", name="Escrever à equipe").locator(".hint:visible")).to_have_text(
        texts("pt")["person.lead_own"]
    )


@pytest.mark.browser
def test_after_a_reload_a_contact_can_be_corrected_and_after_the_tab_is_closed_it_can_be_replaced_unseen(
    visitor: Visitor, address: str, records: Records
) -> None:
    context = visitor("pt-BR", width=390, height=844)
    page = arrived(context, address)
    page.get_by_role("button", name="Escrever à equipe").click()
    fill(page, question="Quem me ajuda em Qiantang?", contact="+55 41 91234 5679", note="Temos pressa")
    page.reload()
    expect(page.locator("#first")).to_have_count(0)
    expect(page.locator("#welcome .reference")).to_contain_text("Responderemos a: +55 41 91234 5679")
    page.get_by_role("button", name="Corrigir").click()
    fill(page, contact="+55 41 91234 5678")
    come_true(lambda: records.waiting().count == 0)
    [request] = records.requests()
    assert (request.contact, request.note) == ("+55 41 91234 5678", "Temos pressa")
    on_paper(page, "Responderemos a: +55 41 91234 5678", is_told=True)
    page.close()
    page = arrived(context, address)
    expect(page.locator("#welcome .reference")).to_contain_text(request.reference)
    on_paper(page, texts("pt")["person.contact_wrong"], is_told=False)
    expect(page.locator("#welcome .reference")).to_contain_text(texts("pt")["person.contact_wrong"])
    expect(page.locator("#welcome .reference")).not_to_contain_text("91234")  # others may use the same browser
    page.get_by_role("button", name="Corrigir").click()
    expect(page.get_by_label("Telefone ou e-mail")).to_have_value("")
    fill(page, contact="marcia@example.com.br")
    come_true(lambda: records.waiting().count == 0)
    [replaced] = records.requests()
    assert (replaced.contact, replaced.reference) == ("marcia@example.com.br", request.reference)
    assert replaced.question == "Quem me ajuda em Qiantang?"


def on_paper(page: Page, line: str, is_told: bool) -> None:
    """The number of the request is printed, and the contact if it is told, but nothing to press."""
    page.emulate_media(media="print")
    reference = page.locator("#welcome .reference")
    expect(reference).to_be_visible()
    expect(reference.get_by_text(line.partition(":")[0])).to_be_visible(visible=is_told)
    expect(reference.locator("button")).to_be_hidden()
    page.emulate_media(media="screen")


def fill(page: Page, **fields: str) -> None:
    """Fills in the form for a person, agrees and sends it."""
    for name, value in fields.items():
        page.locator(f"#person [name={name}]").fill(value)
    page.locator("#person [name=consent]").check()
    page.locator("#person .primary").click()
    expect(page.locator("#person")).to_be_hidden()


@pytest.mark.browser
def test_where_nothing_is_kept_the_page_asks_for_no_thumbs(visitor: Visitor, bot: Scripted, tmp_path: Path) -> None:
    with open_records("", 0, tmp_path) as records, serve(build(behind(bot, tmp_path, records))) as address:
        page = answered(arrived(visitor(), address))
        expect(page.locator("[data-tool=copy]")).to_be_visible()
        expect(page.locator("[data-tool=useful], [data-tool=person]")).to_have_count(0)


@pytest.mark.browser
def test_what_was_asked_is_kept_with_its_outcome_and_without_personal_data(
    visitor: Visitor, address: str, records: Records
) -> None:
    page = arrived(visitor("en-GB"), address)
    ask(page, "错：我的电话是 13812345678")
    expect(page.locator(".exchange .outcome")).to_be_visible()
    expect(page.locator("#ask")).to_be_visible()
    come_true(lambda: records.exchanges() != [])  # it is kept once the answer is out
    [kept] = records.exchanges()
    assert (kept.outcome, kept.page_language, kept.question) == ("failed", "en", "错：我的电话是 ***")


@pytest.mark.browser
def test_an_answer_and_its_thumb_are_kept_also_while_the_records_are_away(
    visitor: Visitor, address: str, records: Records, tmp_path: Path
) -> None:
    page = arrived(visitor(), address)
    broken(records)
    answered(page)
    page.get_by_role("button", name="有帮助").click()
    expect(page.locator("#toast")).to_have_text("谢谢，工作人员会看到")
    come_true(lambda: records.waiting().count == 0)
    [kept] = records.exchanges()
    assert kept.rating and kept.rating.useful


@pytest.mark.browser
def test_who_rates_while_nothing_more_can_be_kept_is_told_so(visitor: Visitor, address: str, records: Records) -> None:
    page = answered(arrived(visitor(), address))
    records.spool.most_rows = 0
    page.get_by_role("button", name="有帮助").click()
    expect(page.locator("#toast")).to_have_text("没有提交成功，请稍后再试")


def broken(records: Records) -> None:
    """The tables are gone, as after a database was replaced under the app."""
    Row.metadata.drop_all(records.database.engine)


def thumb(**given: object) -> dict[str, object]:
    return {"id": ID, "useful": True} | given


@pytest.mark.parametrize(
    ("address", "sent", "status"),
    [
        ("/rate", thumb(), 204),
        ("/rate", thumb(id="f" * 32), 404),
        ("/rate", thumb(id="../../etc"), 422),
        ("/rate", thumb(reason="because"), 422),
        ("/rate", thumb(comment="x" * 501), 422),
        ("/rate", thumb(admin=True), 422),
        ("/ask-person", {"id": ID, "contact": "13812345678", "consent": True}, 200),
        ("/ask-person", {"question": QUESTION, "contact": "13812345678", "consent": True}, 200),
        ("/ask-person", {"question": " ", "contact": "13812345678", "consent": True}, 422),
        ("/ask-person", {"question": "长" * 2001, "contact": "13812345678", "consent": True}, 422),
        ("/ask-person", {"question": QUESTION, "id": ID, "contact": "13812345678", "consent": True}, 422),
        ("/ask-person", {"id": ID, "contact": "13812345678", "consent": False}, 422),
        ("/ask-person", {"id": ID, "contact": "13812345678"}, 422),
        ("/ask-person", {"id": ID, "contact": "13812345678", "consent": True, "language": "pt"}, 200),
        ("/ask-person", {"id": ID, "contact": "13812345678", "consent": True, "language": "xx"}, 422),
        ("/ask-person", {"id": ID, "contact": "13812345678", "consent": True, "language": "\x1b[2J"}, 422),
        ("/ask-person", {"id": ID, "contact": " ", "consent": True}, 422),
        ("/ask-person", {"id": ID, "contact": "1381234567", "consent": True}, 422),
        ("/ask-person", {"id": ID, "contact": "+86 571 8888-0000", "consent": True}, 200),
        ("/ask-person", {"id": ID, "contact": "li@example.cn", "consent": True}, 200),
        ("/forget", {"ids": [ID] * 101}, 422),
        ("/forget", {"ids": ["*"]}, 422),
        ("/forget", {"ids": [ID, "a" * 32]}, 204),
    ],
)
def test_the_door_takes_what_is_right_and_nothing_else(
    door: TestClient, address: str, sent: dict[str, object], status: int
) -> None:
    assert door.post(address, json=sent).status_code == status


def test_that_an_answer_is_gone_is_said_in_the_language_of_the_visitor(door: TestClient) -> None:
    for language in ("zh", "ru"):
        refused = door.post("/rate", json=thumb(id="f" * 32), headers={"accept-language": language})
        assert refused.json()["detail"] == texts(language)["why.gone"]


def test_a_page_language_that_is_none_of_ours_is_not_kept() -> None:
    assert [to_exchange(WHOLE, language).page_language for language in ("ru", "\x1b[2J", "")] == ["ru", "zh", "zh"]


def test_who_sends_too_much_has_to_wait(door: TestClient) -> None:
    answers = [door.post("/rate", json=thumb()) for _ in range(POSTS + 1)]
    assert [answer.status_code for answer in answers] == [204] * POSTS + [429]
    assert answers[-1].headers["retry-after"] == "60"


def test_a_page_of_another_site_cannot_send_anything(door: TestClient) -> None:
    """A form of another site can send text only, which is not taken for JSON."""
    assert door.post("/rate", content=json.dumps(thumb()), headers={"content-type": "text/plain"}).status_code == 422
