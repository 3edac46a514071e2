"""Cuts a document into chunks along headings, articles, list items and table rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from langchain_text_splitters import RecursiveCharacterTextSplitter

from store.basis_marks import marks_within
from store.documents import Chunk, Document, last_before
from text.boundaries import is_safe_cut, wholes
from text.lexicon.load import bodies
from text.list_items import ends_open, item_marker
from text.scripts import NUMERALS, ORDINAL, ORDINAL_NUMERALS, UNSPACED, UNSPACED_STOPS

MAX_TOKENS = 320
ARTICLE_TOKENS = 90
"""Tokens up to which articles share a chunk; a search should find single articles."""

LAW_HEADING = re.compile(rf"{ORDINAL}(?P<kind>编|章|节)(?=\s|$)|(?:{bodies('document.chapter')})\s+[\dIVXLC]+\b")
ARTICLE = re.compile(
    rf"(?P<zh>{ORDINAL}条(?:之[{ORDINAL_NUMERALS}\d]+)?)(?=\s|$)"
    rf"|(?P<other>(?:{bodies('document.article')})\s+\d+[\d.\-]*)"
)
OFFICIAL_HEADING = re.compile(
    rf"[{NUMERALS}]{{1,3}}、[^。；;：:]{{1,38}}[：:]?$|（[{NUMERALS}]{{1,3}}）[^。；;：，]{{1,28}}$"
)
"""Heading of an official document; an item with its matter behind a colon is none: 一、时间：周日不."""
MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+\S")
IDEOGRAPH = re.compile(f"[{UNSPACED}]")
WHOLE = {True: "가", False: "x"}
"""Placeholders inside parts that must stay whole: for ideographs, for all others.

They have the same token size and are no separators.
"""
ENDS = ["\n", *UNSPACED_STOPS, "；", ". ", "! ", "? ", "; ", "؟ ", "، ", "，", "、", ", ", " "]
SEPARATORS = [*map(re.escape, ENDS), "(?<=[^x가])|(?=[^x가])", ""]
"""Separators for a block that is too long, best first.

First after a punctuation mark, then anywhere outside of parts that must stay whole, last anywhere.
"""


@dataclass(frozen=True)
class Block:
    """A span that is not split if it fits: paragraph, list item, table row or heading."""

    start: int
    end: int
    level: int = 0
    article: str = ""
    row: bool = False
    item: bool = False
    lead_in: bool = False

    @property
    def is_plain(self) -> bool:
        """True if it continues the plain line or the item above it."""
        return not (self.level or self.article or self.row or self.item)


@dataclass(frozen=True)
class ChunkPlace:
    """Headings, table header and continued article of a pack of blocks."""

    headings: tuple[str, ...]
    table_header: str
    article: str


def tokens(text: str) -> float:
    """Estimated tokens of the model: 0.7 per ideograph, 0.28 per other character."""
    ideographs = len(IDEOGRAPH.findall(text))
    return 0.7 * ideographs + 0.28 * (len(text) - ideographs)


def chunk(document: Document) -> list[Chunk]:
    """Chunks of a document: in order, without overlap, with all non-blank characters."""
    blocks = list(read_blocks(document.text))
    legal = sum(bool(block.article) for block in blocks) >= 3
    return list(pack_blocks(document, blocks, ARTICLE_TOKENS if legal else MAX_TOKENS))


def read_blocks(text: str) -> Iterator[Block]:
    """Blocks of a Markdown text; consecutive plain lines are one paragraph."""
    paragraph: Block | None = None
    for start, end, line in line_spans(text):
        above = text[paragraph.start : paragraph.end] if paragraph and paragraph.is_plain else ""
        block = read_block(start, end, line, above)
        if block and block.level and not is_safe_cut(text, end + 1):  # ends inside a number or a date: no heading
            block = replace(block, level=0, item=True)
        if block and paragraph and (block.is_plain or not is_safe_cut(text, start)):
            paragraph = replace(paragraph, end=end, lead_in=block.lead_in)
            continue
        if paragraph:
            yield paragraph
        paragraph = None
        if block and not (block.level or block.row):
            paragraph = block
        elif block:
            yield block
    if paragraph:
        yield paragraph


def line_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and text of each line, without its line break."""
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line), line
        start += len(line) + 1


def read_block(start: int, end: int, line: str, above: str = "") -> Block | None:
    """Returns the block that begins with a line.

    `above` is the plain paragraph directly above.
    None if the line is blank.
    """
    if not line.strip():
        return None
    article = ARTICLE.match(line.lstrip("#*　 "))
    if article:
        return Block(start, end, article=article[0], lead_in=ends_open(line))
    level, row = heading_level(line), line.lstrip().startswith("|")
    is_item = not (level or row) and item_marker(line, above) is not None
    return Block(start, end, level, row=row, item=is_item, lead_in=ends_open(line))


def heading_level(line: str) -> int:
    """Heading level of a line; 0 for other text.

    1 to 6 for Markdown headings, 2 to 4 for 编, 章 and 节, 5 and 6 for 一、 and （一）.
    """
    stripped = line.strip()
    if markdown := MARKDOWN_HEADING.match(stripped):
        return len(markdown[1])
    if (law := LAW_HEADING.match(stripped)) and len(stripped) <= 60:
        return {"编": 2, "章": 3, "节": 4}.get(law["kind"] or "", 3)
    if OFFICIAL_HEADING.match(stripped):
        return 5 if "、" in stripped[:4] else 6
    return 0


def pack_blocks(document: Document, blocks: list[Block], run_tokens: float) -> Iterator[Chunk]:
    """Packs blocks into chunks; a heading without text stays with the text below it."""
    path: dict[int, str] = {}
    pack: list[Block] = []
    header, article, opening = "", "", ""
    first_row: Block | None = None
    for block in blocks:
        first_row = (first_row or block) if block.row else None
        if pack and begins_chunk(document.text, pack, block, run_tokens):
            carried = [pack.pop()] if pack[-1].lead_in and len(pack) > 1 and not block.level else []
            yield from cut_pack(
                document, pack, ChunkPlace(tuple(path[level] for level in sorted(path)), header, opening)
            )
            pack, opening = carried, article
        if block.level:
            for level in [level for level in path if level >= block.level]:
                del path[level]
            path[block.level] = document.text[block.start : block.end].strip("#* 　")
        if not pack:
            header = document.text[first_row.start : first_row.end].strip() if first_row and first_row != block else ""
            opening = article
        article = "" if block.level else block.article or article
        pack.append(block)
    if pack:
        yield from cut_pack(document, pack, ChunkPlace(tuple(path[level] for level in sorted(path)), header, opening))


def begins_chunk(text: str, pack: list[Block], block: Block, run_tokens: float) -> bool:
    """True if `block` starts a new chunk.

    It does if it is a heading after text, an article after a full run of articles, or too large for the rest of the
    chunk.
    """
    if all(member.level for member in pack):
        return False
    if block.level:
        return True
    size = tokens(text[pack[0].start : block.end])
    if block.article and any(member.article for member in pack):
        return size > run_tokens
    return size > MAX_TOKENS


def cut_pack(document: Document, pack: list[Block], place: ChunkPlace) -> Iterator[Chunk]:
    """One chunk for a pack, or several if a single block is too long."""
    body = [block for block in pack if not block.level]
    opening = body[0].article or ("" if pack[0].level else place.article) if body else ""
    articles = tuple((block.start, block.article) for block in pack if block.article)
    for start, end in fit(document.text, pack[0].start, pack[-1].end):
        yield Chunk(
            start,
            end,
            document.text[start:end],
            place.headings,
            last_before(start, articles, opening),
            place.table_header,
            document.page_at(start),
            tuple((page.start, page.number) for page in document.pages if start < page.start < end),
            tuple((offset, article) for offset, article in articles if start < offset < end),
            marks_within(document.bases, start, end),
        )


def fit(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span, or spans of whole sentences if it is too long, without blank ones."""
    if tokens(text[start:end]) <= MAX_TOKENS * 1.1:
        yield start, end
        return
    for piece in sentence_splitter().split_text(mask_wholes(text[start:end])):
        stop = start + len(piece)
        own = text[start:stop]
        if own.strip():
            yield start + len(own) - len(own.lstrip()), start + len(own.rstrip())
        start = stop


def mask_wholes(text: str) -> str:
    """Text of equal length and token size, with parts that must stay whole masked.

    The splitter then finds no separator inside them.
    """
    pieces, done = list[str](), 0
    for start, end in wholes(text):
        pieces += [text[done:start], *(WHOLE[bool(IDEOGRAPH.match(sign))] for sign in text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


def sentence_splitter() -> RecursiveCharacterTextSplitter:
    """Returns a splitter that cuts a text into pieces of at most MAX_TOKENS."""
    return RecursiveCharacterTextSplitter(
        SEPARATORS,
        is_separator_regex=True,
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=100 * MAX_TOKENS,
        chunk_overlap=0,
        length_function=lambda piece: round(100 * tokens(piece)),
    )
