"""Word documents as displayed: paragraphs, tables, text boxes and notes in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from ingest.loaders.markdown_writer import heading, item, load_blocks, one_line, table
from ingest.loaders.superscripts import raise_digits
from ingest.loaders.word_numbering import Numbering, value
from ingest.loaders.word_tables import cells, is_merged_upwards, is_row_of, span
from store.documents import LoadedText, UnreadableFileError
from text.messages import message

LONGEST_HEADING = 120
OUTLINE_OF_BODY_TEXT = 9
FALSE = ("0", "false", "off")
# Elements that Word does not display: deletions, the old place of moved text, field codes, phonetic
# guides, and the copy of a text box for old versions of Word.
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
UNSEEN = frozenset({FALLBACK, qn("w:del"), qn("w:moveFrom"), qn("w:rPr"), qn("w:pPr"), qn("w:rt"), qn("w:instrText")})
FORMULA_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# Checkboxes of forms, drawn in Wingdings.
SYMBOLS = {"F0A8": "□", "F06F": "□", "F071": "□", "F0FE": "☑", "F052": "☑", "F0FD": "☒", "F0FC": "✓"}
NOTE_REFERENCES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}


def read_word(path: Path) -> LoadedText:
    """Reads a DOCX file as Markdown.

    Headers, footers, comments, deletions, hidden text and tables of contents are left out.
    Raises UnreadableFileError if it only holds embedded files.
    """
    document = docx.Document(str(path))
    reading = WordReading(document)
    blocks = list(reading.blocks(document.element.body))
    result = load_blocks(blocks, document.core_properties.title or reading.title)
    attachments = sum("/embeddings/" in str(part.partname) for part in document.part.package.iter_parts())
    if not result.text and attachments:
        raise UnreadableFileError(message("file.only_embedded", count=attachments), message("file.save_embedded"))
    return result


@dataclass
class WordReading:
    """One pass through a document: its styles and counters."""

    document: Any
    title: str = ""
    notes: list[str] = field(default_factory=list)
    noted: int = 0

    def __post_init__(self) -> None:
        self.styles = {style.get(qn("w:styleId")): style for style in self.document.styles.element.iter(qn("w:style"))}
        parts = {relation.reltype.rsplit("/", 1)[-1]: relation for relation in self.document.part.rels.values()}
        self.numbering = Numbering(self.document.part.numbering_part.element if "numbering" in parts else None)
        self.note_texts = {
            kind: parse_xml(parts[kind].target_part.blob) for kind in NOTE_REFERENCES.values() if kind in parts
        }

    def blocks(self, parent: Any) -> Iterator[str]:
        """Blocks below `parent`, each followed by its text boxes and notes."""
        for element in parent:
            if element.tag == qn("w:p"):
                yield from self.paragraph(element)
            elif element.tag == qn("w:tbl"):
                yield from self.table(element)
            elif element.tag not in UNSEEN:
                yield from self.blocks(element)
            yield from self.take_notes()

    def paragraph(self, element: Any) -> Iterator[str]:
        """Yields a paragraph and its text boxes; nothing in a table of contents."""
        style = self.style_names(element)
        if any(name.startswith("toc ") for name in style):
            return
        label, depth = self.label(element)  # an empty paragraph is numbered too
        if text := self.text(element).strip():
            yield self.style_paragraph(element, text, style, label, depth)
        for box in boxes(element):
            yield from self.blocks(box)

    def style_paragraph(self, element: Any, text: str, style: list[str], label: str, depth: int) -> str:
        """Paragraph by its style: a heading, a numbered list item, or plain text."""
        level = self.heading_level(element, style)
        if "title" in style and not self.title:
            self.title = one_line(text)
        if level and len(text) <= LONGEST_HEADING:
            return heading(level, f"{label} {text}" if label != "•" else text)
        if label == "•":
            return item(text, depth)
        if re.fullmatch(r"\d+\.", label):
            return item(text, depth, label)
        return f"{label} {text}".strip()

    def style_names(self, element: Any) -> list[str]:
        """Names of a paragraph's style and its base styles, in lower case."""
        return [value(style, "w:name").lower() for style in self.style_chain(element)]

    def style_chain(self, element: Any) -> list[Any]:
        """Returns the style of a paragraph and its base styles, nearest first."""
        properties = element.find(qn("w:pPr"))
        identity = value(properties, "w:pStyle") if properties is not None else ""
        chain: list[Any] = []
        while identity in self.styles and self.styles[identity] not in chain:
            chain.append(self.styles[identity])
            identity = value(chain[-1], "w:basedOn")
        return chain

    def heading_level(self, element: Any, style: list[str]) -> int:
        """Level 1 to 9 of a heading; 0 for other text."""
        if "title" in style:
            return 1
        for name in style:
            if match := re.fullmatch(r"(?:heading|标题) ?([1-9])", name):
                return int(match[1])
        outline = self.find_property(element, "w:outlineLvl")
        return int(outline) + 1 if outline.isdigit() and int(outline) < OUTLINE_OF_BODY_TEXT else 0

    def find_property(self, element: Any, tag: str) -> str:
        """Property of a paragraph, or else of its style; "" if neither has it."""
        for owner in (element, *self.style_chain(element)):
            properties = owner.find(qn("w:pPr"))
            if properties is not None and (found := value(properties, tag)):
                return found
        return ""

    def label(self, element: Any) -> tuple[str, int]:
        """Number or bullet that Word writes before a paragraph, and its list depth."""
        for owner in (element, *self.style_chain(element)):
            found = owner.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if found is not None and (identity := value(found, "w:numId")):
                depth = value(found, "w:ilvl")
                level = int(depth) if depth.isdigit() else 0
                return self.numbering.label(identity, level), level
        return "", 0

    def text(self, element: Any) -> str:
        """Displayed text of a paragraph; note marks are `[^1]`."""
        return "".join(self.pieces(element))

    def pieces(self, parent: Any) -> Iterator[str]:
        """Yields the displayed texts below an element, without text boxes."""
        for element in parent:
            if element.tag in (qn("w:t"), FORMULA_TEXT):
                yield element.text or ""
            elif element.tag in SIGNS:
                yield SIGNS[element.tag]
            elif element.tag == qn("w:sym"):
                yield SYMBOLS.get((element.get(qn("w:char")) or "").upper(), "")
            elif element.tag in NOTE_REFERENCES:
                yield self.note(NOTE_REFERENCES[element.tag], element.get(qn("w:id")))
            elif element.tag not in UNSEEN and element.tag != qn("w:txbxContent"):
                yield from () if is_unseen(element) else self.run(element)

    def run(self, element: Any) -> Iterator[str]:
        """Text of a run; superscript digits become characters of their own."""
        if setting(element, "w:vertAlign") == "superscript":
            yield raise_digits("".join(self.pieces(element)))
        else:
            yield from self.pieces(element)

    def note(self, kind: str, identity: str) -> str:
        """Returns the mark of a note, such as `[^1]`, and keeps its text; "" if unknown."""
        found = [note for note in self.note_texts.get(kind, ()) if note.get(qn("w:id")) == identity]
        if not found:
            return ""
        self.noted += 1
        mark = f"[^{self.noted}]"
        self.notes.append(f"{mark}: {one_line(' '.join(self.text(line) for line in found[0].iter(qn('w:p'))))}")
        return mark

    def take_notes(self) -> list[str]:
        """Returns the notes that were kept since the last call."""
        taken, self.notes = self.notes, []
        return taken

    def table(self, element: Any) -> Iterator[str]:
        """Table as Markdown; a single column is only a frame and gives its blocks."""
        rows = [cells(row) for row in element.iter(qn("w:tr")) if is_row_of(row, element)]
        if all(len(row) <= 1 for row in rows):
            for row in rows:
                for frame in row:
                    yield from self.blocks(frame)
            return
        yield table(self.grid(rows))

    def grid(self, rows: list[list[Any]]) -> list[list[str]]:
        """Cell texts; a cell merged downwards repeats, sideways only in the first row."""
        texts: list[list[str]] = []
        for row in rows:
            line: list[str] = []
            for each in row:
                above = texts[-1][len(line)] if texts and len(line) < len(texts[-1]) else ""
                text = above if is_merged_upwards(each) else self.cell_text(each)
                line += [text] + [text if not texts else ""] * (span(each) - 1)
            texts.append(line)
        return texts

    def cell_text(self, element: Any) -> str:
        """Returns the text of a cell on one line, with numbers but without bullets."""
        lines = [line for line in element.iter(qn("w:p")) if not is_in_fallback(line)]
        return " ".join(f"{self.label(line)[0].strip('•')} {self.text(line)}".strip() for line in lines)


def is_unseen(run: Any) -> bool:
    """True if a run is hidden or struck out: invalid text next to its replacement."""
    settings = (setting(run, name) for name in ("w:vanish", "w:strike", "w:dstrike"))
    return any(each is not None and each not in FALSE for each in settings)


def setting(run: Any, name: str) -> str | None:
    """Returns the own formatting value of a run; "" without a value.

    None if the run does not have the property.
    """
    found = run.find(f"{qn('w:rPr')}/{qn(name)}")
    return None if found is None else str(found.get(qn("w:val"), ""))


def boxes(paragraph: Any) -> list[Any]:
    """Contents of the text boxes anchored to a paragraph, without nested ones."""
    found = [box for box in paragraph.iter(qn("w:txbxContent")) if not is_in_fallback(box)]
    return [box for box in found if not any(up in found for up in box.iterancestors())]


def is_in_fallback(element: Any) -> bool:
    """Checks that an element is in a copy for old versions of Word."""
    return next(element.iterancestors(FALLBACK), None) is not None
