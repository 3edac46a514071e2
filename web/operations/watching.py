"""Health checks of this service: search, index writes, folder watch."""

from __future__ import annotations

from functools import partial

from ingest.watcher import WatchedLibrary
from records import Records
from settings import Settings
from store.index import Index
from web.health import Health, Probe, Pulse, Steps
from web.operations.metrics import Metrics
from web.operations.probes import Operating
from web.operations.readiness import Watched
from web.operations.state_metrics import ServiceState

SEARCH_SECONDS = 15.0
"""Time limit of a search for one passage; on a busy machine it takes a second."""
WRITE_SECONDS = 120.0
"""Time limit of a writer that holds the index: a large document takes seconds."""
READ_MORE_SECONDS = 120.0
"""Time without progress of the watch, beyond the limit for reading one file."""
PROBE = ["probe"]


def operating(
    library: WatchedLibrary, records: Records, steps: Steps, settings: Settings, metrics: Metrics | None = None
) -> Operating:
    """Returns the state of this service for monitors and systemd; starts its probes."""
    health = Health(
        Probe("search", partial(search, library.index), SEARCH_SECONDS),
        Probe("writing", partial(wait_for_turn, library.index), WRITE_SECONDS),
        Pulse("folder", lambda: library.moved, settings.read_seconds + READ_MORE_SECONDS),
        steps,
    )
    health.watch()
    watched = Watched(
        library.progress,
        library.index.chunk_count,
        records,
        settings.knowledge_dir,
        settings.data_dir,
        health,
    )
    metrics = metrics or Metrics()
    metrics.registry.register(ServiceState(library, watched.check))
    return Operating(health, watched.check, metrics)


def search(index: Index) -> None:
    """Searches by words and by vector, as for a question."""
    index.candidates(PROBE, index.centres().get(""), 1)


def wait_for_turn(index: Index) -> None:
    """Returns when no other thread or process is writing."""
    with index.turn():
        pass
