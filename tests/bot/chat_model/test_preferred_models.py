"""Several models in order of preference, over HTTP: whoever asks hardly notices that the first one is away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from openai import OpenAIError

from bot.chat_model import preferred_models
from bot.chat_model.opening import open_model
from bot.chat_model.streaming import pieces
from settings import Settings
from tests.support.model_server import Script, Scripted, Service, scripted_server

SECONDS = 2.0
REPEATED = "what the server repeats"


@pytest.fixture
def servers() -> Iterator[list[Scripted]]:
    with ExitStack() as started:
        yield [started.enter_context(scripted_server()) for _ in range(3)]


@pytest.fixture
def model(servers: list[Scripted]) -> BaseChatModel:
    return opened(servers[:2])


def opened(servers: list[Scripted]) -> BaseChatModel:
    """The model of two servers, or of three."""
    servers[1].script = says("second")
    addresses = ",".join(each.address for each in servers)
    names, keys = ("large,small,least", "k1,k2,k3") if servers[2:] else ("large,small", "k1,k2")
    settings = Settings(_env_file=None, chat_model=names, chat_base_url=addresses, chat_key=keys, chat_seconds=SECONDS)
    model = open_model(settings)
    assert model is not None
    return model


def says(text: str) -> Script:
    return lambda service: service.says(text)


def ask(model: BaseChatModel) -> str:
    return "".join(pieces(model, [HumanMessage("A question.")], SECONDS))


def test_the_first_is_asked_as_long_as_it_is_well(model: BaseChatModel, servers: list[Scripted]) -> None:
    assert [ask(model) for _ in range(2)] == ["..."] * 2
    assert not servers[1].requests
    assert (servers[0].requests[0]["model"], servers[0].requests[0]["key"]) == ("large", "Bearer k1")


FAULTS: dict[str, Script] = {
    "refuses": lambda service: service.refuses(500, REPEATED),
    "limits": lambda service: service.refuses(429, REPEATED),
    "hangs": lambda service: service.hangs(),
    "ends without a word": says(""),
    "closes": lambda service: service.connection.close(),
    "lies": lambda service: service.refuses(200, "<html>"),
    "drips": lambda service: service.drips(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + b"X: y\r\n" * 99
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_while_it_fails_the_next_one_answers_and_it_is_left_alone(
    fault: str, model: BaseChatModel, servers: list[Scripted], caplog: pytest.LogCaptureFixture
) -> None:
    servers[0].script = FAULTS[fault]
    assert ask(model) == "second"
    started = time.monotonic()
    assert ask(model) == "second"
    assert time.monotonic() - started < SECONDS / 4, "it is not waited for again"
    assert len(servers[0].requests) == 1
    assert (servers[1].requests[0]["model"], servers[1].requests[0]["key"]) == ("small", "Bearer k2")
    assert caplog.text.count("the next one is asked") == 1 and REPEATED not in caplog.text


def test_it_is_asked_again_once_it_is_well(monkeypatch: pytest.MonkeyPatch, servers: list[Scripted]) -> None:
    monkeypatch.setattr(preferred_models, "PAUSE_SECONDS", 0.0)
    model = opened(servers[:2])
    servers[0].script = FAULTS["refuses"]
    assert ask(model) == "second"
    servers[0].script = says("first")
    assert [ask(model) for _ in range(2)] == ["first"] * 2


def test_a_question_that_it_refuses_is_asked_of_the_next_and_others_of_it(
    model: BaseChatModel, servers: list[Scripted]
) -> None:
    servers[0].script = lambda service: service.refuses(400, "too long")
    assert ask(model) == "second"
    servers[0].script = says("first")
    assert ask(model) == "first"


def test_one_that_thinks_before_it_speaks_is_waited_for(model: BaseChatModel, servers: list[Scripted]) -> None:
    def thinks(service: Service) -> None:
        service.begins()
        for _ in range(9):
            service.writes("")
        time.sleep(0.6 * SECONDS)
        service.writes("thought", finish="stop")

    servers[0].script = thinks
    assert ask(model) == "thought"


def test_once_it_has_spoken_its_failure_ends_the_answer_and_counts(
    model: BaseChatModel, servers: list[Scripted]
) -> None:
    def breaks_off(service: Service) -> None:
        service.begins()
        service.writes("One word")
        service.wfile.write(b"data: {\n\n")

    servers[0].script = breaks_off
    with pytest.raises((OpenAIError, ValueError)):
        ask(model)
    assert ask(model) == "second"


def test_one_that_never_comes_to_an_end_counts_as_failed(model: BaseChatModel, servers: list[Scripted]) -> None:
    servers[0].script = lambda service: service.says("endless " * 99, pause=0.1)
    with pytest.raises(TimeoutError):
        ask(model)
    assert servers[0].left.wait(5)
    assert ask(model) == "second"


def test_one_that_was_asked_late_is_not_to_blame_for_the_end_of_the_time(servers: list[Scripted]) -> None:
    model = opened(servers)
    servers[0].script = FAULTS["hangs"]
    servers[1].script = lambda service: service.says("endless " * 99, pause=0.1)
    with pytest.raises(TimeoutError):
        ask(model)
    assert servers[1].left.wait(5)
    servers[1].script = says("second")
    assert ask(model) == "second"


def test_the_last_one_is_asked_even_if_all_fail_and_its_error_is_told(
    model: BaseChatModel, servers: list[Scripted]
) -> None:
    servers[0].script = FAULTS["refuses"]
    servers[1].script = lambda service: service.refuses(401, REPEATED)
    for _ in range(2):
        with pytest.raises(OpenAIError) as failed:
            ask(model)
        assert getattr(failed.value, "status_code", 0) == 401
    assert len(servers[1].requests) == 2
