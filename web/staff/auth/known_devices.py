"""Known browsers: failed sign-ins of strangers do not lock them out.

The cookie grants no access. It only selects the counter of failed sign-ins: that of this browser, not of its address
(OWASP calls it a device cookie).
"""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest, new
from secrets import token_hex

from fastapi import Request
from fastapi.responses import Response

from records import StaffSessions
from web.staff.pages import at

DEVICE_COOKIE = "staff_device"
KEY = "device_key"
DAYS = 400
"""Longest lifetime of a cookie in browsers."""


def find_known_device(request: Request, sessions: StaffSessions) -> str:
    """Returns the name of the browser; empty if no sign-in ever succeeded there.

    Raises RecordsUnavailableError if the key of the signature cannot be read.
    """
    name, _, signature = request.cookies.get(DEVICE_COOKIE, "").partition(".")
    key = sessions.value(KEY) if signature else ""
    return name if key and compare_digest(sign(name, key).encode(), signature.encode("utf-8", "replace")) else ""


def remember_device(request: Request, answer: Response, sessions: StaffSessions) -> None:
    """Marks a browser as known after a sign-in.

    Raises RecordsUnavailableError if the key of the signature cannot be read or stored.
    """
    name = find_known_device(request, sessions) or token_hex(16)
    if not (key := sessions.value(KEY)):
        key = token_hex(32)
        sessions.set_value(KEY, key)
    answer.set_cookie(
        DEVICE_COOKIE,
        f"{name}.{sign(name, key)}",
        max_age=DAYS * 86400,
        path=at(request) or "/",
        secure=request.scope["scheme"] == "https",
        httponly=True,
        samesite="lax",
    )


def sign(name: str, key: str) -> str:
    """Returns the signature of a browser's name: HMAC-SHA256, in hexadecimal."""
    return new(key.encode(), name.encode("utf-8", "replace"), sha256).hexdigest()
