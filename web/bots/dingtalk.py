"""DingTalk: robot of an internal app that receives messages over HTTP.

Source: open.dingtalk.com, "Receive messages of robots" (signature) and "Message types of robots".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from web.bots.platform import BotRefusedError, Incoming, PlatformRequest, Reply, call, check_age, check_signature

MOST_BUTTONS = 5


@dataclass(frozen=True)
class DingTalk:
    """A robot with the secret of its app.

    Replies go to the session address of a message, only on `home`.
    """

    secret: str = field(repr=False)
    home: str = "https://oapi.dingtalk.com/"
    clock: Callable[[], float] = time.time
    most_bytes: int = 15_000

    def read(self, sent: PlatformRequest) -> Incoming:
        """Verifies and parses a message.

        `sign` is HMAC-SHA256 of "timestamp\\nsecret" with the secret, in base64.
        Raises BotRefusedError if it is too old, wrongly signed or unreadable, or if its reply would not go to `home`.
        """
        stamp = sent.headers.get("timestamp", "")
        check_age(stamp[:-3], self.clock())
        made = hmac.new(self.secret.encode(), f"{stamp}\n{self.secret}".encode(), hashlib.sha256).digest()
        check_signature(base64.b64encode(made).decode(), sent.headers.get("sign", ""))
        try:
            message = json.loads(sent.body)
            text = message.get("text") or {}
            to, chat = str(message["sessionWebhook"]), f"{message['conversationId']} {message['senderId']}"
            found = Incoming({}, str(text.get("content", "")).strip(), chat, str(message["msgId"]), to)
        except (ValueError, KeyError, AttributeError, TypeError):
            raise BotRefusedError("the message cannot be read") from None
        if not found.to.startswith(self.home):  # nothing is sent anywhere else
            raise BotRefusedError("the session address is not one of DingTalk")
        return found

    def send(self, to: str, reply: Reply) -> None:
        """Sends a card with a button for each source; plain Markdown without sources."""
        call("POST", to, dingtalk_card(reply))


def dingtalk_card(reply: Reply) -> dict[str, Any]:
    """Returns a reply as a card with MOST_BUTTONS sources, or as Markdown without any."""
    if not reply.sources:
        return {"msgtype": "markdown", "markdown": {"title": reply.title, "text": reply.text}}
    buttons = [{"title": each.label, "actionURL": each.address} for each in reply.sources[:MOST_BUTTONS]]
    content = {"title": reply.title, "text": reply.text, "btnOrientation": "0", "btns": buttons}
    return {"msgtype": "actionCard", "actionCard": content}
