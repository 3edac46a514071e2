"""Delivery of alerts by e-mail."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from settings import SettingsError
from text.messages import message
from web.letter import Letter

SECONDS = 15.0
"""Time limit of each step of a delivery."""
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """SMTP server: `smtp` with STARTTLS, or `smtps`.

    A password is sent only encrypted, or to this machine.
    """

    scheme: str
    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    def send(self, letter: Letter) -> None:
        """Delivers a letter within SECONDS for each step.

        Raises OSError, which the errors of smtplib are, if the server cannot be reached or refuses the letter.
        Raises smtplib.SMTPNotSupportedError if a password would go unencrypted to another machine.
        """
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            with smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context) as server:
                self.hand_over(server, letter)
            return
        with smtplib.SMTP(self.host, self.port, timeout=SECONDS) as server:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
            elif self.user and not is_local(self.host):
                raise smtplib.SMTPNotSupportedError("the server offers no encryption for the password")
            self.hand_over(server, letter)

    def hand_over(self, server: smtplib.SMTP, letter: Letter) -> None:
        """Signs in, if there is a user, and sends a letter over an open connection."""
        if self.user:
            server.login(self.user, self.password)
        server.send_message(self.build_message(letter))

    def build_message(self, letter: Letter) -> EmailMessage:
        """Returns the message; a stable id makes repeated deliveries recognisable."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, letter.receiver, letter.subject
        mail["Date"] = formatdate(letter.at, localtime=True)
        identity = sha256(f"{letter.number} {letter.at} {letter.receiver}".encode()).hexdigest()[:24]
        mail["Message-ID"] = f"<{identity}@{self.sender.rpartition('@')[2]}>"
        if not letter.by_hand:
            mail["Auto-Submitted"] = "auto-generated"  # RFC 3834
        mail.set_content(letter.body)
        return mail


def is_local(host: str) -> bool:
    """Checks that a host is this machine: `localhost` or a loopback address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def read_server(url: str, sender: str) -> MailServer:
    """Parses an address such as smtp://user:password@host:587.

    Raises SettingsError, without the password, if the address is not of this form, or if there is no sender.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in PORTS or not parts.hostname or not port:
        raise SettingsError(message("setting.smtp_address"))
    if not sender:
        raise SettingsError(message("setting.smtp_sender"))
    return MailServer(
        parts.scheme, parts.hostname, port, sender, unquote(parts.username or ""), unquote(parts.password or "")
    )
