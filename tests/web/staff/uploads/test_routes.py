"""Files are added by dropping them: read, compared with what is there, answered from; nothing is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.staff.conftest import NAME, RUSSIA, Center
from tests.web.test_accessibility import violations
from web.http.security import LARGEST_REQUEST
from web.staff.i18n import words

pytestmark = pytest.mark.browser

Clerk = Callable[..., Page]
BOTH = pytest.mark.parametrize(("locale", "language"), [("zh-CN", "zh"), ("en-GB", "en")])
PAGE = "folder/incoming"
SLOW = 60_000

LAW = """# 江城市企业出海补贴管理办法

江商〔2025〕12号

江城市商务局

第一条 为了支持企业出海，制定本办法。

第二条 每家企业每年的出海补贴最高为50万元。

第三条 企业应当在三十个工作日内提交出海补贴的申请材料。

第四条 本办法自2025年3月1日起施行。
"""
NEWER = LAW.replace("50万元", "80万元").replace("自2025", "自2026")
SIDECAR = "topics: [policy]\nissued: 2025-01-01\n"


def written(folder: Path, files: dict[str, str | bytes]) -> list[Path]:
    """Files on the clerk's own computer."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return [folder / name for name in files]


def row(page: Page, name: str) -> Locator:
    return page.locator(".arrivals li").filter(has=page.get_by_text(name, exact=True))


def reaches(page: Page, name: str, state: str) -> Locator:
    """The row of a file once it has come so far."""
    expect(row(page, name)).to_have_attribute("data-state", state, timeout=SLOW)
    return row(page, name)


def answer(center: Center, question: str) -> str:
    return center.room.bot.answer(question).text


@BOTH
def test_many_files_at_once_and_each_is_told_what_became_of_it(
    center: Center, clerk: Clerk, tmp_path: Path, locale: str, language: str
) -> None:
    say = words(language)
    files: dict[str, str | bytes] = {
        f"费用{number}.txt": f"通行费第{number}档为{number}20元。" for number in range(1, 6)
    }
    bad: dict[str, str | bytes] = {
        "programme.pdf": b"MZ\x90\0 not a document",
        "broken.pdf": b"%PDF-1.7 cut short",
        "copy.md": RUSSIA,
        "archive.zip": b"PK\3\4",
        "empty.txt": b"",
    }
    page = clerk(f"{PAGE}?folder=outbound", locale, width=390)
    page.locator("#files").set_input_files(written(tmp_path / "mine", {**files, **bad}))
    for name, content in files.items():
        expect(reaches(page, f"outbound/{name}", "meaning")).to_contain_text(say["incoming.answerable"])
        assert (center.folder / "outbound" / name).read_text(encoding="utf-8") == content
    refused = page.locator(".sending .refused")
    expect(refused).to_have_count(3)
    expect(refused.filter(has_text="programme.pdf")).to_contain_text(say["incoming.refused.program"])
    expect(refused.filter(has_text="archive.zip")).to_contain_text(".zip")
    expect(refused.filter(has_text="empty.txt")).to_contain_text("0")
    expect(reaches(page, "broken.pdf", "unreadable")).to_contain_text(say["incoming.to_do"].strip())
    expect(reaches(page, "copy.md", "same")).to_contain_text("outbound/russia.zh.md")
    assert violations(page) == {}
    assert len(list(center.folder.rglob("*"))) == 4 + len(files)
    assert {(entry.who, entry.action, entry.subject) for entry in center.room.audit.entries()} == {
        (NAME, "document.added", f"outbound/{name}") for name in files
    }
    page.reload()
    expect(page.locator(".arrivals li")).to_have_count(len(files) + 2)
    row(page, "broken.pdf").get_by_role("button").click()
    expect(row(page, "broken.pdf")).to_have_count(0)
    passages = center.room.bot.answer("下沙3号码头的车辆通行费是多少？").passages
    assert "outbound/费用3.txt" in {passage.source for passage in passages}


@BOTH
def test_a_new_version_is_compared_replaces_the_old_one_and_can_be_undone(
    center: Center, clerk: Clerk, tmp_path: Path, locale: str, language: str
) -> None:
    say, question = words(language), "每家企业每年的出海补贴最高是多少？"
    source = center.folder / "policies" / "补贴办法.md"
    source.parent.mkdir()
    source.with_name("补贴办法.md.yaml").write_text(SIDECAR, encoding="utf-8")
    source.write_text(LAW, encoding="utf-8")
    center.library.sync()
    assert "50万元" in answer(center, question)
    page = clerk(PAGE, locale)
    page.locator("#files").set_input_files(written(tmp_path / "mine", {"新办法.md": NEWER}))
    expect(reaches(page, "新办法.md", "clash")).to_contain_text(say["incoming.kept"])
    row(page, "新办法.md").get_by_role("link", name=say["incoming.see"]).click()
    expect(page.locator(".figures tbody tr")).to_have_count(2)
    first = page.locator(".figures tbody tr").first
    expect(first.locator("td del").first).to_have_text("50万元")
    expect(first.locator("td ins").first).to_have_text("80万元")
    expect(page.locator(".fields")).to_contain_text("2026-03-01")
    expect(page.locator(".changes .changed")).to_have_count(2)
    expect(page.locator(".decide")).to_contain_text(say["incoming.counts.new"])
    assert violations(page) == {}
    assert source.read_text(encoding="utf-8") == LAW
    page.get_by_role("button", name=say["incoming.replace"], exact=True).click()
    expect(page.locator(".said")).to_contain_text("policies/补贴办法.md")
    reaches(page, "policies/补贴办法.md", "meaning")
    assert source.read_text(encoding="utf-8") == NEWER
    assert source.with_name("补贴办法.md.yaml").read_text(encoding="utf-8") == "topics:\n- policy\n"
    assert "80万元" in answer(center, question) and "50万元" not in answer(center, question)
    page.get_by_role("link", name=say["incoming.see_changes"]).click()
    expect(page.locator(".figures")).to_contain_text("80万元")
    expect(page.locator(".lead")).to_contain_text(NAME)
    page.get_by_role("button", name=say["incoming.put_back"]).click()
    expect(page.locator(".said")).to_contain_text("policies/补贴办法.md")
    assert source.read_text(encoding="utf-8") == LAW
    assert source.with_name("补贴办法.md.yaml").read_text(encoding="utf-8") == SIDECAR
    center.library.sync()
    assert "50万元" in answer(center, question)
    page.get_by_role("button", name=say["incoming.redo"]).click()
    expect(page.locator(".said")).to_be_visible()
    assert source.read_text(encoding="utf-8") == NEWER
    page.goto(center.staff("log"))
    expect(page.locator("tbody tr").last).to_contain_text(say["log.action.document.replaced"])
    expect(page.locator("tbody tr").first).to_contain_text(say["log.action.document.version_back"])


@BOTH
def test_a_similar_file_can_be_kept_beside_or_discarded(
    center: Center, clerk: Clerk, tmp_path: Path, locale: str, language: str
) -> None:
    say = words(language)
    changed = RUSSIA.replace("22%", "24%")
    page = clerk(PAGE, locale)
    page.locator("#folder").select_option("outbound")
    for what, left in (("discard", []), ("keep_both", ["russia.zh (2).md"])):
        page.locator("#files").set_input_files(written(tmp_path / "mine", {"russia.zh.md": changed}))
        reaches(page, "russia.zh.md", "clash").get_by_role("link", name=say["incoming.see"]).click()
        expect(page.locator(".figures tbody tr")).to_have_count(1)
        page.get_by_role("button", name=say[f"incoming.{what}"], exact=True).click()
        expect(page.locator(".said")).to_contain_text("russia.zh")
        names = sorted(each.name for each in (center.folder / "outbound").iterdir())
        assert names == sorted(["russia.zh.md", *left])
        page.locator("#folder").select_option("outbound")
    assert (center.folder / "outbound" / "russia.zh.md").read_text(encoding="utf-8") == RUSSIA
    assert list((center.room.settings.data_dir / "incoming").iterdir()) == []


def test_a_scan_is_read_by_ocr_says_so_and_is_answered_from(center: Center, clerk: Clerk, shared: Path) -> None:
    page = clerk(PAGE)
    page.locator("#new-folder").fill("scans")
    page.locator("#files").set_input_files(shared / "documents" / "docling__ocr_test.pdf")
    name = "scans/docling__ocr_test.pdf"
    scan = reaches(page, name, "meaning")
    expect(scan).to_contain_text(words("zh")["incoming.ocr"].format(pages=1))
    document = center.library.index.document(name)
    assert document and document.quality.ocr_pages == 1
    inside = scan.get_by_role("link", name=words("zh")["incoming.to_inside"])
    expect(inside).to_have_attribute("href", re.compile(r"/staff/folder/inside\?source=scans/docling__ocr_test\.pdf$"))
    assert any(passage.source == name for passage in center.room.bot.answer("What does Docling bundle?").passages)


@BOTH
def test_dropped_files_are_sent_and_too_large_ones_are_told_before(
    center: Center, clerk: Clerk, monkeypatch: pytest.MonkeyPatch, locale: str, language: str
) -> None:
    page = clerk(PAGE, locale)
    drop = """([name, size]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([new Uint8Array(size).fill(97)], name));
        document.querySelector("#drop").dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: carried }));
    }"""
    page.evaluate(drop, ["large.txt", 101 << 20])
    expect(page.locator(".refused")).to_contain_text("ASSISTANT_FILE_MEGABYTES")
    page.evaluate(drop, ["a/b:c.txt", 10])
    expect(page.locator(".refused")).to_have_count(2)
    page.evaluate(drop, ["larger than other requests.txt", LARGEST_REQUEST + 1000])
    expect(row(page, "larger than other requests.txt")).to_be_visible(timeout=SLOW)
    assert list((center.room.settings.data_dir / "incoming").glob("*/large.txt")) == []


@BOTH
def test_a_file_that_waits_is_added_by_a_decision_alone_also_when_what_it_met_has_gone(
    center: Center, clerk: Clerk, tmp_path: Path, locale: str, language: str
) -> None:
    say = words(language)
    (center.folder / "办法.md").write_text(LAW, encoding="utf-8")
    page = clerk(PAGE, locale, width=390, height=800)
    page.locator("#files").set_input_files(written(tmp_path / "own", {"办法.md": NEWER}))
    waiting = reaches(page, "办法.md", "clash")
    waiting.get_by_role("link", name=say["incoming.see"]).click()
    (center.folder / "办法.md").unlink()
    page.get_by_role("button", name=say["incoming.replace"], exact=True).click()
    expect(page.locator(".said.trouble")).to_contain_text(say["incoming.trouble.old_gone"].format(name="办法.md"))
    gone = say["incoming.clash_gone"].format(name="办法.md")
    expect(row(page, "办法.md")).to_contain_text(gone)
    assert not (center.folder / "办法.md").exists()
    row(page, "办法.md").get_by_role("link", name=say["incoming.see_alone"]).click()
    expect(page.locator(".lead")).to_have_text(gone)
    expect(page.get_by_role("button", name=say["incoming.replace"], exact=True)).to_have_count(0)
    assert violations(page) == {}
    page.get_by_role("button", name=say["incoming.add_it"], exact=True).click()
    expect(page.locator(".said.done")).to_have_text(say["incoming.added_done"].format(name="办法.md"))
    assert (center.folder / "办法.md").read_text(encoding="utf-8") == NEWER
    (entry, *_) = center.room.audit.entries(subject="办法.md", limit=5)
    assert (entry.action, entry.who) == ("document.added", NAME)
