"""A clerk fixes the answer to a question; who asks it gets that answer, with a line that the center wrote it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from records import CuratedAnswer, CuratedSource, CuratedText
from records.models import now
from tests.support.scripted import Visitor, arrived, ask
from tests.web.staff.conftest import Center
from web.staff.i18n import words

Clerk = Callable[..., Page]
LANGUAGES = {"zh-CN": "zh", "en-GB": "en"}
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
both = pytest.mark.parametrize("locale", LANGUAGES)


def say(locale: str, key: str, **values: object) -> str:
    return words(LANGUAGES[locale])[f"curated.{key}"].format(**values)


def written(identity: str = "a", until: date | None = None, source: str = SOURCE) -> CuratedAnswer:
    texts = tuple(CuratedText(language, told[0], told[2]) for language, told in TOLD.items())
    return CuratedAnswer(identity, until or date.today(), texts, (CuratedSource(source, QUOTE),), "王芳", "王芳")


def write(page: Page, locale: str, answer: str) -> None:
    language = LANGUAGES[locale]
    page.locator("#source_1").select_option(SOURCE)
    page.locator("#quote_1").fill(QUOTE)
    box = page.locator(f"#answer_{language}")
    if not box.is_visible():
        page.locator("details", has=box).locator("summary").click()
    page.locator(f"#questions_{language}").fill(TOLD[language][0])
    box.fill(answer)
    page.get_by_role("button", name=say(locale, "save"), exact=True).click()


@both
def test_a_clerk_fixes_an_answer_and_who_asks_gets_it_until_it_is_ended(
    clerk: Clerk, center: Center, visitor: Visitor, locale: str
) -> None:
    question, other_words, answer, line = TOLD[LANGUAGES[locale]]
    staff = clerk("curated", locale)
    staff.get_by_role("link", name=say(locale, "new"), exact=True).click()
    write(staff, locale, answer)
    expect(staff.get_by_role("status")).to_have_text(say(locale, "kept", question=question))
    asking = arrived(visitor(locale), center.address)
    ask(asking, other_words)
    shown = asking.locator("#current .exchange")
    expect(shown.locator(".words p").first).to_contain_text(line, timeout=30_000)
    expect(shown.locator(".words")).to_contain_text("22%")
    expect(shown.locator(".card")).to_have_count(1)
    expect(shown.locator(".card blockquote")).to_contain_text(QUOTE)
    staff.goto(center.staff("curated"))
    row = staff.locator("tbody tr")
    expect(row.locator(".number")).to_have_text("1")
    row.get_by_role("button", name=say(locale, "end_of", question=question)).click()
    expect(staff.locator(".badge.bad")).to_have_text(say(locale, "trouble.ended"))
    expect(asking.locator("#ask")).to_be_visible()
    ask(asking, other_words)
    expect(asking.locator("#past .exchange")).to_have_count(1, timeout=30_000)
    expect(asking.locator("#current .exchange .tools")).to_be_visible(timeout=30_000)
    expect(asking.locator("#current .words")).not_to_contain_text(line)
    actions = [each.action for each in center.room.audit.entries()]
    assert actions == ["answer.ended", "answer.curated"]


@both
def test_a_figure_without_a_source_is_pointed_out_and_the_answer_changed(
    clerk: Clerk, center: Center, locale: str
) -> None:
    staff = clerk("curated/new?question=%E4%BF%84", locale)
    expect(staff.locator("#questions_zh")).to_have_value("俄")
    staff.locator("#questions_zh").fill("")
    write(staff, locale, "22%, 2031: 27%.")
    expect(staff.locator(".said.note", has_text="27")).to_be_visible()
    language = LANGUAGES[locale]
    staff.locator(f"#answer_{language}").fill(TOLD[language][2])
    staff.get_by_role("button", name=say(locale, "save"), exact=True).click()
    expect(staff.get_by_role("status")).to_have_text(say(locale, "kept", question=TOLD[language][0]))
    (answer,) = center.room.records.curated.all()
    assert answer.texts[0].answer == TOLD[language][2]
    assert center.room.audit.entries()[0].details[f"before_answer_{language}"] == "22%, 2031: 27%."


@both
def test_an_answer_is_deleted_and_brought_back(clerk: Clerk, center: Center, locale: str) -> None:
    center.room.records.curated.keep(written())
    staff = clerk("curated", locale)
    question = written().question
    staff.get_by_role("button", name=say(locale, "delete_of", question=question)).click()
    expect(staff.locator(".empty")).to_be_visible()
    staff.get_by_role("button", name=words(LANGUAGES[locale])["frame.undo"]).click()
    expect(staff.get_by_role("link", name=question)).to_be_visible()
    assert center.room.records.curated.current() != ()


@both
def test_a_clerk_tries_which_questions_get_it(clerk: Clerk, center: Center, locale: str) -> None:
    center.room.records.curated.keep(written())
    staff = clerk("curated", locale)
    for question, heading, verdict in (
        (TOLD[LANGUAGES[locale]][1], "tried_used", "same"),
        ("巴西增值税税率是多少", "tried_unused", "named"),
    ):
        staff.get_by_role("searchbox").fill(question)
        staff.get_by_role("button", name=say(locale, "try"), exact=True).click()
        trial = staff.locator("#trial")
        expect(trial.get_by_role("heading", name=say(locale, heading))).to_be_visible()
        expect(trial.locator("tbody tr").first).to_contain_text(say(locale, f"verdict.{verdict}"))
        expect(trial.locator("tbody tr").first).to_contain_text("%")


@both
def test_what_a_colleague_changed_or_deleted_meanwhile_is_said_and_nothing_typed_is_lost(
    clerk: Clerk, center: Center, locale: str
) -> None:
    language, answers = LANGUAGES[locale], center.room.records.curated
    answers.keep(written())
    staff = clerk("curated/edit?id=a", locale)
    box = staff.locator(f"#answer_{language}")
    box.fill("Mine: 22%.")
    answers.keep(replace(written(), changed_by="李明", changed_at=now()))
    staff.get_by_role("button", name=say(locale, "save"), exact=True).click()
    expect(staff.get_by_role("alert")).to_have_text(say(locale, "changed_meanwhile", who="李明"))
    expect(box).to_have_value("Mine: 22%.")
    assert [each.changed_by for each in answers.all()] == ["李明"]
    answers.delete("a")
    staff.get_by_role("button", name=say(locale, "save"), exact=True).click()
    expect(staff.get_by_role("alert")).to_have_text(say(locale, "deleted_meanwhile"))
    expect(box).to_have_value("Mine: 22%.")
    staff.get_by_role("button", name=say(locale, "save"), exact=True).click()
    expect(staff.get_by_role("status")).to_have_text(say(locale, "kept", question=written().question))
    (kept,) = answers.all()
    text = kept.text(language)
    assert text and text.answer == "Mine: 22%."


def test_every_earlier_text_stands_in_the_log_in_full(clerk: Clerk, center: Center) -> None:
    long = replace(written(), texts=tuple(replace(each, answer=each.language * 4_000) for each in written().texts))
    center.room.records.curated.keep(long)
    staff = clerk("curated/edit?id=a", "en-GB")
    for language in ("zh", "en"):
        staff.locator(f"#answer_{language}").fill("22%")
    staff.get_by_role("button", name="Save", exact=True).click()
    expect(staff.get_by_role("status")).to_be_visible()
    staff.goto(center.staff("curated/edit?id=a"))
    staff.get_by_role("link", name=say("en-GB", "history")).click()
    staff.get_by_text(words("en")["log.detail.before_answer_en"]).click()
    expect(staff.locator("details[open]")).to_contain_text("en" * 4_000)
    details = center.room.audit.entries()[0].details
    assert (details["before_answer_zh"], details["before_answer_en"]) == ("zh" * 4_000, "en" * 4_000)


def test_personal_data_in_a_question_that_is_tried_are_masked(clerk: Clerk, center: Center) -> None:
    for path in ("curated", "curated/new"):
        staff = clerk(f"{path}?question=%E6%88%91%E7%9A%84%E7%94%B5%E8%AF%9D%E6%98%AF13812345678", "en-GB")
        assert "13812345678" not in staff.content()
        assert "***" in staff.content()


def test_an_answer_whose_source_is_gone_stands_first_and_is_counted(clerk: Clerk, center: Center) -> None:
    center.room.records.curated.keep(written("lost", source="outbound/gone.md"))
    center.room.records.curated.keep(written("fine"))
    staff = clerk("curated", "en-GB", width=390)
    expect(staff.locator("tbody tr").first).to_contain_text("no longer in the folder")
    expect(staff.locator(".sections .count")).to_have_text("1")
    assert staff.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder := os.environ.get("PICTURES"):
        staff.screenshot(path=f"{folder}/curated-en-390.png", full_page=True)


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"source_1": ""}, "no_source"),
        ({"source_1": "outbound/none.md"}, "unknown_source"),
        ({"quote_1": "俄罗斯增值税为99%"}, "wrong_quote"),
        ({"answer_zh": ""}, "half_text"),
        ({"questions_zh": "", "answer_zh": ""}, "no_text"),
        ({"until": str(date.today() + timedelta(days=800))}, "no_day"),
        ({"until": ""}, "no_day"),
        ({"questions_zh": "问" * 501}, "too_long"),
    ],
)
def test_what_cannot_be_used_is_not_kept(clerk: Clerk, center: Center, change: dict[str, str], trouble: str) -> None:
    form = {"questions_zh": "问题？", "answer_zh": "22%", "source_1": SOURCE, "until": str(date.today())} | change
    answer = clerk("curated", "en-GB").request.post(center.staff("curated/save"), form=form)
    assert answer.status == 422
    assert say("zh-CN", trouble) in answer.text()
    assert center.room.records.curated.all() == []
