"""Draws a PDF page or picture to stdout: `page_image_worker.py FILE PAGE`."""

from __future__ import annotations

import io
import json
import math
import resource
import sys
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageOps
from pypdfium2 import raw

MEMORY = 2 << 30
SECONDS = 15
WIDTH = 1400
PIXELS = 4_000_000
LARGEST_EMBEDDED_IMAGE = 60_000_000
LARGEST_PICTURE = 100_000_000
SMALLEST_SIDE, LARGEST_SIDE = 8, 20_000
MOST_GLYPHS = 40_000
NESTING = 6


def main() -> None:
    """Writes a line of JSON, then the page as WebP.

    The JSON has width, height and glyphs in points from the top left.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    file, number = Path(sys.argv[1]), int(sys.argv[2])
    header, image = page_of_pdf(file, number) if file.suffix.lower() == ".pdf" else frame(file, number)
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + image)


def page_of_pdf(file: Path, number: int) -> tuple[dict[str, Any], bytes]:
    """Returns the header and the image of a page; the first one is 1."""
    page = pdfium.PdfDocument(file)[number - 1]
    refuse_bombs(page)
    width, height = page.get_size()
    return {"width": width, "height": height, "glyphs": glyphs(page)}, picture(page)


def frame(file: Path, number: int) -> tuple[dict[str, Any], bytes]:
    """Returns a frame of a picture as a page.

    One point is one pixel, as in the lines of OCR.
    """
    with Image.open(file) as opened:
        opened.seek(number - 1)
        if math.prod(opened.size) > LARGEST_PICTURE:
            sys.exit("the picture is too large to be shown")
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    width, height = upright.size
    upright.thumbnail((WIDTH, PIXELS // WIDTH))
    return {"width": width, "height": height, "glyphs": []}, as_webp(upright)


def refuse_bombs(page: Any) -> None:
    """Exits if the page or an image in it is larger than any reader needs."""
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in page.get_size()):
        sys.exit("the page is too large or too small to be shown")
    for image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=NESTING):
        if math.prod(image.get_px_size()) > LARGEST_EMBEDDED_IMAGE:
            sys.exit("an image on the page is too large to be shown")


def picture(page: Any) -> bytes:
    """Draws a page as WebP, at most WIDTH pixels wide, and PIXELS in all."""
    width, height = page.get_size()
    scale = min(WIDTH / width, math.sqrt(PIXELS / (width * height)))
    return as_webp(page.render(scale=scale).to_pil().convert("RGB"))


def as_webp(image: Image.Image) -> bytes:
    """Returns an image as a WebP file."""
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=82, method=2)
    return stream.getvalue()


def glyphs(page: Any) -> list[tuple[str, float, float, float, float]]:
    """Returns every character with its box on the displayed page, rotation applied."""
    text = page.get_textpage()
    found = []
    for index in range(min(text.count_chars(), MOST_GLYPHS)):
        code = raw.FPDFText_GetUnicode(text, index)
        if code > 0x20 and not 0xD800 <= code <= 0xDFFF and code <= 0x10FFFF:
            found.append((chr(code), *place_on_screen(page, text.get_charbox(index, loose=True))))
    return found


def place_on_screen(page: Any, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Converts a box in page coordinates to points from the top left."""
    left, bottom, right, top = box
    (x1, y1), (x2, y2) = on_screen(page, left, bottom), on_screen(page, right, top)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def on_screen(page: Any, x: float, y: float) -> tuple[float, float]:
    """Converts page coordinates to points from the top left.

    pdfium returns whole numbers, so the page is measured in tenths of a point.
    """
    across, down = raw.c_int(), raw.c_int()
    width, height = page.get_size()
    raw.FPDF_PageToDevice(page, 0, 0, round(width * 10), round(height * 10), 0, x, y, across, down)
    return across.value / 10, down.value / 10


if __name__ == "__main__":
    main()
