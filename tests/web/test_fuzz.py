"""The running app, a process of its own, against what no browser sends: it refuses in words and goes on."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.support.forked_apps import ForkedApp
from tests.support.ports import free_port
from tests.support.scripted import WHOLE
from tests.web.fuzzing import ID, Answered, Sent, inputs, send, written
from web.chat.conversation_state import serialize

PATIENCE = 90
"""Seconds in which the page answers after all bad inputs."""
SEED, COUNT = 20261126, 500
FORM = "application/x-www-form-urlencoded"
PASSWORD = "four unlike words here"  # noqa: S105
GUIDE = """---
title: 俄罗斯税收指南
language: zh
countries: [RU]
reviewed_on: 2026-01-10
---
# 俄罗斯税收指南

## 利润税

俄罗斯利润税（企业所得税）的一般税率为25%，自2025年1月1日起适用。
"""
ANSWER: dict[str, Any] = serialize([replace(WHOLE, id=ID, question="税率？")])[0]


@dataclass(frozen=True)
class Running:
    """The app as a program of its own, what it printed, and a clerk's cookie."""

    port: int
    printed: Path
    cookie: str
    functions: dict[str, int]

    def send(self, sent: Sent, number: int = 0, cookie: str = "") -> Answered:
        """From another address each time: how much one visitor may do is tested elsewhere."""
        return send(self.port, sent.bytes(cookie), f"127.2.{number // 250}.{1 + number % 250}", 10)

    def call(self, name: str, /, data: Any, event: Any = None, **other: Any) -> Answered:
        path = "queue/join" if name.startswith("ask") else f"run/{name}"
        body = {"fn_index": self.functions[name], "data": data, "event_data": event, "session_hash": "s"} | other
        return self.send(Sent("POST", f"/gradio_api/{path}", written(body)))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    place = tmp_path_factory.mktemp("fuzz")
    (place / "knowledge").mkdir()
    (place / "knowledge" / "russia.zh.md").write_text(GUIDE, encoding="utf-8")
    port = free_port()
    settings = {"KNOWLEDGE_DIR": place / "knowledge", "DATA_DIR": place / "data", "PORT": port, "CHAT_MODEL": ""}
    own = {f"ASSISTANT_{name}": str(value) for name, value in settings.items()}
    printed = place / "printed"
    printed.touch()
    program = ForkedApp(os.environ | own, printed)
    try:
        yield started(port, printed, program)
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait()


def started(port: int, printed: Path, program: ForkedApp) -> Running:
    while not (code := re.search(r"code=(\S+)", printed.read_text())) or not answers(port):
        assert program.poll() is None, printed.read_text()
        time.sleep(0.1)
    with urlopen(f"http://127.0.0.1:{port}/config") as response:
        functions = {each["api_name"]: each["id"] for each in json.load(response)["dependencies"]}
    words = PASSWORD.replace(" ", "+")
    chosen = f"code={code[1]}&name=W&password={words}&again={words}".encode()
    send(port, Sent("POST", "/staff/first-password", chosen, FORM).bytes())
    raw = Sent("POST", "/staff/sign-in", f"name=W&password={words}".encode(), FORM).bytes()
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(raw)
        held = re.search(rb"set-cookie: (staff=[^;]+)", line.recv(1 << 16), re.IGNORECASE)
    assert held
    return Running(port, printed, held[1].decode(), functions)


def answers(port: int) -> bool:
    try:
        return send(port, Sent("GET", "/robots.txt").bytes(), seconds=5).status == 200
    except OSError:
        return False


def is_said(answered: Answered) -> bool:
    """Whether a refusal is a sentence, in JSON, in a page or as plain text."""
    text = json.loads(answered.text)["detail"] if answered.text.startswith("{") else answered.text
    return bool(re.search(r"\w+\W+\w+\W+\w+|[\u4e00-\u9fff]{4}", text))


def complaints(app: Running) -> list[str]:
    return [line for line in app.printed.read_text(errors="replace").splitlines() if re.search("Traceback|Error", line)]


def test_five_hundred_bad_inputs_are_refused_in_words_and_the_page_answers_afterwards(app: Running) -> None:
    wrong = []
    for number, sent in enumerate(inputs(SEED, COUNT, app.functions, ANSWER)):
        answered = app.send(sent, number, app.cookie if number // 8 % 3 else "")
        in_words = answered.status < 400 or sent.method == "HEAD" or is_said(answered)
        if not (100 <= answered.status < 500 and in_words):
            wrong.append((number, sent.method, sent.target, sent.body[:200], answered))
    assert not wrong
    assert complaints(app) == []
    until = time.monotonic() + PATIENCE  # on a busy machine so many inputs may have used up the share of a visitor
    while "25%" not in (told := asked(app, "俄罗斯的企业所得税税率是多少？")):
        assert time.monotonic() < until, told
        time.sleep(1)


def asked(app: Running, question: str, stored: Any = ()) -> str:
    """What the queue sends of an answer."""
    assert app.call("ask", [question, list(stored), "zh", ""], session_hash="reader").status == 200
    return app.send(Sent("GET", "/gradio_api/queue/data?session_hash=reader")).text


@pytest.mark.parametrize(
    "spoiled",
    [
        {"fn_index": -1},
        {"fn_index": 2**70},
        {"fn_index": "0"},
        {"fn_index": 0.5},
        {"fn_index": None},
        {"fn_index": True},
        {"session_hash": "a b"},
        {"session_hash": "x" * 1000},
        {"session_hash": None},
        {"session_hash": "../x"},
        {"data": "zh"},
        {"data": []},
        {"data": [[], "zh"]},
        {"data": [[ANSWER] * 10_000, "zh", ""]},
        {"data": [[1, 2], "zh", ""]},
        {"data": ["\ud800", "zh", ""]},
        {"data": [[], "\ud800", ""]},
        {"data": [[], "a\x00b", ""]},
        {"data": [[{"question": "\x00"}], "zh", ""]},
        {"data": [[{"text": "*a **b " * 100_000}], "zh", ""]},
        {"data": [[], {"lang": "zh"}, ""]},
        {"trigger_id": "x"},
        {"trigger_id": [1]},
    ],
)
def test_a_call_with_one_thing_wrong_is_refused_in_words(app: Running, spoiled: dict[str, Any]) -> None:
    answered = app.call("open", **({"data": [[], "zh", ""]} | spoiled))
    assert answered.status in (404, 413, 422) and is_said(answered)
    assert complaints(app) == []


def test_the_functions_of_others_cannot_be_called(app: Running) -> None:
    """What a browser does by itself, what goes through the queue, and what does not."""
    inner = [number for name, number in app.functions.items() if name.startswith(("js_fn", "unnamed"))]
    assert inner
    for number in [*inner, app.functions["ask"], len(app.functions), 9999]:
        assert app.call("open", [[], "zh", ""], fn_index=number).status == 404
    assert app.call("ask", ["?", [], "zh", ""], fn_index=app.functions["open"]).status == 404


@pytest.mark.parametrize(
    "event", [None, {}, "x", [], {"conversation": 1, "about": ""}, {"conversation": [[]], "about": ""}]
)
def test_an_event_that_does_not_say_what_it_must_is_refused(app: Running, event: Any) -> None:
    answered = app.call("take_up", ["zh"], event)
    assert answered.status == 422 and is_said(answered)


def test_an_answer_that_nobody_asked_for_is_not_there(app: Running) -> None:
    for name in ("nobody", "", "%ff", "a" * 300):
        answered = app.send(Sent("GET", f"/gradio_api/queue/data?session_hash={name}"))
        assert answered.status in (400, 404) and is_said(answered)
    assert complaints(app) == []


def test_a_refusal_speaks_the_language_of_the_visitor(app: Running) -> None:
    body = written({"fn_index": 0, "data": []})
    sent = Sent("POST", "/gradio_api/run/open", body, headers=(("Accept-Language", "pt"),))
    assert "Recarregue a página" in json.loads(app.send(sent).text)["detail"]


def test_what_is_well_meant_passes(app: Running) -> None:
    assert "税率？" in app.call("open", [[ANSWER], "zh", ""]).text
    assert "25%" in asked(app, "俄罗斯的企业所得税税率是多少？", [ANSWER] * 19)
    assert app.send(Sent("GET", f"/?q={'%E7%A8%8E' * 1000}")).status == 200
    assert complaints(app) == []
