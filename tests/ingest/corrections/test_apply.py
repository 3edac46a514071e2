"""Pages corrected by hand stand in the text of their document, and nothing else of it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from ingest.chunking import chunk
from ingest.corrections.apply import apply_corrections, read_with_corrections
from ingest.corrections.correction_file import Correction, CorrectionUnusableError, read_corrections, take_back
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings
from store import folder
from store.documents import Document, LoadedText, Page, Quality
from store.embeddings import Embedder
from tests.ingest.corrections.conftest import ROWS, mend
from tests.support.pdf_files import drawn, lines
from text.messages import Message, message
from text.normalise import normalise

TYPED = "Overseas investment filing guide\n\nStep one: prepare application form 17-B."
READ = LoadedText("one\n\ntwo", (Page(1, 0, 3), Page(2, 5, 8)), Quality(pages=2))
texts = st.text(st.sampled_from("税率为25% |#-。\n\t\u3000"), max_size=40).map(normalise) | st.text(max_size=40).map(
    normalise
)
gaps = st.sampled_from(["\n\n", "", " ", "\n"])


@st.composite
def documents(draw: st.DrawFn) -> LoadedText:
    """What readers give: pages in order, empty ones without room, something between the others."""
    text, pages = "", list[Page]()
    for number, body in enumerate(draw(st.lists(texts, min_size=1, max_size=5)), start=1):
        text += draw(gaps) if text and body else ""
        pages.append(Page(number, len(text), len(text) + len(body), "ocr" if body else "empty"))
        text += body
    return LoadedText(text, tuple(pages), Quality("ocr", len(pages), characters=len(text)))


def page_texts(loaded: LoadedText) -> list[str]:
    return [loaded.text[page.start : page.end] for page in loaded.pages]


@tried(deadline=None)
@given(documents(), st.data())
def test_a_correction_changes_its_page_and_no_other(loaded: LoadedText, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(loaded.pages)))
    typed = data.draw(texts | st.text(max_size=40))
    after = apply_corrections(loaded, {number: Correction(typed, "王芳")})
    expected = page_texts(loaded)
    expected[number - 1] = normalise(typed)
    assert page_texts(after) == expected
    assert [page.method == "corrected" for page in after.pages] == [page.number == number for page in after.pages]
    assert after.quality.characters == len(after.text)
    document = Document("a.pdf", after.text, pages=after.pages)
    assert all(after.text[each.start : each.end] == each.text for each in chunk(document))


@tried(deadline=None)
@given(documents(), st.data())
def test_pages_that_were_apart_stay_apart(loaded: LoadedText, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(loaded.pages)))
    after = apply_corrections(loaded, {number: Correction(data.draw(texts))})
    filled = [page for page in after.pages if page.end > page.start]
    page, new = loaded.pages[number - 1], after.pages[number - 1]
    came_or_went = (page.end > page.start) != (new.end > new.start)
    for one, other in pairwise(filled):
        between = after.text[one.end : other.start]
        assert set(between) <= {"\n", " "}
        assert between == "\n\n" or not (came_or_went and one.number <= number <= other.number)
    assert not filled or (filled[0].start, filled[-1].end) == (0, len(after.text))


def scan(path: Path, *rows: str) -> Path:
    """A picture of some lines."""
    picture = Image.new("RGB", (1000, 120 * len(rows) + 100), "white")
    for number, row in enumerate(rows):
        ImageDraw.Draw(picture).text((60, 60 + 110 * number), row, "black", ImageFont.load_default(42))
    picture.save(path)
    return path


def text_of(library: WatchedLibrary, source: str = "guide.pdf") -> str:
    document = library.index.document(source)
    return document.text if document else ""


def problems_of(library: WatchedLibrary) -> tuple[Message, ...]:
    return next(entry.problems for entry in library.index.entries())


def test_a_correction_survives_reading_anew_and_goes_when_it_is_taken_back(
    library: WatchedLibrary, guide: Path, settings: Settings, embedder: Embedder, found: Callable[[str], set[str]]
) -> None:
    library.sync()
    was = text_of(library)
    assert was.startswith(ROWS[0])
    mend(guide, 1, TYPED, "王芳")
    assert library.sync().updated == 1
    assert text_of(library).startswith(f"{TYPED}\n\nThe second page")
    assert any("17-B" in text for text in found("17-B"))
    quality = next(entry.quality for entry in library.index.entries())
    assert (quality.corrected_pages, quality.characters) == (1, len(text_of(library)))
    assert any(str(note).startswith("Page 1 was corrected by hand (王芳, ") for note in quality.notes)
    assert library.sync().unchanged == 1
    made_anew = settings.model_copy(update={"data_dir": settings.data_dir / "anew"})
    with open_watched_library(made_anew, embedder=embedder) as another:
        another.sync()
        revision = another.index.revision("guide.pdf")
        assert revision and revision.document == library.index.document("guide.pdf")
        assert revision.chunks == chunk(revision.document)
    take_back(guide, 1, read_corrections(guide).pages[1])
    library.sync()
    assert (text_of(library), problems_of(library)) == (was, ())


def test_ocr_does_not_run_again_for_what_lies_beside_the_file(library: WatchedLibrary, settings: Settings) -> None:
    scanned = scan(settings.knowledge_dir / "scan.png", *ROWS)
    library.sync()
    kept = next((settings.data_dir / "index" / "read").iterdir())
    kept.write_text(kept.read_text(encoding="utf-8").replace("Overseas", "Remembered"), encoding="utf-8")
    mend(scanned, 1, "", "王芳")
    library.sync()
    take_back(scanned, 1, read_corrections(scanned).pages[1])
    library.sync()
    assert text_of(library, "scan.png").startswith("Remembered investment")
    scan(scanned, "Another file of the same name")
    library.sync()
    assert text_of(library, "scan.png").startswith("Another file")
    scanned.unlink()
    library.sync(allow_empty=True)
    assert not kept.exists()


def test_a_correction_of_another_version_is_not_applied_and_said_so(library: WatchedLibrary, guide: Path) -> None:
    mend(guide, 1, TYPED)
    drawn(guide, lines([*ROWS, "Step two submit the form"]))
    library.sync()
    assert text_of(library).startswith(ROWS[0]) and "17-B" not in text_of(library)
    other = message("corrections.other_version", file="guide.pdf.pages.yaml", pages="1")
    assert problems_of(library) == (other,)
    mend(guide, 1, TYPED)
    library.sync()
    assert (text_of(library), problems_of(library)) == (TYPED, ())


def test_a_page_that_does_not_exist_is_said_and_the_others_are_corrected(guide: Path) -> None:
    mend(guide, 1, "1")
    mend(guide, 9, "9")
    after, problems = read_with_corrections(guide, READ)
    assert after.text == "1\n\ntwo"
    assert problems == (message("corrections.no_such_page", file="guide.pdf.pages.yaml", page=9),)


def test_what_a_correction_mended_is_not_complained_of_any_more(guide: Path) -> None:
    notes = tuple(message("page.hard_to_recognise", page=page, share="0.50") for page in (1, 12))
    after = apply_corrections(replace(READ, quality=Quality(notes=notes)), {1: Correction("1", "王芳")})
    assert [(note.code, note.params["page"]) for note in after.quality.notes] == [
        ("page.hard_to_recognise", 12),
        ("page.corrected", 1),
    ]


@pytest.mark.parametrize(
    "content",
    ["pages: [", "pages: {0: {text: a}}", "- a", "file: 1\npages: {1: 2}", "\0", "x" * 10, "file: 2026-99-99"],
)
def test_a_file_that_cannot_be_read_is_left_as_it_is_and_said(guide: Path, content: str) -> None:
    folder.corrections(guide).write_text(content, encoding="utf-8")
    after, problems = read_with_corrections(guide, READ)
    assert after == READ
    assert [each.code for each in problems] == ["corrections.not_yaml"]
    with pytest.raises(CorrectionUnusableError):
        mend(guide, 1, "one")
    assert folder.corrections(guide).read_text(encoding="utf-8") == content


def test_what_was_read_is_kept_with_the_page_and_who_corrected_it(library: WatchedLibrary, guide: Path) -> None:
    library.sync()
    was = text_of(library)
    mend(guide, 1, TYPED, "王芳")
    library.sync()
    document = library.index.document("guide.pdf")
    assert document
    first, second = document.pages
    assert first.original and second.original is None
    assert first.original.text.startswith(ROWS[0]) and was.startswith(first.original.text)
    assert (first.original.corrected_by, first.original.corrected_at) == ("王芳", read_corrections(guide).pages[1].when)


def test_a_corrected_page_that_an_earlier_version_indexed_is_read_again_once(
    settings: Settings, embedder: Embedder, guide: Path
) -> None:
    mend(guide, 1, TYPED, "王芳")
    with open_watched_library(settings, embedder=embedder) as library:
        library.sync()
        revision = library.index.revision("guide.pdf")
        assert revision
        pages = tuple(replace(page, original=None) for page in revision.document.pages)
        library.index.put([replace(revision, document=replace(revision.document, pages=pages))])
    with open_watched_library(settings, embedder=embedder) as library:
        assert library.sync().updated == 1
        document = library.index.document("guide.pdf")
        assert document and document.pages[0].original
    with open_watched_library(settings, embedder=embedder) as library:
        assert library.sync().unchanged == 1
