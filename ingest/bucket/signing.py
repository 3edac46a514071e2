"""Signs requests to S3 (AWS Signature Version 4, the signature in a header)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"
NOTHING = hashlib.sha256(b"").hexdigest()
"""Digest of an empty body."""


@dataclass(frozen=True)
class AccessKey:
    """A key of a service that speaks S3, for one region."""

    name: str
    secret: str
    region: str


def sign_headers(key: AccessKey, method: str, url: str, digest: str, now: datetime | None = None) -> dict[str, str]:
    """Headers of a signed request; `digest` is the SHA-256 of its body in hexadecimal.

    `url` is encoded as `encode_path` and `encode_query` do.
    """
    parts = urlsplit(url)
    moment = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": parts.netloc, "x-amz-content-sha256": digest, "x-amz-date": moment}
    names = ";".join(headers)
    listed = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = "\n".join((method, parts.path or "/", parts.query, listed, names, digest))
    scope = f"{moment[:8]}/{key.region}/s3/aws4_request"
    text = "\n".join((ALGORITHM, moment, scope, hashlib.sha256(request.encode()).hexdigest()))
    signature = hmac.new(signing_key(key, moment[:8]), text.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={key.name}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "authorization": f"{ALGORITHM} {credential}"}


def signing_key(key: AccessKey, day: str) -> bytes:
    """Signing key of a day, such as 20261127."""
    made = f"AWS4{key.secret}".encode()
    for part in (day, key.region, "s3", "aws4_request"):
        made = hmac.new(made, part.encode(), hashlib.sha256).digest()
    return made


def encode_path(path: str) -> str:
    """Encodes a path in percent notation, all but letters, digits and `/-_.~`."""
    return quote(path, safe="/-_.~")


def encode_query(values: Mapping[str, str]) -> str:
    """Query with its names in order."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(values[name], safe='-_.~')}" for name in sorted(values))
