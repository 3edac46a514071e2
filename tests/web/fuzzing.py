"""Requests that no browser sends, the same ones for the same seed, and the plainest client that can send them."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

HUGE, DEEP, TWICE = "@huge@", "@deep@", "@twice@"
"""What Python would not write as JSON; put in afterwards."""
WRITTEN = {
    f'"{HUGE}"': "9" * 5000,
    f'"{DEEP}"': "[" * 100_000 + "]" * 100_000,
    f'"{TWICE}"': '{"a": 1, "a": {"a": 2, "a": 3}}',
}
NASTY: tuple[Any, ...] = (
    "\ud800", "a\udfffb", "\x00", "a\x00b", "\u202e", "e\u0301" * 500, "", " ", "x" * 40_000, HUGE, DEEP, TWICE,
    None, True, False, -1, 0, 3, 99, 2**31, 2**63, 2**200, 0.5, 1e308, float("nan"), float("inf"), [], {}, [[]], [None],
    {"a": "\ud800"}, {"\x00": 1}, {"\ud800": []}, [{}] * 10_000, "*a **b " * 4_000, "../../etc/passwd", "%00",
    {"__type__": "update", "value": 1}, {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
)  # fmt: skip
PATHS = (
    "/", "/source", "/source/file", "/source/page.webp", "/source.css", "/manifest.webmanifest", "/icons/icon.svg",
    "/config", "/theme.css", "/robots.txt", "/favicon.ico", "/manifest.json", "/static/img/logo.svg", "/assets/a.js",
    "/svelte/a.js", "/gradio_api/queue/data", "/gradio_api/queue/status", "/gradio_api/heartbeat/abc",
    "/gradio_api/startup-events", "/gradio_api/run/open", "/gradio_api/call/ask", "/gradio_api/cancel",
    "/gradio_api/reset", "/gradio_api/component_server", "/gradio_api/theme.css", "/login", "/nowhere", "/pwa_icon/3",
    "/staff", "/staff/", "/staff/sign-in", "/staff/first-password", "/staff/static/staff.css", "/staff/language",
    "/staff/folder", "/staff/folder/document", "/staff/folder/file", "/staff/folder/list", "/staff/folder/edit",
    "/staff/folder/compare", "/staff/asked", "/staff/asked/export.csv", "/staff/asked/abc", "/staff/gaps",
    "/staff/gaps/abc", "/staff/try", "/staff/try/saved", "/staff/validity", "/staff/validity/calendar.ics",
    "/staff/curated", "/staff/curated/edit", "/staff/figures", "/staff/figures/report", "/staff/figures/report.docx",
    "/staff/log", "/staff/switch", "/staff/correct", "/staff/reading", "/staff/page.webp",
)  # fmt: skip
POSTED = (
    "/save.docx", "/rate", "/ask-person", "/forget", "/source", "/staff/sign-in", "/staff/first-password",
    "/staff/password", "/staff/folder/edit", "/staff/folder/remove", "/staff/folder/put-back", "/staff/folder/delete",
    "/staff/folder/again", "/staff/folder/incoming/decide", "/staff/folder/incoming/undo", "/staff/curated/save",
    "/staff/curated/end", "/staff/curated/restore", "/staff/switch/notice", "/staff/switch/off", "/staff/try/right",
    "/staff/try/taken-back", "/staff/correct", "/staff/take-back", "/staff/gaps/abc/again", "/staff/gaps/abc/ignore",
    "/staff/asked/requests/1/close", "/staff/delete-old",
)  # fmt: skip
NAMES = (
    "path", "page", "start", "end", "lang", "seen", "q", "to", "code", "session_hash", "language", "on", "since", "id",
    "until", "question", "text", "name", "number", "password", "skip", "month", "source", "deep_link", "known", "what",
    "days", "reason", "title", "words", "zh", "en", "again", "country", "outcome", "after", "before",
)  # fmt: skip
IN_AN_ADDRESS = (
    "%00", "%ff%fe", "%ed%a0%80", "..%2f..%2fetc%2fpasswd", "%", "%zz", "a" * 300, "a" * 55_000, "-1", "1e9",
    "9" * 5000, "%0d%0aX:1", "%e2%80%ae", "../../..", "..%5c..", "%2e%2e/%2e%2e", "[]", "{}", "&&&===", "\u4e2d",
    "null", "1", "", "2026-99-99", "0000-00", "%7f", "9999-12-31", "0001-01-01", "//[", "russia.zh.md",
)  # fmt: skip
HEADERS = (
    "Cookie", "Accept-Language", "User-Agent", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Range",
    "If-None-Match", "Referer", "Authorization", "Accept-Encoding", "Origin",
)  # fmt: skip
IN_A_HEADER = (
    "a" * 100_000, "a=" * 3_000, "\u4e2d\u6587", "\udcff", "staff=\x7f; staff=; =;;", ",;q=nan,*;q=9", "bytes=9-1",
    "//[", "http://[", "1.2.3.4, x, ::1", "\t", "gzip;q=1e999", "-",
)  # fmt: skip
ID = "0" * 32


@dataclass(frozen=True)
class Sent:
    """A request as it goes over the line."""

    method: str
    target: str
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    length: str | None = None
    """What it says of its length; None for the truth."""

    def bytes(self, cookie: str = "") -> bytes:
        length = str(len(self.body)) if self.length is None else self.length
        lines = [f"{self.method} {self.target} HTTP/1.1", "Host: localhost", "Connection: close"]
        lines += [f"Content-Type: {self.content_type}"] if self.content_type else []
        lines += [f"Content-Length: {length}"] if length and self.method not in ("GET", "HEAD") else []
        lines += [f"Cookie: {cookie}"] if cookie else []
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + self.body


@dataclass(frozen=True)
class Answered:
    status: int
    text: str


def send(port: int, raw: bytes, source: str = "127.0.0.1", seconds: float = 30) -> Answered:
    """What the server answers to bytes that come from an address of this machine. An open stream is read for as long
    as `seconds` of silence."""
    with socket.create_connection(("127.0.0.1", port), seconds, (source, 0)) as line:
        received = b""
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was sent
            line.sendall(raw)
        with suppress(TimeoutError, ConnectionResetError):
            while part := line.recv(1 << 16):
                received += part
    head, _, body = received.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    return Answered(int(status[0]) if status else 0, body.decode("utf-8", "replace"))


def written(value: Any) -> bytes:
    text = json.dumps(value)
    for sign, meant in WRITTEN.items():
        text = text.replace(sign, meant)
    return text.encode()


def mutated(value: Any, rng: Random) -> Any:
    """`value` with something nasty in one of its places, or a place more or less."""
    if isinstance(value, dict) and value and rng.random() < 0.8:
        key = rng.choice(list(value))
        if rng.random() < 0.1:
            return {name: each for name, each in value.items() if name != key}
        return value | {key: mutated(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.8:
        place = rng.randrange(len(value))
        if rng.random() < 0.15:
            return value[:place]
        return [*value[:place], mutated(value[place], rng), *value[place + 1 :]]
    return rng.choice(NASTY)


def calls(functions: dict[str, int], answer: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """One good call of each function, which mutations spoil."""
    inputs: dict[str, list[Any]] = {
        "open": [[answer], "zh", ""], "show": [[answer], "en", "RU"], "ask": ["税率？", [answer], "zh", ""],
        "ask_chosen": [[answer], "zh", ""], "ask_again": [[answer], "zh", ""], "switch": [[answer], ""],
        "clear": ["zh"], "take_up": ["zh"], "choose": [[answer], "zh"], "look": [[answer], "zh", ""], "settle": [],
    }  # fmt: skip
    events = {
        "switch": {"language": "ar"}, "take_up": {"conversation": [answer], "about": ""}, "choose": {"about": "RU"},
        "ask_chosen": {"question": "税率？"}, "ask_again": {"question": "税率？", "id": answer["id"]},
    }  # fmt: skip
    return [
        (
            "/gradio_api/queue/join" if name.startswith("ask") else f"/gradio_api/run/{name}",
            {"fn_index": functions[name], "data": data, "event_data": events.get(name), "session_hash": "fuzz",
             "trigger_id": 4},
        )
        for name, data in inputs.items()
    ]  # fmt: skip


def spoiled(rng: Random, good: list[tuple[str, dict[str, Any]]], answer: dict[str, Any]) -> Sent:
    """A call of the page, or something sent to one of our own addresses, with a mistake in it."""
    saved = {"language": "zh", "conversations": [{"title": "t", "at": "", "answers": [answer]}]}
    own = [
        ("/save.docx", saved),
        ("/rate", {"id": ID, "useful": True, "reason": "", "comment": "c"}),
        (
            "/ask-person",
            {"id": ID, "contact": "a@example.org", "note": "", "language": "", "consent": True},
        ),
        ("/forget", {"ids": [ID]}),
        ("/gradio_api/cancel", {"session_hash": "fuzz", "fn_index": 1, "event_id": "a"}),
        ("/gradio_api/reset", {"event_id": "a"}),
    ]
    path, value = rng.choice(good if rng.random() < 0.7 else own)
    return Sent("POST", path, written(mutated(value, rng)))


def misdirected(rng: Random) -> Sent:
    """An address with junk in it."""
    target = rng.choice(PATHS)
    if rng.random() < 0.4:
        target = f"{target.rstrip('/')}/{rng.choice(IN_AN_ADDRESS)}"
    if rng.random() < 0.7:
        target += "?" + "&".join(f"{rng.choice(NAMES)}={rng.choice(IN_AN_ADDRESS)}" for _ in range(rng.randint(1, 3)))
    return Sent(rng.choice(("GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")), target)


def posted(rng: Random) -> Sent:
    """A body that is not what it says it is, or a form with junk in it."""
    path = rng.choice((*POSTED, "/gradio_api/run/open", "/gradio_api/queue/join"))
    if rng.random() < 0.5:
        fields = "&".join(f"{rng.choice(NAMES)}={rng.choice(IN_AN_ADDRESS)}" for _ in range(rng.randint(0, 5)))
        return Sent("POST", path, fields.encode(), "application/x-www-form-urlencoded")
    body = rng.choice(
        (b"", b"{", b"null", b"[]", b"\xff\xfe", b'"\\ud800"', b"\x00", b"9" * 5000, b"NaN", b"[" * 100_000, b"{}" * 9,
         b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\x00\xff\r\n--x--\r\n')
    )  # fmt: skip
    kind = rng.choice(
        ("application/json", "text/plain", "", "multipart/form-data; boundary=x", "multipart/form-data", "a" * 500,
         "application/x-www-form-urlencoded", "application/json; charset=utf-16")
    )  # fmt: skip
    return Sent("POST", path, body, kind, length=rng.choice((None, None, None, "", "-1", "x", "1e3", "9" * 30)))


def mislabelled(rng: Random) -> Sent:
    """A header that is too long, or holds what none may."""
    headers = ((rng.choice(HEADERS), rng.choice(IN_A_HEADER)),)
    return Sent("GET", quote(rng.choice(PATHS)), headers=headers)


def inputs(seed: int, count: int, functions: dict[str, int], answer: dict[str, Any]) -> Iterator[Sent]:
    """`count` requests: half of them spoiled calls, the others spread over addresses, bodies and headers."""
    rng = Random(seed)
    good = calls(functions, answer)
    for number in range(count):
        match number % 8:
            case 0 | 1:
                yield misdirected(rng)
            case 2:
                yield posted(rng)
            case 3:
                yield mislabelled(rng)
            case _:
                yield spoiled(rng, good, answer)
