"""The answerability model that the settings name."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import SecretStr

from settings import Settings, SettingsError
from store.answerability.model import AnswerabilityModel, bundled_model
from store.answerability.rerank_endpoint import RerankEndpoint
from store.embeddings.openai_endpoint import OFFICIAL


def open_answerability(settings: Settings) -> AnswerabilityModel | None:
    """Returns the bundled model, a `/rerank` endpoint, or None: then the evidence of the search decides.

    The endpoint receives the key only if it is on the host of OPENAI_BASE_URL. Raises SettingsError for an address that
    is none.
    """
    if settings.answerability == "none":
        return None
    bundled = bundled_model(settings.embedding_engine)
    if not settings.rerank_url:
        return bundled
    address = urlsplit(settings.rerank_url)
    if address.scheme not in {"http", "https"} or not address.netloc:
        raise SettingsError(
            f"ASSISTANT_RERANK_URL={settings.rerank_url}: give the whole address, such as https://HOST/v1/rerank."
        )
    own = address.netloc == urlsplit(settings.openai_base_url or OFFICIAL).netloc
    key = settings.openai_api_key if own else SecretStr("")
    return RerankEndpoint(settings.rerank_url, settings.rerank_model, key, bundled)
