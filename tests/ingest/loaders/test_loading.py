"""Whatever lies in the folder is read, or refused with a reason and a remedy."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ingest.loaders import SUFFIXES, load
from settings import Settings
from store.documents import UnreadableFileError

SETTINGS = Settings(_env_file=None, read_seconds=60)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(path: Path, name: str, settings: Settings = SETTINGS) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        load(path, name, settings)
    assert caught.value.reason
    assert caught.value.remedy
    return str(caught.value)


def file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def archive(folder: Path, name: str, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, data in parts.items():
            packed.writestr(part, data)
    return folder / name


def test_a_markdown_file_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = file(tmp_path, "guide.md", "---\ntitle: x\n---\n# 指南\n\n境 外 投 资".encode())
    assert load(path, "guides/guide.md", SETTINGS).text == "# 指南\n\n境外投资"


def test_the_name_below_the_folder_says_the_format_even_where_the_copy_has_none(tmp_path: Path) -> None:
    assert load(file(tmp_path, "3f2a", b"text"), "notes/a.TXT", SETTINGS).text == "text"


@pytest.mark.parametrize("suffix", [".exe", ".zip", ""])
def test_an_unknown_format_is_refused_with_the_list_of_known_ones(tmp_path: Path, suffix: str) -> None:
    message = refusal(file(tmp_path, f"file{suffix}", b"x"), f"file{suffix}")
    assert all(known[1:] in message for known in SUFFIXES)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "empty (0 bytes)" in refusal(file(tmp_path, "a.docx", b""), "a.docx")


def test_a_file_without_text_is_refused(tmp_path: Path) -> None:
    assert "holds no text" in refusal(file(tmp_path, "a.md", b"---\ntitle: x\n---\n\n<!-- later -->\n"), "a.md")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(tmp_path / "gone.md", "gone.md")


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    small = SETTINGS.model_copy(update={"file_megabytes": 1})
    assert "at most 1 MB" in refusal(file(tmp_path, "a.txt", b"x" * 2_000_000), "a.txt", small)


def test_a_document_that_unpacks_to_gigabytes_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for number in range(5):
            with packed.open(f"word/{number}.xml", "w") as part:
                for _ in range(220):
                    part.write(bytes(1 << 20))
    assert "over 1 GB" in refusal(path, "bomb.docx")


def test_a_document_with_a_password_is_refused_as_such(tmp_path: Path) -> None:
    path = file(tmp_path, "a.docx", OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le"))
    assert "password" in refusal(path, "a.docx")


def test_an_archive_that_is_no_document_is_refused(tmp_path: Path) -> None:
    assert "archive" in refusal(archive(tmp_path, "a.docx", {"readme.txt": b"x"}), "a.docx")


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".xlsx", ".doc"])
def test_something_else_under_the_name_of_an_office_file_is_refused(tmp_path: Path, suffix: str) -> None:
    assert "Its name says" in refusal(file(tmp_path, f"a{suffix}", b"just text"), f"a{suffix}")


def test_a_damaged_office_file_is_refused(tmp_path: Path) -> None:
    parts = {"[Content_Types].xml": b"<Types", "word/document.xml": b"<w:document"}
    assert "damaged" in refusal(archive(tmp_path, "a.docx", parts), "a.docx")


def test_a_file_under_a_wrong_name_is_read_as_what_it_is(tmp_path: Path) -> None:
    assert load(file(tmp_path, "a.doc", rb"{\rtf1 plain}"), "a.doc", SETTINGS).text == "plain"
    assert load(file(tmp_path, "b.xls", b"<html><table><tr><td>a<td>b</table>"), "b.xls", SETTINGS).text.startswith(
        "| a | b |"
    )


def test_a_picture_is_refused_where_ocr_is_off(tmp_path: Path) -> None:
    without = SETTINGS.model_copy(update={"ocr": "off"})
    assert "ASSISTANT_OCR=on" in refusal(file(tmp_path, "a.png", b"\x89PNG\r\n\x1a\n"), "a.png", without)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("demo_gongwen.docx", "这是正文内容示例"),
        ("docx_01.docx", "# 1. 有序列表构成的章节标题"),
        ("docx_comments.docx", "# Document with Comments"),
        ("footnotes.docx", "[^1]: snoska"),
        (
            "issue_2634_vertical_merge.docx",
            "| Q0104 | 家族性腺瘤性息肉病 | APC | 15个工作日 | 检测方法：提取外周血基因组",
        ),
        ("ru_labour_code_kg.docx", "Статья 1. Основные понятия, используемые в настоящем Кодексе"),
        ("textbox.docx", "Case closed."),
        ("track_changes_insertion.docx", "This is a text with two exciting insertions."),
        ("testRTFJapanese.rtf", "ゾルゲと尾崎、淡々と最期"),
    ],
)
def test_the_samples_are_read(shared: Path, name: str, words: str) -> None:
    assert words in load(shared / "documents" / name, name, SETTINGS).text


@pytest.mark.parametrize(
    ("name", "reason"), [("testWORD_truncated.docx", "incomplete"), ("testWPSAttachment.docx", "only 9 embedded files")]
)
def test_the_samples_without_a_text_are_refused(shared: Path, name: str, reason: str) -> None:
    assert reason in refusal(shared / "documents" / name, name)
