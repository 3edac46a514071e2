"""What a service answers is read as it is meant, also through a proxy."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ingest.bucket.s3_client import BucketFile, S3Client
from ingest.bucket.signing import AccessKey

LIST = b"""<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Contents><Key>a.md</Key>
<ETag>&quot;5d41&quot;</ETag><Size>5</Size></Contents></ListBucketResult>"""


class Compressing(BaseHTTPRequestHandler):
    """A service behind a proxy that compresses, which makes the ETag of a file weak."""

    def do_GET(self) -> None:
        content = LIST if "list-type" in self.path else b"hello"
        self.send_response(200)
        self.send_header("ETag", 'W/"5d41"')
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def bucket() -> Iterator[S3Client]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Compressing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield S3Client(f"http://127.0.0.1:{server.server_port}", "", AccessKey("AKEY", "of-nobody", "us-east-1"))
        server.shutdown()


def test_a_file_has_the_same_etag_in_the_list_and_behind_a_proxy_that_makes_it_weak(bucket: S3Client) -> None:
    content = io.BytesIO()
    assert list(bucket.files()) == [BucketFile("a.md", "5d41", 5)]
    assert bucket.read("a.md", content) == "5d41"
    assert content.getvalue() == b"hello"
