"""PDF files: order, tables, margins, hidden text, damage; and the samples, none of which may be lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from ingest.loaders.pdf.read_pdf import read_pages, read_pdf
from store.documents import LoadedText, UnreadableFileError
from tests.support.pdf_files import CHINESE, drawn, lines, ruled, with_picture
from text.messages import message
from text.normalise import normalise

CHINESE_SAMPLES = [
    "issue-67-example", "issue-461-example", "issue-842-example", "issue-71-duplicate-chars", "chinese-tables",
    "test_4546", "test_3854", "has-bad-fonts", "Enco_zh_0", "Comp_zh_0", "introduction", "XiaoBiaoSong",
    "issue19360", "90ms_rksj_h_sample", "jo", "中央企业境外投资监督管理办法",
]  # fmt: skip
REFUSED = {
    "AES256ExposedMeta": "encrypted",
    "aes-256-r6": "password",
    "libreoffice-writer-password": "password",
    "password": "password",
    "saslprep-r6": "password",
    "bug1020226": "damaged",
    "invalid": "damaged",
    "GHOSTSCRIPT-698804-1-fuzzed": "no text",
    "MissingCatalog": "no text",
    "no_contents": "no text",
}
SCANS = {
    "ccitt", "docling__ocr_test", "francais", "ocr_test_rotated_90", "rotated_skew",
    "sample_with_rotation_mismatch", "single_table", "test-doc", "test_3072", "type3_font_nomapping",
}  # fmt: skip
PARAGRAPH = "第一条 为了加强企业境外投资的管理，促进境外投资持续健康发展，维护国家利益和国家安全，制定本办法。"


read_once = cache(read_pages)
"""Two tests look at the same samples."""


def text_of(path: Path) -> str:
    return read_pdf(path, ocr=False).text


def ideographs(text: str) -> Counter[str]:
    return Counter(character for character in normalise(text) if "\u3400" <= character <= "\u9fff")


def pages_lie_in_order(loaded: LoadedText) -> bool:
    ends = [0, *(page.end for page in loaded.pages)]
    inside = all(page.start <= page.end for page in loaded.pages) and ends[-1] <= len(loaded.text)
    apart = all(page.start >= end for page, end in zip(loaded.pages, ends, strict=False))
    return inside and apart and [page.number for page in loaded.pages] == list(range(1, len(loaded.pages) + 1))


@pytest.mark.parametrize("name", CHINESE_SAMPLES)
def test_nine_tenths_of_the_ideographs_that_pdfium_sees_are_kept(shared: Path, name: str) -> None:
    path = shared / "documents" / f"{name}.pdf"
    document = pdfium.PdfDocument(path)
    expected = ideographs("\n".join(page.get_textpage().get_text_range() for page in document))
    kept = ideographs("\n".join(page.text for page in read_once(path, False, inf)))
    assert expected
    assert (kept & expected).total() >= 0.9 * expected.total()


def test_every_sample_is_read_or_refused_with_a_reason(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.loaders.pdf.read_pdf.read_pages", read_once)
    for path in sorted((shared / "documents").glob("*.pdf")):
        if path.stem in REFUSED:
            with pytest.raises(UnreadableFileError, match=REFUSED[path.stem]) as refusal:
                read_pdf(path, ocr=False)
            assert refusal.value.remedy
        elif path.stem in SCANS:
            with pytest.raises(UnreadableFileError, match="ASSISTANT_OCR=on"):
                read_pdf(path, ocr=False)
        else:
            loaded = read_pdf(path, ocr=False)
            assert loaded.text and pages_lie_in_order(loaded), path.name


@pytest.mark.parametrize("name", ["docling__ocr_test", "ocr_test_rotated_90"])
def test_a_scan_is_read_in_order_whichever_way_it_lies(shared: Path, name: str) -> None:
    loaded = read_pdf(shared / "documents" / f"{name}.pdf", ocr=True)
    assert "PDF document conversion to JSON and Markdown in an easy self contained package" in loaded.text
    assert loaded.quality.ocr_pages == 1
    assert loaded.pages[0].lines[0].text.startswith("Docling")


def test_the_boxes_of_a_scan_lie_on_the_page_as_it_is_shown(shared: Path) -> None:
    path = shared / "documents" / "ocr_test_rotated_90.pdf"
    width, height = pdfium.PdfDocument(path)[0].get_size()
    for line in read_pdf(path, ocr=True).pages[0].lines:
        left, top, right, bottom = line.box
        assert 0 <= left < right <= width and 0 <= top < bottom <= height
        assert bottom - top > right - left


def test_a_damaged_page_does_not_take_the_others_with_it(shared: Path) -> None:
    loaded = read_pdf(shared / "documents" / "testPDF_bad_page_303226.pdf", ocr=False)
    assert len(loaded.pages) == 19
    assert loaded.quality.empty_pages == 0
    assert loaded.quality.pdfium_pages >= 1


def test_a_stream_that_would_unpack_to_a_gigabyte_is_passed_over(shared: Path) -> None:
    loaded = read_pdf(shared / "documents" / "bomb_giant.pdf", ocr=True)
    assert "GIANT JBIG2 BOMB" in loaded.text
    assert loaded.quality.ocr_pages == 0


def test_the_ministry_s_own_file_can_be_searched(shared: Path) -> None:
    text = text_of(shared / "documents" / "中央企业境外投资监督管理办法.pdf")
    assert "根据《中华人民共和国公司法》《中华人民共和国企业国有资产法》" in text
    assert "## 中央企业境外投资监督管理办法" in text


def test_the_text_layer_of_a_scan_is_kept(shared: Path) -> None:
    loaded = read_pdf(shared / "documents" / "pdf-with-ocr-text.pdf", ocr=False)
    assert loaded.quality.characters > 900


def test_letters_that_pdfium_gives_in_two_halves_are_whole(shared: Path) -> None:
    assert "△H=Q" in text_of(shared / "documents" / "introduction.pdf").replace(" ", "")


def test_long_lines_in_larger_type_are_no_headings(shared: Path) -> None:
    lines = text_of(shared / "documents" / "issue-67-example.pdf").split("\n")
    headings = [line for line in lines if line.startswith("## ")]
    assert "## 第二节 公司基本情况" in headings
    assert not [heading for heading in headings if len(heading) > 40]


def test_arabic_ligatures_keep_their_order(shared: Path) -> None:
    assert "الإنتاجية" in text_of(shared / "documents" / "right_to_left_01.pdf")


def test_a_table_drawn_sideways_is_a_table(shared: Path) -> None:
    text = text_of(shared / "documents" / "clockwise_table_1.pdf")
    assert "| Kerala | 5738 | 6633 | 8864 | 8297 | 245 | 2161 | 3195 | 1645 | 2391 |" in text


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"左栏第{number}行写着企业在境外投资备案时应当提交的" for number in range(9)]
    right = [f"右栏第{number}行写着商务部门受理以后应当完成的事" for number in range(9)]
    title, foot = "关于境外投资备案办理流程的一个很长很长的说明性标题", "1"

    def draw(canvas: Canvas) -> None:
        canvas.drawString(140, 760, title)
        for number in range(9):
            canvas.drawString(50, 700 - 16 * number, left[number])
            canvas.drawString(320, 700 - 16 * number, right[number])
        canvas.drawString(297, 40, foot)

    text = text_of(drawn(tmp_path / "columns.pdf", draw)).replace("\n", "")
    assert text == title + "".join(left) + "".join(right)


def test_a_table_without_rules_is_read_row_by_row(tmp_path: Path) -> None:
    rows = [("巴西", "34%"), ("俄罗斯", "25%"), ("印度尼西亚", "22%"), ("泰国", "20%"), ("越南", "20%")]

    def draw(canvas: Canvas) -> None:
        for number, (country, rate) in enumerate(rows):
            canvas.drawString(72, 700 - 20 * number, country)
            canvas.drawString(300, 700 - 20 * number, rate)

    assert text_of(drawn(tmp_path / "rates.pdf", draw)).split() == [word for row in rows for word in row]


def test_a_ruled_table_becomes_markdown_with_its_header(tmp_path: Path) -> None:
    path = ruled(tmp_path / "table.pdf", [("国家", "企业所得税"), ("巴西", "34%"), ("俄罗斯", "25%|20%")])
    loaded = read_pdf(path, ocr=False)
    table = ["| 国家 | 企业所得税 |", "| --- | --- |", "| 巴西 | 34% |", "| 俄罗斯 | 25%\\|20% |"]
    assert loaded.text.split("\n") == table
    assert loaded.quality.tables == 1


def test_a_merged_cell_stands_in_each_of_its_rows(tmp_path: Path) -> None:
    rows = [("国家", "税种", "税率"), ("巴西", "所得税", "34%"), ("", "增值税", "17%"), ("附注", "", "")]
    path = ruled(tmp_path / "merged.pdf", rows, [("SPAN", (0, 1), (0, 2)), ("SPAN", (0, 3), (2, 3))])
    assert "| 巴西 | 增值税 | 17% |\n| 附注 |  |  |" in text_of(path)


def test_a_frame_around_text_is_no_table(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(60, 600, 400, 120)
        lines(["温馨提示", "请在工作日办理。"])(canvas)

    assert text_of(drawn(tmp_path / "frame.pdf", draw)) == "温馨提示\n请在工作日办理。"


def test_headers_footers_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    def page(number: int) -> Callable[[Canvas], object]:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 810, "钱塘区商务局文件")
            canvas.drawString(72, 600, f"第{number}部分的正文在这里。")
            canvas.drawString(72, 580, "咨询电话 12345")
            canvas.drawString(280, 30, f"— {number} —")

        return draw

    text = text_of(drawn(tmp_path / "many.pdf", *map(page, range(1, 6))))
    assert "钱塘区商务局文件" not in text
    assert "—" not in text
    assert text.count("咨询电话 12345") == 5


def test_a_short_document_loses_its_page_numbers_only(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 810, "钱塘区商务局文件")
        canvas.drawString(72, 600, "正文在这里。")
        canvas.drawString(280, 30, "第1页 共2页")

    text = text_of(drawn(tmp_path / "short.pdf", draw, draw))
    assert text.split() == ["钱塘区商务局文件", "正文在这里。"] * 2


def hidden_by_mode(canvas: Canvas) -> None:
    text = canvas.beginText(72, 500)
    text.setTextRenderMode(3)
    text.textLine("SECRET")
    canvas.drawText(text)


def hidden_by_colour(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 500, "SECRET")


def hidden_by_size(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.5)
    canvas.drawString(72, 500, "SECRET")


def hidden_by_place(canvas: Canvas) -> None:
    canvas.drawString(700, 900, "SECRET")


def hidden_by_transparency(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    canvas.drawString(72, 500, "SECRET")


@pytest.mark.parametrize(
    "hide", [hidden_by_mode, hidden_by_colour, hidden_by_size, hidden_by_place, hidden_by_transparency]
)
def test_text_that_nobody_sees_is_left_out(tmp_path: Path, hide: Callable[[Canvas], None]) -> None:
    def draw(canvas: Canvas) -> None:
        lines([PARAGRAPH[:30], PARAGRAPH[30:]])(canvas)
        hide(canvas)

    loaded = read_pdf(drawn(tmp_path / "hidden.pdf", draw), ocr=False)
    assert "SECRET" not in loaded.text
    assert "制定本办法" in loaded.text
    assert [str(note) for note in loaded.quality.notes] == ["6 invisible characters on page 1 were left out."]


def test_white_letters_on_a_dark_ground_are_kept(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0, 0, 0.5)
        canvas.rect(60, 490, 300, 30, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(72, 500, "办事指南")

    assert text_of(drawn(tmp_path / "ground.pdf", draw)) == "办事指南"


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_turned_page_reads_like_an_upright_one(tmp_path: Path, degrees: int) -> None:
    rows = ["第一条 甲方应当备案。", "第二条 乙方应当报告。", "第三条 丙方应当配合。"]

    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 400)
        canvas.rotate(degrees)
        lines(rows, -100, 100)(canvas)

    path = drawn(tmp_path / "upright.pdf", draw)
    writer = PdfWriter(clone_from=PdfReader(path))
    writer.pages[0].rotate(degrees)
    writer.write(tmp_path / "turned.pdf")
    assert text_of(tmp_path / "turned.pdf").split("\n") == rows


def test_title_number_and_labels_of_an_official_header_stand_apart(tmp_path: Path) -> None:
    """Lines of an official header are about as wide, so their width does not tell that they end."""
    rows = [
        "钱塘区企业境外参展补助试行办法",
        "钱商务发〔2026〕9号 2026年11月20日",
        "在钱塘区注册的企业可以申请补助",
        "发文机关：钱塘区商务局对外处",
    ]
    text = text_of(drawn(tmp_path / "header.pdf", lines(rows)))
    assert [line for line in text.split("\n") if line] == rows


def test_a_title_in_the_size_of_the_text_is_no_part_of_its_first_sentence(tmp_path: Path) -> None:
    title, sentence = "境外参展补助通知", "钱塘区商务局请各有关企业在期限以内申报补助"
    rows = [sentence, "并且提交材料。"]

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 728, title)
        lines(rows)(canvas)

    assert text_of(drawn(tmp_path / "title.pdf", draw)) == f"{title}\n\n{''.join(rows)}"


def test_wrapped_lines_are_joined_and_items_are_not(tmp_path: Path) -> None:
    rows = [
        PARAGRAPH[:25],
        PARAGRAPH[25:],
        "（一）申请表的原件和复印件各一份并且加盖单位的公章和",
        "法定代表人印章；",
        "（二）执照",
    ]
    joined = [PARAGRAPH, "（一）申请表的原件和复印件各一份并且加盖单位的公章和法定代表人印章；", "（二）执照"]
    assert text_of(drawn(tmp_path / "wrapped.pdf", lines(rows))).split("\n") == joined


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("本区规划面积为十平方公里左右其中自由贸易试验区的面积为", "10.1平方公里，位于东部。", "的面积为10.1平方公里"),
        ("本区去年外商投资企业的数量和规模继续保持较快的增长增幅为7.", "5%，居全省前列。", "增幅为7.5%，"),
        ("本区去年外商投资企业的数量和规模继续保持较快的增长总数为1", ".2万家，居全省前列。", "总数为1.2万家"),
        ("本区去年外商投资企业的数量和规模继续保持较快增长，至20", "25年末达到新高。", "至2025年末"),
        ("本区去年外商投资企业的数量和规模继续保持较快的增长依据国办发", "〔2025〕12号文件。", "国办发〔2025〕12号"),
        (
            "The office of the district registers the papers of a company in",
            "30 days after that.",
            "in 30 days",
        ),
        (
            "The area of the zone for free trade in the district is about",
            "10.1 million square metres.",
            "about 10.1 million",
        ),
        ("The zone for free trade in the district has grown since the year 2020.", "15 companies came.", "2020.\n15"),
    ],
)
def test_a_figure_at_the_end_or_the_beginning_of_a_line_is_not_torn(
    tmp_path: Path, first: str, second: str, whole: str
) -> None:
    assert whole in text_of(drawn(tmp_path / "figures.pdf", lines([first, second])))


def test_a_divided_word_is_made_whole(tmp_path: Path) -> None:
    rows = ["Overseas investment by enterprises of the district needs regis-", "tration with the bureau before"]
    text = text_of(drawn(tmp_path / "divided.pdf", lines(rows)))
    assert "needs registration with the bureau" in text


def test_a_sentence_runs_on_across_pages(tmp_path: Path) -> None:
    first = lines([PARAGRAPH[:25], PARAGRAPH[:25]])
    second = lines([PARAGRAPH[25:], "第二条 本办法自公布之日起施行。"], top=780)
    loaded = read_pdf(drawn(tmp_path / "pages.pdf", first, second), ocr=False)
    assert PARAGRAPH in loaded.text
    assert loaded.text[loaded.pages[1].start :].startswith(PARAGRAPH[25:])


def test_large_type_makes_a_heading_and_the_title(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(CHINESE, 22)
        canvas.drawString(150, 760, "境外投资管理办法")
        canvas.setFont(CHINESE, 12)
        lines([PARAGRAPH[:30], PARAGRAPH[30:]] * 3)(canvas)

    loaded = read_pdf(drawn(tmp_path / "title.pdf", draw), ocr=False)
    assert loaded.text.startswith("## 境外投资管理办法\n\n第一条 ")
    assert loaded.title == "境外投资管理办法"


def test_a_page_without_text_is_named_when_ocr_is_off(tmp_path: Path) -> None:
    path = drawn(tmp_path / "half.pdf", lines(["有文字的一页。"]), lambda canvas: canvas.circle(200, 400, 50, fill=1))
    loaded = read_pdf(path, ocr=False)
    assert loaded.quality.notes == (message("page.no_text_layer", page=2),)
    assert [page.method for page in loaded.pages] == ["text", "empty"]


def test_a_giant_picture_is_not_even_tried(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="10000 million pixels"):
        read_pdf(with_picture(tmp_path / "giant.pdf", 100_000, 100_000), ocr=True)


def test_ocr_stops_when_its_time_is_up(tmp_path: Path) -> None:
    path = drawn(tmp_path / "half.pdf", lines(["有文字的一页。"]), lambda canvas: canvas.circle(200, 400, 50, fill=1))
    loaded = read_pdf(path, ocr=True, seconds=0)
    assert loaded.quality.notes[0] == message("page.ocr_too_long", page=2)


@pytest.mark.parametrize(("content", "reason"), [(b"", "empty"), (b"%PDF-1.7\n1 0 obj", "damaged")])
def test_what_cannot_be_opened_is_refused_with_a_remedy(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=reason) as refusal:
        read_pdf(path, ocr=False)
    assert refusal.value.remedy


def test_a_file_protected_against_copying_only_is_read(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(drawn(tmp_path / "open.pdf", lines(["公开内容。"]))))
    writer.encrypt(user_password="", owner_password="owner", algorithm="AES-256")  # noqa: S106
    writer.write(tmp_path / "owner.pdf")
    assert text_of(tmp_path / "owner.pdf") == "公开内容。"


words = st.text(st.sampled_from("境外投资备案管理办法企业abc 12。，"), min_size=1, max_size=30)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(words, max_size=8), min_size=1, max_size=5))
def test_pages_are_in_order_apart_and_within_the_text(pages: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        path = drawn(Path(folder) / "any.pdf", *(lines(["正文", *page]) for page in pages))
        loaded = read_pdf(path, ocr=False)
    assert len(loaded.pages) == len(pages)
    assert pages_lie_in_order(loaded)


def set_in_turn(canvas: Canvas, y: float, *parts: str, font: str = CHINESE) -> None:
    """Draws parts of a line: every second one small and above it."""
    x = 72.0
    for number, part in enumerate(parts):
        size = 7 if number % 2 else 12
        canvas.setFont(font, size)
        canvas.drawString(x, y + (5 if number % 2 else 0), part)
        x += canvas.stringWidth(part, font, size)


def test_the_mark_of_a_note_and_a_power_are_not_read_into_a_figure(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        set_in_turn(canvas, 700, "The revenue was USD 12.5", "1", " million, the area 35 m", "2", ".", font="Helvetica")
        set_in_turn(canvas, 660, "每家企业补贴3.5", "2", "万元，吞吐量为10", "6", "吨，其中100", "12", "吨为粮食。")
        canvas.setFont(CHINESE, 12)
        canvas.drawString(72, 620, "出口12.5")
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72 + canvas.stringWidth("出口12.5", CHINESE, 12), 620, "678")

    text = read_pdf(drawn(tmp_path / "a.pdf", draw), False).text
    assert "USD 12.5¹ million, the area 35 m²." in text
    assert "补贴3.5²万元，吞吐量为10⁶吨，其中100¹²吨" in text
    assert "出口12.5678" in text


def test_articles_that_an_amending_law_numbers_above_the_line_stay_apart(shared: Path) -> None:
    text = read_pdf(shared / "documents" / "ru_law_amendment_2025.pdf", False).text
    assert "пунктом 7¹" in text and "пунктом 71 " not in text


@pytest.mark.parametrize(
    ("end", "following", "whole"),
    [
        ("保证金为12.", "5万元，应当缴纳。", "保证金为12.5万元"),
        ("有效期至2027", "年底。", "有效期至2027\n年底"),
        ("依据商发〔2024〕", "15号执行。", "商发〔2024〕\n15号"),
    ],
)
def test_what_must_stay_whole_is_whole_across_two_pages(tmp_path: Path, end: str, following: str, whole: str) -> None:
    body = ["园区为企业提供注册、税务、海关、外汇、人才等服务，欢迎各类企业前来投资兴业。", end]
    text = read_pdf(drawn(tmp_path / "a.pdf", lines(body), lines([following, "第二段另起一行。"])), False).text
    assert whole in text
