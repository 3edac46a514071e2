"""Reads the visible characters and straight lines of a PDF page, by pdfium."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c
from PIL import Image

from ingest.loaders.pages.layout import Box
from ingest.loaders.pdf.shapes import NEARLY_TRANSPARENT, NEARLY_WHITE, fill_of, read_shapes

DOTS_PER_INCH = 200
LONGEST_SIDE = 2000
INVISIBLE = 3
"""Rendering mode of invisible text."""
SMALLEST_LETTER = 1.0
"""Size in points below which a letter is invisible."""
SHARE_OF_A_SCAN = 0.5
"""Share of pictures above which a page is a scan."""
HYPHENS_ADDED = {"\x02": "-", "\ufffe": "-"}
"""Characters that pdfium gives for hyphens."""


class Glyph(NamedTuple):
    """A character and its box.

    `box`: y downwards from the top of the page before /Rotate; None for line ends and spaces added by pdfium.
    `turn`: degrees, clockwise, that make it upright.
    `origin`: its starting point on the baseline, as a box without extent.
    """

    character: str
    box: Box | None
    turn: int
    origin: Box = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Sheet:
    """A page as drawn, before /Rotate. Lengths in points.

    `hidden`: number of invisible characters.
    `unmapped`: number of characters that the font does not map to Unicode.
    `pictured`: share of the page under pictures, 0 to 1.
    `drawings`: number of drawn shapes and annotations.
    `pixels`: size of the largest picture.
    """

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Box, ...]
    hidden: int
    unmapped: int
    pictured: float
    drawings: int
    pixels: int

    @property
    def text(self) -> str:
        """Visible characters in drawing order."""
        return "".join(glyph.character for glyph in self.glyphs)


def read_sheet(page: Any) -> Sheet:
    """Reads a page of an open pdfium document."""
    left, bottom, right, top = frame = page.get_bbox()
    shapes = read_shapes(page)
    area = (right - left) * (top - bottom) or 1
    pictured = min(1.0, sum(measure_shared_area(picture, frame) for picture in shapes.pictures) / area)
    textpage = page.get_textpage()
    sight = Sight(textpage, frame, shapes.pictures + shapes.grounds, pictured > SHARE_OF_A_SCAN)
    glyphs = tuple(sight.glyphs())
    textpage.close()
    return Sheet(
        width=right - left,
        height=top - bottom,
        glyphs=glyphs,
        rules=tuple((x0 - left, top - y1, x1 - left, top - y0) for x0, y0, x1, y1 in shapes.rules),
        hidden=sight.hidden,
        unmapped=sight.unmapped,
        pictured=pictured,
        drawings=shapes.drawings,
        pixels=shapes.pixels,
    )


def render(page: Any) -> tuple[Image.Image, float]:
    """Picture of a page, and the size of a pixel in points.

    At most 200 dots per inch and 2,000 pixels a side.
    """
    scale = min(DOTS_PER_INCH / 72, LONGEST_SIDE / max(page.get_size()))
    return page.render(scale=scale).to_pil(), 1 / scale


class Sight:
    """Iterates over the characters of a page and leaves out invisible ones.

    Invisible are: text drawn in mode 3 (unless the page is a scan, whose text layer is drawn that way), white or
    transparent text on white, letters below one point, and text outside of the page.
    """

    def __init__(self, textpage: Any, page: Box, grounds: list[Box], scanned: bool) -> None:
        self.raw = textpage.raw
        self.count = textpage.count_chars()
        self.page, self.grounds, self.scanned = page, grounds, scanned
        self.hidden = self.unmapped = 0
        self.inks: dict[int, str] = {}

    def glyphs(self) -> Iterator[Glyph]:
        """Visible characters; `hidden` and `unmapped` are counted meanwhile."""
        for index in range(self.count):
            character = self.character(index)
            if not character:
                continue
            if pdfium_c.FPDFText_IsGenerated(self.raw, index) == 1:
                yield Glyph(character, None, 0)
            elif self.is_visible(index, box := box_of(self.raw, index)):
                self.unmapped += pdfium_c.FPDFText_HasUnicodeMapError(self.raw, index) == 1
                origin = self.from_top_left(origin_of(self.raw, index))
                yield Glyph(character, self.from_top_left(box), page_rotation(self.raw, index), origin)
            else:
                self.hidden += not character.isspace()

    def character(self, index: int) -> str:
        """Character at `index`; "" at the second half of a surrogate pair.

        The first half gives the whole character.
        """
        code = pdfium_c.FPDFText_GetUnicode(self.raw, index)
        if 0xDC00 <= code < 0xE000:
            return ""
        if 0xD800 <= code < 0xDC00:
            low = pdfium_c.FPDFText_GetUnicode(self.raw, index + 1) if index + 1 < self.count else 0
            return chr(0x10000 + ((code - 0xD800) << 10) + low - 0xDC00) if 0xDC00 <= low < 0xE000 else "\ufffd"
        character = chr(code) if code < 0x110000 else "\ufffd"
        return HYPHENS_ADDED.get(character, character)

    def from_top_left(self, box: Box) -> Box:
        """Returns a box of the page with y downwards, from the top left corner."""
        left, _, _, top = self.page
        return box[0] - left, top - box[3], box[2] - left, top - box[1]

    def is_visible(self, index: int, box: Box) -> bool:
        """Checks that a character of this index and box can be seen on the page."""
        if not touches(self.page, box) or max(box[2] - box[0], box[3] - box[1]) < SMALLEST_LETTER:
            return False
        ink = self.ink_of(index)
        return ink == "seen" or (ink == "white" and any(holds(ground, box) for ground in self.grounds))

    def ink_of(self, index: int) -> str:
        """Returns the visibility of a character as `ink` does, once for a text object."""
        drawn = pdfium_c.FPDFText_GetTextObject(self.raw, index)
        if not drawn:
            return "seen"
        address = ctypes.addressof(drawn.contents)
        if address not in self.inks:
            self.inks[address] = ink(drawn, self.scanned)
        return self.inks[address]


def ink(drawn: Any, scanned: bool) -> str:
    """Visibility of a text object: `seen`, `unseen`, or `white` (on colour only)."""
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(drawn)
    if mode == INVISIBLE:
        return "seen" if scanned else "unseen"
    colour = fill_of(drawn) if mode in (0, 4) else None
    if colour is None:
        return "seen"
    if colour[3] < NEARLY_TRANSPARENT:
        return "unseen"
    return "white" if min(colour[:3]) >= NEARLY_WHITE else "seen"


def box_of(raw: Any, index: int) -> Box:
    """Returns the box of a character in points, y upwards."""
    rect = pdfium_c.FS_RECTF()
    pdfium_c.FPDFText_GetLooseCharBox(raw, index, rect)
    return rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top)


def origin_of(raw: Any, index: int) -> Box:
    """Returns the starting point of a character in points, y upwards, as a flat box."""
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(raw, index, x, y)
    return x.value, y.value, x.value, y.value


def page_rotation(raw: Any, index: int) -> int:
    """Returns the degrees, clockwise, that make a character upright: 0, 90, 180, 270."""
    angle = pdfium_c.FPDFText_GetCharAngle(raw, index)
    return round(-math.degrees(angle) / 90) * 90 % 360 if angle > 0 else 0


def holds(ground: Box, box: Box) -> bool:
    """Checks that the middle of a box lies in `ground`."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return ground[0] <= x <= ground[2] and ground[1] <= y <= ground[3]


def touches(page: Box, box: Box) -> bool:
    """Checks that a box overlaps or touches the page."""
    return box[0] <= page[2] and box[2] >= page[0] and box[1] <= page[3] and box[3] >= page[1]


def measure_shared_area(box: Box, page: Box) -> float:
    """Returns the area that two boxes share, in square points."""
    width = min(box[2], page[2]) - max(box[0], page[0])
    height = min(box[3], page[3]) - max(box[1], page[1])
    return max(0.0, width) * max(0.0, height)
