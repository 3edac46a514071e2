"""A clerk looks inside a document, corrects a page that was read wrongly, and answers quote what it says now."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answer
from ingest.corrections import correction_file as corrections
from ingest.sync.ocr_cache import forget
from records.staff.audit_log import Audit
from store import folder
from store.embeddings import Embedder
from tests.support.pdf_files import drawn, lines
from tests.support.staff_desk import NAME, StaffDesk
from tests.web.staff.conftest import both, stocked, until, watched
from tests.web.staff.inspect.samples import FEES, LONG, LONG_TEXT, ORDER, QUESTION, ROWS, SCAN, SECOND, TABLE, at, scan
from text.messages import message
from web.staff.context import StaffContext
from web.staff.inspect.page import open_page
from web.staff.messages import localise


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """The scan and its index: it is drawn and read once."""
    place = tmp_path_factory.mktemp("scanned")
    path = place / "knowledge" / SCAN
    path.parent.mkdir(parents=True)
    scan(path)
    with stocked(place, embedder, {}):
        return place


@pytest.fixture
def room(tmp_path: Path, embedder: Embedder, scanned: Path) -> Iterator[StaffContext]:
    """A room of its own for each test over the scan."""
    shutil.copytree(scanned, tmp_path, dirs_exist_ok=True)
    with stocked(tmp_path, embedder, {}) as room:
        yield room


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[StaffContext]:
    """A room over a table and a long text. Nothing here changes them: one for all."""
    with stocked(tmp_path_factory.mktemp("texts"), embedder, {TABLE: FEES, LONG: LONG_TEXT}) as room:
        yield room


def path_of(room: StaffContext) -> Path:
    return room.settings.knowledge_dir / SCAN


def answer(room: StaffContext) -> Answer:
    return room.bot.answer(QUESTION)


def correct(desk: StaffDesk, text: str) -> StaffDesk:
    """Types a text over that of the page in front, as far as Save."""
    desk.follow(desk.say("inspect.correct"))
    return desk.fill_labelled(desk.say("inspect.typed"), text).press(desk.say("inspect.save"))


def read_anew(desk: StaffDesk) -> StaffDesk:
    """The page once what was saved has been read."""
    desk.room.library.sync()
    return desk.reload()


@both
def test_a_scan_is_shown_beside_its_text_with_its_passages(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open(at(SCAN))
    assert desk.text(".state .badge") == desk.say("inspect.method.ocr")
    assert desk.one(".leaves a[aria-current]").get("class") == "ocr"
    picture = desk.client.get(desk.one(".page image").get("href"))
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")
    assert desk.count(".page rect") == len(ROWS)
    desk.follow(desk.say("inspect.next"))
    assert desk.text(".state .badge") == desk.say("inspect.method.text")
    assert SECOND in desk.text(".read")
    assert desk.text(".passage .said.trouble li") == ORDER
    desk.follow(desk.say("inspect.next"))
    assert desk.text(".state .badge") == desk.say("inspect.method.empty")
    assert desk.text(".read .empty") == desk.say("inspect.no_text")


def test_the_borders_are_those_of_the_index_and_tables_are_tables(texts: StaffContext) -> None:
    desk, revision = StaffDesk(texts, "en").open(at(TABLE)), texts.index.revision(TABLE)
    assert revision and len(revision.chunks) > 2
    assert desk.count(".passage") == desk.count(".passage table") == len(revision.chunks)
    assert desk.texts(".passage table thead") == ["Goods Fee"] * len(revision.chunks)
    shown = desk.texts(".passage table tbody tr")
    assert len(shown) == 60 and "|" not in "".join(shown)
    assert "found by meaning and by words" in desk.text(".read > .hint")
    sizes = [f"{len(each.text)} characters" for each in revision.chunks]
    assert all(size in about for size, about in zip(sizes, desk.texts(".about"), strict=True))
    assert "Fees › Storage" in desk.texts(".about")[-1]
    assert "Correct this page" not in desk.texts("a")
    assert "Change the file itself" in desk.text(".unpaged")


def test_a_long_document_is_shown_in_parts_that_together_have_every_passage(texts: StaffContext) -> None:
    desk, revision = StaffDesk(texts).open(at(LONG)), texts.index.revision(LONG)
    numbers = [each.get("id") for each in desk.all(".passage")]
    while desk.count("[rel=next]"):
        desk.follow(desk.text("[rel=next]"))
        numbers += [each.get("id") for each in desk.all(".passage")]
    assert revision and numbers == [f"passage-{number}" for number in range(1, len(revision.chunks) + 1)]
    assert desk.count(".leaves li") > 1


@both
def test_a_corrected_line_is_quoted_within_seconds_and_can_be_taken_back(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language).open(at(SCAN))
    read = answer(room)
    assert "18 months" in read.text
    desk.follow(desk.say("inspect.correct"))
    shown = desk.value("text")
    assert ROWS[1] in shown.split("\n")
    desk.fill(text=shown.replace("18 months", "24 months")).press(desk.say("inspect.save"))
    before, after, where = desk.texts(".figures tbody td")
    assert (before, after) == ("18 months", "24 months") and "at most 18 months24 months" in where
    assert not folder.corrections(path_of(room)).exists()
    desk.press(desk.say("inspect.confirm_save"))
    assert desk.say("inspect.saved", page=1) in desk.text(".said.done")
    assert desk.text(".said.done button") == desk.say("frame.undo")
    told = desk.page
    assert "24 months" in read_anew(desk).text(".read")
    assert desk.text(".state .badge") == desk.say("inspect.method.corrected")
    assert NAME in desk.text(".correction h2")
    assert desk.texts(".correction .figures del")[0] == "18 months"
    assert "at most 18 months" in desk.text(".correction pre")
    quoted = answer(room)
    assert "24 months" in quoted.text and "18 months" not in quoted.text
    desk.page = told
    desk.press(desk.say("frame.undo"), ".said")
    assert "18 months" in read_anew(desk).text(".read")
    assert answer(room).text == read.text
    assert not folder.corrections(path_of(room)).exists()
    taken_back, corrected = room.audit.entries(subject=SCAN, limit=9, offset=0)
    assert (taken_back.action, corrected.action) == ("page.correction_removed", "page.corrected")
    sentence = " ".join(ROWS[1:3])
    assert sentence in corrected.details["before"] and sentence.replace("18", "24") in corrected.details["after"]
    assert corrected.details["figures"] == "18 months → 24 months"
    assert taken_back.details["figures"] == "24 months → 18 months"
    desk.open("log?kind=corrections")
    assert desk.count("tbody tr") == 2
    assert desk.say("log.action.page.corrected") in desk.text("tbody")
    assert "18 months → 24 months" in desk.text("tbody")


def test_two_clerks_on_one_page_do_not_overwrite_each_other(room: StaffContext) -> None:
    one = StaffDesk(room, "en")
    other = one.colleague().open(at(SCAN, 2)).follow("Correct this page")
    correct(one.open(at(SCAN, 2)), "What the first one typed.")
    assert one.count(".said.done") == 1
    other.fill_labelled("Text of this page", "What the second one typed.").press("Save")
    assert "has just changed" in other.text("[role=alert]")
    assert other.text("pre") == "What the first one typed."
    assert other.value("text") == "What the second one typed."
    other.press("Save")
    told = other.page
    assert "What the second one typed." in read_anew(other).text(".read")
    other.page = told
    other.press("Undo", ".said")
    assert "What the first one typed." in read_anew(other).text(".read")


@both
def test_a_page_of_a_file_that_was_replaced_is_corrected_only_once_that_is_read(
    room: StaffContext, language: str
) -> None:
    desk, path = StaffDesk(room, language), path_of(room)
    late = correct(desk.colleague().open(at(SCAN, 2)), "What somebody typed into the old version.")
    assert late.text(".said.done button") == desk.say("frame.undo")
    room.library.sync()
    desk.open(at(SCAN, 2)).follow(desk.say("inspect.correct"))
    drawn(path, lines(["The first page of the new version."]), lines(["Its second page says something else."]))
    desk.fill(text="What is typed while another file comes.").press(desk.say("inspect.save"))
    assert desk.text("[role=alert]") == desk.say("inspect.replaced_typed")
    assert desk.value("text") == "What is typed while another file comes."
    assert corrections.read_corrections(path).file != folder.content(path)
    assert desk.client.get(f"folder/inside/correct?source={SCAN}&page=2").status_code < 500
    room.library.sync()
    desk.press(desk.say("inspect.save"))
    assert desk.text("[role=alert]") == desk.say("inspect.changed_meanwhile")
    assert desk.text("pre") == "Its second page says something else."
    late.press(desk.say("frame.undo"), ".said")
    assert desk.say("inspect.nothing_to_take_back") in late.texts(".said > p")
    assert corrections.read_corrections(path).file != folder.content(path)
    desk.press(desk.say("inspect.save"))
    assert "What is typed while another file comes." in read_anew(desk).text(".read")
    assert corrections.read_corrections(path).file == folder.content(path)


@both
def test_what_was_typed_for_a_page_that_is_gone_is_shown_and_not_saved(room: StaffContext, language: str) -> None:
    desk, path = StaffDesk(room, language), path_of(room)
    assert desk.open(at(SCAN, 999)).text(".leaves a[aria-current]") == "1"
    desk.open(at(SCAN, 2)).follow(desk.say("inspect.correct"))
    drawn(path, lines(["The only page of the new version."]))
    room.library.sync()
    desk.fill(text="Typed for nothing?").press(desk.say("inspect.save"))
    assert desk.text("[role=alert]") == desk.say("inspect.lost")
    (lost,) = desk.all("textarea")
    assert lost.value.strip() == "Typed for nothing?"
    assert desk.say("inspect.lost_text") in desk.texts("label")
    assert not folder.corrections(path).exists()
    for number in ("2", "999", str(10**30)):
        answered = desk.post("folder/inside/correct", source=SCAN, page=number, text="Nothing")
        assert (answered.status_code, folder.corrections(path).exists()) == (409, False)


def test_a_correction_taken_back_by_mistake_returns_at_once_and_a_colleagues_is_not_taken_back(
    room: StaffContext,
) -> None:
    desk, path = StaffDesk(room, "en"), path_of(room)
    corrections.correct(path, 2, corrections.Correction("Corrected.", "李强"), folder.content(path))
    room.library.sync()
    late = desk.colleague().open(at(SCAN, 2))
    desk.open(at(SCAN, 2)).press("Remove the correction")  # nothing is read before the undo
    assert "was removed" in desk.text(".said.done")
    desk.press("Undo", ".said")
    assert "is saved" in desk.text(".said.done")
    assert corrections.read_corrections(path).pages[2].text == "Corrected."
    correct(desk, "Corrected again.")
    late.press("Remove the correction")
    assert "has changed, so" in late.text(".said.trouble")
    assert corrections.read_corrections(path).pages[2].text == "Corrected again."


@pytest.mark.parametrize(("language", "said"), [("zh", "为防止误删"), ("en", "This may be a mistake")])
def test_why_reading_does_not_go_on_is_said_in_the_language_of_the_page(
    room: StaffContext, language: str, said: str
) -> None:
    path = path_of(room)
    corrections.correct(path, 2, corrections.Correction("Corrected.", "李强"), folder.content(path))
    room.library.sync()
    for each in folder.with_sidecars(path):
        each.unlink(missing_ok=True)
    with watched(room.library):
        until(lambda: room.library.progress().stage == "failed")
    assert said in StaffDesk(room, language).open(at(SCAN, 2)).text("[data-running]")


def test_odd_addresses_are_refused_and_break_nothing(room: StaffContext) -> None:
    desk = StaffDesk(room, "en")
    client, headers = desk.client, {"content-type": "application/x-www-form-urlencoded"}
    assert desk.open(at(SCAN, 10**30)).text(".leaves a[aria-current]") == "1"
    for source in ("%00", "a%00b", "%ff", "%ed%a0%80", "x" * 1001, ".", "outbound", SCAN + "/x", "a" * 300):
        for path in ("", "/page.webp", "/reading", "/correct"):
            answered = client.get(f"folder/inside{path}?source={source}&page=1", follow_redirects=False)
            assert answered.status_code in (303, 400, 404, 422), (source, path)
        for path in ("correct", "take-back", "delete-old"):
            body = f"source={source}&page=1&text=%00%ff%ed%a0%80"
            answered = client.post(f"folder/inside/{path}", content=body, headers=headers, follow_redirects=False)
            assert answered.status_code in (400, 404, 409, 422), (source, path)
    for number in ("0", "-1", "1e3", "9" * 5000):
        assert client.get(f"folder/inside?source={SCAN}&page={number}").status_code == 422
    path_of(room).unlink()
    for path in ("", "/reading", "/correct"):
        assert client.get(f"folder/inside{path}?source={SCAN}&page=1").status_code in (200, 404)


def test_corrections_of_another_version_and_broken_ones_are_told(room: StaffContext) -> None:
    path = path_of(room)
    corrections.write_corrections(path, corrections.Corrections("0" * 64, {1: corrections.Correction("Old.", "李强")}))
    desk = StaffDesk(room, "en").open(at(SCAN))
    assert "The corrections of page 1 were made for an earlier version" in desk.texts(".said.note")[0]
    desk.press("Delete the old corrections")
    assert "were deleted" in desk.text(".said.done")
    assert not folder.corrections(path).exists()
    folder.corrections(path).write_text("pages: [", encoding="utf-8")
    desk.open(at(SCAN))
    assert "scan.pdf.pages.yaml, cannot be read" in desk.text(".said.trouble", "cannot be read")
    assert "Correct this page" not in desk.texts("a")


@both
def test_why_a_correction_cannot_be_kept_is_told_in_the_language_of_the_page(
    room: StaffContext, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, beside = Audit.note, folder.corrections(path_of(room))

    def note_and_break(*arguments: object) -> None:
        """Somebody breaks the file between the look at the page and the saving."""
        note(*arguments)  # type: ignore[arg-type]
        beside.write_text("pages: [", encoding="utf-8")

    monkeypatch.setattr(Audit, "note", note_and_break)
    desk = correct(StaffDesk(room, language).open(at(SCAN, 2)), "Typed while the file breaks.")
    assert desk.text("[role=alert]") == desk.say(
        "inspect.not_done", reason=localise(message("corrections.not_yaml", file=beside.name), language)
    )
    assert "Typed while" in desk.value("text")


def test_only_documents_of_the_index_are_shown_and_their_text_is_no_html(room: StaffContext) -> None:
    desk = StaffDesk(room, "en")
    for source in ("../data/records.sqlite", "/etc/passwd", "nothing.md"):
        assert desk.client.get(at(source)).status_code == 404
        assert desk.client.get(f"folder/inside/page.webp?source={source}&page=1").status_code == 404
    correct(desk.open(at(SCAN, 2)), "<b id=bad>bold</b> <script>alert(1)</script>\n</textarea>")
    assert desk.texts(".figures ins")[0] == "1"
    desk.press("Go back")
    assert desk.value("text").endswith("</textarea>")
    desk.press("Save").press("Yes, save")
    assert "<b id=bad>bold</b>" in read_anew(desk).text(".read")
    assert desk.count("#bad") == 0


def test_of_a_page_whose_original_is_not_known_no_change_is_shown(room: StaffContext) -> None:
    path = path_of(room)
    corrections.correct(path, 2, corrections.Correction("At most 24 months.", "李强"), folder.content(path))
    room.library.sync()
    seen = open_page(room, SCAN, 2)
    assert seen.change and seen.figures and seen.leaf.page
    forget(SCAN, room.settings)
    unknown = replace(seen, leaf=replace(seen.leaf, page=replace(seen.leaf.page, original=None)))
    assert unknown.as_read is None and unknown.text == "At most 24 months."
    assert unknown.change is None and unknown.figures == ()
