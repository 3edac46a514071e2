"""Endpoints are listed in order of preference, and each gets the key that is its own."""

from __future__ import annotations

from typing import Any

import pytest

from settings import Settings, SettingsError
from store.endpoints import OFFICIAL, chat_endpoints, embedding_endpoints


def chat(**others: Any) -> list[tuple[str, str, str]]:
    """Address, model and key of each endpoint."""
    settings = Settings(_env_file=None, **{"OPENAI_API_KEY": "general", "OPENAI_BASE_URL": ""} | others)
    return [(each.address, each.model, each.key.get_secret_value()) for each in chat_endpoints(settings)]


def test_without_a_model_nothing_is_sent_anywhere() -> None:
    assert chat(chat_base_url="http://one/v1,http://two/v1") == []


def test_one_model_is_where_the_usual_settings_say() -> None:
    assert chat(chat_model="m") == [(OFFICIAL, "m", "general")]
    assert chat(chat_model="m", OPENAI_BASE_URL="http://here/v1") == [("http://here/v1", "m", "general")]


def test_one_model_serves_all_addresses_or_each_has_its_own() -> None:
    addresses = "http://one/v1, http://two/v1"
    assert [each[1] for each in chat(chat_model="m", chat_base_url=addresses)] == ["m", "m"]
    assert [each[1] for each in chat(chat_model="a, b", chat_base_url=addresses)] == ["a", "b"]
    assert chat(chat_model="a,b") == [(OFFICIAL, "a", "general"), (OFFICIAL, "b", "general")]


def test_a_key_goes_only_to_its_own_address() -> None:
    two = {"chat_model": "m", "chat_base_url": "http://one/v1,http://two/v1"}
    assert [each[2] for each in chat(**two, OPENAI_BASE_URL="http://two/v1")] == ["", "general"]
    assert [each[2] for each in chat(**two, chat_key="k1,")] == ["k1", ""]
    assert [each[2] for each in chat(**two, chat_key="k1, k2", OPENAI_BASE_URL="http://two/v1")] == ["k1", "k2"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"chat_model": "a,b", "chat_base_url": "http://one/v1,http://two/v1,http://three/v1"},
        {"chat_model": "m", "chat_base_url": "http://one/v1,http://two/v1", "chat_key": "only-one"},
        {"chat_model": "m", "chat_key": "one,two"},
    ],
    ids=["models", "keys", "more keys"],
)
def test_lists_that_do_not_fit_together_are_refused_with_their_lengths(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"ASSISTANT_CHAT_BASE_URL has \d, .*_MODEL \d and .*_KEY \d") as refused:
        chat(**wrong)
    assert "only-one" not in str(refused.value)


def test_an_address_that_is_none_is_refused() -> None:
    settings = Settings(_env_file=None, embedding_model="m", embedding_base_url="http://one/v1,two:8000")
    with pytest.raises(SettingsError, match="ASSISTANT_EMBEDDING_BASE_URL=two:8000: give the whole address"):
        embedding_endpoints(settings)
