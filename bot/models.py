"""The chat model that the settings name, behind LangChain's seam."""

from __future__ import annotations

from langchain_core.language_models import BaseChatModel

from settings import Settings


def open_model(settings: Settings) -> BaseChatModel | None:
    """The model, None where none is set: a stray key alone sends nothing."""
    if not settings.chat_model:
        return None
    from langchain.chat_models import init_chat_model

    model: BaseChatModel = init_chat_model(
        settings.chat_model,
        model_provider="openai",
        base_url=settings.openai_base_url or None,
        api_key=settings.openai_api_key.get_secret_value() or "none",
        timeout=settings.chat_seconds,
        max_retries=1,
        use_responses_api=False,
        temperature=0,
    )
    return model
