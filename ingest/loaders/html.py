"""HTML pages: title and main content, without elements that a browser hides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from ingest.loaders.markdown_writer import heading, item, load_blocks, one_line, table
from ingest.loaders.plain_text import decode
from ingest.loaders.superscripts import raise_digits
from store.documents import LoadedText

CHARSET = re.compile(rb"<meta[^>]*charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]*encoding=[\"']([\w-]+)", re.IGNORECASE)
FURNITURE = (
    "script,style,noscript,template,nav,header,footer,aside,iframe,svg,button,select,textarea,object,dialog,head"
)
HIDDEN = "[hidden],[aria-hidden=true],[role=navigation],[role=banner],[role=contentinfo],[role=search]"
STRUCK = "del,s,strike"
"""Elements with struck-out text, which is no longer valid.

Otherwise the old and the new price would be read as one number.
"""
INVISIBLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|text-decoration(?:-line)?:[^;]*line-through|opacity:0(?:\.0+)?(?:;|$)|font-size:0(?:\.0+)?(?:px|pt|em|rem|%)?(?:;|!|$)"
)
WHITE = r"(?:white|#fff(?:fff)?|rgba?\(255,255,255(?:,1)?\))(?:;|!|$)"
WHITE_TEXT = re.compile(rf"(?:^|;)color:{WHITE}")
BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;]*)")
# Main content: standard elements first, then those of government sites and their content management systems.
MAIN = ("main", "[role=main]", "article", "#UCAP-CONTENT", ".TRS_Editor", "#zoom", "#Zoom", ".pages_content")
LEAST_MAIN = 200
"""Minimum characters of an element with the main content."""
TITLES = ("meta[name=ArticleTitle]", "h1", "title")
LISTS = ("ul", "ol")
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure hr html legend li "
    "main ol p pre section summary table tbody td tfoot th thead tr ul".split()
) | frozenset(HEADINGS)


def read_html(path: Path) -> LoadedText:
    """Reads an HTML file as Markdown."""
    data = path.read_bytes()
    declared = CHARSET.search(data[:4096])
    return read_web_page(decode(data, (declared[1] or declared[2]).decode("ascii") if declared else ""))


def read_web_page(source: str) -> LoadedText:
    """Main content of a page, with the page title as heading if it has none."""
    page = BeautifulSoup(source, "lxml")
    title = page_title(page)
    remove_unseen(page)
    main = main_content(page)
    blocks = [block for block in read_children(main) if block]
    if blocks and not main.find("h1"):
        blocks.insert(0, heading(1, title))
    return load_blocks(blocks, title)


def page_title(page: BeautifulSoup) -> str:
    """Returns the first of TITLES that a page has once; "" without one."""
    for selector in TITLES:
        found = page.select(selector)
        if len(found) == 1 and (text := one_line(str(found[0].get("content") or "")) or text_on_one_line(found[0])):
            return text
    return ""


def remove_unseen(page: BeautifulSoup) -> None:
    """Removes page furniture, and elements that a browser hides or strikes out."""
    for element in page.select(f"{FURNITURE},{HIDDEN},{STRUCK}"):
        element.decompose()
    for element in page.select("[style]"):
        if not element.decomposed and is_invisible(element):
            element.decompose()


def is_invisible(element: Tag) -> bool:
    """True if the element's own style hides or strikes its text.

    White text counts as hidden, unless it has another background.
    """
    style = style_of(element)
    return bool(INVISIBLE.search(style)) or (bool(WHITE_TEXT.search(style)) and not is_on_colour(element))


def style_of(element: Tag) -> str:
    """Returns the element's own style, in lower case without white space."""
    return re.sub(r"\s+", "", str(element.get("style") or "")).lower()


def is_on_colour(element: Tag) -> bool:
    """True if the nearest background, of the element or around it, is not white."""
    for each in (element, *element.parents):
        found = BACKGROUND.search(style_of(each))
        colour = found[1] if found else str(each.get("bgcolor") or "").lower()
        if colour and colour not in ("transparent", "none", "inherit"):
            return not re.match(WHITE, colour)
    return False


def main_content(page: BeautifulSoup) -> Tag:
    """Element with the main text of the page.

    The whole page if no such element is marked or the marked one is short.
    """
    for selector in MAIN:
        best = max(page.select(selector), key=lambda part: len(part.get_text()), default=None)
        if best is not None and len(best.get_text(strip=True)) >= LEAST_MAIN:
            return best
    return page


def read_children(parent: Tag, depth: int = 0) -> Iterator[str]:
    """Blocks of an element; runs of text between blocks are paragraphs."""
    run: list[str] = []
    for child in parent.children:
        if isinstance(child, Tag) and holds_block(child):
            yield paragraph(run)
            run = []
            yield from read_element(child, depth)
        else:
            run.append(inline(child))
    yield paragraph(run)


def is_block(element: Tag) -> bool:
    """Checks that a browser displays an element as a block."""
    return element.name in BLOCKS


def holds_block(element: Tag) -> bool:
    """True if an element is a block or contains one."""
    return is_block(element) or element.find(is_block) is not None


def read_element(element: Tag, depth: int) -> Iterator[str]:
    """Yields the Markdown of a block element; `depth` is that of a list, from 0."""
    if element.name in HEADINGS:
        yield heading(HEADINGS[element.name], inline(element))
    elif element.name in LISTS:
        yield from read_list(element, depth)
    elif element.name == "table":
        yield from read_table(element)
    elif element.name == "pre":
        yield element.get_text()
    else:
        yield from read_children(element, depth)


def paragraph(run: list[str]) -> str:
    """Text of a run, with one line per line break."""
    return "\n".join(one_line(line) for line in "".join(run).split("\n") if line.strip())


def inline(node: PageElement) -> str:
    """Inline text: white space becomes one space, only <br> starts a line."""
    if isinstance(node, NavigableString):
        return "" if isinstance(node, PreformattedString) else re.sub(r"\s+", " ", node)
    if not isinstance(node, Tag):
        return ""
    if node.name == "br":
        return "\n"
    text = "".join(inline(child) for child in node.children)
    return raise_digits(text) if node.name == "sup" else text


def text_on_one_line(element: Tag) -> str:
    """Text of an element on one line.

    A space between blocks, none between parts of a word or a number.
    """
    return one_line(
        "".join(
            f" {text_on_one_line(each)} " if isinstance(each, Tag) and holds_block(each) else inline(each)
            for each in element.children
        )
    )


def read_list(element: Tag, depth: int) -> Iterator[str]:
    """Items of a list; lists inside or directly between items are one level deeper."""
    number = int_of(element, "start", 1)
    for entry in [child for child in element.children if isinstance(child, Tag)]:
        if entry.name in LISTS:
            yield from read_list(entry, depth + 1)
            continue
        inner = [part.extract() for part in entry.find_all(LISTS) if part.find_parent(LISTS) is element]
        yield item("\n".join(read_children(entry)), depth, f"{number}." if element.name == "ol" else "-")
        number += 1
        for part in inner:
            yield from read_list(part, depth + 1)


def read_table(element: Tag) -> Iterator[str]:
    """Table as Markdown.

    A layout table (of one column, or around other tables) gives its blocks instead.
    """
    rows = [row for row in element.find_all("tr") if row.find_parent("table") is element]
    cells = [row.find_all(["td", "th"], recursive=False) for row in rows]
    if element.find("table") or all(len(row) <= 1 for row in cells):
        for cell in (cell for row in cells for cell in row):
            yield from read_children(cell)
        return
    caption = element.find("caption")
    yield text_on_one_line(caption) if caption else ""
    yield table(spread(cells))


def spread(rows: Sequence[Sequence[Tag]]) -> list[list[str]]:
    """Cell texts of a table, with merged cells expanded.

    A cell over several rows repeats; one over several columns only in the first row.
    """
    waiting: dict[int, tuple[int, str]] = {}
    texts: list[list[str]] = []
    for cells in rows:
        line: list[str] = []
        for cell in cells:
            line += from_above(waiting, len(line))
            text, wide = text_on_one_line(cell), min(int_of(cell, "colspan", 1), 100)
            for offset in range(wide):
                waiting[len(line)] = (int_of(cell, "rowspan", 1) - 1, text if offset == 0 else "")
                line.append(text if offset == 0 or not texts else "")
        texts.append(line + from_above(waiting, len(line)))
    return texts


def from_above(waiting: dict[int, tuple[int, str]], column: int) -> list[str]:
    """Cells of upper rows that extend into this row from `column` on."""
    texts = []
    while (rest := waiting.get(column, (0, "")))[0] > 0:
        waiting[column] = (rest[0] - 1, rest[1])
        texts.append(rest[1])
        column += 1
    return texts


def int_of(element: Tag, name: str, default: int) -> int:
    """Returns the number in an attribute; `default` unless it has 1 to 4 digits."""
    text = str(element.get(name) or "").strip()
    return int(text) if text.isdecimal() and len(text) < 5 else default
