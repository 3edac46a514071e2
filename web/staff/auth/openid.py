"""OpenID Connect client: authorization code flow with PKCE, and token validation."""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import jwt

from circuit_breaker import Breaker
from web.smtp import is_local

SECONDS, PAUSE_SECONDS = 10.0, 10.0
"""Timeout of a request to the provider, and pause after one without a response."""
KNOWN_SECONDS = 3600.0
"""Seconds for which the provider's description of itself is kept."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures that are accepted: those with a public key only."""
NEEDED = ("exp", "iat", "iss", "aud", "sub")


class SignOnError(Exception):
    """The provider is unreachable or not trustworthy. The message is for the log."""


@dataclass(frozen=True)
class Step:
    """Parameters of one sign-in: redirect address, nonce and PKCE verifier."""

    back: str
    nonce: str
    verifier: str


@dataclass
class Provider:
    """Provider of single sign-on, by its issuer."""

    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    known: tuple[float, Mapping[str, Any]] = (0.0, MappingProxyType({}))
    breaker: Breaker = field(default_factory=lambda: Breaker(PAUSE_SECONDS, trial=2 * SECONDS), repr=False)

    def description(self) -> Mapping[str, Any]:
        """Returns the provider metadata (OpenID Connect Discovery).

        They are kept for KNOWN_SECONDS.
        Raises SignOnError if the provider does not answer as expected, or names another issuer.
        """
        until, known = self.known
        if until > time.monotonic():
            return known
        found = self.fetch_json("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self.issuer.rstrip("/"):
            raise SignOnError(f"the provider calls itself {found.get('issuer')!r}, not ASSISTANT_OIDC_ISSUER")
        self.known = time.monotonic() + KNOWN_SECONDS, found
        return found

    def address(self, step: Step, state: str) -> str:
        """Returns the address of the provider's sign-in page.

        Raises SignOnError if the provider metadata are unavailable, or lack the address.
        """
        challenge = urlsafe_b64encode(sha256(step.verifier.encode()).digest()).rstrip(b"=").decode()
        wanted = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": step.back,
            "scope": "openid email",
            "state": state,
            "nonce": step.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        at = self.endpoint("authorization_endpoint")
        return f"{at}{'&' if '?' in at else '?'}{urlencode(wanted)}"

    def email(self, step: Step, code: str) -> str:
        """Returns the verified e-mail address for an authorization code.

        `email_verified` may be text, as some providers send it.
        Raises SignOnError if an answer or the ID token is not valid, or names no verified address.
        """
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": step.back}
        sent |= {"code_verifier": step.verifier}
        methods = self.description().get("token_endpoint_auth_methods_supported") or ("client_secret_basic",)
        is_basic = bool(self.secret) and "client_secret_basic" in methods
        if not is_basic:
            sent |= {"client_id": self.client_id, **({"client_secret": self.secret} if self.secret else {})}
        auth = (quote(self.client_id, safe=""), quote(self.secret, safe="")) if is_basic else None
        tokens = self.fetch_json("POST", self.endpoint("token_endpoint"), data=sent, auth=auth)
        claims = self.claims(str(tokens.get("id_token", "")), step.nonce)
        if "email" not in claims and "userinfo_endpoint" in self.description():
            held = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
            more = self.fetch_json("GET", self.endpoint("userinfo_endpoint"), headers=held)
            claims |= more if more.get("sub") == claims["sub"] else {}
        if not claims.get("email") or str(claims.get("email_verified")).lower() != "true":
            raise SignOnError("the provider names no e-mail address that it has verified (email, email_verified)")
        return str(claims["email"])

    def claims(self, token: str, nonce: str) -> dict[str, Any]:
        """Returns the claims of an ID token after validation.

        Validates signature, issuer, audience, times and nonce.
        Raises SignOnError if one of them is wrong, or if the provider does not send its keys.
        """
        keys = self.fetch_json("GET", self.endpoint("jwks_uri"))
        try:
            identity = jwt.get_unverified_header(token).get("kid")
            found = jwt.PyJWKSet.from_dict(dict(keys)).keys
            key = next(each for each in found if identity in (None, each.key_id))
            said: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self.client_id,
                issuer=str(self.description()["issuer"]),
                leeway=LEEWAY,
                options={"require": list(NEEDED)},
            )
        except (jwt.PyJWTError, StopIteration) as error:
            raise SignOnError(f"the ID token is not valid ({type(error).__name__}: {error})") from None
        if said.get("nonce") != nonce:
            raise SignOnError("the ID token belongs to another sign-in (nonce)")
        if said.get("azp", self.client_id) != self.client_id:
            raise SignOnError("the ID token is for another client (azp)")
        return said

    def endpoint(self, name: str) -> str:
        """Returns an endpoint from the provider metadata.

        Raises SignOnError if it is missing or not encrypted.
        """
        at = str(self.description().get(name, ""))
        if not is_safe(at):
            raise SignOnError(f"the provider's {name} is missing or without https")
        return at

    def fetch_json(self, method: str, at: str, **request: Any) -> Mapping[str, Any]:
        """Returns the JSON object of a response.

        Anybody can begin a sign-in: while the provider does not respond, they do not all wait in threads of the app.
        Raises SignOnError if the answer is no JSON object, and for PAUSE_SECONDS after a request without a response.
        """
        if not self.breaker.lets_through():
            raise SignOnError("it did not respond a moment ago")
        try:
            answer = httpx.request(method, at, timeout=SECONDS, **request)
            self.breaker.close()
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            if isinstance(error, httpx.TransportError):
                self.breaker.trip()
            raise SignOnError(f"{urlsplit(at).path} does not answer as expected ({type(error).__name__})") from None
        if not isinstance(found, dict):
            raise SignOnError(f"{urlsplit(at).path} does not answer with an object")
        return found


def is_safe(address: str) -> bool:
    """True for https, and for http on this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_local(host)))
