"""Requests to S3 are signed as its documentation shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.bucket.signing import NOTHING, AccessKey, encode_path, encode_query, sign_headers

KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
PUBLISHED = {
    "/?lifecycle=": "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    "/?max-keys=2&prefix=J": "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
}
"""Requests and signatures of the documentation's examples."""


@pytest.mark.parametrize("request_", PUBLISHED)
def test_a_published_example_gets_its_published_signature(request_: str) -> None:
    day = datetime(2013, 5, 24, tzinfo=UTC)
    headers = sign_headers(KEY, "GET", f"https://examplebucket.s3.amazonaws.com{request_}", NOTHING, day)
    assert headers["authorization"].endswith(f"Signature={PUBLISHED[request_]}")
    assert headers["x-amz-date"] == "20130524T000000Z"


def test_names_are_encoded_as_s3_reads_them() -> None:
    assert encode_path("/政策 (1)+.md") == "/%E6%94%BF%E7%AD%96%20%281%29%2B.md"
    assert encode_query({"b": "/ +", "a": ""}) == "a=&b=%2F%20%2B"
