"""Feishu: bot of an internal app that receives events over HTTP.

Source: open.feishu.cn, "Receive events", "Configure Encrypt Key", "Reply to a message" and "Card JSON".
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from web.bots.encryption import decrypt, from_base64
from web.bots.platform import (
    AccessToken,
    BotRefusedError,
    Incoming,
    PlatformRequest,
    Reply,
    Source,
    call,
    check_age,
    check_signature,
)

MESSAGE = "im.message.receive_v1"
MENTION = re.compile(r"@_user_\d+\s*|@_all\s*")
MESSAGE_ID = re.compile(r"[\w-]{1,100}")


@dataclass(frozen=True)
class Feishu:
    """A bot of an app; its encrypt key signs and encrypts all events."""

    app_id: str
    secret: str = field(repr=False)
    encrypt_key: str = field(repr=False)
    home: str = "https://open.feishu.cn/"
    clock: Callable[[], float] = time.time
    most_bytes: int = 20_000
    token: AccessToken = field(default_factory=AccessToken, repr=False, compare=False)

    def read(self, sent: PlatformRequest) -> Incoming:
        """Decrypts, verifies and parses an event.

        The signature is SHA-256 of timestamp, nonce, encrypt key and body.
        The verification of the address is encrypted, but has no signature.
        Raises BotRefusedError if it is too old, wrongly signed, or cannot be decrypted or read.
        """
        try:
            event = json.loads(self.plain(json.loads(sent.body)["encrypt"]))
            if event.get("type") == "url_verification":
                return Incoming({"challenge": event["challenge"]})
            self.check(sent)
            return incoming(event)
        except (ValueError, KeyError, AttributeError, TypeError):
            raise BotRefusedError("the event cannot be read") from None

    def plain(self, text: str) -> bytes:
        """Decrypts a text: base64 of 16 bytes of vector and the encrypted bytes.

        Raises BotRefusedError if it is no base64, cut off, or encrypted with another key.
        """
        data = from_base64(text)
        return decrypt(hashlib.sha256(self.encrypt_key.encode()).digest(), data[:16].ljust(16), data[16:], 16)

    def check(self, sent: PlatformRequest) -> None:
        """Checks the age and the signature of an event.

        Raises BotRefusedError if it is too old or wrongly signed.
        """
        stamp, nonce = (sent.headers.get(f"x-lark-request-{name}", "") for name in ("timestamp", "nonce"))
        check_age(stamp, self.clock())
        made = hashlib.sha256(f"{stamp}{nonce}{self.encrypt_key}".encode() + sent.body).hexdigest()
        check_signature(made, sent.headers.get("x-lark-signature", ""))

    def send(self, to: str, reply: Reply) -> None:
        """Replies to a message with a card: the text, then a button for each source."""
        content = {"msg_type": "interactive", "content": json.dumps(feishu_card(reply), ensure_ascii=False)}
        call("POST", f"{self.home}open-apis/im/v1/messages/{to}/reply", content, self.access_token())

    def access_token(self) -> str:
        """Returns a valid access token; fetches a new one shortly before its end.

        Raises BotSendError if Feishu cannot be reached, refuses or gives none.
        """
        if self.token.is_valid():
            return self.token.value
        asked = {"app_id": self.app_id, "app_secret": self.secret}
        said = call("POST", f"{self.home}open-apis/auth/v3/tenant_access_token/internal", asked)
        return self.token.renew(str(said.get("tenant_access_token") or ""), float(said.get("expire") or 0))


def incoming(event: dict[str, Any]) -> Incoming:
    """Parses an event; without a question if it is no text message.

    Raises BotRefusedError if the id of the message could not be a part of an address.
    """
    if event["header"]["event_type"] != MESSAGE:
        return Incoming({})
    message, sender = event["event"]["message"], event["event"]["sender"]["sender_id"]["open_id"]
    name = str(message["message_id"])
    if not MESSAGE_ID.fullmatch(name):  # it becomes a part of an address
        raise BotRefusedError("the message has no valid id")
    is_text = message["message_type"] == "text"
    text = MENTION.sub("", str(json.loads(message["content"])["text"])).strip() if is_text else ""
    return Incoming({}, text, f"{message['chat_id']} {sender}", name, name)


def feishu_card(reply: Reply) -> dict[str, Any]:
    """Returns a reply as a card: title, text, and a button for each source."""
    elements: list[dict[str, Any]] = [{"tag": "markdown", "content": reply.text}]
    if reply.sources:
        buttons = [button(each) for each in reply.sources]
        elements += [{"tag": "hr"}, {"tag": "action", "actions": buttons}]
    return {
        "config": {"wide_screen_mode": True},
        "header": {"title": {"tag": "plain_text", "content": reply.title}},
        "elements": elements,
    }


def button(source: Source) -> dict[str, Any]:
    """Returns a button that opens a source."""
    text = {"tag": "plain_text", "content": source.label}
    return {"tag": "button", "text": text, "type": "default", "url": source.address}
