"""Reads pictures, coloured areas and straight lines of a PDF page, by pdfium."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.loaders.pages.layout import Box

NEARLY_TRANSPARENT = 12
"""Opacity, 0 to 255, below which a fill is invisible."""
NEARLY_WHITE = 245
"""Value of all three colours, 0 to 255, from which a fill is white."""
MOST_OBJECTS = 20_000


@dataclass
class Shapes:
    """Shapes of a page in its own coordinates (y upwards).

    `grounds`: areas on which white letters are visible.
    `drawings`: number of drawn paths and annotations; annotations may be stamps or handwriting.
    `pixels`: size of the largest picture.
    """

    pictures: list[Box] = field(default_factory=list)
    grounds: list[Box] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    drawings: int = 0
    pixels: int = 0


def read_shapes(page: Any) -> Shapes:
    """Reads all objects of a page that are not text.

    Of a drawing with more than 20,000 parts only the first ones.
    """
    shapes = Shapes(drawings=pdfium_c.FPDFPage_GetAnnotCount(page), pixels=pixels_of_annotations(page))
    for drawn in islice(page.get_objects(), MOST_OBJECTS):
        placement = placement_of(drawn)
        if drawn.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            shapes.pictures.append(box_on_page(drawn, placement))
            width, height = drawn.get_px_size()
            shapes.pixels = max(shapes.pixels, width * height)
        elif drawn.type == pdfium_c.FPDF_PAGEOBJ_SHADING:
            shapes.grounds.append(box_on_page(drawn, placement))
        elif drawn.type == pdfium_c.FPDF_PAGEOBJ_PATH:
            add_path(shapes, drawn, placement)
    return shapes


def add_path(shapes: Shapes, path: Any, placement: Any) -> None:
    """Adds a painted path to the shapes: its area if coloured, and its straight lines."""
    coloured, stroked = paint_of(path)
    if coloured:
        shapes.grounds.append(box_on_page(path, placement))
    if coloured or stroked:
        shapes.drawings += 1
        shapes.rules += straight_lines(path, placement)


def pixels_of_annotations(page: Any) -> int:
    """Size of the largest picture in an annotation, such as a stamp or a pasted scan."""
    largest = 0
    for number in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, number)
        for part in range(pdfium_c.FPDFAnnot_GetObjectCount(annotation)):
            width, height = ctypes.c_uint(), ctypes.c_uint()
            drawn = pdfium_c.FPDFAnnot_GetObject(annotation, part)
            pdfium_c.FPDFImageObj_GetImagePixelSize(drawn, width, height)
            largest = max(largest, width.value * height.value)
        pdfium_c.FPDFPage_CloseAnnot(annotation)
    return largest


def placement_of(drawn: Any) -> Any:
    """Matrix from an object's coordinates to the page; forms place their objects."""
    matrix = pdfium.PdfMatrix()
    container = drawn.container
    while container is not None:
        matrix = matrix.multiply(container.get_matrix())
        container = container.container
    return matrix


def box_on_page(drawn: Any, placement: Any) -> Box:
    """Returns the box of an object on the page, y upwards."""
    left, bottom, right, top = placement.on_rect(*drawn.get_bounds())
    return left, bottom, right, top


def paint_of(path: Any) -> tuple[bool, bool]:
    """Two flags: the path has a fill on which white letters show; it has a stroke."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(path, fill, stroke)
    colour = fill_of(path) if fill.value else None
    coloured = colour is not None and colour[3] >= NEARLY_TRANSPARENT and min(colour[:3]) < NEARLY_WHITE
    return coloured, bool(stroke.value)


def fill_of(drawn: Any) -> tuple[int, int, int, int] | None:
    """Returns red, green, blue and opacity of an object's fill, each 0 to 255.

    None if the fill is a pattern.
    """
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    known = pdfium_c.FPDFPageObj_GetFillColor(drawn, red, green, blue, opacity)
    return (red.value, green.value, blue.value, opacity.value) if known else None


def straight_lines(path: Any, placement: Any) -> Iterator[Box]:
    """Horizontal and vertical lines of a path as flat boxes; others are skipped."""
    matrix = path.get_matrix().multiply(placement)
    start = last = None
    for number in range(pdfium_c.FPDFPath_CountSegments(path)):
        segment = pdfium_c.FPDFPath_GetPathSegment(path, number)
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_LINETO and last is not None:
            yield from along_an_axis(last, point)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            start = point
        if start is not None and pdfium_c.FPDFPathSegment_GetClose(segment):
            yield from along_an_axis(point, start)
        last = point


def along_an_axis(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Box]:
    """Yields a line as a flat box if it is horizontal or vertical within a point."""
    (x0, y0), (x1, y1) = start, end
    if (abs(x0 - x1) < 1) != (abs(y0 - y1) < 1):
        yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
