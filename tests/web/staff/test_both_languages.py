"""Every page of the room can be shown in both languages, and says nothing in the other one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from ingest.corrections import correction_file
from records import CuratedAnswer, CuratedSource, CuratedText, PersonRequest, Reason
from store import folder
from store.embeddings import Embedder
from tests.support.pdf_files import drawn, lines
from tests.support.staff_desk import NAME, StaffDesk, plain
from tests.support.staff_questions import asked
from tests.web.staff.conftest import both, stocked, until
from tests.web.staff.samples import FOLDER, RUSSIA, WAREHOUSE
from web.rendering import ENVIRONMENT
from web.staff import pages
from web.staff.context import StaffContext
from web.staff.i18n import load_shared_texts, section_texts, words

SOURCE, NOTICE = "outbound/russia.zh.md", "notice.pdf"
BY_A_FORM = {
    "accounts/invited",
    "accounts/list",
    "approvals/draft",
    "approvals/list",
    "approvals/withdrawal",
    "auth/code",
    "auth/invitation",
    "auth/recovery_codes",
    "auth/second_factor",
    "auth/first_password",
    "auth/sign_in",
    "curated/withdraw",
    "documents/bulk",
    "documents/bulk_confirm",
    "documents/confirm",
    "documents/gone",
    "inspect/confirm",
    "inspect/lost",
    "trouble",
    "uploads/page_text",
}
"""Pages to which no link leads in this room; tests of their own show them in both languages."""
OTHER = {"zh": "en", "en": "zh"}
LONG = {"zh": 6, "en": 16}
"""From how many characters on a text is no name or number that both languages share."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[StaffContext]:
    """A room in which something of everything has happened."""
    place = tmp_path_factory.mktemp("everything")
    notice = place / "knowledge" / NOTICE
    notice.parent.mkdir()
    drawn(
        notice, lines(["Notice on bonded storage", "This Notice is valid until 31 December 2127."]), lines(["Page 2"])
    )
    removed = {"removed.md": "# Removed\n\nThe fee is 5 yuan.\n"}
    with stocked(place, embedder, FOLDER | removed) as room:
        room.trash.take("removed.md", "removed", NAME, {}.get)
        correction_file.correct(
            notice, 1, correction_file.Correction("Valid until 31 December 2026.", NAME), folder.content(notice)
        )
        (notice.parent / "cut.pdf").write_bytes(b"%PDF-1.7 cut short")
        room.library.sync()
        given = asked(room, "俄罗斯的利润税是多少？", mode="model")
        room.records.rate(given.id, False, Reason.OUT_OF_DATE, "旧税率")
        room.records.ask_person(PersonRequest(given.id, "Anna", "anna@example.org", datetime.now(UTC)))
        asked(room, "澳大利亚的房产税怎么收")
        text, source = CuratedText("zh", "增值税是多少？", "22%"), CuratedSource(SOURCE, "俄罗斯增值税的一般税率为22%")
        room.records.curated.keep(CuratedAnswer("a", date.today(), (text,), (source,), NAME, NAME))
        yield room


def addresses(desk: StaffDesk) -> Iterator[str]:
    """Where the links, the parts that renew themselves and the searches of the page lead."""
    for found in desk.page.xpath("//a/@href | //*/@data-renew | //*/@data-from"):
        parts = urlsplit(desk.address(found))
        if parts.hostname == "testserver" and "/../" not in found and parts.path not in ("/language", "/"):
            yield f"{parts.path}?{parts.query}"


def walked(desk: StaffDesk) -> Iterator[tuple[str, str]]:
    """Each kind of page that can be reached by links, with what it says."""
    waiting, known = ["/"], set[tuple[str, frozenset[str]]]()
    while waiting:
        address = waiting.pop()
        parts = urlsplit(address)
        handle = parts.path.startswith(("/asked/", "/gaps/"))
        kind = parts.path, frozenset() if handle else frozenset(parse_qs(parts.query))
        if kind in known or parts.path.startswith("/static"):
            continue
        known.add(kind)
        desk.open(address)
        if desk.response.headers["content-type"].startswith("text/html"):
            yield address, plain(desk.page)
            waiting += addresses(desk)


def bring(desk: StaffDesk, name: str, to: str, text: str) -> None:
    """Sends a new version of a document, which then waits for a decision."""
    desk.client.put("folder/incoming/file", params={"name": name, "folder": to}, content=text.encode())
    until(lambda: bool(desk.open("folder/incoming").page.xpath("//a[contains(@href, 'incoming/change')]")))


SECTIONS = {key.partition(".")[0] for key in (*load_shared_texts("en"), *section_texts("en"))}


def whole_pages() -> Iterator[str]:
    """The templates that fill the frame, without what their names begin and end with."""
    loader = ENVIRONMENT.loader
    assert loader
    for name in ENVIRONMENT.list_templates():
        if '{% extends "staff/frame.html"' in loader.get_source(ENVIRONMENT, name)[0]:
            yield name.removeprefix("staff/").removesuffix(".html")


@both
def test_each_page_speaks_the_language_of_its_reader(
    room: StaffContext, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, render = set[str](), pages.render
    monkeypatch.setattr(pages, "render", lambda name, /, **values: shown.add(name) or render(name, **values))
    desk, own, other = StaffDesk(room, language), words(language), words(OTHER[language])
    bring(desk, "warehouse.en.md", "inbound", WAREHOUSE.replace("12 months", f"3 months ({language})"))
    desk.follow(desk.say("uploads.see")).press(desk.say("uploads.replace"), ".decide")
    bring(desk, "russia.zh.md", "outbound", RUSSIA.replace("22%", "9%"))
    foreign = [
        text
        for key, text in other.items()
        if key.partition(".")[0] in SECTIONS and len(text) >= LONG[OTHER[language]] and "{" not in text
        if text not in own.values()
    ]
    for address, said in walked(desk):
        assert [text for text in foreign if text in said] == [], address
    assert set(whole_pages()) - {name.removeprefix("staff/") for name in shown} - BY_A_FORM == set()
