"""An alert by e-mail arrives as it was written; a password is sent only where nobody can read it."""

from __future__ import annotations

import smtplib

import pytest

from settings import SettingsError
from tests.web.alerts.mail_server import mailbox
from web.letter import Letter
from web.smtp import MailServer, read_server

LETTER = Letter(
    7, "clerk@center.example", "助手：1 个新的请求", "有 1 人在等候答复。\n.\n查看：https://a.example/", 1_790_000_000.0
)


def test_a_letter_arrives_whole_from_the_sender_with_an_id_that_stays_the_same() -> None:
    with mailbox() as box:
        server = read_server(f"smtp://name:p%40ss@127.0.0.1:{box.port}", "assistant@center.example")
        server.send(LETTER)
        server.send(LETTER)
    first, again = box.mails
    assert box.receivers == ["clerk@center.example"] * 2 and box.logins[0] == "\0name\0p@ss"
    assert first["Subject"] == LETTER.subject and first["From"] == "assistant@center.example"
    assert first.get_content().replace("\r\n", "\n").rstrip("\n") == LETTER.body
    assert first["Message-ID"] == again["Message-ID"] and first["Auto-Submitted"] == "auto-generated"


def test_a_server_that_refuses_or_is_away_is_an_error() -> None:
    with mailbox() as box:
        box.refuses = "451 not now"
        with pytest.raises(smtplib.SMTPSenderRefused):
            read_server(f"smtp://127.0.0.1:{box.port}", "a@b.example").send(LETTER)
    with pytest.raises(OSError, match="refused"):
        read_server(f"smtp://127.0.0.1:{box.port}", "a@b.example").send(LETTER)


def test_no_password_goes_unencrypted_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with mailbox() as box:
        monkeypatch.setattr("web.smtp.is_local", lambda host: False)
        with pytest.raises(smtplib.SMTPNotSupportedError):
            read_server(f"smtp://name:secret@127.0.0.1:{box.port}", "a@b.example").send(LETTER)
    assert box.logins == [] and box.mails == []


def test_an_address_without_a_port_uses_the_usual_one_and_its_password_is_not_shown() -> None:
    server = read_server("smtps://name:secret@mail.example.org", "a@b.example")
    assert server == MailServer("smtps", "mail.example.org", 465, "a@b.example", "name", "secret")
    assert read_server("smtp://mail.example.org", "a@b.example").port == 587
    assert "secret" not in repr(server)


@pytest.mark.parametrize("url", ["", "mail.example.org:25", "http://name:secret@mail.example.org", "smtp://a:x"])
def test_an_unusable_address_is_named_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_SMTP_URL") as refused:
        read_server(url, "a@b.example")
    assert "secret" not in str(refused.value)
