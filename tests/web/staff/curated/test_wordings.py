"""A question in the log becomes a wording of an answer in one click, and gets it from then on."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote
from uuid import uuid4

from records import CuratedText, Exchange
from tests.support.engine import needs_token_vectors
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import both
from tests.web.staff.curated.test_routes import written
from web.staff.context import StaffContext
from web.staff.curated.routes import ASKED as ASKED_SHOWN

ASKED = {"zh": "俄罗斯VAT多少", "en": "What tax is on sales in Russia?"}

PARKING = {
    "zh": ("企业来服务中心办事停车收费吗？\n来中心办事可以免费停车吗？", "**免费停车2小时**。"),
    "en": ("Is parking at the center free?", "**Two hours are free.**"),
}
ASKED_PARKING = {"zh": "你们那里停车收不收费啊", "en": "is there free parking at your place?"}


def logged(room: StaffContext, question: str, mode: str = "extractive", reason: str = "") -> str:
    exchange = Exchange(uuid4().hex, question, "answered", reason=reason, mode=mode)
    room.records.keep(exchange)
    return exchange.handle


@needs_token_vectors
@both
def test_one_click_in_the_log_adds_a_wording_and_one_more_takes_it_back(room: StaffContext, language: str) -> None:
    room.records.curated.keep(written())
    question = ASKED[language]
    desk = StaffDesk(room, language).open(f"asked/{logged(room, question)}")
    desk.press(desk.say("curated.add_wording"), "#near")
    assert desk.text("[role=status] p") == desk.say(
        "curated.wording_added", question=written().question, wording=question
    )
    assert desk.response.url.path.startswith("/asked/")
    assert room.bot.answer(question).mode == "curated"
    assert desk.count("#near button") == 0
    assert [each.action for each in room.audit.entries()] == ["answer.changed"]
    desk.press(desk.say("frame.undo"), ".said")
    assert question not in str(room.records.curated.read_all())


@needs_token_vectors
@both
def test_a_question_that_came_near_an_answer_is_seen_counted_and_added(room: StaffContext, language: str) -> None:
    texts = (CuratedText(language, *PARKING[language]),)
    room.records.curated.keep(replace(written(), texts=texts, sources=()))
    question = ASKED_PARKING[language]
    near = f"{StaffDesk(room, language).say('curated.came_near')} {texts[0].wordings[0]}"
    shown = room.bot.answer(question)
    assert (shown.mode, shown.reason) == ("extractive", "a")
    handle = logged(room, question, reason=shown.reason)
    for page in ("asked/" + handle, f"curated?question={quote(question)}", f"try?question={quote(question)}"):
        desk = StaffDesk(room, language).open(page)
        assert desk.text("#led-to") == near
    assert desk.say("curated.near_count", count=1) in desk.open("curated").text("tbody .number")
    desk.open("curated/edit?id=a")
    assert question in desk.text("section[aria-labelledby=came-near] tbody tr")
    desk.press(desk.say("curated.add_wording"), "section[aria-labelledby=came-near]")
    assert desk.count("section[aria-labelledby=came-near]") == 0
    assert room.bot.answer(question).mode == "curated"
    assert desk.open(f"try?question={quote(question)}").text("#led-to").startswith(desk.say("playground.written"))


def test_a_new_question_that_came_near_is_listed_however_often_the_added_ones_were_asked(room: StaffContext) -> None:
    added = [f"问题{number}" for number in range(ASKED_SHOWN)]
    room.records.curated.keep(replace(written(), texts=(CuratedText("zh", "\n".join(added), "22%"),)))
    for question in (*added, *added, *(f"新问题{number}" for number in range(ASKED_SHOWN + 1))):
        logged(room, question, reason="a")
    desk = StaffDesk(room, "zh").open("curated/edit?id=a")
    assert desk.count("section[aria-labelledby=came-near] tbody tr") == ASKED_SHOWN
    assert "新问题0" in desk.text("section[aria-labelledby=came-near]")


@both
def test_an_answer_that_lacks_the_language_of_the_wording_is_not_changed(room: StaffContext, language: str) -> None:
    only = replace(written(), texts=written().texts[:1])
    room.records.curated.keep(only)
    desk = StaffDesk(room, language)
    desk.post("curated/wording", id="a", question="Какая ставка НДС в России?")
    assert desk.say("curated.wording_language", question=only.question) in desk.text("main")
    assert room.records.curated.read_all()[0].texts == only.texts


def test_personal_data_do_not_become_a_wording(room: StaffContext) -> None:
    room.records.curated.keep(written())
    StaffDesk(room).post("curated/wording", id="a", question="俄罗斯增值税？我的电话是13812345678")
    text = room.records.curated.read_all()[0].text("zh")
    assert text and len(text.wordings) == 2 and "13812345678" not in text.questions


def test_the_first_wording_and_unknown_ones_cannot_be_taken_away(room: StaffContext) -> None:
    room.records.curated.keep(written())
    for question in (written().question, "?", ""):
        StaffDesk(room).post("curated/wording/remove", id="a", question=question)
    StaffDesk(room).post("curated/wording", id="none", question="?")
    assert room.records.curated.read_all()[0].texts == written().texts


def test_no_more_wordings_than_the_form_takes(room: StaffContext) -> None:
    full = replace(written(), texts=(CuratedText("zh", "\n".join(f"问题{number}" for number in range(20)), "22%"),))
    room.records.curated.keep(full)
    desk = StaffDesk(room, "en")
    desk.post("curated/wording", id="a", question="再问一次")
    assert desk.say("curated.too_long") in desk.text("main")
    assert room.records.curated.read_all()[0].texts == full.texts


@both
def test_a_question_that_got_an_answer_leads_to_it(room: StaffContext, language: str) -> None:
    room.records.curated.keep(written())
    desk = StaffDesk(room, language).open(f"asked/{logged(room, 'НДС?', 'curated', 'a')}")
    assert desk.follow(desk.say("questions.curated")).value("questions_zh") == written().texts[0].questions
