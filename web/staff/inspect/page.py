"""A page of a document: its text in the index, and its corrections in the folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fastapi import HTTPException

from ingest.corrections import correction_file as corrections
from ingest.corrections.correction_file import Correction, CorrectionUnusableError
from ingest.diff.comparison import Comparison, compare_texts
from ingest.diff.numbers import find_changed_numbers
from ingest.diff.wording import FigureChange
from ingest.loaders.pages.ocr import DOUBTFUL
from ingest.sync.ocr_cache import cache_file, read_memory
from ingest.sync.progress import Progress
from store import folder
from store.documents import Line, LoadedText
from store.index import Revision
from web.sources.page_image import PagePicture, page_picture
from web.sources.viewer import fingerprint, inside, original
from web.staff.context import StaffContext
from web.staff.inspect.page_parts import PagePart, list_parts


@dataclass(frozen=True)
class Kept:
    """Corrections beside a file.

    `old` are pages corrected in another version of the file. `unusable` is true if the corrections cannot be read.
    """

    pages: Mapping[int, Correction] = field(default_factory=dict)
    old: tuple[int, ...] = ()
    unusable: bool = False


def load_corrections(path: Path | None) -> Kept:
    """Returns the corrections beside a file; `path` is None if the file is gone."""
    try:
        found = corrections.read_corrections(path) if path else corrections.Corrections()
        is_old = path is not None and bool(found.pages) and found.file != folder.content(path)
    except (CorrectionUnusableError, OSError):
        return Kept(unusable=True)
    return Kept(old=tuple(sorted(found.pages))) if is_old else Kept(found.pages)


@dataclass(frozen=True)
class OpenedPage:
    """A page or part of a document. `path` is None if its file is gone."""

    room: StaffContext
    revision: Revision
    leaf: PagePart
    leaves: list[PagePart]
    path: Path | None
    kept: Kept

    @property
    def source(self) -> str:
        """Path of the document below the knowledge folder."""
        return self.revision.document.source

    @property
    def version(self) -> str:
        """SHA-256 of the file that the text was read from; empty if it is not known."""
        return folder.content_of_fingerprint(self.revision.fingerprint)

    @property
    def is_replaced(self) -> bool:
        """True if the file has changed since the text was read. Reads the whole file."""
        try:
            return self.path is None or folder.content(self.path) != self.version
        except OSError:
            return True

    @property
    def is_correctable(self) -> bool:
        """True for a page whose file is there, with readable corrections or none."""
        return self.leaf.page is not None and self.path is not None and not self.kept.unusable

    @property
    def correction(self) -> Correction | None:
        """Correction of this page.

        None if it has none, or if it is a part of a document without pages.
        """
        return self.kept.pages.get(self.leaf.number) if self.leaf.page else None

    @property
    def is_corrected(self) -> bool:
        """True if the index has the corrected text of this page."""
        return self.leaf.page is not None and self.leaf.page.method == "corrected"

    @property
    def known(self) -> str:
        """Identifies the correction of this page; empty without one."""
        return fingerprint(self.correction.text) if self.correction else ""

    @property
    def lines(self) -> tuple[Line, ...]:
        """Lines that OCR read on this page; none if it was read otherwise."""
        return self.leaf.page.lines if self.leaf.page else ()

    @property
    def text(self) -> str:
        """The current text: the last correction, or the original after an undo.

        This holds also before the index has it.
        """
        if self.correction:
            return self.correction.text
        return self.in_index if self.as_read is None else self.as_read

    @property
    def in_index(self) -> str:
        """The text of this page in the index."""
        return self.revision.document.text[self.leaf.start : self.leaf.end]

    @cached_property
    def as_read(self) -> str | None:
        """The original text without corrections.

        None if it is not known.
        """
        if self.leaf.page is None or not self.is_corrected:
            return self.in_index
        original = self.leaf.page.original
        return original.text if original else self.as_remembered() or None

    @property
    def is_read(self) -> bool:
        """True if the index has exactly the corrections that are in the folder."""
        document, wanted = self.revision.document, {number: each.text for number, each in self.kept.pages.items()}
        found = {
            page.number: document.text[page.start : page.end] for page in document.pages if page.method == "corrected"
        }
        known = {page.number for page in document.pages}
        return found == {number: text for number, text in wanted.items() if number in known}

    @property
    def is_doubtful(self) -> bool:
        """True if the confidence of OCR was low."""
        confidence = self.leaf.page.confidence if self.leaf.page else None
        return confidence is not None and confidence < DOUBTFUL

    @property
    def progress(self) -> Progress:
        """Progress of the sync, which reads the documents."""
        return self.room.library.progress()

    @property
    def is_embedded(self) -> bool:
        """True once vector search can find the document."""
        return self.room.index.is_embedded(self.source)

    @property
    def before(self) -> str:
        """The original text of a corrected page; empty if it is not known."""
        return (self.as_read or "") if self.correction else ""

    def as_remembered(self) -> str:
        """Returns the text from the OCR cache; empty if there is none."""
        known = read_memory(cache_file(self.source, self.room.settings))
        return text_of(known.loaded, self.leaf.number) if known and known.content == self.version else ""

    @cached_property
    def change(self) -> Comparison | None:
        """Diff of the correction.

        None without a correction, if the original is not known, or if it equals the original.
        """
        if not self.correction or self.as_read is None or self.as_read == self.text:
            return None
        return compare_texts(self.as_read, self.text)

    @cached_property
    def figures(self) -> tuple[FigureChange, ...]:
        """Numbers changed by the correction."""
        return find_changed_numbers(self.before, self.text) if self.change else ()

    def picture(self) -> PagePicture | None:
        """Returns the picture of this page.

        None for a part without a page, without a PDF or picture as its file, or if it cannot be drawn.
        """
        file = original(self.room.settings.knowledge_dir, self.source) if self.leaf.page else None
        return page_picture(file, self.leaf.number) if file else None

    def beside(self, step: int) -> int | None:
        """Returns the number of the page before (-1) or after (1).

        None if there is none.
        """
        at = self.leaves.index(self.leaf) + step
        return self.leaves[at].number if 0 <= at < len(self.leaves) else None


def text_of(loaded: LoadedText, number: int) -> str:
    """Returns the text of a page by its number; empty if there is no such page."""
    return next((loaded.text[page.start : page.end] for page in loaded.pages if page.number == number), "")


def open_page(room: StaffContext, source: str, number: int) -> OpenedPage:
    """Returns a page of a document; the first page if there is none with that number.

    Raises HTTPException (404) if the index does not have the document.
    """
    seen = find(room, source, number)
    if seen is None:
        raise HTTPException(404)
    return seen


def open_page_or_none(room: StaffContext, source: str, number: int) -> OpenedPage | None:
    """Returns a page that can be corrected.

    None if there is none with this number (any more), or if it cannot be corrected.
    """
    seen = find(room, source, number)
    return seen if seen and seen.leaf.number == number and seen.is_correctable else None


def find(room: StaffContext, source: str, number: int) -> OpenedPage | None:
    """Returns a page of a document; the first page if there is none with that number.

    None if the index does not have the document.
    """
    revision = room.index.revision(source)
    if revision is None:
        return None
    every = list_parts(revision)
    leaf = next((each for each in every if each.number == number), every[0])
    path = inside(room.settings.knowledge_dir, source)
    return OpenedPage(room, revision, leaf, every, path, load_corrections(path))
