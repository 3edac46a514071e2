"""What of this service is watched: that the index can be searched and written, and that the folder is looked at."""

from __future__ import annotations

from functools import partial

from ingest.watcher import WatchedLibrary
from records import Records
from settings import Settings
from store.index import Index
from web.operations.health import Health, Probe, Pulse, Steps
from web.operations.probes import Operating
from web.operations.readiness import Watched

SEARCH_SECONDS = 15.0
"""How long a search that asks for one passage may take; on a machine that is busy it takes a second."""
WRITE_SECONDS = 120.0
"""How long the index may be held by whoever writes to it: a large document takes seconds."""
READ_MORE_SECONDS = 120.0
"""How long the watch may show no progress beyond the limit for reading one file."""
PROBE = ["probe"]


def operating(library: WatchedLibrary, records: Records, steps: Steps, settings: Settings) -> Operating:
    """How this service is, for monitors and for systemd; its probes are running."""
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
    return Operating(health, watched.look)


def search(index: Index) -> None:
    """Searches by words and by meaning, as a question does."""
    index.candidates(PROBE, index.centres().get(""), 1)


def wait_for_turn(index: Index) -> None:
    """Comes through once nobody is writing."""
    with index.turn():
        pass
