"""From which address a request comes: the direct peer's, or what a proxy says that the settings name as trusted."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

SAID_BY_PROXIES = (
    b"forwarded",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-port",
    b"x-forwarded-prefix",
    b"x-forwarded-proto",
    b"x-forwarded-server",
    b"x-gradio-server",
    b"x-real-ip",
)
"""Headers about where a request came from. None of them reaches the app: Gradio believes some of them from anybody."""
LONGEST = 100
"""Characters of one address in a header, with its port; anything longer is none."""
LOG = logging.getLogger(__name__)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def read_address(text: str) -> Address | None:
    """An address as peers and proxies write it: with a port, in brackets, with a zone, IPv4 inside IPv6. None for
    anything else."""
    host = text.strip()[:LONGEST]
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


class TrustedProxies:
    """The proxies whose word about their visitors counts, by address or network."""

    def __init__(self, networks: Sequence[Network] = ()) -> None:
        self.networks = tuple(networks)

    def trusts(self, host: str) -> bool:
        """Whether `host` is one of them. What is no address, such as the empty host of a Unix socket, is none."""
        address = read_address(host)
        return address is not None and any(address in network for network in self.networks)

    def sender(self, peer: str, forwarded: str) -> str:
        """Who sent a request that came through the trusted `peer`: of the addresses in its X-Forwarded-For the last one
        that is no trusted proxy. Each proxy appends the address it was asked from, so what stands before that one is
        merely said by the sender; what is no address ends the search."""
        sender = peer
        for text in reversed(forwarded.split(",")):
            if (address := read_address(text)) is None:
                break
            sender = str(address)
            if not self.trusts(sender):
                break
        return sender


class ClientAddress:
    """ASGI middleware, the first of all: writes the sender and the scheme of a request into its scope.

    Of any other peer nothing is believed: it could take another's place, or a new one with each request.
    """

    def __init__(self, app: ASGIApp, proxies: TrustedProxies) -> None:
        self.app, self.proxies = app, proxies
        self.hinted = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.correct(scope)
        await self.app(scope, receive, send)

    def correct(self, scope: Scope) -> None:
        said = {name: [value for key, value in scope["headers"] if key == name] for name in SAID_BY_PROXIES}
        scope["headers"] = [(key, value) for key, value in scope["headers"] if key not in said]
        forwarded = b",".join(said[b"x-forwarded-for"]).decode("latin-1")
        peer = scope["client"][0] if scope.get("client") else ""
        if not self.proxies.trusts(peer):
            return self.hint(peer, forwarded)
        if forwarded:
            scope["client"] = (self.proxies.sender(peer, forwarded), 0)
        scheme = b"".join(said[b"x-forwarded-proto"][-1:]).decode("latin-1").strip().lower()
        if scheme in ("http", "https"):
            scope["scheme"] = scheme
        return None

    def hint(self, peer: str, forwarded: str) -> None:
        """Tells whoever runs the app, once, that a proxy may not be named. A proxy stands on this machine or in this
        network: a stranger who sends the header is neither named in the log nor recommended as a proxy."""
        address = read_address(peer)
        if forwarded and not self.hinted and address is not None and address.is_private:
            self.hinted = True
            LOG.warning(
                "%s sent X-Forwarded-For and is no trusted proxy, so all who come through it count as one visitor and "
                "HTTPS is not seen. If it is your proxy, set ASSISTANT_TRUSTED_PROXIES=%s.",
                peer,
                peer,
            )
