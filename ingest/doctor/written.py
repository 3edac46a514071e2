"""Checks of settings: invalid ones, and combinations that do not fit together."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from ingest.bucket.s3_client import open_bucket
from ingest.checks.problem import Problem, error, note
from settings import Settings, SettingsError
from store.answerability.opening import open_answerability
from store.embeddings import open_embedder
from store.endpoints import chat_endpoints
from store.messages import as_it_is
from store.vector_worker import chroma_server

HERE = "settings"


def settings_problems(settings: Settings) -> Iterator[Problem]:
    """Problems of settings that the app would report late or never."""
    for opened in (open_embedder, chat_endpoints, open_answerability, chroma_server, open_bucket):
        try:
            opened(settings)
        except SettingsError as wrong:
            yield Problem(HERE, "error", as_it_is(str(wrong)))
    path = settings.root_path
    if path and (not path.startswith("/") or path.endswith("/")):
        yield error(HERE, "doctor.root_path", value=path)
    if not is_loopback(settings.host):
        yield note(HERE, "doctor.open_host", host=settings.host)
    if (path or settings.public_url) and not settings.trusted_proxies:
        yield note(HERE, "doctor.no_trusted_proxy")
    if settings.openai_api_key.get_secret_value() and not settings.chat_model and not settings.openai_base_url:
        yield note(HERE, "doctor.key_without_model")


def is_loopback(host: str) -> bool:
    """True for this machine; other host names are not resolved and count as False."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
