"""OCR by RapidOCR, whose wheel contains its models: nothing is downloaded.

They read Chinese, Japanese and Latin script, not Cyrillic or Arabic.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from ingest.loaders.pages.layout import Box, Row, reading_order, rotate
from ingest.loaders.pages.paragraphs import page_text
from store.documents import Line, LoadedText, Page, PageMethod, Quality, UnreadableFileError
from text.messages import Message, message
from text.normalise import normalise

LONGEST_SIDE = 2000
"""Maximum side of a picture in pixels; larger pictures are scaled down."""
DETECTION_SIDE = 1280
"""Maximum side, in pixels, for the detection of lines."""
MOST_PIXELS = 100_000_000
"""Maximum pixels of a picture."""
SECONDS = 150.0
"""Default time limit for a picture; further frames are then left out."""
THREADS = 2
"""Threads of the OCR runtime."""
DOUBTFUL = 0.75
"""Pages with a lower mean confidence get a note."""


@dataclass(frozen=True)
class Recognised:
    """Text of a picture.

    `rows`: in reading order.
    `lines`: with their boxes in the given picture, in the caller's unit.
    `height`: in the caller's unit.
    `confidence`: mean confidence of the lines, 0 to 1.
    """

    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    height: float
    confidence: float


@dataclass(frozen=True)
class Spot:
    """A recognised line.

    `corners`: (4, 2) in pixels, clockwise from the start of the text.
    `upside_down`: True if the strip was turned by 180 degrees before reading.
    """

    text: str
    corners: Any
    upside_down: bool
    score: float

    @property
    def box(self) -> Box:
        """The box around the corners: left, top, right, bottom in pixels."""
        left, top = self.corners.min(axis=0)
        right, bottom = self.corners.max(axis=0)
        return float(left), float(top), float(right), float(bottom)


def read_image(path: Path, seconds: float = SECONDS) -> LoadedText:
    """Reads a picture (png, jpg, tiff, bmp, webp); each frame is a page.

    Boxes of lines are in pixels. Frames beyond the limit of `seconds` are left out with a note.
    Raises UnreadableFileError if it is no picture, is too large, or shows no text.
    """
    try:
        with Image.open(path) as picture:
            refuse_giants(picture.size)
            return read_frames(picture, time.monotonic() + seconds)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        reason = message("file.picture_not_opened", error=error)
        raise UnreadableFileError(reason, message("file.save_picture_again")) from None


def read_frames(picture: Image.Image, deadline: float) -> LoadedText:
    """Reads the frames of a picture by OCR, each as a page, until `deadline`.

    Raises UnreadableFileError if no text is found or a frame is too large.
    """
    text, pages, notes = "", list[Page](), list[Message]()
    for number, frame in enumerate(ImageSequence.Iterator(picture), start=1):
        refuse_giants(frame.size)
        if number > 1 and time.monotonic() > deadline:
            notes.append(message("pages.left_out", first=number))
            break
        upright = ImageOps.exif_transpose(frame)
        seen = recognise(upright, 1.0)
        body = normalise(page_text(seen.rows, float("inf")))
        text += "\n\n" if text and body else ""
        method: PageMethod = "ocr" if body else "empty"
        pages.append(Page(number, len(text), len(text) + len(body), method, seen.lines, seen.confidence))
        text += body
        notes += doubts(number, seen)
    if not text:
        raise UnreadableFileError(message("file.picture_without_text"), message("file.ask_sharper"))
    empty = sum(page.method == "empty" for page in pages)
    found = Quality("ocr", len(pages), empty, len(pages) - empty, characters=len(text), notes=tuple(notes))
    return LoadedText(text, tuple(pages), found)


def refuse_giants(size: tuple[int, int]) -> None:
    """Raises UnreadableFileError for a picture of more than MOST_PIXELS."""
    if size[0] * size[1] > MOST_PIXELS:
        reason = message("file.picture_too_large", width=size[0], height=size[1])
        raise UnreadableFileError(reason, message("file.shrink_picture"))


def doubts(number: int, seen: Recognised) -> list[Message]:
    """Returns a note if a page was read with a confidence below DOUBTFUL."""
    if not seen.rows or seen.confidence >= DOUBTFUL:
        return []
    return [message("page.hard_to_recognise", page=number, share=f"{seen.confidence:.2f}")]


def recognise(picture: Image.Image, unit: float) -> Recognised:
    """Recognises the text of a picture, also if it is turned, upside down or skewed.

    `unit` is the length of a pixel in the unit wanted for boxes. Large pictures are scaled down first.
    """
    small = picture.convert("RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    unit *= picture.width / small.width
    pixels = np.asarray(small)[:, :, ::-1]
    spots = spots_of(pixels)
    turn = upright_turn(spots)
    if turn:
        pixels = np.rot90(pixels, -turn // 90)
        spots = spots_of(pixels)
    height, width = pixels.shape[:2]
    slope = slope_of(spots)
    ordered = sorted(((deskew(spot.box, slope), spot) for spot in spots), key=lambda pair: (pair[0][1], pair[0][0]))
    return Recognised(
        rows=tuple(reading_order([row_of(spot.text, box, unit) for box, spot in ordered])),
        lines=tuple(Line(spot.text, scale(rotate(spot.box, width, height, -turn), unit)) for _, spot in ordered),
        height=unit * height,
        confidence=fmean(spot.score for spot in spots) if spots else 0.0,
    )


def row_of(text: str, box: Box, unit: float) -> Row:
    """Returns a row of normalised text; `unit` is the length of a pixel."""
    left, top, right, bottom = scale(box, unit)
    return Row(normalise(text), (left, top, right, bottom), bottom - top)


def scale(box: Box, unit: float) -> Box:
    """Returns a box in another unit, of which a pixel has `unit`."""
    return box[0] * unit, box[1] * unit, box[2] * unit, box[3] * unit


def upright_turn(spots: list[Spot]) -> int:
    """Degrees, clockwise, by which the picture must be turned for upright text.

    The recogniser turns tall strips to the left by 90 degrees and reports which strips it then found upside down.
    """
    if not spots:
        return 0
    on_its_side = sum(tallness(spot.box) * len(spot.text) for spot in spots) > 0
    alike = [spot for spot in spots if (tallness(spot.box) > 0) == on_its_side]
    upside_down = sum(len(spot.text) * (1 if spot.upside_down else -1) for spot in alike) > 0
    return {(False, False): 0, (False, True): 180, (True, False): 270, (True, True): 90}[on_its_side, upside_down]


def tallness(box: Box) -> int:
    """Returns 1 for a box at least 1.5 times as high as wide, otherwise -1."""
    return 1 if box[3] - box[1] >= 1.5 * (box[2] - box[0]) else -1


def deskew(box: Box, slope: float) -> Box:
    """Box of a line without the skew of the page, as thin as the line itself."""
    left, top, right, bottom = box
    thickness = max(1.0, bottom - top - abs(slope) * (right - left))
    middle = (top + bottom) / 2 - slope * (left + right) / 2
    return left, middle - thickness / 2, right, middle + thickness / 2


def slope_of(spots: list[Spot]) -> float:
    """Skew: pixels that lines sink per pixel to the right; median over long lines."""
    slopes = []
    for spot in spots:
        corners = spot.corners[spot.corners[:, 0].argsort()]
        across, down = corners[2:].mean(axis=0) - corners[:2].mean(axis=0)
        if across > 5 * abs(down) and across > 50:
            slopes.append(float(down / across))
    return median(slopes) if slopes else 0.0


def spots_of(pixels: Any) -> list[Spot]:
    """Lines recognised in `pixels`.

    `pixels` is an (h, w, 3) uint8 array in the order blue, green, red.
    """
    recogniser = engine()
    prepared, record = recogniser.preprocess_img(np.ascontiguousarray(pixels))
    found, directions, words, _ = recogniser.run_ocr_steps(prepared, record)
    if found.boxes is None or words.txts is None:
        return []
    boxes = original_places(found.boxes, record, pixels.shape)
    turns = [label == "180" and score > 0.9 for label, score in directions.cls_res]
    every = zip(words.txts, boxes, turns, words.scores, strict=True)
    return [Spot(text, box, turn, score) for text, box, turn, score in every if score >= 0.5 and has_letters(text)]


def has_letters(read: str) -> bool:
    """True if a line has a letter or a digit.

    Of scripts that the models lack, only dots and dashes are read.
    """
    return any(map(str.isalnum, normalise(read)))


def original_places(boxes: Any, record: dict[str, Any], shape: tuple[int, ...]) -> Any:
    """Returns boxes, `(n, 4, 2)`, in pixels of the picture of `shape` before scaling."""
    from rapidocr.utils.process_img import map_boxes_to_original

    return map_boxes_to_original(boxes, record, shape[0], shape[1])


@cache
def engine() -> Any:
    """Recogniser, loaded once: a second and some 200 MB."""
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTION_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
