"""Checks the list of offices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.checks.problem import Problem, error, note
from store.contacts import FILE, Contact


def check_offices(contacts: Sequence[Contact], problems: Sequence[str]) -> Iterator[Problem]:
    """Problems of the file, and missing values of each office."""
    yield from (error(FILE, problem) for problem in problems)
    for contact in contacts:
        if contact.unknown:
            yield note(FILE, f"{contact.name('en')}: {', '.join(contact.unknown)} not known. Fill in what you know.")
    if contacts and not any(contact.general for contact in contacts):
        yield error(FILE, "names nobody with the topic general, so that a question without an answer finds no office.")
