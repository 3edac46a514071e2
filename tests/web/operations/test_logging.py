"""The log of a running app: every line has time, level and request id, and none holds what somebody is or asked."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from bot.answer import Answer, Turn
from evals.serving import serve
from evals.speed.page import open_page
from ingest.sync.progress import Progress
from tests.running import Running, running
from tests.web.conftest import behind
from web.app import build
from web.operations.logging_setup import Captured, Line, log_uncaught
from web.operations.request_context import CURRENT, NO_REQUEST, RequestContext, current_request
from web.operations.withholding import WITHHELD, shares_words

LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]+"
    r" \[(?:[0-9a-f]{16}|-)\] "
)
PERSONAL = ("13812345678", "wang.xiaofang@example.com", "330102199003074514", "王小芳", "Zhangsan")
QUESTION = "我叫王小芳，电话13812345678，身份证330102199003074514，邮箱wang.xiaofang@example.com，俄罗斯增值税多少？"


class Log:
    """What is logged meanwhile, as the app writes it."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)

    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()


@pytest.fixture(params=["text", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    made = Log()
    made.handler.setFormatter(Line(request.param))
    ours, root = logging.getLogger("web"), logging.getLogger()
    before = ours.level
    ours.setLevel(logging.DEBUG)
    root.addHandler(made.handler)
    yield made
    root.removeHandler(made.handler)
    ours.setLevel(before)


class Failing:
    """A bot that falls over, and repeats in its error what it was asked."""

    def stream(
        self, question: str, history: Sequence[Turn], language: str | None = None, *, country: str = ""
    ) -> Iterator[Answer]:
        try:
            raise KeyError(question[2:5])
        except KeyError as error:
            raise RuntimeError(f"near {question!r}") from error
        yield


def test_a_failing_answer_is_found_by_the_id_of_its_request_and_repeats_nothing(log: Log, tmp_path: Path) -> None:
    ids: list[str] = []
    with (
        serve(build(behind(Failing(), tmp_path))) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        client.event_hooks["response"] = [lambda response: ids.append(response.headers["x-request-id"])]
        assert open_page(client).ask(QUESTION)["outcome"] == "failed"
    text = log.stream.getvalue()
    assert "RuntimeError" in text and "KeyError" in text and WITHHELD in text
    failed = next(line for line in log.lines() if "could not be answered" in line)
    assert any(each in failed for each in ids)
    assert not [each for each in PERSONAL if each in text or each.encode("unicode_escape").decode() in text]


def test_a_line_of_json_has_the_same_parts() -> None:
    record = logging.LogRecord("web.chat.events", logging.WARNING, __file__, 1, "bei %s", ("a@b.example",), None)
    said = json.loads(Line("json").format(record))
    assert said.keys() == {"time", "level", "logger", "request", "message"} and said["message"] == "bei ***"


@pytest.mark.parametrize("form", ["text", "json"])
def test_half_a_pair_of_utf_16_and_broken_messages_break_no_line(form: str) -> None:
    for message, values in (("a \ud800 b", ()), ("%d", ("x\udfff",)), ("%s\nnext", ("a",))):
        record = logging.LogRecord("bot", logging.ERROR, __file__, 1, message, values, None)
        line = Line(form).format(record)  # type: ignore[arg-type]
        line.encode("utf-8")
        assert len(line.splitlines()) == 1


def test_what_a_library_prints_and_what_kills_a_thread_become_lines(log: Log) -> None:
    captured = Captured(io.StringIO())
    print("Traceback of 13812345678", file=captured)
    before, threading.excepthook = threading.excepthook, lambda died: log_uncaught(*died[:3])
    try:
        dying = threading.Thread(target=lambda: json.loads("a@b.example"))
        dying.start()
        dying.join()
    finally:
        threading.excepthook = before
    text = log.stream.getvalue()
    assert "Traceback of ***" in text and "Nobody caught this" in text and "JSONDecodeError" in text


@pytest.mark.parametrize(
    ("said", "question", "shares"),
    [
        ("KeyError: '王小芳'", "我叫王小芳", True),
        ("near '\\u738b\\u5c0f\\u82b3'", "我叫王小芳", True),
        ("no such user: ZHANGSAN", "I am Zhangsan", True),
        ("database is locked", "我叫王小芳", False),
        ("Connection refused", "", False),
    ],
)
def test_words_of_a_question_are_found_in_what_a_library_says(said: str, question: str, shares: bool) -> None:
    assert shares_words(said, question) == shares


def test_values_that_hold_words_of_the_question_are_withheld_one_by_one() -> None:
    token = CURRENT.set(RequestContext("0" * 16, "我叫王小芳"))
    try:
        record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "%s of %s", ("王小芳", "the folder"), None)
        line = Line("text").format(record)
    finally:
        CURRENT.reset(token)
    assert line.endswith(f"[{'0' * 16}] {WITHHELD} of the folder")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("app")) as app:
        yield app


def test_the_log_of_a_running_app_holds_no_word_of_what_was_asked(app: Running) -> None:
    with httpx.Client(base_url=app.address, timeout=60) as client:
        given = client.get("", params={"q": QUESTION}, headers={"x-request-id": "13812345678"})
        assert re.fullmatch(r"[0-9a-f]{16}", given.headers["x-request-id"])
        assert open_page(client).ask(QUESTION)["complete"]
        for path in (
            "Zhangsan",
            "王小芳",
            "source?source=13812345678.md",
            "staff/Zhangsan?x=王小芳",
            "health",
            "ready",
        ):
            client.get(path)
        client.post("rate", json={"id": "0" * 32, "useful": True, "comment": "13812345678"})
        client.request("ZHANGSAN", "")
    log = app.log()
    assert not [each for each in PERSONAL if each.lower() in log.lower()]
    lines = log.splitlines()[2:]
    assert lines and [line for line in lines if not LINE.match(line)] == []
    access = [line for line in lines if "request_log" in line]
    assert any("GET / 200" in line for line in access)
    assert any("POST /gradio_api/queue/join 200" in line for line in access)
    assert any("POST /rate 404" in line for line in access)
    assert not any("/health" in line or "/ready" in line for line in access)


def test_standard_error_is_captured_only_once() -> None:
    from web.operations.logging_setup import log_what_is_printed

    before = sys.stderr
    try:
        log_what_is_printed()
        log_what_is_printed()
        assert isinstance(sys.stderr, Captured) and not isinstance(sys.stderr.original, Captured)
    finally:
        sys.stderr = before


def test_what_falls_over_on_the_page_is_logged_once_and_not_printed(
    log: Log, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Progress:
        raise ValueError("near 13812345678")

    with (
        serve(build(behind(Failing(), tmp_path, progress=fail))) as address,
        httpx.Client(base_url=address, timeout=30) as client,
        pytest.raises(httpx.HTTPStatusError),
    ):
        open_page(client).progress()
    text = log.stream.getvalue()
    assert text.count("ValueError: near") == 1 and "near ***" in text and "could not handle progress_update" in text
    assert "13812345678" not in text + "".join(capfd.readouterr())


def test_what_is_logged_while_gradio_is_being_imported_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gradio.context", ModuleType("gradio.context"))
    assert current_request() is NO_REQUEST
