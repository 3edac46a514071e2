"""Small PDF files, made for the tests of the PDF reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table

CHINESE = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))


def drawn(path: Path, *pages: Callable[[Canvas], object]) -> Path:
    """A PDF file with a page for each drawing."""
    canvas = Canvas(str(path))
    for draw in pages:
        canvas.setPageSize(A4)
        canvas.setFont(CHINESE, 12)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def lines(texts: Sequence[str], left: float = 72, top: float = 700, step: float = 16) -> Callable[[Canvas], object]:
    """A drawing of lines below one another; `left` and `top` in points from the lower left corner."""

    def draw(canvas: Canvas) -> None:
        for number, text in enumerate(texts):
            canvas.drawString(left, top - step * number, text)

    return draw


def ruled(path: Path, rows: Sequence[Sequence[str]], style: Sequence[tuple[object, ...]] = ()) -> Path:
    """A PDF file with one ruled table."""
    grid = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), CHINESE, 11), *style]
    SimpleDocTemplate(str(path), pagesize=A4).build([Table(rows, style=grid)])
    return path


def with_picture(path: Path, width: int, height: int) -> Path:
    """A PDF file whose only page is filled by a picture that says to be `width` x `height` pixels and holds a few."""
    picture = f"/Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R"
        b" /Resources << /XObject << /P 4 0 R >> >> >>",
        f"<< /Type /XObject {picture} /Length 4 >>".encode() + b"\nstream\nabcd\nendstream",
        b"<< /Length 27 >>\nstream\nq 600 0 0 800 0 0 cm /P Do Q\nendstream",
    ]
    objects = [f"{number} 0 obj\n".encode() + body + b"\nendobj\n" for number, body in enumerate(bodies, start=1)]
    path.write_bytes(b"%PDF-1.4\n" + b"".join(objects) + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF\n")
    return path
