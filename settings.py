"""All settings and their defaults; only here they are read from the environment."""

from __future__ import annotations

import os
import re
import time
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from text.messages import MessageError, as_it_is, message, message_of

if find_spec("openvino"):
    # NumPy multiplies little then, and its threads wait by spinning: two fifths of an answer's processor time. It reads
    # this when it is imported. Without OpenVINO it runs the models, with all cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

PREFIX = "ASSISTANT_"
ENV_FILE = Path(".env")
ORIGIN = re.compile(r"(https?)://((?:[a-z0-9-]+\.)*[a-z0-9-]+)(?::(\d{1,5}))?/?")
EMAIL = re.compile(r"[^\s@<>\",;]+@[^\s@<>\",;]+")
USUAL_PORTS = {("http", "80"), ("https", "443")}
"""Ports that browsers leave out."""


class SettingsError(MessageError):
    """An unusable setting; the message names it and the remedy."""


def read_networks(value: object) -> object:
    """Parses addresses and networks, separated by commas; leaves other values alone.

    Raises ValueError if one is neither, or is the whole internet.
    """
    return tuple(map(read_network, filter(None, map(str.strip, value.split(","))))) if isinstance(value, str) else value


def read_network(text: str) -> IPv4Network | IPv6Network:
    """Parses an address or a network such as 10.0.0.0/8.

    Raises ValueError for anything else, and for the whole internet.
    """
    try:
        network = ip_network(text)
    except ValueError:
        raise ValueError(message("setting.not_a_network", value=repr(text))) from None
    if not network.prefixlen:
        raise ValueError(message("setting.everybody", value=text))
    return network


def read_origins(value: object) -> object:
    """Parses web sites, separated by commas; leaves values that are no text alone.

    Raises ValueError if one is not a web site, or has a path.
    """
    return tuple(map(read_origin, filter(None, map(str.strip, value.split(","))))) if isinstance(value, str) else value


def read_origin(text: str) -> str:
    """Returns a web site as browsers write it, such as https://www.example.org.

    Raises ValueError for anything else.
    """
    found = ORIGIN.fullmatch(text.lower())
    if not found:
        raise ValueError(message("setting.not_a_website", value=repr(text)))
    scheme, host, port = found.groups()
    return f"{scheme}://{host}" + (f":{port}" if port and (scheme, port) not in USUAL_PORTS else "")


def read_emails(value: object) -> object:
    """Parses e-mail addresses, separated by commas; leaves other values alone.

    Raises ValueError if one is not an e-mail address.
    """
    if not isinstance(value, str):
        return value
    addresses = tuple(filter(None, map(str.strip, value.split(","))))
    if wrong := next((each for each in addresses if not EMAIL.fullmatch(each)), ""):
        raise ValueError(message("setting.not_an_email", value=repr(wrong)))
    return addresses


time_zones = cache(available_timezones)
"""The names of all time zones; some 600 files are looked at to find them."""


def check_time_zone(name: str) -> str:
    """Returns the name of a time zone; "" is that of the machine.

    Raises ValueError if this machine knows no time zone of that name.
    """
    if name and name not in time_zones():
        raise ValueError(message("setting.no_time_zone", value=name))
    return name


Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(read_networks)]
Emails = Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_emails)]
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_origins)]
TimeZone = Annotated[str, AfterValidator(check_time_zone)]


class Settings(BaseSettings):
    """Values of all settings; entry points build the clients from them.

    Read from the environment, then from `.env`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore", frozen=True)

    knowledge_dir: Path = Path("knowledge")
    knowledge_bucket: str = ""
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(7860, ge=1, le=65535)
    root_path: str = ""
    trusted_proxies: Networks = ()
    embed_origins: Origins = ()
    visitor_questions: int = Field(16, ge=4, le=64)
    ocr: Literal["on", "off"] = "on"
    read_seconds: int = Field(180, ge=1)
    read_megabytes: int = Field(4096, ge=512)
    file_megabytes: int = Field(100, ge=1)
    chat_model: str = ""
    chat_base_url: str = ""
    chat_key: SecretStr = SecretStr("")
    chat_seconds: float = Field(60, gt=0)
    chat_context: int = Field(4096, ge=2048)
    embedding_model: str = "multilingual-e5-small"
    embedding_base_url: str = ""
    embedding_key: SecretStr = SecretStr("")
    embedding_engine: Literal["auto", "float32", "portable"] = "auto"
    answerability: Literal["bundled", "none"] = "bundled"
    rerank_url: str = ""
    rerank_model: str = ""
    rerank_key: SecretStr = SecretStr("")
    chroma_url: str = ""
    chroma_token: SecretStr = SecretStr("")
    chroma_tenant: str = "default_tenant"
    chroma_database: str = "default_database"
    database_url: SecretStr = SecretStr("")
    records_url: SecretStr = SecretStr("")
    approval: Literal["auto", "on", "off"] = "auto"
    check_scans: Literal["on", "off"] = "off"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    public_url: str = ""
    alert_emails: Emails = ()
    alert_language: Literal["zh", "en"] = "zh"
    smtp_url: SecretStr = SecretStr("")
    smtp_from: str = ""
    webhook_kind: Literal["wecom", "dingtalk", "feishu"] = "wecom"
    webhook_url: SecretStr = SecretStr("")
    webhook_secret: SecretStr = SecretStr("")
    mcp: Literal["on", "off"] = "on"
    traces_url: str = ""
    metrics_token: SecretStr = SecretStr("")
    dingtalk_app_secret: SecretStr = SecretStr("")
    feishu_app_id: str = ""
    feishu_app_secret: SecretStr = SecretStr("")
    feishu_encrypt_key: SecretStr = SecretStr("")
    wecom_corp_id: str = ""
    wecom_agent_id: str = ""
    wecom_app_secret: SecretStr = SecretStr("")
    wecom_token: SecretStr = SecretStr("")
    wecom_aes_key: SecretStr = SecretStr("")
    time_zone: TimeZone = "Asia/Shanghai"
    retention_days: int = Field(180, ge=0, le=3650)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    openai_api_key: SecretStr = Field(SecretStr(""), validation_alias="OPENAI_API_KEY")
    openai_base_url: str = Field("", validation_alias="OPENAI_BASE_URL")
    aws_endpoint_url: str = Field("", validation_alias="AWS_ENDPOINT_URL")
    aws_region: str = Field("us-east-1", validation_alias="AWS_REGION")
    aws_access_key_id: str = Field("", validation_alias="AWS_ACCESS_KEY_ID")
    aws_secret_access_key: SecretStr = Field(SecretStr(""), validation_alias="AWS_SECRET_ACCESS_KEY")

    @property
    def has_alerts(self) -> bool:
        """True if somebody is told of what waits, by e-mail or by a robot."""
        return bool(self.alert_emails or self.webhook_url.get_secret_value())

    @property
    def records_address(self) -> str:
        """Address of the database of the records; "" for a file in the data folder."""
        return self.records_url.get_secret_value() or self.database_url.get_secret_value()


def load() -> Settings:
    """Reads the settings of this process.

    Raises SettingsError for an unknown name or an invalid value.
    """
    refuse_unknown_names()
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name, own = f"{PREFIX}{first['loc'][0]}".upper(), first.get("ctx", {}).get("error")
        objection = message_of(own) if own else as_it_is(first["msg"])
        raise SettingsError(message("setting.wrong", setting=name, objection=objection)) from None


def use_time_zone(name: str) -> None:
    """Makes a time zone that of this process and its children; "" changes nothing."""
    if name:
        os.environ["TZ"] = name
        time.tzset()


@cache
def current() -> Settings:
    """Settings of this process, read once."""
    return load()


def refuse_unknown_names() -> None:
    """Raises SettingsError for a name with our prefix that is no setting."""
    known = {PREFIX + name.upper() for name, field in Settings.model_fields.items() if not field.validation_alias}
    given = {*os.environ, *dotenv_values(ENV_FILE)}
    for name in sorted(name for name in given if name.upper().startswith(PREFIX)):
        if name.upper() not in known:
            nearest = get_close_matches(name.upper(), known, n=1, cutoff=0)
            raise SettingsError(message("setting.unknown", setting=name, nearest=nearest[0]))
