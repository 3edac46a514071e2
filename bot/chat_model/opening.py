"""Opens the chat model of the settings, or several of them, through LangChain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat_model.streaming import ANSWER_TOKENS
from settings import Settings
from store.endpoints import ModelEndpoint, chat_endpoints

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def open_model(settings: Settings) -> BaseChatModel | None:
    """Opens the chat model, or several in order of preference.

    An API key alone opens none.
    None if no model is set.
    Raises SettingsError for lists of different lengths, and for an address that is none.
    """
    endpoints = chat_endpoints(settings)
    models = [model_behind(each, settings.chat_seconds, each is endpoints[-1]) for each in endpoints]
    if len(models) < 2:
        return models[0] if models else None
    from bot.chat_model.preferred_models import ModelChoice, PreferredModels

    choices = [ModelChoice(model, each.host) for model, each in zip(models, endpoints, strict=True)]
    return PreferredModels(choices=choices, seconds=settings.chat_seconds)


def model_behind(endpoint: ModelEndpoint, seconds: float, is_last: bool) -> BaseChatModel:
    """Opens one model; it is asked a second time only if there is no other one to ask."""
    from langchain.chat_models import init_chat_model

    model: BaseChatModel = init_chat_model(
        endpoint.model,
        model_provider="openai",
        base_url=endpoint.address,
        api_key=endpoint.key.get_secret_value() or "none",
        timeout=seconds,
        max_retries=1 if is_last else 0,
        max_tokens=ANSWER_TOKENS,
        use_responses_api=False,
        temperature=0,
    )
    return model
