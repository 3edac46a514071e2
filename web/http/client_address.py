"""Client address: the direct peer's, or the one that a trusted proxy forwards."""

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
"""Headers about the origin of a request.

None of them reaches the app, because Gradio trusts some of them from any peer.
"""
LONGEST = 100
"""Longest address in a header, in characters, with its port.

Longer values are ignored.
"""
LOG = logging.getLogger(__name__)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def read_address(text: str) -> Address | None:
    """Parses an address as peers and proxies write it.

    It may have a port, brackets or a zone, and may be IPv4 inside IPv6.
    None for anything else.
    """
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
    """Proxies whose forwarding headers are trusted, by address or network."""

    def __init__(self, networks: Sequence[Network] = ()) -> None:
        self.networks = tuple(networks)

    def trusts(self, host: str) -> bool:
        """True if `host` is a trusted proxy.

        False for anything that is not an address, such as the empty host of a Unix socket.
        """
        address = read_address(host)
        return address is not None and any(address in network for network in self.networks)

    def sender(self, peer: str, forwarded: str) -> str:
        """Returns the client of a request that came through the trusted `peer`.

        The client is the last address in X-Forwarded-For that is not a trusted proxy. Each proxy appends the address
        that it received the request from, so the client itself may have written everything before that. The search ends
        at a value that is not an address.
        """
        sender = peer
        for text in reversed(forwarded.split(",")):
            if (address := read_address(text)) is None:
                break
            sender = str(address)
            if not self.trusts(sender):
                break
        return sender


class ClientAddress:
    """Outermost ASGI middleware: writes the client and the scheme into the scope.

    Headers of untrusted peers are ignored. Otherwise a client could use another client's address, or a new one for each
    request.
    """

    def __init__(self, app: ASGIApp, proxies: TrustedProxies) -> None:
        self.app, self.proxies = app, proxies
        self.hinted = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.correct(scope)
        await self.app(scope, receive, send)

    def correct(self, scope: Scope) -> None:
        """Writes client and scheme into the scope, and drops the headers of proxies."""
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
        """Logs once that the settings may lack a trusted proxy.

        Only private addresses are logged: a proxy runs on this machine or in this network. A stranger who sends the
        header is neither named in the log nor recommended as a proxy.
        """
        address = read_address(peer)
        if forwarded and not self.hinted and address is not None and address.is_private:
            self.hinted = True
            LOG.warning(
                "%s sent X-Forwarded-For and is no trusted proxy, so all who come through it count as one visitor and "
                "HTTPS is not seen. If it is your proxy, set ASSISTANT_TRUSTED_PROXIES=%s.",
                peer,
                peer,
            )
