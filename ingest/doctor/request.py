"""Requests of the doctor with a time limit, and problems with their answers."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from ingest.checks.problem import Problem, error
from time_limit import wait_at_most

SECONDS = 10.0
"""Time limit of a request as a whole."""
AWAY = (httpx.HTTPError, httpx.InvalidURL, TimeoutError)
"""Errors of a request without a response."""


def fetch(address: str, headers: Mapping[str, str]) -> httpx.Response:
    """Returns the response to a GET request.

    Raises one of AWAY, after SECONDS at the latest.
    """

    async def respond() -> httpx.Response:
        async with httpx.AsyncClient(headers=headers, timeout=SECONDS) as client:
            return await client.get(address)

    return wait_at_most(SECONDS, respond())


def away_problem(setting: str, host: str, away: Exception) -> Problem:
    """Returns the error for an endpoint that did not respond; `away` is the cause."""
    cause = getattr(away, "strerror", None) or str(away) or type(away).__name__
    return error("endpoints", "doctor.endpoint_away", setting=setting, host=host, cause=cause)


def problem_of_status(setting: str, host: str, status: int, key: str) -> Problem | None:
    """Returns the error for a status 401, 403, or from 500 on.

    `key`: setting that holds the key.
    None if it is another status.
    """
    if status in (401, 403):
        return error("endpoints", "doctor.key_refused", setting=setting, host=host, key=key)
    return (
        error("endpoints", "doctor.endpoint_fails", setting=setting, host=host, status=status)
        if status >= 500
        else None
    )
