"""Checks the list of offices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.checks.problem import Problem, error, note
from store.contacts import FILE, Contact
from text.messages import Message


def check_offices(contacts: Sequence[Contact], problems: Sequence[Message]) -> Iterator[Problem]:
    """Problems of the file, and missing values of each office."""
    yield from (Problem(FILE, "error", problem) for problem in problems)
    for contact in contacts:
        if contact.unknown:
            yield note(FILE, "offices.channels_unknown", office=contact.name("en"), channels=", ".join(contact.unknown))
    if contacts and not any(contact.general for contact in contacts):
        yield error(FILE, "offices.nobody_general")
