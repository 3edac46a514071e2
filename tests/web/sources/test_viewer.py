"""A source opens at the passage, and nothing else of the folder can be opened."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from store.documents import Document, Line, Metadata, Original, Page
from web.i18n import texts
from web.sources.page_image import page_picture
from web.sources.text_window import LONGEST_TEXT
from web.sources.viewer import fingerprint, router

FIRST = "Article 1. A company files before it invests abroad."
SECOND = "Article 2. The authority answers within twenty days."
GUIDE = Document(
    "guides/税收.md", "# 税收\n\n利润税 25%。<script>alert(1)</script>\n\n增值税 20%。", Metadata(title="税收指南")
)
Open = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "税收.md").write_text(GUIDE.text, encoding="utf-8")
    two_pages(tmp_path / "rules.pdf")
    two_pages(tmp_path / "unread.pdf")
    return tmp_path


def two_pages(file: Path) -> None:
    canvas = Canvas(str(file), pagesize=(600, 800))
    for line in (FIRST, SECOND):
        canvas.drawString(72, 700, line)
        canvas.showPage()
    canvas.save()


def rules(method: Any = "text", lines: tuple[Line, ...] = ()) -> Document:
    text = f"{FIRST}\n\n{SECOND}"
    second = text.index(SECOND)
    pages = (Page(1, 0, second, method, lines), Page(2, second, len(text)))
    return Document("rules.pdf", text, Metadata(title="Rules", document_number="No. 7"), pages)


@pytest.fixture
def site(folder: Path) -> TestClient:
    return client(folder, rules(), GUIDE)


def client(folder: Path, *documents: Document) -> TestClient:
    app = FastAPI()
    app.include_router(router({document.source: document for document in documents}.get, dict, folder))
    return TestClient(app)


def opened(site: TestClient, path: str, **asked: Any) -> BeautifulSoup:
    answer = site.get("/source", params={"path": path, "lang": "en", **asked})
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def span(document: Document, quote: str) -> dict[str, int]:
    start = document.text.index(quote)
    return {"start": start, "end": start + len(quote)}


def test_a_pdf_opens_at_the_page_of_the_passage_with_its_line_marked(site: TestClient) -> None:
    page = opened(site, "rules.pdf", **span(rules(), "within twenty days"))
    assert "Page 2 of 2" in page.get_text()
    marks = page.select("svg rect.mark")
    assert len(marks) == 1 and marks[0]["id"] == "passage"
    top, height = (float(str(marks[0][name])) for name in ("y", "height"))
    assert 85 < top < 95 and 100 < top + height < 110  # the line stands on a baseline 100 points from the top


def test_the_picture_that_the_page_shows_is_served(site: TestClient) -> None:
    page = opened(site, "rules.pdf", **span(rules(), FIRST))
    picture = site.get(f"/{page.select('svg image')[0]['href']}")
    assert picture.headers["content-type"] == "image/webp"
    assert picture.content[:4] == b"RIFF" and picture.content[8:12] == b"WEBP"


def test_previous_and_next_page_keep_the_passage(site: TestClient) -> None:
    place = span(rules(), "twenty days")
    second = opened(site, "rules.pdf", **place)
    assert not second.select("a[rel=next]")
    first = BeautifulSoup(site.get(f"/{second.select('a[rel=prev]')[0]['href']}").text, "html.parser")
    assert "Page 1 of 2" in first.get_text() and not first.select("rect.mark")
    assert first.select("a[href$='#passage']")


def test_a_passage_over_two_pages_is_marked_on_both(site: TestClient) -> None:
    place = span(rules(), rules().text)
    assert all(len(opened(site, "rules.pdf", page=number, **place).select("rect.mark")) == 1 for number in (1, 2))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_is_marked_where_the_eye_sees_the_line(tmp_path: Path, rotation: int) -> None:
    two_pages(tmp_path / "straight.pdf")
    straight = PdfDocument(tmp_path / "straight.pdf")
    straight[0].set_rotation(rotation)
    straight.save(tmp_path / "turned.pdf")
    picture = page_picture(tmp_path / "turned.pdf", 1)
    assert picture is not None
    assert (picture.width, picture.height) == ((800, 600) if rotation in (90, 270) else (600, 800))
    left, top, right, bottom = picture.glyphs[0].box
    centre = (left + right) / 2, (top + bottom) / 2
    expected = {90: (700, 76), 180: (524, 700), 270: (100, 524)}[rotation]
    assert abs(centre[0] - expected[0]) < 8 and abs(centre[1] - expected[1]) < 8


def test_a_scan_is_marked_by_the_lines_that_were_recognised(folder: Path) -> None:
    scan = rules("ocr", (Line(FIRST, (70, 90, 400, 110)),))
    page = opened(client(folder, scan), "rules.pdf", **span(scan, "files before it invests"))
    assert [page.select("rect.mark")[0][name] for name in ("x", "y", "width", "height")] == ["70", "90", "330", "20"]
    assert "scan" in page.select(".hint")[0].get_text()


def test_a_photo_of_a_document_is_shown_as_it_is_with_the_passage_marked(folder: Path) -> None:
    Image.new("RGB", (3000, 1500), "white").save(folder / "photo.png")
    photo = Document(
        "photo.png", FIRST, Metadata(), (Page(1, 0, len(FIRST), "ocr", (Line(FIRST, (70, 90, 400, 110)),)),)
    )
    page = opened(client(folder, photo), "photo.png", start=0, end=len(FIRST))
    assert page.select("svg")[0]["viewbox"] == "0 0 3000 1500"
    assert [page.select("rect.mark")[0][name] for name in ("x", "y", "width", "height")] == ["70", "90", "330", "20"]
    drawn = client(folder, photo).get("/source/page.webp", params={"path": "photo.png", "page": 1})
    assert Image.open(BytesIO(drawn.content)).size == (1400, 700)
    assert client(folder, photo).get("/source/page.webp", params={"path": "photo.png", "page": 2}).status_code == 404


def test_words_that_cannot_be_marked_on_the_picture_stand_below_it(folder: Path) -> None:
    page = rules().pages[0]
    other = Document("rules.pdf", "Totally different words", Metadata(), (Page(1, 0, 23, page.method),))
    html = opened(client(folder, other), "rules.pdf", start=0, end=23)
    assert html.select("svg") and html.select("mark")[0].get_text() == "Totally different words"


def test_other_files_open_as_text_with_the_passage_marked(site: TestClient) -> None:
    page = opened(site, GUIDE.source, **span(GUIDE, "增值税 20%。"))
    assert [mark.get_text() for mark in page.select("mark#passage")] == ["增值税 20%。"]
    assert page.select("h1")[1].get_text() == "税收"


def test_a_source_leads_to_the_assistant_and_shows_its_title_once_unless_the_title_is_quoted(tmp_path: Path) -> None:
    guide = Document("a.md", "# Taxes\n\nThe rate is 25 %.", Metadata(title="Taxes", language="en"))
    site = client(tmp_path, guide)
    page = opened(site, guide.source, **span(guide, "25 %"))
    assert [each.get_text() for each in page.select("h1")] == ["Taxes"]
    assert [mark.get_text() for mark in page.select("mark")] == ["25 %"]
    assert [link["href"] for link in page.select("header a.home")] == ["./"]
    assert texts("en")["preview.shortened"] not in page.get_text()
    assert len(opened(site, guide.source).select("h1")) == 1
    assert [mark.get_text() for mark in opened(site, guide.source, **span(guide, "Taxes")).select("mark")] == ["Taxes"]


def test_a_source_page_is_whole_and_links_to_the_official_page_of_its_document(tmp_path: Path) -> None:
    address = "https://www.chinatax.gov.cn/"
    guide = replace(GUIDE, metadata=Metadata(title="税收指南", source_url=address))
    answer = client(tmp_path, guide).get("/source", params={"path": guide.source, "lang": "en"})
    assert answer.text.startswith("<!doctype html>")
    assert [link["href"] for link in BeautifulSoup(answer.text, "html.parser").select("dd a[target=_blank]")] == [
        address
    ]


def test_a_script_in_a_document_is_shown_and_never_run(site: TestClient) -> None:
    page = opened(site, GUIDE.source)
    assert not page.select("script") and "<script>alert(1)</script>" in page.get_text()


def test_the_policy_of_the_page_allows_no_script_and_no_other_host(site: TestClient) -> None:
    policy = site.get("/source", params={"path": GUIDE.source}).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "script-src" not in policy and "http" not in policy
    styles = re.findall(r"<style|style=", site.get("/source", params={"path": GUIDE.source}).text)
    assert styles == []


def test_a_page_that_cannot_be_drawn_is_shown_as_text(folder: Path) -> None:
    (folder / "rules.pdf").write_bytes(b"%PDF-1.7 broken")
    page = opened(client(folder, rules()), "rules.pdf", **span(rules(), SECOND))
    assert not page.select("svg") and page.select("mark")[0].get_text() == SECOND


@pytest.mark.parametrize(
    "path", ["unread.pdf", "../secret.pdf", "/etc/passwd", "guides/../rules.pdf", "", "rules.pdf\x00", "missing.md"]
)
def test_only_documents_of_the_index_can_be_opened(site: TestClient, path: str) -> None:
    assert site.get("/source", params={"path": path}).status_code == 404
    assert site.get("/source/page.webp", params={"path": path, "page": 1}).status_code == 404


@pytest.mark.parametrize("language", ["zh", "ar"])
def test_the_page_of_a_missing_source_leads_home_and_is_in_no_search_engine(site: TestClient, language: str) -> None:
    page = BeautifulSoup(site.get("/source", params={"path": "gone.md", "lang": language}).text, "html.parser")
    home = page.select_one("header a.home[href='./']")
    assert home and home.get_text() == texts(language)["masthead.name"]
    assert page.select("meta[name=robots][content=noindex]")


def test_a_source_that_points_outside_the_folder_is_never_drawn(tmp_path: Path) -> None:
    inside = tmp_path / "knowledge"
    inside.mkdir()
    two_pages(tmp_path / "secret.pdf")
    (inside / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    for source in ("../secret.pdf", "link.pdf"):
        site = client(inside, Document(source, "words", pages=(Page(1, 0, 5),)))
        assert site.get("/source/page.webp", params={"path": source, "page": 1}).status_code == 404


def test_of_a_long_text_only_what_lies_around_the_passage_is_shown(folder: Path) -> None:
    text = "line\n" * LONGEST_TEXT + "the passage\n" + "line\n" * LONGEST_TEXT
    long = Document("long.md", text)
    answer = client(folder, long).get("/source", params={"path": "long.md", "lang": "en", **span(long, "the passage")})
    assert "<mark" in answer.text and "only the text around" in answer.text
    assert len(answer.text) < 3 * LONGEST_TEXT
    whole = client(folder, long).get("/source", params={"path": "long.md", "start": 0, "end": len(text)})
    assert len(whole.text) < 8 * LONGEST_TEXT  # a tag around each word; the document has 2 million characters


def test_a_page_of_absurd_size_is_not_drawn(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "huge.pdf"), pagesize=(200_000, 200_000))
    canvas.drawString(72, 72, "huge")
    canvas.save()
    assert page_picture(tmp_path / "huge.pdf", 1) is None


def test_hostile_samples_are_drawn_within_the_limits_or_not_at_all(shared: Path) -> None:
    for name in ("bomb_giant.pdf", "GHOSTSCRIPT-698804-1-fuzzed.pdf", "password.pdf", "invalid.pdf"):
        picture = page_picture(shared / "documents" / name, 1)
        assert picture is None or len(picture.image) < 4_000_000


def test_an_article_of_the_state_council_pdf_is_marked_over_its_lines(shared: Path) -> None:
    name = "中央企业境外投资监督管理办法.pdf"
    quote = "国资委按照以管资本为主加强监管的原则，以把握投资方向、优化资本布局"
    document = Document(name, quote, Metadata(), (Page(2, 0, len(quote)),))
    page = opened(client(shared / "documents", document), name, start=0, end=len(quote))
    assert len(page.select("rect.mark")) == 2


def test_a_document_that_changed_since_it_was_quoted_says_so_and_marks_nothing(site: TestClient) -> None:
    asked = span(GUIDE, GUIDE.text[:20])
    same = opened(site, GUIDE.source, **asked, seen=fingerprint(GUIDE.text[:20]))
    assert same.select("mark")
    changed = opened(site, GUIDE.source, **asked, seen=fingerprint("what stood there before"))
    assert not changed.select("mark")
    assert "has changed" in changed.get_text()


def test_the_file_itself_is_offered_where_the_staff_allow_it_and_nowhere_else(folder: Path) -> None:
    offered = replace(rules(), metadata=Metadata(title="Rules", download=True))
    site = client(folder, offered, GUIDE)
    address = str(opened(site, "rules.pdf").select_one("a[download]")["href"])
    answer = site.get(f"/{address}")
    assert answer.content == (folder / "rules.pdf").read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment") and "sandbox" in str(answer.headers)
    assert not opened(site, GUIDE.source).select("a[download]")
    for path in (GUIDE.source, "unread.pdf", "../rules.pdf", "/etc/passwd"):
        assert site.get("/source/file", params={"path": path}).status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "2026年11月26日 人工更正"),
        ("en", "corrected by hand on November 26, 2026"),
        ("pt", "corrigido à mão em 26 de novembro de 2026"),
        ("ru", "исправлен вручную 26 ноября 2026"),
        ("ar", "يدويًا في 26 نوفمبر 2026"),
    ],
)
def test_a_page_corrected_by_hand_says_when_and_what_stood_there_before(folder: Path, language: str, said: str) -> None:
    read, now = "The fee is 8600 yuan <a year>.", "The fee is 8800 yuan <a year>."
    original = Original(read, "王芳", datetime(2026, 11, 26, 12, tzinfo=UTC))
    pages = (Page(1, 0, len(now), "corrected", original=original), Page(2, len(now) + 2, len(now) + 2 + len(SECOND)))
    document = Document("rules.pdf", f"{now}\n\n{SECOND}", Metadata(title="Rules"), pages)
    page = opened(client(folder, document), "rules.pdf", page=1, lang=language)
    note = page.select_one(".correction")
    assert note and said in note.get_text()
    assert [
        (old.get_text(), new.get_text())
        for old, new in zip(note.select(".figure del"), note.select(".figure ins"), strict=True)
    ] == [("8600 yuan", "8800 yuan")]
    hidden = note.select_one("details")
    assert hidden and not hidden.has_attr("open")
    assert hidden.select_one("pre").get_text() == read  # type: ignore[union-attr]
    assert [each.get_text() for each in hidden.select(".changes del, .changes ins")] == ["8600 yuan", "8800 yuan"]
    assert "王芳" not in page.get_text()
    other = opened(client(folder, document), "rules.pdf", page=2, lang=language)
    assert not other.select(".correction")
