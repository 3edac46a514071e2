"""Chroma server that holds the vectors instead of files of this machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from settings import Settings, SettingsError
from text.messages import message

NAME_FILE = "collection"
"""File in the folder of an index that names its collection on the server."""
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class ChromaServer:
    """Address of a Chroma server or of Chroma Cloud, and the access to it."""

    url: str
    token: str = field(default="", repr=False)
    tenant: str = "default_tenant"
    database: str = "default_database"

    @property
    def host(self) -> str:
        """The host name; "" if the address has none."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port, by default 80, or 443 with encryption."""
        address = urlsplit(self.url)
        return address.port or PORTS[address.scheme]

    @property
    def is_encrypted(self) -> bool:
        """True if the address begins with `https`."""
        return urlsplit(self.url).scheme == "https"

    @property
    def headers(self) -> dict[str, str]:
        """The token as Chroma Cloud and as proxies in front of a server expect it."""
        return {"x-chroma-token": self.token, "authorization": f"Bearer {self.token}"} if self.token else {}


def chroma_server(settings: Settings) -> ChromaServer | None:
    """Returns the server that ASSISTANT_CHROMA_URL names, with the access to it.

    None if it is empty: then the vectors are in files of this machine.
    Raises SettingsError if it is not an address of HTTP, or has more than scheme, host and port. The message does not
    repeat the address, which may contain a password.
    """
    if not settings.chroma_url:
        return None
    try:
        address = urlsplit(settings.chroma_url)
        is_address = address.scheme in PORTS and bool(address.hostname) and address.port != 0
        has_more = address.path not in {"", "/"} or bool(address.query or address.fragment) or "@" in address.netloc
    except ValueError:
        is_address = has_more = False
    if not is_address or has_more:
        raise SettingsError(message("setting.chroma_address"))  # without the value: it may hold a password
    token = settings.chroma_token.get_secret_value()
    return ChromaServer(settings.chroma_url, token, settings.chroma_tenant, settings.chroma_database)
