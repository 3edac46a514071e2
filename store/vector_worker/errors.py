"""Errors of reading and writing vectors."""

from __future__ import annotations

from text.messages import MessageError


class VectorsUnavailableError(MessageError):
    """Vectors cannot be read or written for now; the message says why."""


class VectorsFailedError(VectorsUnavailableError):
    """Chroma answered with an error."""


class WorkerEndedError(VectorsUnavailableError):
    """The worker process ended during a call."""


class VectorsDamagedError(VectorsUnavailableError):
    """The stored vectors are unusable; the message says how the damage shows."""
