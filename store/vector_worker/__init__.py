"""The process that alone opens the Chroma folder, and what starts and watches it.

Chroma holds the interpreter for as long as it writes and, after a full disk, may never come back. In a process of its
own it stops nobody else, and can be killed and started again.
"""

from store.vector_worker.errors import (
    VectorsDamagedError,
    VectorsFailedError,
    VectorsUnavailableError,
    WorkerEndedError,
)
from store.vector_worker.supervisor import Supervisor

__all__ = ["Supervisor", "VectorsDamagedError", "VectorsFailedError", "VectorsUnavailableError", "WorkerEndedError"]
