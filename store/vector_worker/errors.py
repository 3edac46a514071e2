"""Why vectors cannot be read or written."""

from __future__ import annotations

from store.messages import MessageError


class VectorsUnavailableError(MessageError):
    """The vectors can be neither read nor written for now; the message says why."""


class VectorsFailedError(VectorsUnavailableError):
    """Chroma answered with an error."""


class WorkerEndedError(VectorsUnavailableError):
    """The worker ended while it was at work."""


class VectorsDamagedError(VectorsUnavailableError):
    """What is stored cannot be used any more; the message says how that shows."""
