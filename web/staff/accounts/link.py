"""Link of an invitation: its address, and the e-mail that brings it."""

from __future__ import annotations

import time
from typing import Literal
from urllib.parse import urlencode

from fastapi import Request

from records import Account
from settings import Settings, SettingsError
from web.letter import Letter
from web.smtp import read_server
from web.staff.auth.invitation import INVITED_DAYS
from web.staff.context import StaffContext
from web.staff.pages import current_user, language_of, public_address, translator

Delivery = Literal["no_address", "no_server", "failed", "sent"]
"""Outcome of sending an invitation by e-mail."""


def invitation_address(room: StaffContext, request: Request, code: str) -> str:
    """Returns the address of an invitation."""
    return f"{public_address(room, request)}/invitation?{urlencode({'code': code})}"


def local_address(settings: Settings, code: str) -> str:
    """Returns the address of an invitation made on the command line."""
    home = settings.public_url or f"http://{settings.host}:{settings.port}{settings.root_path}"
    return f"{home.rstrip('/')}/staff/invitation?{urlencode({'code': code})}"


def send_invitation(room: StaffContext, request: Request, account: Account, address: str) -> Delivery:
    """Sends an invitation by e-mail, while the administrator waits."""
    if not account.email:
        return "no_address"
    try:
        server = read_server(room.settings.smtp_url.get_secret_value(), room.settings.smtp_from)
    except SettingsError:
        return "no_server"
    say = translator(language_of(request))
    subject = say("accounts.mail_subject", center=say("masthead.name"))
    body = say("accounts.mail_body", name=account.name, who=current_user(request), address=address, days=INVITED_DAYS)
    try:
        server.send(Letter(0, account.email, subject, body, time.time()))
    except OSError:
        return "failed"
    return "sent"
