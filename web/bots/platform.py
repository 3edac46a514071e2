"""Common interface of chat platforms: incoming questions and outgoing replies."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

SECONDS = 15.0
"""Time limit of a call to a platform."""
OLDEST_SECONDS = 3_600
"""Age of a signature above which a request is a replay; DingTalk's own limit."""
AHEAD_SECONDS = 300
"""Seconds by which the clock of a platform may be ahead of this one."""
STAMP = re.compile(r"[0-9]{1,12}")
"""Seconds of the epoch; other digits, and many of them, are no number of Python."""
EARLY_SECONDS = 300
"""Seconds before its end after which an access token is renewed."""


class BotRefusedError(Exception):
    """A request that does not come from the platform, or cannot be read."""


class BotSendError(Exception):
    """The platform took no message; the text has its code, no address and no secret."""


@dataclass(frozen=True)
class Incoming:
    """A request of a platform, parsed.

    - `response`: JSON or text of the immediate response.
    - `question`: text of the person; empty if there is none.
    - `chat`, `message`: ids of the conversation with this person, and of the message.
    - `to`: where the reply goes, as the platform needs it; empty if nothing is to be said.
    """

    response: Any = ""
    question: str = ""
    chat: str = ""
    message: str = ""
    to: str = field(default="", repr=False)

    @property
    def is_unreadable(self) -> bool:
        """True for a message without text, such as a picture, and for who comes in."""
        return bool(self.to) and not self.question


@dataclass(frozen=True)
class Source:
    """A source of a reply: its label, and the address of the passage."""

    label: str
    address: str


@dataclass(frozen=True)
class Reply:
    """An answer for a chat: title, Markdown text, sources, and the word above them."""

    title: str
    text: str
    sources: tuple[Source, ...] = ()
    heading: str = ""


@dataclass(frozen=True)
class PlatformRequest:
    """A request of a platform: its query, headers (names in lower case) and body."""

    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


class Platform(Protocol):
    """A chat platform."""

    @property
    def most_bytes(self) -> int:
        """Bytes of the text of a reply."""
        ...

    def read(self, sent: PlatformRequest) -> Incoming:
        """Checks and reads a request.

        Raises BotRefusedError if it does not come from the platform, or cannot be read.
        """
        ...

    def send(self, to: str, reply: Reply) -> None:
        """Sends a reply.

        Raises BotSendError if the platform does not take it.
        """
        ...


@dataclass
class AccessToken:
    """An access token, kept until shortly before its end."""

    value: str = ""
    until: float = 0.0

    def is_valid(self) -> bool:
        """Checks that there is a token, and that its end is not near."""
        return bool(self.value) and time.monotonic() < self.until

    def renew(self, value: str, seconds: float) -> str:
        """Stores a token that is valid for `seconds`, and returns it.

        Raises BotSendError if it is empty: the platform gave none.
        """
        if not value:
            raise BotSendError("the reply has no access token")
        self.value, self.until = value, time.monotonic() + seconds - EARLY_SECONDS
        return value


def check_age(seconds: str, now: float) -> None:
    """Raises BotRefusedError if a signature is undated, too old or from the future."""
    if not STAMP.fullmatch(seconds) or not -AHEAD_SECONDS <= now - int(seconds) <= OLDEST_SECONDS:
        raise BotRefusedError("the timestamp is missing, too old, or ahead of this machine's clock")


def check_signature(expected: str, given: str) -> None:
    """Compares two signatures in constant time.

    Raises BotRefusedError if they differ.
    """
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise BotRefusedError("the signature is wrong")


def call(method: str, address: str, content: Any = None, token: str = "") -> dict[str, Any]:
    """Calls a platform and returns its JSON.

    Raises BotSendError, also if its code is not 0.
    """
    headers = {"authorization": f"Bearer {token}"} if token else {}
    try:
        with httpx.Client(timeout=SECONDS, trust_env=False) as client:
            answer = client.request(method, address, json=content, headers=headers)
        said = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise BotSendError(type(error).__name__) from None
    code = said.get("errcode", said.get("code", 0)) if isinstance(said, dict) else None
    if not answer.is_success or code != 0:
        raise BotSendError(f"status {answer.status_code}, code {code}")
    return dict(said)
