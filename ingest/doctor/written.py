"""Checks of settings: invalid ones, and combinations that do not fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import ip_address
from urllib.parse import urlsplit

from ingest.bucket.s3_client import open_bucket
from ingest.checks.problem import Problem, error, note
from settings import Settings, SettingsError
from store.answerability.opening import open_answerability
from store.embeddings import open_embedder
from store.endpoints import AES_KEY_CHARACTERS, TOGETHER, all_or_none, chat_endpoints
from store.index.database.address import postgres_server
from store.vector_worker import chroma_server
from text.messages import message_of

HERE = "settings"
OPENED: tuple[Callable[[Settings], object], ...] = (
    open_embedder, chat_endpoints, open_answerability, chroma_server, postgres_server, open_bucket,
    *(partial(all_or_none, names=names) for names in TOGETHER),
)  # fmt: skip
"""Checks of a setting by opening what it names, without a connection."""


def settings_problems(settings: Settings) -> Iterator[Problem]:
    """Problems of settings that the app would report late or never."""
    for check in OPENED:
        try:
            check(settings)
        except SettingsError as wrong:
            yield Problem(HERE, "error", message_of(wrong))
    if settings.alert_emails and not settings.smtp_url.get_secret_value():
        yield error(HERE, "doctor.alerts_without_mail")
    if len(settings.wecom_aes_key.get_secret_value()) not in (0, AES_KEY_CHARACTERS):
        yield error(HERE, "doctor.aes_key", characters=AES_KEY_CHARACTERS)
    issuer = urlsplit(settings.oidc_issuer)
    if settings.oidc_issuer and issuer.scheme != "https" and not is_loopback(issuer.hostname or ""):
        yield error(HERE, "doctor.sign_on_unsafe")
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
