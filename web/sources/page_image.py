"""Image and glyphs of a PDF page or picture, drawn in a subprocess and cached."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore

from web.sources.highlight import Glyph

WORKER = Path(__file__).parent / "page_image_worker.py"
SECONDS = 20
REMEMBERED = 48
DRAWING = BoundedSemaphore(2)
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class PagePicture:
    """Image of a page: size in points, WebP, glyphs in points from the top left."""

    width: float
    height: float
    image: bytes
    glyphs: tuple[Glyph, ...]


def page_picture(file: Path, number: int) -> PagePicture | None:
    """Returns page `number` (from 1) of a PDF or picture.

    None if it cannot be drawn within the limits.
    """
    try:
        return draw_page(file, file.stat().st_mtime_ns, number)
    except OSError:
        return None


@lru_cache(maxsize=REMEMBERED)
def draw_page(file: Path, _changed: int, number: int) -> PagePicture | None:
    """Draws a page and caches the result, until the time of its file has changed.

    Failures are cached too: a slow page is not tried again for each visitor.
    None if it cannot be drawn within the limits.
    """
    command = [sys.executable, "-P", str(WORKER), str(file), str(number)]
    with DRAWING:
        try:
            drawn = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True, env={})
        except subprocess.SubprocessError as error:
            LOG.warning("%s, page %d cannot be shown as a picture: %s", file.name, number, reason(error))
            return None
    header, image = drawn.stdout.split(b"\n", 1)
    page = json.loads(header)
    glyphs = tuple(Glyph(text, tuple(box)) for text, *box in page["glyphs"])
    return PagePicture(page["width"], page["height"], image, glyphs)


def reason(error: subprocess.SubprocessError) -> str:
    """Returns the last line that the worker printed, else the error as text."""
    said = getattr(error, "stderr", None) or b""
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else str(error)
