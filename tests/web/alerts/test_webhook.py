"""Robots of WeCom, DingTalk and Feishu get what their documentation asks for."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest

from tests.web.alerts.robot import robot
from web.alerts.webhook import MOST_BYTES, Kind, Webhook, WebhookRefusedError, shorten, signature
from web.letter import Letter

LETTER = Letter(1, "webhook", "Subject", "Body", 0.0)
NOW = 1_790_000_000.123


def sign(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def test_wecom_gets_a_text() -> None:
    with robot("wecom") as known:
        Webhook("wecom", known.url).send(LETTER)
    assert known.bodies == [{"msgtype": "text", "text": {"content": "Subject\n\nBody"}}]
    assert known.queries == [{"key": "hush"}]


def test_dingtalk_gets_a_text_signed_in_the_address() -> None:
    with robot("dingtalk") as known:
        Webhook("dingtalk", known.url, "SEC1", lambda: NOW).send(LETTER)
    stamp = "1790000000123"
    assert known.queries == [{"key": "hush", "timestamp": stamp, "sign": sign("SEC1", f"{stamp}\nSEC1")}]
    assert known.bodies == [{"msgtype": "text", "text": {"content": "Subject\n\nBody"}}]


def test_feishu_gets_a_text_signed_in_the_body() -> None:
    with robot("feishu") as known:
        Webhook("feishu", known.url, "SEC1", lambda: NOW).send(LETTER)
    signed = {"timestamp": "1790000000", "sign": sign("1790000000\nSEC1", "")}
    assert known.bodies == [signed | {"msg_type": "text", "content": {"text": "Subject\n\nBody"}}]


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_without_a_secret_nothing_is_signed(kind: Kind) -> None:
    with robot(kind) as known:
        Webhook(kind, known.url).send(LETTER)
    assert known.queries == [{"key": "hush"}] and "sign" not in known.bodies[0]


def test_a_signature_is_that_of_the_standard() -> None:
    key, text = "key", "The quick brown fox jumps over the lazy dog"
    expected = bytes.fromhex("f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8")
    assert signature(key, text) == base64.b64encode(expected).decode()


@pytest.mark.parametrize(
    ("status", "says"),
    [(200, {"errcode": 93000, "errmsg": "invalid key=hush"}), (500, {"errcode": 0}), (200, []), (200, {"code": 19021})],
)
def test_a_refusal_is_an_error_that_does_not_name_the_address(status: int, says: Any) -> None:
    with robot("wecom") as known:
        known.status, known.says = status, says
        with pytest.raises(WebhookRefusedError) as refused:
            Webhook("wecom", known.url).send(LETTER)
    with pytest.raises(WebhookRefusedError) as away:
        Webhook("wecom", known.url).send(LETTER)
    hook = Webhook("wecom", known.url, "SEC1")
    assert not any(secret in f"{refused.value!r} {away.value!r} {hook!r}" for secret in ("hush", "SEC1"))


def test_a_text_is_cut_to_the_bytes_that_a_robot_takes_between_two_characters() -> None:
    cut = shorten("问" * 1_000, MOST_BYTES["wecom"])
    assert len(cut.encode()) <= 2_048 and cut.endswith("问…")
    assert shorten("short", 2_048) == "short"
