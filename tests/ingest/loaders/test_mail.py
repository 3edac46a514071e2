"""Saved mails: subject, sender, date, text; attachments by name."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from ingest.loaders.mail import read_mail
from store.documents import LoadedText


def read(message: EmailMessage | bytes, folder: Path) -> LoadedText:
    path = folder / "a.eml"
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    return read_mail(path)


def mail() -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["Date"] = (
        "关于备案的通知",
        "商务局 <a@example.org>",
        "Fri, 9 Jan 2026 09:00:00 +0800",
    )
    return message


def test_a_mail_is_read_under_its_subject_and_attachments_are_named(tmp_path: Path) -> None:
    message = mail()
    message.set_content("请于月底前报送。\n")
    message.add_alternative("<p>网页版</p>", subtype="html")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="附件.pdf")
    loaded = read(message, tmp_path)
    assert loaded.title == "关于备案的通知"
    assert loaded.text.split("\n") == [
        "# 关于备案的通知", "", "From: 商务局 <a@example.org>", "Date: Fri, 09 Jan 2026 09:00:00 +0800",
        "Attachments: 附件.pdf", "", "请于月底前报送。",
    ]  # fmt: skip
    assert "附件.pdf" in str(loaded.quality.notes[0])


def test_a_mail_that_is_only_html_is_read_as_a_page(tmp_path: Path) -> None:
    message = mail()
    message.set_content("<p>网页版</p><p style='display:none'>x</p>", subtype="html")
    assert read(message, tmp_path).text.endswith("\n\n网页版")


def test_characters_beyond_the_declared_gb2312_are_read(tmp_path: Path) -> None:
    head = b"Subject: a\nContent-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: 8bit\n\n"
    assert read(head + "朱镕基".encode("gbk"), tmp_path).text.endswith("朱镕基")
