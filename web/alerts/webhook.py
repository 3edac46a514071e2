"""Delivery of alerts to a chat group: robots of WeCom, DingTalk and Feishu."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import httpx

from text.messages import message
from web.letter import Letter

SECONDS = 15.0
"""Time limit of a delivery."""
Kind = Literal["wecom", "dingtalk", "feishu"]
MOST_BYTES: dict[str, int] = {"wecom": 2_048, "dingtalk": 18_000, "feishu": 18_000}
"""Bytes of a text that a robot accepts."""
RECEIVER = "webhook"


class WebhookRefusedError(OSError):
    """The robot took no message; the text has its code and no address."""


@dataclass(frozen=True)
class Webhook:
    """A robot's address, and its secret if messages are signed (DingTalk, Feishu).

    WeCom: developer.work.weixin.qq.com/document/path/91770. DingTalk: open.dingtalk.com, "custom robot security
    settings". Feishu: open.feishu.cn, "custom bot guide".
    """

    kind: Kind
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    clock: Callable[[], float] = time.time

    def send(self, letter: Letter) -> None:
        """Delivers a letter, cut to the bytes that the robot accepts.

        No error contains the address, whose key is a secret.
        Raises WebhookRefusedError if the robot does not answer, or refuses the letter.
        """
        text = shorten(f"{letter.subject}\n\n{letter.body}", MOST_BYTES[self.kind])
        try:
            with httpx.Client(timeout=SECONDS, trust_env=False) as client:
                answer = client.post(self.address(), json=self.body(text))
            said = answer.json() if answer.is_success else {}
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise WebhookRefusedError(type(error).__name__) from None
        code = said.get("errcode", said.get("code", said.get("StatusCode"))) if isinstance(said, dict) else None
        if not answer.is_success or code != 0:
            raise WebhookRefusedError(message("alert.refused", status=answer.status_code, code=code))

    def address(self) -> str:
        """Returns the address of a request; DingTalk signs there."""
        if self.kind != "dingtalk" or not self.secret:
            return self.url
        stamp = str(round(self.clock() * 1_000))
        sign = signature(self.secret, f"{stamp}\n{self.secret}")
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode({'timestamp': stamp, 'sign': sign})}"

    def body(self, text: str) -> dict[str, Any]:
        """Returns the JSON of a request; Feishu signs there."""
        if self.kind != "feishu":
            return {"msgtype": "text", "text": {"content": text}}
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if self.secret:
            stamp = str(int(self.clock()))
            body |= {"timestamp": stamp, "sign": signature(f"{stamp}\n{self.secret}", "")}
        return body


def signature(key: str, text: str) -> str:
    """Returns the HMAC-SHA256 of a text in base64."""
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def shorten(text: str, most: int) -> str:
    """Cuts a text to at most `most` bytes, between two characters."""
    data = text.encode()
    return text if len(data) <= most else data[: most - 3].decode(errors="ignore") + "…"
