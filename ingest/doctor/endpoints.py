"""Checks of configured endpoints: models, databases, mail, chat robot, proxies.

They ask only the configured addresses, and send no question, document or message of anybody.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from ingest.checks.problem import Problem, error, note
from ingest.doctor.request import AWAY, SECONDS, away_problem, fetch, problem_of_status
from ingest.doctor.servers import bucket_problems, chroma_problems, rerank_problems
from ingest.doctor.written import is_loopback
from settings import Settings, SettingsError
from store.embeddings.embedder import BUNDLED_MODEL
from store.endpoints import ModelEndpoint, chat_endpoints, embedding_endpoints

SKEW = 120.0
"""Maximum difference of clocks in seconds.

Signed requests to chat robots may be an hour old, sign-ins mostly minutes.
"""
MAIL = "ASSISTANT_SMTP_URL"
PORTS = {"http": 80, "https": 443, "smtp": 25, "smtps": 465}


@dataclass(frozen=True)
class Endpoint:
    """A configured address.

    `model`: the model that it must have; "" for an address that is only connected to. `key`: its API key.
    """

    setting: str
    address: str
    model: str = ""
    key: str = ""

    @property
    def host(self) -> str:
        """The host of the address; "" if it has none."""
        return urlsplit(self.address).hostname or ""

    @property
    def key_setting(self) -> str:
        """Settings that may hold its key."""
        own = "ASSISTANT_EMBEDDING_KEY" if "EMBEDDING" in self.setting else "ASSISTANT_CHAT_KEY"
        return f"{own} / OPENAI_API_KEY"


def list_configured(settings: Settings) -> Iterator[Endpoint]:
    """Addresses that the settings name, except those of `servers`."""
    with suppress(SettingsError):  # it is a problem of the settings
        name = "ASSISTANT_CHAT_BASE_URL" if settings.chat_base_url else "OPENAI_BASE_URL"
        yield from (model_at(each, name) for each in chat_endpoints(settings))
    with suppress(SettingsError):
        if settings.embedding_base_url or settings.embedding_model != BUNDLED_MODEL:
            yield from (model_at(each, "ASSISTANT_EMBEDDING_BASE_URL") for each in embedding_endpoints(settings))
    others = {
        "ASSISTANT_TRACES_URL": settings.traces_url,
        "ASSISTANT_OIDC_ISSUER": settings.oidc_issuer,
        MAIL: settings.smtp_url.get_secret_value(),
        "ASSISTANT_WEBHOOK_URL": settings.webhook_url.get_secret_value(),
    }
    yield from (Endpoint(name, address) for name, address in others.items() if address)


def model_at(endpoint: ModelEndpoint, setting: str) -> Endpoint:
    """Returns the endpoint of a model; `setting` holds its address."""
    return Endpoint(setting, endpoint.address, endpoint.model, endpoint.key.get_secret_value())


def endpoint_problems(settings: Settings) -> Iterator[Problem]:
    """Endpoints that are silent, refuse the key, lack the model or have a wrong clock."""
    for endpoint in list_configured(settings):
        yield from model_problems(endpoint) if endpoint.model else connection_problems(endpoint)
    yield from chroma_problems(settings)
    yield from rerank_problems(settings)
    yield from bucket_problems(settings)


def connection_problems(endpoint: Endpoint) -> Iterator[Problem]:
    """Yields a problem if an address is malformed or takes no connection."""
    parts = urlsplit(endpoint.address)
    mail = endpoint.setting == MAIL
    if parts.scheme not in (("smtp", "smtps") if mail else ("http", "https")) or not parts.hostname:
        form = "smtp://user:password@host:587" if mail else "https://host"
        yield error("endpoints", "doctor.address_form", setting=endpoint.setting, form=form)
        return
    try:
        port = parts.port or PORTS[parts.scheme]
        socket.create_connection((endpoint.host, port), SECONDS).close()
    except (OSError, ValueError) as away:
        yield away_problem(endpoint.setting, endpoint.host, away)


def model_problems(endpoint: Endpoint) -> Iterator[Problem]:
    """Yields problems of a model endpoint: silent, clock, status, unknown model."""
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    try:
        answer = fetch(f"{endpoint.address.rstrip('/')}/models", headers)
    except AWAY as away:
        yield away_problem(endpoint.setting, endpoint.host, away)
        return
    yield from clock_difference(endpoint, answer.headers.get("date", ""))
    if found := problem_of_status(endpoint.setting, endpoint.host, answer.status_code, endpoint.key_setting):
        yield found
    elif (known := model_names(answer)) and endpoint.model not in known:
        names = ", ".join(known[:5])
        yield note("endpoints", "doctor.model_unknown", model=endpoint.model, host=endpoint.host, known=names)


def model_names(answer: httpx.Response) -> list[str]:
    """The models that an endpoint lists; none if it has no such list."""
    try:
        return [str(each["id"]) for each in answer.json()["data"]]
    except (ValueError, LookupError, TypeError):
        return []


def clock_difference(endpoint: Endpoint, date: str) -> Iterator[Problem]:
    """Yields an error if the clocks differ by more than SKEW.

    `date` is the HTTP header; nothing is said of one that cannot be read.
    """
    try:
        seconds = time.time() - parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError):
        return
    if abs(seconds) > SKEW:
        yield error("clock", "doctor.clock_differs", host=endpoint.host, seconds=round(abs(seconds)))


def proxy_problems(settings: Settings) -> Iterator[Problem]:
    """Requests to this machine that the environment sends through a proxy elsewhere."""
    proxies = getproxies()
    for endpoint in list_configured(settings):
        scheme = urlsplit(endpoint.address).scheme
        through = proxies.get(scheme) or proxies.get("all")
        if endpoint.model and through and is_loopback(endpoint.host) and not proxy_bypass(endpoint.host):
            proxy = urlsplit(through).hostname or through
            yield error(
                "proxies", "doctor.proxied", host=endpoint.host, proxy=proxy, variable=f"{scheme.upper()}_PROXY"
            )
