"""Endpoints that the settings name, their keys, and settings that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from settings import PREFIX, Settings, SettingsError
from text.messages import message

OFFICIAL = "https://api.openai.com/v1"
FEISHU = ("feishu_app_id", "feishu_app_secret", "feishu_encrypt_key")
WECOM = ("wecom_corp_id", "wecom_agent_id", "wecom_app_secret", "wecom_token", "wecom_aes_key")
TOGETHER = (FEISHU, WECOM, ("oidc_issuer", "oidc_client_id"), ("smtp_url", "smtp_from"))
"""Settings that are of use only together: bots, single sign-on, the mail server."""
AES_KEY_CHARACTERS = 43
"""Length of WeCom's EncodingAESKey."""


@dataclass(frozen=True)
class ModelEndpoint:
    """A model behind an OpenAI-compatible address, and its key; empty if it gets none."""

    address: str
    model: str
    key: SecretStr

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.address).netloc


def chat_endpoints(settings: Settings) -> list[ModelEndpoint]:
    """Returns the endpoints of the chat model; none if no model is set.

    Raises SettingsError if the lists of the settings do not fit together or an address is none.
    """
    return endpoints(settings, "CHAT", settings.chat_base_url, settings.chat_model, settings.chat_key)


def embedding_endpoints(settings: Settings) -> list[ModelEndpoint]:
    """Returns the endpoints of the embedding model.

    Raises SettingsError if the lists of the settings do not fit together or an address is none.
    """
    return endpoints(
        settings, "EMBEDDING", settings.embedding_base_url, settings.embedding_model, settings.embedding_key
    )


def endpoints(settings: Settings, kind: str, addresses: str, models: str, keys: SecretStr) -> list[ModelEndpoint]:
    """Returns the endpoints that lists separated by commas name.

    One model serves all addresses, or each has its own. Without an address it is that of OPENAI_BASE_URL.
    Raises SettingsError if the lists have different lengths, or an address is none.
    """
    places = [check_address(f"{kind}_BASE_URL", each) for each in split_list(addresses)]
    places = places or [settings.openai_base_url or OFFICIAL]
    names = split_list(models)
    secrets = [each.strip() for each in keys.get_secret_value().split(",")] if keys.get_secret_value() else []
    if not names:
        return []
    count = max(len(places), len(names))
    if len(places) not in (1, count) or len(names) not in (1, count) or len(secrets) not in (0, count):
        counts = {"addresses": len(places), "models": len(names), "keys": len(secrets)}
        raise SettingsError(message("setting.lists_differ", prefix=f"{PREFIX}{kind}", **counts))
    places, names, secrets = (values * (count if len(values) == 1 else 1) for values in (places, names, secrets))
    secrets = secrets or [""] * count
    given = zip(places, names, secrets, strict=True)
    return [ModelEndpoint(place, name, key_for(settings, place, secret)) for place, name, secret in given]


def key_for(settings: Settings, address: str, own: str = "") -> SecretStr:
    """Returns the key that an address gets.

    Its own, or OPENAI_API_KEY on the host of OPENAI_BASE_URL, or none.
    """
    if own:
        return SecretStr(own)
    is_same_host = urlsplit(address).netloc == urlsplit(settings.openai_base_url or OFFICIAL).netloc
    return settings.openai_api_key if is_same_host else SecretStr("")


def check_address(name: str, address: str) -> str:
    """Returns an address of HTTP; `name` is that of its setting.

    Raises SettingsError if it is anything else.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise SettingsError(
            message("setting.not_an_address", setting=f"{PREFIX}{name}", value=address, example="https://HOST/v1")
        )
    return address


def split_list(text: str) -> list[str]:
    """Returns the entries of a text, separated by commas."""
    return [each.strip() for each in text.split(",") if each.strip()]


def all_or_none(settings: Settings, names: Sequence[str]) -> list[str]:
    """Returns the values of settings that belong together; empty if none is set.

    Raises SettingsError if some are missing.
    """
    given = [getattr(settings, name) for name in names]
    values = {
        f"{PREFIX}{name.upper()}": each if isinstance(each, str) else each.get_secret_value()
        for name, each in zip(names, given, strict=True)
    }
    lacking = [name for name, value in values.items() if not value]
    if lacking and len(lacking) < len(names):
        named = next(name for name, value in values.items() if value)
        raise SettingsError(message("setting.needs_others", setting=named, lacking=", ".join(lacking)))
    return [] if lacking else list(values.values())
