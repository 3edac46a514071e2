"""A table of an answer goes into a spreadsheet or a letter as a table, with its sources."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.scripted import Visitor, answered, arrived

pytestmark = pytest.mark.browser

READ = """async (type) => {
  const [item] = await navigator.clipboard.read();
  return (await item.getType(type)).text();
}"""


def shown(visitor: Visitor, address: str, question: str = "俄罗斯的利润税率是多少？") -> Page:
    context = visitor()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return answered(arrived(context, address), question)


def test_a_table_is_copied_as_a_table_with_tabs_and_with_its_sources(visitor: Visitor, address: str) -> None:
    page = shown(visitor, address)
    page.locator("#current .words").get_by_role("button", name="复制表格").click()
    expect(page.locator("#toast")).to_have_text("已复制表格和出处")
    text = page.evaluate(READ, "text/plain").split("\n")
    assert text[0].split("\t") == ["税种", "税率", "依据与说明"] and text[1].split("\t")[:2] == ["利润税", "25%"]
    assert text[-1].startswith("[1] [2] 俄罗斯税收")
    rich = page.evaluate(READ, "text/html")
    assert "<td>25%</td>" in rich and "<script" not in rich and "<img" not in rich


def test_a_table_is_saved_as_csv_that_a_spreadsheet_opens(visitor: Visitor, address: str, tmp_path: Path) -> None:
    page = shown(visitor, address, "请写：利润税率")
    with page.expect_download() as download:
        page.locator("#current .words").get_by_role("button", name="存为 CSV").click()
    assert download.value.suggested_filename == "请写：利润税率.csv"
    download.value.save_as(file := tmp_path / "table.csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf"), "without this mark, spreadsheets garble Chinese"
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    assert rows[1][:2] == ["利润税", "25%"]
    assert rows[-3] == [""] and rows[-2][0].startswith("[1] [2] 俄罗斯税收"), "its sources stand below it"
    assert "AI 生成" in rows[-1][0], "what a model wrote is labelled in every export"
    page.locator("#current .sources blockquote").last.evaluate(
        "quote => (quote.innerHTML = '<table><tr><td>20%</td></tr>')"
    )
    page.locator("#current .sources").get_by_role("button", name="复制表格").click()
    expect(page.locator("#toast")).to_have_text("已复制表格和出处")
    copied = page.evaluate(READ, "text/plain")
    assert copied.startswith("20%\n\n[2] 俄罗斯税收") and "AI 生成" not in copied, "a quoted table is the document's"


def test_a_cell_is_never_computed_by_a_spreadsheet(visitor: Visitor, address: str, tmp_path: Path) -> None:
    page = shown(visitor, address)
    page.locator("#current .words td").first.evaluate("(cell) => cell.textContent = '=1+1'")
    with page.expect_download() as download:
        page.locator("#current .words").get_by_role("button", name="存为 CSV").click()
    download.value.save_as(file := tmp_path / "table.csv")
    assert "'=1+1" in file.read_text("utf-8-sig")


def test_the_buttons_of_a_table_are_no_words_of_the_answer(visitor: Visitor, address: str) -> None:
    page = shown(visitor, address)
    page.locator("[data-tool=copy]").click()
    expect(page.locator("#toast")).to_have_text("已复制回答和出处")
    assert "存为 CSV" not in page.evaluate("navigator.clipboard.readText()")


def test_an_answer_that_is_copied_has_each_row_of_its_table_on_one_line(visitor: Visitor, address: str) -> None:
    page = shown(visitor, address)
    page.locator("[data-tool=copy]").click()
    expect(page.locator("#toast")).to_have_text("已复制回答和出处")
    rows = [line.split("\t") for line in page.evaluate("navigator.clipboard.readText()").split("\n")]
    assert ["税种", "税率", "依据与说明"] in rows and ["利润税", "25%"] in [row[:2] for row in rows]
