"""Worker process that alone opens the Chroma folder, and its supervisor.

Chroma holds the interpreter while it writes and, after a full disk, may hang forever.
In a process of its own it blocks nothing else, and can be killed and restarted.
"""

from store.vector_worker.errors import (
    VectorsDamagedError,
    VectorsFailedError,
    VectorsUnavailableError,
    WorkerEndedError,
)
from store.vector_worker.server import NAME_FILE, ChromaServer, chroma_server
from store.vector_worker.supervisor import Supervisor

__all__ = [
    "NAME_FILE",
    "ChromaServer",
    "Supervisor",
    "VectorsDamagedError",
    "VectorsFailedError",
    "VectorsUnavailableError",
    "WorkerEndedError",
    "chroma_server",
]
