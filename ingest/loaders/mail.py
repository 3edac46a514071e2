"""Saved mails (EML): subject, sender, date and text; attachments are only named."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from ingest.loaders.html import read_web_page
from ingest.loaders.markdown_writer import heading, load_blocks, one_line
from ingest.loaders.plain_text import decode
from store.documents import LoadedText
from text.messages import message as noted


def read_mail(path: Path) -> LoadedText:
    """Reads an EML file as Markdown under its subject.

    Prefers the plain text of a mail to its HTML.
    """
    message = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
    subject = one_line(str(message["subject"] or ""))
    names = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    facts = [f"{name}: {one_line(str(message[name]))}" for name in ("From", "Date") if message[name]]
    facts += [f"Attachments: {', '.join(names)}"] * bool(names)
    notes = [noted("mail.attachment_left_out", name=name) for name in names]
    return load_blocks([heading(1, subject), "\n".join(facts), body_text(message)], subject, notes)


def body_text(message: EmailMessage) -> str:
    """Returns the text of a mail, from plain text or else from HTML; "" without any."""
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    data = part.get_payload(decode=True)
    text = decode(data, part.get_content_charset("")) if isinstance(data, bytes) and data.strip() else ""
    return read_web_page(text).text if part.get_content_subtype() == "html" else text
