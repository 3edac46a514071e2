"""Trying a question: the staff see why passages were found and used, and say which one is right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from lxml.html import HtmlElement
from playwright.sync_api import expect

from bot.diagnostics.relevance_labels import Labels
from evals.staff import staff_tables
from store.embeddings import Embedder
from tests.support.model_server import scripted_server
from tests.support.scripted import Visitor
from tests.support.staff_desk import NAME, StaffDesk, plain
from tests.web.staff.conftest import both, opened, service_of, signed_in, stocked, violations_in_both_schemes
from tests.web.staff.samples import FOLDER
from web.app import build
from web.staff.context import StaffContext
from web.staff.i18n import words

RUSSIA, BRAZILIAN = "outbound/russia.zh.md", "outbound/brazil.zh.md"
QUESTION = "俄罗斯利润税的税率是多少？"
UNKNOWN = "去火星开工厂需要办什么登记手续"
BRAZIL = """---
title: 巴西税收指南
language: zh
countries: [BR]
---
# 巴西税收指南

## 利润税

巴西企业利润的综合税率为34%。
"""


def trying(question: str, **more: str) -> str:
    return f"try?{urlencode({'question': question, **more})}"


def passage(desk: StaffDesk, source: str, name: str = "together") -> HtmlElement:
    """The first passage of a document in one of the lists."""
    (found,) = desk.page.xpath(
        "(//section[@aria-labelledby=$name]//*[contains(@class, 'passage')][@data-source=$source])[1]",
        name=name,
        source=source,
    )
    return found


def say_right(desk: StaffDesk, source: str, key: str = "playground.right") -> StaffDesk:
    """Presses the button beside a passage."""
    (button,) = (each for each in passage(desk, source).iter("button") if plain(each) == desk.say(key))
    return desk.send(button.getparent())


@pytest.fixture
def room(tmp_path: Path, embedder: Embedder) -> Iterator[StaffContext]:
    with stocked(tmp_path, embedder, FOLDER | {BRAZILIAN: BRAZIL}) as room:
        yield room


@both
def test_a_question_shows_what_was_found_and_why(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open("try").fill(question=QUESTION)
    desk.press(desk.say("playground.go"))
    assert desk.say("playground.kind.rate") in desk.text(".facts")
    answers = desk.text(".answers")
    assert "25%" in answers and desk.say("playground.no_model") in answers
    assert "俄罗斯税收指南" in desk.text(".answers .cards")
    right, other = passage(desk, RUSSIA), passage(desk, BRAZILIAN)
    assert desk.say("playground.use.quoted") in plain(right) and desk.say("playground.part.meaning") in plain(right)
    assert desk.say("playground.part.other_country") in plain(other) and desk.say("playground.why.elsewhere") in plain(
        other
    )
    assert desk.say("playground.standing.best") in plain(right)
    assert desk.say("playground.level.some_against") in plain(other)
    (near,) = passage(desk, RUSSIA, "by_meaning").find_class("score")
    assert any(desk.say(f"playground.near.{each}") in plain(near) for each in ("closer", "much_closer"))
    assert list(passage(desk, RUSSIA, "by_words").iter("mark"))
    assert any("25%" in plain(each) for each in right.iter("mark"))
    links = {plain(each): each.get("href") for each in right.iter("a")}
    assert links[desk.say("frame.inside")] == f"/folder/inside?source={RUSSIA}"
    site = StaffDesk(room, language, build(service_of(room), room=room))
    assert site.open(links[desk.say("source.open")].removeprefix("/../")).count("mark") > 0


@both
def test_a_refusal_says_how_far_the_support_was_from_enough(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open(trying(UNKNOWN))
    assert desk.count(".answers .outcome-not_in_knowledge_base") == 1
    said = (desk.say("playground.support.just_refused"), desk.say("playground.support.clearly_refused"))
    assert any(each in desk.text(".support") for each in said)
    assert desk.one(".support svg").get("aria-label").startswith("-")
    assert desk.count(".against li") > 0
    assert desk.say("playground.why.unsupported") in desk.text("section[aria-labelledby=together]")


@both
def test_the_right_passage_is_saved_for_the_evals_and_taken_back(room: StaffContext, language: str) -> None:
    desk = say_right(StaffDesk(room, language).open(trying(QUESTION)), RUSSIA)
    assert desk.say("playground.kept") in desk.text(".said")
    assert desk.value("question") == QUESTION
    assert desk.say("playground.right_saved") in plain(passage(desk, RUSSIA))
    labels = Labels.below(room.settings.data_dir)
    (line,) = labels.path.read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["question"], kept["source"], kept["by"]) == (QUESTION, RUSSIA, NAME)
    document = room.index.document(kept["source"])
    assert document and kept["quote"] in document.text

    desk.open(trying(UNKNOWN)).press(desk.say("playground.none"))
    assert desk.say("playground.none_saved") in desk.text(".none")
    found, refused = staff_tables(room.bot, labels)
    assert found.rows == [{"questions": 1, "R@1": 1.0, "R@5": 1.0, "MRR": 1.0, "answered": 1.0}]
    assert refused.rows == [{"questions": 1, "refused": 1.0}]

    assert desk.open("try/saved").count("tbody tr") == 2
    desk.follow(desk.say("playground.check"))
    desk.open(desk.one("[data-renew]").get("data-renew"))
    assert desk.say("playground.end.first") in desk.text("tbody") and desk.say("playground.end.refused") in desk.text(
        "tbody"
    )
    desk.open("try/saved").press(desk.say("playground.delete"))
    assert desk.count("tbody tr") == 1
    say_right(desk.follow(QUESTION), RUSSIA, "playground.take_back")
    assert desk.say("playground.taken_back") in desk.text(".said")
    assert labels.read_all() == []
    actions = [each.action for each in room.audit.entries(subject=QUESTION)]
    assert actions == ["question.unsaved", "question.saved"]
    assert desk.say("log.action.question.saved") in desk.open("log").text("tbody")


def test_a_passage_that_changed_meanwhile_is_not_saved(desk: StaffDesk, room: StaffContext) -> None:
    desk.open(trying(QUESTION))
    path = room.settings.knowledge_dir / RUSSIA
    path.write_text(path.read_text(encoding="utf-8").replace("25%", "28%"), encoding="utf-8")
    room.library.sync()
    assert desk.say("playground.changed") in say_right(desk, RUSSIA).text(".said.trouble")
    assert Labels.below(room.settings.data_dir).read_all() == []


def test_an_address_tries_the_question_for_its_day_and_country(desk: StaffDesk, room: StaffContext) -> None:
    desk.open(trying("利润税的税率是多少？", on="2026-05-04", about="BR"))
    assert desk.value("about") == "BR"
    assert "2026年5月4日" in desk.text(".facts")
    assert "34%" in desk.text(".answers")
    assert say_right(desk, BRAZILIAN).count(".said") == 1
    assert desk.value("on") == "2026-05-04"
    (label,) = Labels.below(room.settings.data_dir).read_all()
    assert (label.on, label.about) == (date(2026, 5, 4), "BR")
    desk.take(desk.client.get("try?question=" + "长" * 1001))
    assert "1000" in desk.text("[role=alert]")


def test_personal_data_are_neither_shown_nor_kept(desk: StaffDesk, room: StaffContext) -> None:
    desk.open(trying("我的电话13812345678，俄罗斯利润税的税率是多少？"))
    assert desk.count(".passage") > 0
    assert "13812345678" not in desk.response.text
    assert say_right(desk, RUSSIA).count(".said") == 1
    assert "13812345678" not in Labels.below(room.settings.data_dir).path.read_text(encoding="utf-8")


@both
def test_an_answer_of_a_model_is_marked_as_written_by_it(tmp_path: Path, embedder: Embedder, language: str) -> None:
    with scripted_server() as server:
        server.script = lambda service: service.says("俄罗斯利润税的一般税率为25%。[1]")
        given = {"chat_model": "scripted", "openai_base_url": server.address}
        with stocked(tmp_path / "with", embedder, FOLDER, **given) as room:
            desk = StaffDesk(room, language).open(trying(QUESTION))
            assert desk.say("playground.model_writes") in desk.text(".answers")
            desk.open(desk.one("[data-renew]").get("data-renew"))
            assert desk.say("answer.ai") in desk.page.text_content()
            assert desk.all("a.marker")[0].get("href") == "#written-1"


@pytest.mark.browser
def test_the_answer_of_a_model_comes_beside_without_holding_the_page_back(
    tmp_path: Path, embedder: Embedder, visitor: Visitor
) -> None:
    say = words("en")
    with scripted_server() as server:
        server.script = lambda service: service.says("俄罗斯利润税的一般税率为25%。[1]", pause=0.1)
        given = {"chat_model": "scripted", "openai_base_url": server.address}
        with opened(tmp_path, embedder, FOLDER, **given) as center:
            page = signed_in(center, visitor("en-GB"), trying(QUESTION))
            expect(page.locator(".answers")).to_contain_text(say["playground.model_writes"])
            expect(page.locator(f".passage[data-source='{RUSSIA}']").first).to_be_visible()
            model = page.locator("section[aria-labelledby=with]")
            expect(model).to_contain_text(say["answer.ai"], timeout=30_000)
            expect(model).to_contain_text("俄罗斯利润税的一般税率为25%")
            expect(model.locator("a.marker")).to_have_attribute("href", "#written-1")


@pytest.mark.browser
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    tmp_path: Path, embedder: Embedder, visitor: Visitor
) -> None:
    with opened(tmp_path, embedder, FOLDER | {BRAZILIAN: BRAZIL}) as center:
        page = signed_in(center, visitor("en-GB"), trying(QUESTION))
        page.get_by_role("button", name=words("en")["playground.right"]).first.click()
        expect(page.locator(".said")).to_be_visible()
        for path in (trying(QUESTION), "try/saved?check=1"):
            page.goto(center.staff(path))
            if "check" in path:
                expect(page.locator("tbody .badge")).to_be_visible(timeout=30_000)
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                assert violations_in_both_schemes(page) == {}
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.locator("tbody button").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        page.once("dialog", lambda dialog: dialog.accept())
        page.locator("tbody button").click()
        expect(page.locator("tbody tr")).to_have_count(0)
