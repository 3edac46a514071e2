"""Applies page corrections to the text read from a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.corrections.correction_file import Correction, CorrectionUnusableError, read_corrections
from ingest.corrections.line_boxes import carry_lines
from ingest.loaders.markdown_writer import count_tables
from ingest.loaders.pages.paragraphs import SENTENCE_ENDS
from ingest.loaders.pages.text_quality import measure_garbled
from store import folder
from store.documents import LoadedText, Original, Page, Quality
from text.messages import Message, message
from text.normalise import normalise

BETWEEN = "\n\n"


@dataclass(frozen=True)
class Rewritten:
    """A page with its text before and after, and the gap to the page above."""

    page: Page
    before: str
    after: str
    gap: str
    correction: Correction | None

    @property
    def comes_or_goes(self) -> bool:
        """True if the correction made an empty page non-empty, or the reverse."""
        return bool(self.before) != bool(self.after)

    def place_at(self, start: int) -> Page:
        """Page with its position in the new text."""
        page = replace(self.page, start=start, end=start + len(self.after))
        if self.correction is None:
            return page
        lines = carry_lines(page.lines, self.before, self.after)
        original = Original(self.before, self.correction.who, self.correction.when)
        return replace(page, method="corrected", lines=lines, original=original)


def read_with_corrections(path: Path, loaded: LoadedText) -> tuple[LoadedText, tuple[Message, ...]]:
    """Loaded text with the corrections stored beside the file, and their problems.

    Corrections of another version of the file or of a page that it lacks are left out.
    """
    try:
        corrections = read_corrections(path)
    except CorrectionUnusableError as error:
        return loaded, (error.message,)
    beside = folder.corrections(path).name
    if corrections.pages and corrections.file != folder.content(path):
        numbers = ", ".join(map(str, sorted(corrections.pages)))
        return loaded, (message("corrections.other_version", file=beside, pages=numbers),)
    known = {page.number for page in loaded.pages}
    missing = [number for number in sorted(corrections.pages) if number not in known]
    problems = (message("corrections.no_such_page", file=beside, page=number) for number in missing)
    usable = {number: each for number, each in corrections.pages.items() if number in known}
    return (apply_corrections(loaded, usable) if usable else loaded), tuple(problems)


def apply_corrections(loaded: LoadedText, corrections: Mapping[int, Correction]) -> LoadedText:
    """Loaded text with the texts of corrected pages replaced."""
    text, pages = "", list[Page]()
    # `is_apart`: a page came or went since the last page with text; `above`: the correction of the page above
    is_apart, above = False, None
    for each in rewritten(loaded, corrections):
        if each.after:
            is_ended = bool(each.correction or above) and text.endswith(SENTENCE_ENDS)
            text += separator_between(each.gap, text, each.after, is_apart or each.comes_or_goes or is_ended)
            is_apart = False
        pages.append(each.place_at(len(text)))
        text += each.after
        is_apart, above = is_apart or each.comes_or_goes, each.correction
    return replace(loaded, text=text, pages=tuple(pages), quality=quality(loaded, text, pages, corrections))


def rewritten(loaded: LoadedText, corrections: Mapping[int, Correction]) -> Iterator[Rewritten]:
    """Yields each page with its text before and after its correction."""
    last = 0
    for page in loaded.pages:
        before, correction = loaded.text[page.start : page.end], corrections.get(page.number)
        after = normalise(correction.text) if correction else before
        yield Rewritten(page, before, after, loaded.text[last : page.start], correction)
        last = page.end


def separator_between(before: str, above: str, below: str, is_apart: bool) -> str:
    """Separator between two pages.

    It is the old one, or a blank line if no sentence continues across it: a page between them came or went, or a
    correction ends a sentence, table or heading.
    """
    if not above or "\n\n" in before:
        return before if above else ""
    last = above[above.rfind("\n") + 1 :]
    return BETWEEN if is_apart or last.startswith(("|", "#")) or below.startswith(("|", "#")) else before


def quality(loaded: LoadedText, text: str, pages: list[Page], corrections: Mapping[int, Correction]) -> Quality:
    """Quality record after the corrections; notes on corrected pages are removed."""
    done = (
        message("page.corrected", page=number, who=each.who, day=f"{each.when:%Y-%m-%d}")
        for number, each in sorted(corrections.items())
    )
    methods = [page.method for page in pages]
    return replace(
        loaded.quality,
        empty_pages=methods.count("empty"),
        ocr_pages=methods.count("ocr"),
        pdfium_pages=methods.count("pdfium"),
        corrected_pages=len(corrections),
        garbled=round(measure_garbled(text), 4),
        tables=loaded.quality.tables + count_tables(text) - count_tables(loaded.text),
        characters=len(text),
        notes=(*(note for note in loaded.quality.notes if note.params.get("page") not in corrections), *done),
    )
