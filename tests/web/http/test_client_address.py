"""Only a proxy that the settings name is believed who a request comes from."""

from __future__ import annotations

import logging
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from settings import Settings, SettingsError, load
from web.http.client_address import SAID_BY_PROXIES, ClientAddress, TrustedProxies
from web.http.rate_limit import client_key

NEAR, FAR = "127.0.0.1", "203.0.113.9"
PROXIES = TrustedProxies([ip_network(text) for text in (NEAR, "10.1.0.0/16", "fd00::/8")])


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """What the app is told of a request."""
    request = Request(scope)
    left = [name for name in SAID_BY_PROXIES if request.headers.get(name.decode())]
    told = {
        "visitor": client_key(request),
        "scheme": scope["scheme"],
        "host": request.headers["host"],
        "left": len(left),
    }
    await JSONResponse(told)(scope, receive, send)


def told(peer: str, *headers: tuple[str, str], proxies: TrustedProxies = PROXIES) -> dict[str, Any]:
    client = TestClient(ClientAddress(echo, proxies), client=(peer, 1))
    answer: dict[str, Any] = client.get("/", headers=list(headers)).json()
    return answer


@pytest.mark.parametrize(
    ("forwarded", "sender"),
    [
        (FAR, FAR),
        (f"198.51.100.1, {FAR}", FAR),
        (f"{FAR}, 10.1.2.3", FAR),
        (f"{FAR}, 127.0.0.1, fd00::5", FAR),
        (f"{FAR}:4711", FAR),
        (f" {FAR} ", FAR),
        (f"::ffff:{FAR}", FAR),
        ("[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2:3::4]", "2001:db8:1:2::/64"),
        ("10.1.0.7, 10.1.0.8", "10.1.0.7"),
        ("", NEAR),
        (",", NEAR),
        ("unknown", NEAR),
        (f"{FAR}, unknown", NEAR),
        (f"{FAR}, _hidden, 10.1.2.3", "10.1.2.3"),
        (f"for={FAR}", NEAR),
        ("[2001:db8", NEAR),
        ("1.2.3.4.5", NEAR),
        ("x" * 5000, NEAR),
        (", ".join([FAR] * 500), FAR),
    ],
)
def test_the_last_address_that_is_no_proxy_is_the_senders(forwarded: str, sender: str) -> None:
    assert told(NEAR, ("x-forwarded-for", forwarded))["visitor"] == sender


def test_several_headers_are_one_list() -> None:
    assert told(NEAR, ("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", FAR))["visitor"] == FAR


@pytest.mark.parametrize("peer", [NEAR, "::ffff:127.0.0.1", "10.1.9.9", "fd00::9"])
def test_a_proxy_is_known_however_its_address_is_written(peer: str) -> None:
    assert told(peer, ("x-forwarded-for", FAR), ("x-forwarded-proto", "https")) == {
        "visitor": FAR,
        "scheme": "https",
        "host": "testserver",
        "left": 0,
    }


@pytest.mark.parametrize("peer", ["127.0.0.2", "10.2.0.1", "192.0.2.1"])
def test_nobody_else_is_believed_anything(peer: str) -> None:
    said = [(name.decode(), FAR) for name in SAID_BY_PROXIES] + [("x-forwarded-proto", "https")]
    assert told(peer, *said) == {"visitor": peer, "scheme": "http", "host": "testserver", "left": 0}


def test_without_the_setting_not_even_this_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    assert told(NEAR, ("x-forwarded-for", FAR), proxies=TrustedProxies())["visitor"] == NEAR


def test_a_peer_without_an_address_is_no_proxy() -> None:
    scope = {"type": "http", "scheme": "http", "client": None, "headers": [(b"x-forwarded-for", FAR.encode())]}
    ClientAddress(echo, PROXIES).correct(scope)
    assert scope == {"type": "http", "scheme": "http", "client": None, "headers": []}


def test_a_proxy_that_is_not_named_is_hinted_at_once(caplog: pytest.LogCaptureFixture) -> None:
    client = TestClient(ClientAddress(echo, TrustedProxies()), client=("127.0.0.1", 1))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            client.get("/", headers={"x-forwarded-for": FAR})
    assert [record.getMessage().endswith("set ASSISTANT_TRUSTED_PROXIES=127.0.0.1.") for record in caplog.records] == [
        True
    ]


def test_a_stranger_is_neither_logged_nor_recommended_as_a_proxy(caplog: pytest.LogCaptureFixture) -> None:
    proxied = ClientAddress(echo, TrustedProxies())
    with caplog.at_level(logging.WARNING):
        TestClient(proxied, client=("8.8.4.4", 1)).get("/", headers={"x-forwarded-for": FAR})
        assert caplog.records == []
        TestClient(proxied, client=("::ffff:10.1.2.3", 1)).get("/", headers={"x-forwarded-for": FAR})
    assert "10.1.2.3" in caplog.text


def test_the_setting_names_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_TRUSTED_PROXIES", " 127.0.0.1, 10.1.0.0/16 ,::1,")
    assert [str(each) for each in load().trusted_proxies] == ["127.0.0.1/32", "10.1.0.0/16", "::1/128"]
    monkeypatch.setenv("ASSISTANT_TRUSTED_PROXIES", "")
    assert load().trusted_proxies == ()


@pytest.mark.parametrize("wrong", ["*", "localhost", "10.1.0.1/16", "0.0.0.0/0", "::/0", "127.0.0.1;10.0.0.1"])
def test_a_wrong_value_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong: str) -> None:
    monkeypatch.setenv("ASSISTANT_TRUSTED_PROXIES", f"127.0.0.1,{wrong}")
    with pytest.raises(SettingsError, match=r"^ASSISTANT_TRUSTED_PROXIES: .*[Nn]ame .*proxies.*Correct it"):
        load()


def test_settings_are_made_in_code_as_well() -> None:
    assert Settings(_env_file=None, trusted_proxies="127.0.0.1").trusted_proxies == (ip_network("127.0.0.1"),)
