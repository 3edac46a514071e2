"""Client for S3-compatible buckets: lists, reads, writes and removes files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO
from urllib.parse import unquote_plus, urlsplit

import httpx
from lxml import etree

from ingest.bucket.signing import NOTHING, AccessKey, encode_path, encode_query, sign_headers
from settings import Settings, SettingsError
from text.messages import MessageError, message

TIMES = httpx.Timeout(30, connect=5)
"""Seconds for a connection, and without a byte."""
BLOCK = 1 << 20
HOSTS_WITH_NAMES = (".amazonaws.com", ".amazonaws.com.cn", ".aliyuncs.com", ".myqcloud.com", ".volces.com")
"""Domains of services that want the bucket name in the host.

Others get it as the first part of the path.
"""
REFUSED = (401, 403)


class BucketError(MessageError):
    """The bucket cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class BucketFile:
    """A file in a bucket. `etag` changes with its content; `size` in bytes."""

    source: str
    etag: str
    size: int


class S3Client:
    """A bucket, or a folder in it. All methods raise BucketError.

    Sources are keys without `prefix`.
    """

    def __init__(self, address: str, prefix: str, key: AccessKey) -> None:
        self.address, self._prefix, self._key = address, prefix, key
        self._http = httpx.Client(timeout=TIMES, trust_env=False)

    def files(self) -> Iterator[BucketFile]:
        """All files, in no order."""
        asked = {"list-type": "2", "prefix": self._prefix, "encoding-type": "url"}
        while True:
            page = parse_xml(self._send("GET", "", asked).content)
            is_encoded = page.findtext("{*}EncodingType") == "url"
            for each in page.iterfind("{*}Contents"):
                name, size = each.findtext("{*}Key") or "", int(each.findtext("{*}Size") or 0)
                source = (unquote_plus(name) if is_encoded else name).removeprefix(self._prefix)
                yield BucketFile(source, plain_etag(each.findtext("{*}ETag") or ""), size)
            if page.findtext("{*}IsTruncated") != "true":
                return
            asked["continuation-token"] = page.findtext("{*}NextContinuationToken") or ""

    def read(self, source: str, to: IO[bytes]) -> str:
        """Writes the content of a file to `to`; returns its etag.

        Raises BucketError if the service does not answer or refuses.
        """
        url = self._url(source, {})
        try:
            with self._http.stream("GET", url, headers=sign_headers(self._key, "GET", url, NOTHING)) as reply:
                self._refuse(reply)
                for block in reply.iter_bytes(BLOCK):
                    to.write(block)
                return plain_etag(reply.headers.get("etag", ""))
        except httpx.HTTPError as error:
            raise self._away(error) from None

    def write(self, source: str, path: Path) -> str:
        """Puts a file; returns its etag.

        Raises OSError if the file cannot be read.
        """
        with path.open("rb") as file:
            return plain_etag(self._send("PUT", source, {}, file).headers.get("etag", ""))

    def remove(self, source: str) -> None:
        """Removes a file; it need not exist."""
        self._send("DELETE", source, {})

    def keeps_versions(self) -> bool:
        """True if versioning is turned on for the bucket."""
        return bool(parse_xml(self._send("GET", "", {"versioning": ""}).content).findtext("{*}Status") == "Enabled")

    def _url(self, source: str, query: dict[str, str]) -> str:
        path = encode_path(f"/{self._prefix}{source}" if source else "/")
        return f"{self.address}{path}" + (f"?{encode_query(query)}" if query else "")

    def _send(
        self, method: str, source: str, query: dict[str, str], file: BufferedReader | None = None
    ) -> httpx.Response:
        url, digest, length = self._url(source, query), NOTHING, {}
        if file is not None:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            length = {"content-length": str(file.tell())}
            file.seek(0)
        try:
            headers = {**sign_headers(self._key, method, url, digest), **length}
            reply = self._http.request(method, url, headers=headers, content=file)
        except httpx.HTTPError as error:
            raise self._away(error) from None
        self._refuse(reply)
        return reply

    def _refuse(self, reply: httpx.Response) -> None:
        """Raises BucketError unless the request was done."""
        if reply.is_success:
            return
        if reply.status_code in REFUSED:
            raise BucketError(message("bucket.refused", address=self.address, status=reply.status_code))
        raise BucketError(message("bucket.failed", address=self.address, status=reply.status_code))

    def _away(self, error: httpx.HTTPError) -> BucketError:
        return BucketError(message("bucket.away", address=self.address, error=type(error).__name__))


def open_bucket(settings: Settings) -> S3Client | None:
    """Returns a client for the bucket that the settings name, without connecting.

    None if they name none.
    Raises SettingsError if an address is malformed or the key is missing.
    """
    if not settings.knowledge_bucket:
        return None
    parts = urlsplit(settings.knowledge_bucket)
    if parts.scheme != "s3" or not parts.netloc or parts.query:
        raise SettingsError(message("setting.bucket_address", value=settings.knowledge_bucket))
    name, secret = settings.aws_access_key_id, settings.aws_secret_access_key.get_secret_value()
    if not name or not secret:
        raise SettingsError(message("setting.bucket_key"))
    server = urlsplit(settings.aws_endpoint_url or f"https://s3.{settings.aws_region}.amazonaws.com")
    if server.scheme not in {"http", "https"} or not server.netloc:
        raise SettingsError(
            message(
                "setting.not_an_address",
                setting="AWS_ENDPOINT_URL",
                value=settings.aws_endpoint_url,
                example="https://HOST",
            )
        )
    if (server.hostname or "").endswith(HOSTS_WITH_NAMES):
        address = f"{server.scheme}://{parts.netloc}.{server.netloc}"
    else:
        address = f"{server.scheme}://{server.netloc}{server.path.rstrip('/')}/{parts.netloc}"
    prefix = parts.path.strip("/")
    return S3Client(address, f"{prefix}/" if prefix else "", AccessKey(name, secret, settings.aws_region))


def parse_xml(content: bytes) -> etree._Element:
    """Returns the root of an answer.

    Raises BucketError if it is not XML.
    """
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        raise BucketError(message("bucket.not_s3")) from None


def plain_etag(text: str) -> str:
    """Returns an ETag without its quotation marks, and without the mark of a weak one.

    A proxy that compresses makes the ETag of a response weak; that of the list stays as it was.
    """
    return text.removeprefix("W/").strip('"')
