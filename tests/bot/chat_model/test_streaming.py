"""The chat model is the only one that hears a question."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from select import select

import pytest
from langchain_core.messages import HumanMessage
from langsmith.utils import get_env_var

from bot.chat_model.opening import open_model
from bot.chat_model.streaming import pieces
from settings import Settings
from tests.support.model_server import scripted_server

LONGER_THAN_A_TRACER_WAITS = 2


@pytest.fixture
def tracing_host(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The host to which the environment asks LangChain to send all prompts."""
    with socket.create_server(("127.0.0.1", 0)) as host:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        for prefix in ("LANGSMITH", "LANGCHAIN"):
            monkeypatch.setenv(f"{prefix}_TRACING_V2", "true")
            monkeypatch.setenv(f"{prefix}_API_KEY", "a-key")
            monkeypatch.setenv(f"{prefix}_ENDPOINT", f"http://127.0.0.1:{host.getsockname()[1]}")
        get_env_var.cache_clear()
        yield host
    get_env_var.cache_clear()


def test_a_prompt_is_traced_nowhere_even_where_the_environment_asks_for_it(tracing_host: socket.socket) -> None:
    with scripted_server() as server:
        model = open_model(Settings(_env_file=None, chat_model="scripted", OPENAI_BASE_URL=server.address))
        assert model is not None
        assert "".join(pieces(model, [HumanMessage("A question.")], 20)) == "..."
    assert select([tracing_host], [], [], LONGER_THAN_A_TRACER_WAITS)[0] == []
