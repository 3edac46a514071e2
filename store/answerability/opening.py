"""The answerability model that the settings name."""

from __future__ import annotations

from settings import Settings
from store.answerability.model import AnswerabilityModel, load_bundled_model
from store.answerability.rerank_endpoint import RerankEndpoint
from store.endpoints import ModelEndpoint, check_address, key_for


def open_answerability(settings: Settings) -> AnswerabilityModel | None:
    """Returns the bundled model, or a `/rerank` endpoint if its address is set.

    The endpoint receives OPENAI_API_KEY only if it is on the host of OPENAI_BASE_URL.
    None if the settings choose none: then the evidence of the search decides.
    Raises SettingsError if ASSISTANT_RERANK_URL is not the whole address of an endpoint.
    """
    if settings.answerability == "none":
        return None
    bundled = load_bundled_model(settings.embedding_engine)
    if not settings.rerank_url:
        return bundled
    address = check_address("RERANK_URL", settings.rerank_url)
    key = key_for(settings, address, settings.rerank_key.get_secret_value())
    return RerankEndpoint(ModelEndpoint(address, settings.rerank_model, key), bundled)
