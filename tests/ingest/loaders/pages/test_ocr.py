"""Pictures: read in order whichever way they lie, within limits."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.loaders.pages.ocr import read_image, recognise
from store.documents import UnreadableFileError

ROWS = [
    "Overseas investment filing guide",
    "Step one prepare the application form",
    "Step two submit the form to the bureau",
    "Step three receive the certificate",
]


def page(rows: list[str]) -> Image.Image:
    picture = Image.new("RGB", (1000, 120 * len(rows) + 100), "white")
    for number, row in enumerate(rows):
        ImageDraw.Draw(picture).text((60, 60 + 110 * number), row, "black", ImageFont.load_default(42))
    return picture


def words(texts: list[str]) -> list[str]:
    return "".join("".join(texts).lower().split()).split("step")


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 3, -3])
def test_a_picture_is_read_in_order_whichever_way_it_lies(degrees: int) -> None:
    seen = recognise(page(ROWS).rotate(degrees, expand=True, fillcolor="white"), 1.0)
    assert words([row.text for row in seen.rows]) == words(ROWS)


def test_boxes_are_those_of_the_picture_as_given() -> None:
    seen = recognise(page(ROWS).resize((3000, 1740)), 0.5)
    left, top, right, bottom = seen.lines[0].box
    assert (left, top) == pytest.approx((90, 95), abs=25)
    assert right < 1500
    assert bottom - top == pytest.approx(60, abs=30)


def test_each_frame_of_a_fax_is_a_page(tmp_path: Path) -> None:
    first, second = page(ROWS[:2]), page(ROWS[2:])
    first.save(tmp_path / "fax.tiff", save_all=True, append_images=[second])
    loaded = read_image(tmp_path / "fax.tiff")
    assert [page.method for page in loaded.pages] == ["ocr", "ocr"]
    assert "application" in loaded.text[: loaded.pages[0].end]
    assert "certificate" in loaded.text[loaded.pages[1].start :]


def test_a_picture_in_a_script_that_ocr_does_not_know_is_refused_with_the_scripts_that_it_knows(tmp_path: Path) -> None:
    picture = Image.new("RGB", (1400, 300), "white")
    font = ImageFont.truetype("NotoSans-Regular.ttf", 36)
    for number, row in enumerate(["Уведомление о регистрации инвестиций", "Заявление подаётся в комиссию"]):
        ImageDraw.Draw(picture).text((60, 60 + 90 * number), row, "black", font)
    picture.save(tmp_path / "russian.png")
    with pytest.raises(UnreadableFileError, match="not Cyrillic or Arabic"):
        read_image(tmp_path / "russian.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "webp"])
def test_every_kind_of_picture_is_read(tmp_path: Path, suffix: str) -> None:
    page(ROWS[:1]).save(tmp_path / f"photo.{suffix}")
    assert "investment filing guide" in read_image(tmp_path / f"photo.{suffix}").text


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_giant_picture_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    Image.new("1", (12_000, 12_000)).save(tmp_path / "giant.png")
    with pytest.raises(UnreadableFileError, match="12000 x 12000 pixels"):
        read_image(tmp_path / "giant.png")


def test_a_picture_without_text_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (400, 300), "white").save(tmp_path / "white.png")
    with pytest.raises(UnreadableFileError, match="No text"):
        read_image(tmp_path / "white.png")


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(b"\x89PNG\r\n and nothing else")
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        read_image(tmp_path / "no.png")
