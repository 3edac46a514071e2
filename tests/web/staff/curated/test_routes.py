"""A clerk fixes the answer to a question; who asks it gets that answer, with a line that the center wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Event
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from bot.curated.answers import text_for
from records import CuratedAnswer, CuratedSource, CuratedText, Exchange
from records.models import now
from store.embeddings import Embedder
from tests.serving import wait_for
from tests.support.engine import needs_token_vectors
from tests.support.scripted import Visitor, arrived, ask
from tests.support.staff_desk import StaffDesk, plain
from tests.web.staff.conftest import LOCALES, Center, Clerk, both, stocked
from tests.web.staff.samples import FOLDER
from web.staff.context import StaffContext

TOLD = {
    "zh": (
        "俄罗斯的增值税税率是多少？",
        "请问俄罗斯现在增值税是几个点",
        "**22%**，另见说明。",
        "本答复由中心工作人员撰写",
    ),
    "en": (
        "What is the VAT rate in Russia?",
        "what's the vat rate in russia",
        "It is **22%**.",
        "The center wrote this",
    ),
}
SOURCE, QUOTE = "outbound/russia.zh.md", "俄罗斯增值税的一般税率为22%"


def written(identity: str = "a", until: date | None = None, source: str = SOURCE) -> CuratedAnswer:
    texts = tuple(CuratedText(language, told[0], told[2]) for language, told in TOLD.items())
    return CuratedAnswer(identity, until or date.today(), texts, (CuratedSource(source, QUOTE),), "王芳", "王芳")


def write(desk: StaffDesk, answer: str) -> StaffDesk:
    language = desk.language
    typed = {f"questions_{language}": TOLD[language][0], f"answer_{language}": answer}
    return save(desk.fill(source_1=SOURCE, quote_1=QUOTE, **typed))


def save(desk: StaffDesk) -> StaffDesk:
    return desk.press(desk.say("curated.save"))


@both
def test_a_clerk_fixes_an_answer_and_who_asks_gets_it_until_it_is_ended(room: StaffContext, language: str) -> None:
    question, other_words, answer, _ = TOLD[language]
    desk = StaffDesk(room, language).open("curated").follow(StaffDesk(room, language).say("curated.new"))
    write(desk, answer)
    assert desk.text("[role=status]") == desk.say("curated.kept", question=question)
    shown = room.bot.answer(other_words)
    assert shown.mode == "curated" and "22%" in shown.text
    assert [each.quote for each in shown.citations] == [QUOTE]
    desk.open("curated").press(desk.say("curated.end_of", question=question))
    assert room.bot.answer(other_words).mode == "curated"
    assert desk.say("curated.uses", days=30, count=0) in desk.text("[role=alert]")
    desk.press(desk.say("curated.end"))
    assert desk.text(".badge.bad") == desk.say("curated.trouble.ended")
    assert room.bot.answer(other_words).mode != "curated"
    assert [each.action for each in room.audit.entries()] == ["answer.ended", "answer.curated"]


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "language"), LOCALES)
def test_who_asks_is_told_that_the_center_wrote_the_answer(
    center: Center, visitor: Visitor, locale: str, language: str
) -> None:
    _, other_words, _, line = TOLD[language]
    center.room.records.curated.keep(written())
    asking = arrived(visitor(locale), center.address)
    ask(asking, other_words)
    shown = asking.locator("#current .exchange")
    expect(shown.locator(".words p").first).to_contain_text(line, timeout=30_000)
    expect(shown.locator(".words")).to_contain_text("22%")
    expect(shown.locator(".card")).to_have_count(1)
    expect(shown.locator(".card blockquote")).to_contain_text(QUOTE)
    desk = StaffDesk(center.room, language).open("curated")
    wait_for(lambda: desk.reload().text("tbody tr .number") == "1")  # records are written behind the answers
    desk.press(desk.say("curated.end_of", question=written().question)).press(desk.say("curated.end"))
    expect(asking.locator("#ask")).to_be_visible()
    ask(asking, other_words)
    expect(asking.locator("#past .exchange")).to_have_count(1, timeout=30_000)
    expect(asking.locator("#current .exchange .tools")).to_be_visible(timeout=30_000)
    expect(asking.locator("#current .words")).not_to_contain_text(line)


@both
def test_a_figure_without_a_source_is_pointed_out_and_the_answer_changed(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open(f"curated/new?question={quote('俄')}")
    assert desk.value("questions_zh") == "俄"
    write(desk.fill(questions_zh=""), "22%, 2031: 27%.")
    assert desk.count(".said.note", "27") == 1
    save(desk.fill(**{f"answer_{language}": TOLD[language][2]}))
    assert desk.text("[role=status]") == desk.say("curated.kept", question=TOLD[language][0])
    (answer,) = room.records.curated.read_all()
    assert answer.texts[0].answer == TOLD[language][2]
    assert room.audit.entries()[0].details[f"before_answer_{language}"] == "22%, 2031: 27%."
    save(desk.open(f"curated/edit?id={answer.id}"))
    assert desk.text("[role=status]") == desk.say("documents.edit.nothing") and len(room.audit.entries()) == 2


def test_of_two_clerks_who_save_at_the_same_moment_one_is_told(
    room: StaffContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, is_late = room.records.curated, Event()
    answers.keep(written())
    keep = answers.keep
    monkeypatch.setattr(answers, "keep", lambda *given: (is_late.wait(0.5), keep(*given)))
    desks = [StaffDesk(room, "en"), StaffDesk(room, "en")]
    for number, desk in enumerate(desks):
        desk.open("curated/edit?id=a").fill(answer_en=f"It is {number}%.")
    with ThreadPoolExecutor() as pool:
        list(pool.map(save, desks))
    assert sorted(desk.response.status_code for desk in desks) == [200, 409]


@both
def test_an_answer_is_deleted_and_brought_back(room: StaffContext, language: str) -> None:
    room.records.curated.keep(written())
    desk, question = StaffDesk(room, language).open("curated"), written().question
    desk.press(desk.say("curated.delete_of", question=question)).press(desk.say("curated.delete"))
    assert desk.count(".empty") == 1
    desk.press(desk.say("frame.undo"), ".said")
    assert question in desk.texts("tbody a")
    assert room.records.curated.current() != ()
    restored, deleted = room.audit.entries()
    assert (restored.action, restored.subject) == ("answer.restored", question) and deleted.subject == question
    assert desk.post("curated/restore", id="nobody").status_code == 200 and room.audit.entries()[0] == restored


@needs_token_vectors
@both
def test_a_clerk_tries_which_questions_get_it(room: StaffContext, language: str) -> None:
    room.records.curated.keep(written())
    desk = StaffDesk(room, language).open("curated")
    for question, heading, verdict in (
        (TOLD[language][1], "tried_used", "same"),
        ("巴西增值税税率是多少", "tried_unused", "named"),
    ):
        desk.fill(question=question).press(desk.say("curated.try"))
        assert desk.text("#tried") == desk.say(f"curated.{heading}")
        nearest = desk.texts("#trial tbody tr")[0]
        assert desk.say(f"curated.verdict.{verdict}") in nearest and "%" in nearest


@both
def test_the_form_says_who_gets_an_answer_that_is_not_in_every_language(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open("curated/new")
    assert desk.say("curated.language_hint") in desk.text("main")
    chinese, english = CuratedText("zh", "问", "答"), CuratedText("en", "Question", "Answer")
    only, both_texts = (
        CuratedAnswer("a", date.today(), texts, (), "王芳", "王芳") for texts in ((chinese,), (chinese, english))
    )
    assert [text_for(only, each) for each in ("zh", "ru", "en", "es")] == [chinese, None, None, None]
    assert [text_for(both_texts, each) for each in ("zh", "ru", "en", "es")] == [chinese, None, english, english]


@both
def test_an_answer_needs_no_source(room: StaffContext, language: str) -> None:
    question, _, answer, _ = TOLD[language]
    desk = StaffDesk(room, language).open("curated/new")
    save(desk.fill(**{f"questions_{language}": question, f"answer_{language}": answer}))
    assert desk.say("curated.of_center") in desk.text("tbody tr")
    assert room.bot.answer(question).citations == ()


@needs_token_vectors
@both
def test_who_writes_sees_the_nearest_questions_of_other_answers(room: StaffContext, language: str) -> None:
    question, other_words, answer, _ = TOLD[language]
    room.records.curated.keep(written())
    desk = StaffDesk(room, language).open(f"curated/new?question={quote(other_words)}")
    assert question in desk.text("#near tbody tr")
    assert desk.count(".said.note", desk.say("curated.rival")) == 1
    desk.fill(**{f"questions_{language}": "怎样租仓库？", f"answer_{language}": answer})
    desk.page.forms[-1].set("action", "check")
    desk.send(desk.page.forms[-1])
    assert (desk.count("#near tbody tr"), desk.value(f"answer_{language}")) == (0, answer)
    save(desk.fill(**{f"questions_{language}": other_words}))
    assert desk.count(".said.note", desk.say("curated.rival")) == 1


@both
def test_questions_that_got_an_answer_stand_beside_it_with_how_often(room: StaffContext, language: str) -> None:
    room.records.curated.keep(written())
    for question in ("俄罗斯增值税？", "俄罗斯增值税？", "НДС?"):
        room.records.keep(Exchange(uuid4().hex, question, "answered", reason="a", mode="curated"))
    room.records.keep(Exchange(uuid4().hex, "other", "answered", reason="b", mode="curated"))
    desk = StaffDesk(room, language).open("curated/edit?id=a")
    rows = desk.texts("section[aria-labelledby=asked] tbody tr")
    assert rows == ["俄罗斯增值税？2", "НДС?1"]
    assert desk.open("curated").texts("tbody .number") == ["3"]


@both
def test_what_a_colleague_changed_or_deleted_meanwhile_is_said_and_nothing_typed_is_lost(
    room: StaffContext, language: str
) -> None:
    answers, box = room.records.curated, f"answer_{language}"
    answers.keep(written())
    desk = StaffDesk(room, language).open("curated/edit?id=a").fill(**{box: "Mine: 22%."})
    answers.keep(replace(written(), changed_by="李明", changed_at=now()))
    save(desk)
    assert desk.text("[role=alert]") == desk.say("curated.changed_meanwhile", who="李明")
    assert desk.value(box) == "Mine: 22%."
    assert [each.changed_by for each in answers.read_all()] == ["李明"]
    answers.delete("a")
    save(desk)
    assert desk.text("[role=alert]") == desk.say("curated.deleted_meanwhile")
    assert desk.value(box) == "Mine: 22%."
    save(desk)
    assert desk.text("[role=status]") == desk.say("curated.kept", question=written().question)
    (kept,) = answers.read_all()
    text = kept.text(language)
    assert text and text.answer == "Mine: 22%."


def test_every_earlier_text_stands_in_the_log_in_full(room: StaffContext) -> None:
    long = replace(written(), texts=tuple(replace(each, answer=each.language * 4_000) for each in written().texts))
    room.records.curated.keep(long)
    desk = StaffDesk(room, "en").open("curated/edit?id=a")
    save(desk.fill(answer_zh="22%", answer_en="22%"))
    assert desk.count("[role=status]") == 1
    desk.open("curated/edit?id=a").follow(desk.say("curated.history"))
    (folded,) = (
        each for each in desk.all("details") if plain(each.find("summary")) == desk.say("log.detail.before_answer_en")
    )
    assert "en" * 4_000 in plain(folded)
    details = room.audit.entries()[0].details
    assert (details["before_answer_zh"], details["before_answer_en"]) == ("zh" * 4_000, "en" * 4_000)


def test_personal_data_in_a_question_that_is_tried_are_masked(room: StaffContext) -> None:
    for path in ("curated", "curated/new"):
        content = StaffDesk(room, "en").open(f"{path}?question={quote('我的电话是13812345678')}").response.text
        assert "13812345678" not in content
        assert "***" in content


@pytest.mark.browser
def test_an_answer_whose_source_is_gone_stands_first_and_is_counted(center: Center, clerk: Clerk) -> None:
    center.room.records.curated.keep(written("lost", source="outbound/gone.md"))
    center.room.records.curated.keep(written("fine", until=date.today() + timedelta(90)))
    staff = clerk("curated", "en-GB", width=390)
    expect(staff.locator("tbody tr").first).to_contain_text("no longer in the folder")
    expect(staff.locator(".sections .count")).to_have_text("1")
    assert staff.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_source_is_typed_by_its_title_and_searched_in_a_list(desk: StaffDesk, room: StaffContext) -> None:
    desk.open("curated/new")
    assert desk.field("source_1").get("list") == "sources"
    assert [each.get("value") for each in desk.all("#sources option")] == sorted(room.index.documents())
    desk.fill(questions_zh="税率？", answer_zh="见指南。", source_1="俄罗斯 指南")
    save(desk)
    assert [each.source for each in room.records.curated.read_all()[0].sources] == [SOURCE]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[StaffContext]:
    """Nothing that is sent here is kept: one room for all."""
    with stocked(tmp_path_factory.mktemp("curated"), embedder, FOLDER) as room:
        yield room


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"source_1": "", "quote_1": QUOTE}, "unknown_source"),
        ({"source_1": "outbound/none.md"}, "unknown_source"),
        ({"quote_1": "俄罗斯增值税为99%"}, "wrong_quote"),
        ({"answer_zh": "22% [1]。", "source_1": ""}, "cites_nothing"),
        ({"answer_zh": "22% [2]。"}, "cites_nothing"),
        ({"answer_zh": ""}, "half_text"),
        ({"questions_zh": "", "answer_zh": ""}, "no_text"),
        ({"until": str(date.today() + timedelta(days=800))}, "no_day"),
        ({"until": ""}, "no_day"),
        ({"questions_zh": "问" * 501}, "too_long"),
    ],
)
def test_what_cannot_be_used_is_not_kept(untouched: StaffContext, change: dict[str, str], trouble: str) -> None:
    form = {"questions_zh": "问题？", "answer_zh": "22%", "source_1": SOURCE, "until": str(date.today())} | change
    for language in TOLD:
        desk = StaffDesk(untouched, language)
        assert desk.post("curated/save", **form).status_code == 422
        assert desk.say(f"curated.{trouble}") in desk.text("main")
    assert untouched.records.curated.read_all() == []


def test_no_id_of_a_draft_is_longer_than_ids_are(untouched: StaffContext) -> None:
    desk = StaffDesk(untouched)
    form = {"questions_zh": "问题？", "answer_zh": "22%", "until": str(date.today())}
    for address in ("curated/save", "curated/check"):
        assert desk.post(address, **form, instead="a" * 101).status_code == 422
        assert desk.post(address, **form, beside=["a" * 101]).status_code == 422
    assert untouched.records.curated.read_all() == []
