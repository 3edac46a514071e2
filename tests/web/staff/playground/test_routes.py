"""Trying a question: the staff see why passages were found and used, and say which one is right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.diagnostics.relevance_labels import Labels
from evals.staff import measured
from store.embeddings import Embedder
from tests.support.model_server import scripted_server
from tests.support.scripted import Visitor
from tests.web.staff.conftest import FOLDER, NAME, Center, opened, signed_in
from tests.web.test_accessibility import violations
from web.staff.i18n import words

pytestmark = pytest.mark.browser

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
LOCALES = [("zh-CN", "zh"), ("en-GB", "en")]
Clerk = Callable[..., Page]


def trying(question: str, **more: str) -> str:
    return f"try?{urlencode({'question': question, **more})}"


def the_list(page: Page, name: str) -> Locator:
    return page.locator(f"section[aria-labelledby={name}]")


def passage(page: Page, source: str, name: str = "together") -> Locator:
    return the_list(page, name).locator(f".passage[data-source='{source}']").first


@pytest.fixture
def center(tmp_path: Path, embedder: Embedder) -> Iterator[Center]:
    with opened(tmp_path, embedder, FOLDER | {"outbound/brazil.zh.md": BRAZIL}) as center:
        yield center


@pytest.mark.parametrize(("locale", "language"), LOCALES)
def test_a_question_shows_what_was_found_and_why(center: Center, clerk: Clerk, locale: str, language: str) -> None:
    say = words(language)
    page = clerk("try", locale)
    page.locator("#question").fill(QUESTION)
    page.get_by_role("button", name=say["try.go"]).click()
    expect(page.locator(".facts")).to_contain_text(say["try.kind.rate"])
    expect(page.locator(".answers")).to_contain_text("25%")
    expect(page.locator(".answers .cards")).to_contain_text("俄罗斯税收指南")
    expect(page.locator(".answers")).to_contain_text(say["try.no_model"])
    right = passage(page, "outbound/russia.zh.md")
    expect(right).to_contain_text(say["try.use.quoted"])
    expect(right).to_contain_text(say["try.part.meaning"])
    other = passage(page, "outbound/brazil.zh.md")
    expect(other).to_contain_text(say["try.part.other_country"])
    expect(other).to_contain_text(say["try.why.elsewhere"])
    assert "0." in passage(page, "outbound/russia.zh.md", "by_meaning").locator(".score").inner_text()
    by_words = passage(page, "outbound/russia.zh.md", "by_words")
    by_words.locator("summary").click()
    expect(by_words.locator("mark").first).to_be_visible()
    right.locator("summary").click()
    expect(right.locator("mark")).to_contain_text("25%")
    inside = right.get_by_role("link", name=say["frame.inside"]).get_attribute("href")
    assert inside and inside.endswith("/folder/inside?source=outbound/russia.zh.md")
    source = right.get_by_role("link", name=say["source.open"], exact=True).get_attribute("href")
    page.goto(center.staff(str(source).removeprefix("/staff/")))
    expect(page.locator("mark").first).to_be_visible()


@pytest.mark.parametrize(("locale", "language"), LOCALES)
def test_a_refusal_says_how_far_the_support_was_from_enough(clerk: Clerk, locale: str, language: str) -> None:
    say = words(language)
    page = clerk(trying(UNKNOWN), locale)
    expect(page.locator(".answers .outcome-not_in_knowledge_base")).to_be_visible()
    expect(page.locator(".support")).to_contain_text(say["try.support_short"].partition("{")[0])
    expect(page.locator(".against li").first).to_be_visible()
    expect(the_list(page, "together")).to_contain_text(say["try.why.unsupported"])


@pytest.mark.parametrize(("locale", "language"), LOCALES)
def test_the_right_passage_is_saved_for_the_evals_and_taken_back(
    center: Center, clerk: Clerk, locale: str, language: str
) -> None:
    say = words(language)
    page = clerk(trying(QUESTION), locale)
    passage(page, "outbound/russia.zh.md").get_by_role("button", name=say["try.right"]).click()
    expect(page.locator(".said")).to_contain_text(say["try.kept"])
    expect(page.locator("#question")).to_have_value(QUESTION)
    expect(passage(page, "outbound/russia.zh.md")).to_contain_text(say["try.right_saved"])
    labels = Labels.below(center.room.settings.data_dir)
    (line,) = labels.path.read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["question"], kept["source"], kept["by"]) == (QUESTION, "outbound/russia.zh.md", NAME)
    document = center.room.index.document(kept["source"])
    assert document and kept["quote"] in document.text

    page.goto(center.staff(trying(UNKNOWN)))
    page.get_by_role("button", name=say["try.none"]).click()
    expect(page.locator(".none")).to_contain_text(say["try.none_saved"])
    found, refused = measured(center.room.bot, labels)
    assert found.rows == [{"questions": 1, "R@1": 1.0, "R@5": 1.0, "MRR": 1.0, "answered": 1.0}]
    assert refused.rows == [{"questions": 1, "refused": 1.0}]

    page.goto(center.staff("try/saved"))
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name=say["try.check"]).click()
    expect(page.locator("tbody")).to_contain_text(say["try.end.first"], timeout=30_000)
    expect(page.locator("tbody")).to_contain_text(say["try.end.refused"])
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("tbody tr").first.get_by_role("button").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name=QUESTION).click()
    passage(page, "outbound/russia.zh.md").get_by_role("button", name=say["try.take_back"]).click()
    expect(page.locator(".said")).to_contain_text(say["try.taken_back"])
    assert labels.all() == []
    actions = [each.action for each in center.room.audit.entries(subject=QUESTION)]
    assert actions == ["question.unsaved", "question.saved"]
    page.goto(center.staff("log"))
    expect(page.locator("tbody")).to_contain_text(say["log.action.question.saved"])


def test_a_passage_that_changed_meanwhile_is_not_saved(center: Center, clerk: Clerk) -> None:
    page = clerk(trying(QUESTION))
    path = center.folder / "outbound/russia.zh.md"
    path.write_text(path.read_text(encoding="utf-8").replace("25%", "28%"), encoding="utf-8")
    center.library.sync()
    passage(page, "outbound/russia.zh.md").get_by_role("button", name=words("zh")["try.right"]).click()
    expect(page.locator(".said.trouble")).to_contain_text(words("zh")["try.changed"])
    assert Labels.below(center.room.settings.data_dir).all() == []


def test_an_address_tries_the_question_for_its_day_and_country(center: Center, clerk: Clerk) -> None:
    page = clerk(trying("利润税的税率是多少？", on="2026-05-04", about="BR"))
    expect(page.locator("#about")).to_have_value("BR")
    expect(page.locator(".facts")).to_contain_text("2026年5月4日")
    expect(page.locator(".answers")).to_contain_text("34%")
    passage(page, "outbound/brazil.zh.md").get_by_role("button", name=words("zh")["try.right"]).click()
    expect(page.locator(".said")).to_be_visible()
    expect(page.locator("#on")).to_have_value("2026-05-04")
    (label,) = Labels.below(center.room.settings.data_dir).all()
    assert (label.on, label.about) == (date(2026, 5, 4), "BR")
    page.goto(center.staff("try?question=" + "长" * 1001))
    expect(page.locator("[role=alert]")).to_contain_text("1000")


def test_personal_data_are_neither_shown_nor_kept(center: Center, clerk: Clerk) -> None:
    page = clerk(trying("我的电话13812345678，俄罗斯利润税的税率是多少？"))
    expect(page.locator(".passage").first).to_be_visible()
    assert "13812345678" not in page.content()
    passage(page, "outbound/russia.zh.md").get_by_role("button", name=words("zh")["try.right"]).click()
    expect(page.locator(".said")).to_be_visible()
    assert "13812345678" not in Labels.below(center.room.settings.data_dir).path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("locale", "language"), LOCALES)
def test_the_answer_of_a_model_comes_beside_without_holding_the_page_back(
    tmp_path: Path, embedder: Embedder, visitor: Visitor, locale: str, language: str
) -> None:
    say = words(language)
    with scripted_server() as server:
        server.script = lambda service: service.says("俄罗斯利润税的一般税率为25%。[1]", pause=0.2)
        given = {"chat_model": "scripted", "openai_base_url": server.address}
        with opened(tmp_path, embedder, FOLDER, **given) as center:
            page = signed_in(center, visitor(locale), trying(QUESTION))
            expect(page.locator(".answers")).to_contain_text(say["try.model_writes"])
            expect(passage(page, "outbound/russia.zh.md")).to_be_visible()
            model = page.locator("section[aria-labelledby=with]")
            expect(model).to_contain_text(say["answer.ai"], timeout=30_000)
            expect(model).to_contain_text("俄罗斯利润税的一般税率为25%")
            expect(model.locator("a.marker")).to_have_attribute("href", "#written-1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    center: Center, clerk: Clerk, width: int, scheme: str
) -> None:
    page = clerk(trying(QUESTION), "en-GB", width=width, color_scheme=scheme)
    page.get_by_role("button", name=words("en")["try.right"]).first.click()
    expect(page.locator(".said")).to_be_visible()
    for path in ("", "try/saved?check=1"):
        if path:
            page.goto(center.staff(path))
            expect(page.locator("tbody .badge")).to_be_visible(timeout=30_000)
        assert violations(page) == {}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
