"""Checks of a Chroma server, a bucket and `/rerank`, asked as the app does."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from urllib.parse import urlsplit

import httpx

from ingest.bucket.s3_client import BucketError, open_bucket
from ingest.checks.problem import Problem, error, note
from ingest.doctor.request import AWAY, away_problem, fetch, problem_of_status
from settings import Settings, SettingsError
from store.answerability.opening import open_answerability
from store.answerability.rerank_endpoint import RerankEndpoint
from store.index.vector_store import name_file
from store.vector_worker import ChromaServer, chroma_server
from text.messages import message_of

CHROMA, TOKEN = "ASSISTANT_CHROMA_URL", "ASSISTANT_CHROMA_TOKEN"


def chroma_problems(settings: Settings) -> Iterator[Problem]:
    """A Chroma server that is silent, refuses, or lacks version or collection."""
    try:
        server = chroma_server(settings)
    except SettingsError:  # it is a problem of the settings
        return
    if server is None:
        return
    try:
        yield from problems_at(server, name_file(settings.data_dir / "index" / "vectors"))
    except AWAY as away:
        yield away_problem(CHROMA, server.host, away)


def problems_at(server: ChromaServer, collection: str) -> Iterator[Problem]:
    """Yields the problems of a Chroma server; `collection` is "" if there is none yet.

    Raises one of AWAY if the server does not respond.
    """
    for part in ("heartbeat", "version"):
        answer = fetch(f"{server.url.rstrip('/')}/api/v2/{part}", server.headers)
        if found := problem_of_status(CHROMA, server.host, answer.status_code, TOKEN):
            yield found
            return
    wanted = metadata.version("chromadb")
    if (said := version_in(answer)).partition(".")[0] != wanted.partition(".")[0]:
        yield error("endpoints", "doctor.chroma_version", host=server.host, said=said or "–", wanted=wanted)
    elif collection:
        yield from collection_problems(server, collection)


def version_in(answer: httpx.Response) -> str:
    """Version of a Chroma server; "" if it is none.

    A server of 1.5.9 says 1.0.0: only the first number tells anything.
    """
    try:
        said = answer.json()
    except ValueError:
        return ""
    return said if answer.is_success and isinstance(said, str) else ""


def collection_problems(server: ChromaServer, name: str) -> Iterator[Problem]:
    """Yields an error if a Chroma server refuses or lacks the collection `name`."""
    place = f"tenants/{server.tenant}/databases/{server.database}/collections/{name}"
    answer = fetch(f"{server.url.rstrip('/')}/api/v2/{place}", server.headers)
    if found := problem_of_status(CHROMA, server.host, answer.status_code, TOKEN):
        yield found
    elif answer.status_code == httpx.codes.NOT_FOUND:
        yield error("endpoints", "doctor.collection_missing", host=server.host, name=name)


def bucket_problems(settings: Settings) -> Iterator[Problem]:
    """A bucket that is away, refuses the key, does not exist or keeps no versions."""
    try:
        bucket = open_bucket(settings)
    except SettingsError:
        return
    if bucket is None:
        return
    try:
        next(bucket.files(), None)
        if not bucket.keeps_versions():
            yield note("endpoints", "doctor.bucket_versions", bucket=settings.knowledge_bucket)
    except BucketError as fault:
        yield Problem("endpoints", "error", message_of(fault))


def rerank_problems(settings: Settings) -> Iterator[Problem]:
    """A `/rerank` endpoint that gives no relevances of a sample text."""
    try:
        model = open_answerability(settings)
    except SettingsError:
        return
    if isinstance(model, RerankEndpoint) and (cause := model.trouble()):
        host = urlsplit(settings.rerank_url).hostname or ""
        yield error("endpoints", "doctor.rerank_fails", host=host, cause=cause)
