"""A clerk writes what is known of a document into a form; it stands in the file and counts within seconds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ingest.metadata.front_matter import FrontMatter
from ingest.metadata.write_front_matter import read_written
from store.documents import Validity
from store.embeddings import Embedder
from tests.support.scripted import Visitor
from tests.web.staff.conftest import FOLDER, RUSSIA, Center, fill, opened, signed_in
from tests.web.staff.documents.test_routes import DECREE, LANGUAGES, Clerk, until
from web.staff.documents import form
from web.staff.documents.edit import Sent
from web.staff.formatting import Speech
from web.staff.i18n import words

pytestmark = pytest.mark.browser
SOURCE = "outbound/russia.zh.md"
EDIT = f"folder/edit?source={SOURCE}"


def test_the_form_has_a_field_for_each_key_of_the_metadata() -> None:
    assert form.KINDS.keys() == FrontMatter.model_fields.keys()
    assert Sent.model_fields.keys() == form.KINDS.keys() | {"source", "digest", "nothing"}


@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_an_end_of_validity_counts_in_the_next_answer(center: Center, clerk: Clerk, locale: str, language: str) -> None:
    known = words(language)
    page = clerk(f"folder/document?source={SOURCE}", locale)
    page.get_by_role("link", name=known["folder.edit.link"]).click()
    page.get_by_label(known["folder.key.effective_to"], exact=True).fill("2026-06-30")
    page.get_by_role("button", name=known["folder.edit.save"]).click()
    page.get_by_role("button", name=known["folder.edit.save"]).click()  # that it expires was shown and is meant
    expect(page.locator(".said.done")).to_have_text(known["folder.edit.saved"])
    expect(page.locator(".badge.validity-expired")).to_be_visible(timeout=30_000)
    expect(page.locator("[data-field=effective_to]")).to_contain_text(Speech(language).day(date(2026, 6, 30)))
    answer = center.room.bot.answer("俄罗斯的利润税率是多少？")
    assert {each.validity for each in answer.citations if each.source == SOURCE} == {Validity.EXPIRED}
    expected = RUSSIA.replace("review_by: 2027-01-10\n", "review_by: 2027-01-10\neffective_to: 2026-06-30\n")
    assert (center.folder / SOURCE).read_text(encoding="utf-8") == expected
    entry = page.locator(".entries > li").first
    expect(entry).to_contain_text(known["log.action.document.edited"])
    expect(entry).to_contain_text(f"{known['folder.key.effective_to']}: — → 2026-06-30")


@pytest.mark.parametrize(("locale", "language"), LANGUAGES)
def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_is_lost(
    center: Center, clerk: Clerk, locale: str, language: str
) -> None:
    known = words(language)
    page = clerk(EDIT, locale)
    page.get_by_label(known["folder.key.source_url"], exact=True).fill("example.org")
    page.get_by_label(known["folder.key.countries"], exact=True).fill("俄罗斯，Brazil，Nowhereland")
    page.get_by_label(known["folder.key.title"], exact=True).fill("新标题")
    page.get_by_role("button", name=known["folder.edit.save"]).click()
    expect(page.get_by_role("alert")).to_contain_text("2")
    expect(page.locator("#source_url-wrong")).to_have_text(known["folder.wrong.address"])
    expect(page.locator("#countries-wrong")).to_have_text(known["folder.wrong.country"])
    expect(page.locator("#source_url")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#title")).to_have_value("新标题")
    assert (center.folder / SOURCE).read_text(encoding="utf-8") == RUSSIA
    page.locator("#source_url").fill("https://example.org/a")
    page.locator("#countries").fill("俄罗斯，Brazil")
    page.get_by_role("button", name=known["folder.edit.save"]).click()
    expect(page.locator(".said.done")).to_be_visible()
    values = read_written(center.folder / SOURCE).values
    assert (values["title"], values["countries"]) == ("新标题", ("RU", "BR"))
    assert values["source_url"] == "https://example.org/a"
    assert (values["topics"], values["reviewed_on"]) == (("tax",), date(2026, 1, 10))


def test_a_file_that_changed_meanwhile_is_not_overwritten(center: Center, clerk: Clerk) -> None:
    page = clerk(EDIT, "en-GB")
    page.locator("#issuer").fill("Tax office of Jiangcheng")
    changed = RUSSIA.replace("俄罗斯税收指南", "俄罗斯税收新指南")
    fill(center.folder, {SOURCE: changed})
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text(words("en")["folder.edit.changed"])
    expect(page.locator("#title")).to_have_value("俄罗斯税收新指南")
    expect(page.locator("#issuer-lost")).to_contain_text("Tax office of Jiangcheng")
    assert (center.folder / SOURCE).read_text(encoding="utf-8") == changed
    page.locator("#issuer").fill("Tax office of Jiangcheng")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".said.done")).to_be_visible()
    assert read_written(center.folder / SOURCE).values["issuer"] == "Tax office of Jiangcheng"


def test_what_the_text_says_is_a_suggestion_that_can_be_refused(
    tmp_path: Path, embedder: Embedder, visitor: Visitor
) -> None:
    source, known = "laws/办法.txt", words("zh")
    with opened(tmp_path, embedder, {source: DECREE} | FOLDER) as center:
        page = signed_in(center, visitor("zh-CN"), f"folder/edit?source={source}")
        expect(page.locator("#effective_to")).to_have_value("")
        expect(page.locator("#effective_to-guess")).to_contain_text("2028年12月31日")
        page.get_by_role("button", name=known["folder.edit.save"]).click()
        expect(page.locator(".said")).to_have_text(known["folder.edit.nothing"])
        assert not (center.folder / f"{source}.yaml").exists()
        page.goto(center.staff(f"folder/edit?source={source}"))
        page.locator("#effective_to-nothing").check()
        page.locator("#document_number").fill("江数发〔2025〕13号")
        page.get_by_role("button", name=known["folder.edit.save"]).click()
        page.get_by_role("button", name=known["folder.edit.save"]).click()  # that it has no end was shown and is meant
        expect(page.locator("[data-field=document_number]")).to_contain_text("13号", timeout=30_000)
        expect(page.locator("[data-field=effective_to]")).to_have_count(0)
        sidecar = (center.folder / f"{source}.yaml").read_text(encoding="utf-8")
        assert sidecar == "document_number: 江数发〔2025〕13号\neffective_to: null\n"
        assert (center.folder / source).read_text(encoding="utf-8") == DECREE
        page.goto(center.staff(f"folder/edit?source={source}"))
        page.locator("#effective_to-nothing").uncheck()
        page.locator("#document_number").fill("")
        page.get_by_role("button", name=known["folder.edit.save"]).click()
        page.get_by_role("button", name=known["folder.edit.save"]).click()
        expect(page.locator("[data-field=effective_to]")).to_contain_text("2028年12月31日", timeout=30_000)
        assert not (center.folder / f"{source}.yaml").exists()


def test_front_matter_that_cannot_be_read_is_said_and_left_alone(center: Center, clerk: Clerk) -> None:
    broken = RUSSIA.replace("language: zh", "language: [zh")
    fill(center.folder, {SOURCE: broken})
    page = clerk(EDIT)
    expect(page.locator("ul.said")).to_contain_text("文件开头第")
    page.locator("#issuer").fill("江城区商务局")
    page.get_by_role("button", name=words("zh")["folder.edit.save"]).click()
    expect(page.get_by_role("alert")).to_contain_text("读不懂")
    expect(page.locator("#issuer")).to_have_value("江城区商务局")
    assert (center.folder / SOURCE).read_text(encoding="utf-8") == broken
    until(lambda: len(center.room.index.documents()) == 2)
