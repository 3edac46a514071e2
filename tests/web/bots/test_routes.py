"""Requests as the documentation of each platform builds them: checked, answered at once, and then with the answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from settings import Settings, SettingsError
from tests.records.conftest import come_true
from tests.web.bots.conftest import PlatformServer
from web.api.context import ApiContext
from web.bots.dingtalk import DingTalk
from web.bots.feishu import Feishu
from web.bots.opening import open_platforms
from web.bots.platform import BotRefusedError, Platform, PlatformRequest
from web.bots.routes import router
from web.bots.wecom import WeCom

SECRET, AES = "app-secret", base64.b64encode(bytes(range(32))).decode().rstrip("=")
QUESTION = "俄罗斯的利润税率是多少？"


def site(api: ApiContext, name: str, platform: Platform) -> TestClient:
    app = FastAPI()
    app.include_router(router(api, {name: platform}))
    return TestClient(app)


def encrypted(key: bytes, vector: bytes, data: bytes, block: int) -> bytes:
    padding = block - len(data) % block
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return encryptor.update(data + bytes([padding]) * padding) + encryptor.finalize()


def dingtalk(client: TestClient, server: str, text: str = QUESTION, message: str = "m1", **header: str) -> Response:
    return dingtalk_sends(client, server, {"msgtype": "text", "text": {"content": f" {text} "}}, message, **header)


def dingtalk_sends(
    client: TestClient, server: str, said: dict[str, Any], message: str = "m1", **header: str
) -> Response:
    stamp = str(round(time.time() * 1000))
    made = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    body = {
        "conversationId": "cid1", "senderId": "$:LWCP_v1:$1", "msgId": message, "conversationType": "2",
        "sessionWebhook": f"{server}robot/sendBySession?session=1", **said,
    }  # fmt: skip
    headers = {"timestamp": stamp, "sign": base64.b64encode(made).decode()} | header
    return client.post("/bots/dingtalk", json=body, headers=headers)


def feishu(client: TestClient, event: dict[str, Any], signature: str = "") -> Response:
    key, vector = hashlib.sha256(b"encrypt-key").digest(), bytes(16)
    data = base64.b64encode(vector + encrypted(key, vector, json.dumps(event).encode(), 16)).decode()
    body, stamp, nonce = json.dumps({"encrypt": data}).encode(), str(int(time.time())), "n1"
    made = hashlib.sha256(f"{stamp}{nonce}encrypt-key".encode() + body).hexdigest()
    headers = {
        "x-lark-request-timestamp": stamp, "x-lark-request-nonce": nonce, "x-lark-signature": signature or made,
    }  # fmt: skip
    return client.post("/bots/feishu", content=body, headers=headers)


def message_event(text: str, message: str = "om_1", kind: str = "text") -> dict[str, Any]:
    return {
        "schema": "2.0",
        "header": {"event_id": "e1", "event_type": "im.message.receive_v1"},
        "event": {
            "sender": {"sender_id": {"open_id": "ou_1"}},
            "message": {
                "message_id": message, "chat_id": "oc_1", "chat_type": "group", "message_type": kind,
                "content": json.dumps({"text": text}), "mentions": [{"key": "@_user_1"}],
            },
        },
    }  # fmt: skip


def wecom_text(plain: str, company: str = "corp") -> str:
    key, data = base64.b64decode(f"{AES}="), plain.encode()
    whole = b"r" * 16 + struct.pack(">I", len(data)) + data + company.encode()
    return base64.b64encode(encrypted(key, key[:16], whole, 32)).decode()


def wecom_query(text: str, stamp: str = "") -> dict[str, str]:
    stamp = stamp or str(int(time.time()))
    made = hashlib.sha1("".join(sorted(("token", stamp, "n1", text))).encode()).hexdigest()  # noqa: S324
    return {"msg_signature": made, "timestamp": stamp, "nonce": "n1"}


def wecom(client: TestClient, content: str, message: str = "1", company: str = "corp") -> Response:
    said = f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content><MsgId>{message}</MsgId>"
    return wecom_sends(client, said, company)


def wecom_sends(client: TestClient, said: str, company: str = "corp") -> Response:
    inner = f"<xml><ToUserName><![CDATA[corp]]></ToUserName><FromUserName><![CDATA[wang]]></FromUserName>{said}</xml>"
    text = wecom_text(inner, company)
    body = f"<xml><ToUserName><![CDATA[corp]]></ToUserName><Encrypt><![CDATA[{text}]]></Encrypt></xml>"
    return client.post("/bots/wecom", params=wecom_query(text), content=body.encode())


def test_dingtalk_gets_a_card_with_sources_once_and_remembers_the_conversation(
    api: ApiContext, platform_server: PlatformServer
) -> None:
    client = site(api, "dingtalk", DingTalk(SECRET, platform_server.address))
    assert dingtalk(client, platform_server.address).json() == {}
    assert dingtalk(client, platform_server.address).status_code == 200  # sent again by the platform
    ((path, _, content),) = platform_server.taken
    assert path == "robot/sendBySession?session=1" and "25%" in content["actionCard"]["text"]
    first = content["actionCard"]["btns"][0]
    assert first["title"].startswith("[1] 俄罗斯税收")
    assert first["actionURL"].startswith("https://assistant.example/source?")
    dingtalk(client, platform_server.address, "那增值税呢？", "m2")
    assert api.service.bot.told[-1][0].content == QUESTION  # type: ignore[attr-defined]
    kept = ("dingtalk", "那增值税呢？")
    come_true(lambda: kept in [(each.channel, each.question) for each in api.service.records.exchanges()])


@pytest.mark.parametrize("wrong", [{"sign": "d3Jvbmc="}, {"timestamp": "1600000000000"}, {"timestamp": "x"}])
def test_dingtalk_is_believed_only_with_its_signature_and_answered_only_at_its_address(
    api: ApiContext, platform_server: PlatformServer, wrong: dict[str, str]
) -> None:
    client = site(api, "dingtalk", DingTalk(SECRET, platform_server.address))
    assert dingtalk(client, platform_server.address, **wrong).status_code == 403
    assert dingtalk(client, "https://evil.example/").status_code == 403
    assert platform_server.taken == []


def test_feishu_verifies_its_address_and_gets_a_card_as_a_reply(
    api: ApiContext, platform_server: PlatformServer
) -> None:
    client = site(api, "feishu", Feishu("app", SECRET, "encrypt-key", platform_server.address))
    assert feishu(client, {"type": "url_verification", "challenge": "c1"}).json() == {"challenge": "c1"}
    assert feishu(client, message_event(f"@_user_1 {QUESTION}")).json() == {}
    asked, replied = platform_server.taken
    assert asked[2] == {"app_id": "app", "app_secret": SECRET}
    assert replied[0] == "open-apis/im/v1/messages/om_1/reply?" and replied[1] == "Bearer t-1"
    card = json.loads(replied[2]["content"])
    assert "25%" in card["elements"][0]["content"] and card["header"]["title"]["content"] == QUESTION
    assert card["elements"][2]["actions"][1]["url"].startswith("https://assistant.example/source?")
    feishu(client, message_event("再问", "om_2"))
    assert len(platform_server.taken) == 3  # the token is kept


def test_feishu_is_believed_only_with_its_signature_and_key(api: ApiContext, platform_server: PlatformServer) -> None:
    client = site(api, "feishu", Feishu("app", SECRET, "encrypt-key", platform_server.address))
    assert feishu(client, message_event(QUESTION), "0" * 64).status_code == 403
    other = site(api, "feishu", Feishu("app", SECRET, "another-key", platform_server.address))
    assert feishu(other, message_event(QUESTION)).status_code == 403
    assert feishu(client, message_event(QUESTION, "../../x")).status_code == 403
    assert client.post("/bots/feishu", content=b"{}").status_code == 403
    assert platform_server.taken == []


def test_wecom_verifies_its_address_and_gets_a_message_within_its_limit(
    api: ApiContext, platform_server: PlatformServer
) -> None:
    platform = WeCom("corp", "1000002", SECRET, "token", AES, platform_server.address)
    client = site(api, "wecom", platform)
    echo = wecom_text("echo-1")
    assert client.get("/bots/wecom", params=wecom_query(echo) | {"echostr": echo}).text == "echo-1"
    assert wecom(client, QUESTION).text == ""
    token, sent = platform_server.taken
    assert token[0] == f"cgi-bin/gettoken?corpid=corp&corpsecret={SECRET}"
    assert sent[0] == "cgi-bin/message/send?access_token=t-1"
    content = sent[2]["markdown"]["content"]
    assert (sent[2]["touser"], sent[2]["agentid"]) == ("wang", "1000002") and "25%" in content
    assert "](https://assistant.example/source?" in content and len(content.encode()) <= platform.most_bytes


def test_wecom_is_believed_only_with_its_signature_and_for_its_company(
    api: ApiContext, platform_server: PlatformServer
) -> None:
    client = site(api, "wecom", WeCom("corp", "1", SECRET, "token", AES, platform_server.address))
    assert wecom(client, QUESTION, company="other").status_code == 403
    text = wecom_text("<xml/>")
    body = f"<xml><Encrypt>{text}</Encrypt></xml>".encode()
    wrong = wecom_query(text) | {"msg_signature": "0" * 40}
    assert client.post("/bots/wecom", params=wrong, content=body).status_code == 403
    assert client.post("/bots/wecom", params=wecom_query(text, "1600000000"), content=body).status_code == 403
    assert client.post("/bots/wecom", params=wecom_query(text), content=b"<xml").status_code == 403
    assert client.get("/bots/wecom").status_code == 403 and platform_server.taken == []


def asks_to_write(told: str) -> bool:
    return "请用文字写下您的问题" in told and "Please write your question" in told


def test_a_picture_or_a_voice_message_is_answered_with_the_request_to_write(
    api: ApiContext, platform_server: PlatformServer
) -> None:
    client = site(api, "dingtalk", DingTalk(SECRET, platform_server.address))
    dingtalk_sends(client, platform_server.address, {"msgtype": "audio", "content": {"duration": 4000}})
    assert asks_to_write(platform_server.taken.pop()[2]["markdown"]["text"])
    client = site(api, "feishu", Feishu("app", SECRET, "encrypt-key", platform_server.address))
    event = message_event("")
    event["event"]["message"] |= {"message_type": "image", "content": '{"image_key": "img_1"}'}
    feishu(client, event)
    assert asks_to_write(json.loads(platform_server.taken.pop()[2]["content"])["elements"][0]["content"])
    client = site(api, "wecom", WeCom("corp", "1", SECRET, "token", AES, platform_server.address))
    wecom_sends(client, "<MsgType>voice</MsgType><MediaId>1</MediaId><MsgId>5</MsgId>")
    assert asks_to_write(platform_server.taken.pop()[2]["markdown"]["content"])


def test_who_opens_the_app_in_wecom_is_greeted_once_and_other_events_are_left_alone(
    api: ApiContext, platform_server: PlatformServer
) -> None:
    client = site(api, "wecom", WeCom("corp", "1", SECRET, "token", AES, platform_server.address))
    wecom_sends(client, "<MsgType>event</MsgType><Event>LOCATION</Event>")
    assert platform_server.taken == []
    for _ in range(2):
        wecom_sends(client, "<MsgType>event</MsgType><Event>enter_agent</Event>")
    _token, greeted = platform_server.taken
    assert asks_to_write(greeted[2]["markdown"]["content"])


# Vectors that the platforms publish: what our own formulas build proves only that they agree with themselves.
WECOM_EXAMPLE = {
    "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "timestamp": "1409659589", "nonce": "263014780",
    "echostr": "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
}  # fmt: skip
"""Source: developer.work.weixin.qq.com, "Encryption" (90968), samples of the libraries, "Sample.py"."""


def test_wecoms_own_example_of_a_verification_is_read() -> None:
    key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    platform = WeCom("wx5823bf96d3bd56c7", "1", SECRET, "QDG6eK", key, clock=lambda: 1_409_659_590.0)
    assert platform.read(PlatformRequest(WECOM_EXAMPLE, {})).response == "1616140317555161061"
    with pytest.raises(BotRefusedError, match="signature"):
        platform.read(PlatformRequest(WECOM_EXAMPLE | {"nonce": "263014781"}, {}))


def test_feishus_own_example_of_an_encrypted_text_is_read() -> None:
    """Source: open.feishu.cn, "Configure Encrypt Key", the example below the decryption."""
    platform = Feishu("app", SECRET, "test key")
    assert platform.plain("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=") == b"hello world"


def test_what_a_platform_does_not_take_is_logged_without_question_and_secret(
    api: ApiContext, platform_server: PlatformServer, caplog: pytest.LogCaptureFixture
) -> None:
    platform_server.code = 40014
    client = site(api, "wecom", WeCom("corp", "1", SECRET, "token", AES, platform_server.address))
    assert wecom(client, QUESTION, "77").status_code == 200
    assert "40014" in caplog.text and SECRET not in caplog.text and QUESTION not in caplog.text


def test_a_bot_that_is_set_in_part_says_what_is_lacking() -> None:
    assert open_platforms(Settings(_env_file=None)) == {}
    named = {"feishu_app_id": "a", "feishu_app_secret": "b"}
    with pytest.raises(SettingsError, match="ASSISTANT_FEISHU_ENCRYPT_KEY"):
        open_platforms(Settings(_env_file=None, **named))  # type: ignore[arg-type]
    whole = {"wecom_corp_id": "a", "wecom_agent_id": "1", "wecom_app_secret": "s", "wecom_token": "t"}
    whole |= {"dingtalk_app_secret": "d"}
    with pytest.raises(SettingsError, match="43 characters"):
        open_platforms(Settings(_env_file=None, **whole, wecom_aes_key="short"))  # type: ignore[arg-type]
    found = open_platforms(Settings(_env_file=None, **whole, wecom_aes_key=AES))  # type: ignore[arg-type]
    assert list(found) == ["dingtalk", "wecom"] and "'s'" not in repr(found)
