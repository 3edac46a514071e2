"""WeCom: app of a company that receives messages over HTTP.

Source: developer.work.weixin.qq.com, "Receive messages and events" (90238), "Encryption" (90968) and
"Send messages" (90236).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from lxml import etree

from web.bots.encryption import decrypt, from_base64
from web.bots.platform import (
    AccessToken,
    BotRefusedError,
    Incoming,
    PlatformRequest,
    Reply,
    call,
    check_age,
    check_signature,
)

BLOCK = 32
"""Bytes to which WeCom pads."""
RANDOM, LENGTH = 16, 4
"""Bytes before a message: random ones, then its length, big-endian."""
ENTERED = "enter_agent"
"""Event of a person who opens the app."""
PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "huge_tree": False}


@dataclass(frozen=True)
class WeCom:
    """An app of a company.

    `token` and `aes_key` are those of "Receive messages", `secret` is that of the app.
    """

    corp_id: str
    agent_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    home: str = "https://qyapi.weixin.qq.com/"
    clock: Callable[[], float] = time.time
    most_bytes: int = 2_048
    access: AccessToken = field(default_factory=AccessToken, repr=False, compare=False)

    def read(self, sent: PlatformRequest) -> Incoming:
        """Verifies, decrypts and parses a message.

        `msg_signature` is SHA-1 of token, timestamp, nonce and the encrypted text, sorted and joined.
        Without a body it is the verification of the address, whose response is the decrypted `echostr`.
        Raises BotRefusedError if it is too old, wrongly signed, for another company, or cannot be decrypted or read.
        """
        if not sent.body:
            return Incoming(self.plain(sent.query, sent.query.get("echostr", "")).decode("utf-8", "replace"))
        message = values_of(self.plain(sent.query, values_of(sent.body).get("Encrypt", "")))
        user, kind = message.get("FromUserName", ""), message.get("MsgType")
        if kind == "event":  # it has no id: who comes in is greeted once
            return Incoming("", "", user, f"{ENTERED} {user}", user if message.get("Event") == ENTERED else "")
        text = message.get("Content", "").strip() if kind == "text" else ""
        return Incoming("", text, user, message.get("MsgId", ""), user)

    def plain(self, query: Mapping[str, str], encrypted: str) -> bytes:
        """Verifies and decrypts a text; returns the message in it.

        It consists of random bytes, length, message, and the id of the company.
        Raises BotRefusedError if it is too old, wrongly signed, for another company, or cannot be decrypted.
        """
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        check_age(stamp, self.clock())
        made = hashlib.sha1("".join(sorted((self.token, stamp, nonce, encrypted))).encode()).hexdigest()  # noqa: S324
        check_signature(made, query.get("msg_signature", ""))
        key = from_base64(f"{self.aes_key}=")
        data = decrypt(key, key[:16], from_base64(encrypted), BLOCK)
        end = RANDOM + LENGTH + int.from_bytes(data[RANDOM : RANDOM + LENGTH], "big")
        if data[end:].decode("utf-8", "replace") != self.corp_id:
            raise BotRefusedError("the message is for another company")
        return data[RANDOM + LENGTH : end]

    def send(self, to: str, reply: Reply) -> None:
        """Sends Markdown with a link for each source."""
        content = {
            "touser": to,
            "msgtype": "markdown",
            "agentid": self.agent_id,
            "markdown": {"content": with_sources(reply, self.most_bytes)},
        }
        call("POST", f"{self.home}cgi-bin/message/send?{urlencode({'access_token': self.access_token()})}", content)

    def access_token(self) -> str:
        """Returns a valid access token; fetches a new one shortly before its end.

        Raises BotSendError if WeCom cannot be reached, refuses or gives none.
        """
        if self.access.is_valid():
            return self.access.value
        asked = urlencode({"corpid": self.corp_id, "corpsecret": self.secret})
        said = call("GET", f"{self.home}cgi-bin/gettoken?{asked}")
        return self.access.renew(str(said.get("access_token") or ""), float(said.get("expires_in") or 0))


def with_sources(reply: Reply, most: int) -> str:
    """Returns the text with as many sources below as fit into `most` bytes."""
    whole = reply.text
    for number, each in enumerate(reply.sources):
        lead = f"\n\n**{reply.heading}**" if not number else ""
        longer = f"{whole}{lead}\n[{each.label}]({each.address})"
        if len(longer.encode()) > most:
            break
        whole = longer
    return whole


def values_of(xml: bytes) -> dict[str, str]:
    """Returns the texts of the elements of a message, by their names.

    Raises BotRefusedError if it is not XML.
    """
    try:
        root = etree.fromstring(xml, etree.XMLParser(**PARSER_OPTIONS))
    except (etree.XMLSyntaxError, ValueError):
        raise BotRefusedError("the message is not XML") from None
    return {str(each.tag): each.text or "" for each in root}
