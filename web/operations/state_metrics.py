"""State of the service as metrics, looked up whenever they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from gradio import Blocks
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ingest.sync.progress import Progress, Stage
from ingest.watcher import WatchedLibrary
from store.index.condition import State
from web.operations.readiness import Readiness


@dataclass(frozen=True)
class QueueState(Collector):
    """Running and waiting questions of the page and of programs."""

    blocks: Blocks

    def collect(self) -> Iterator[Metric]:
        """Yields one gauge; changes nothing, because it runs in another thread."""
        queue = self.blocks._queue
        guests = [each.turn.is_set() for each in list(getattr(queue, "guests", ()))]
        waiting = sum(len(each.queue) for each in list(queue.event_queue_per_concurrency_id.values()))
        running = sum(map(bool, list(queue.active_jobs)))
        counts = {"running": running + guests.count(True), "waiting": waiting + guests.count(False)}
        yield make_labelled_gauge("qiantang_queue", "Questions that are not finished", "state", counts)


@dataclass(frozen=True)
class ServiceState(Collector):
    """State of `library`, and of what `check` finds."""

    library: WatchedLibrary
    check: Callable[[], Readiness]

    def collect(self) -> Iterator[Metric]:
        """Yields gauges, and the counter of lost records."""
        ready, progress, index = self.check(), self.library.progress(), self.library.index
        yield gauge("qiantang_ready", "1 while questions can be answered", ready.is_ready)
        troubles = dict.fromkeys((*ready.reasons, *ready.degraded), 1)
        yield make_labelled_gauge("qiantang_trouble", "1 for each trouble that /ready names", "code", troubles)
        yield gauge("qiantang_documents", "Documents in the index", len(index.fingerprints()))
        yield gauge("qiantang_chunks", "Chunks in the index", index.chunk_count())
        yield gauge("qiantang_documents_failed", "Files that could not be read", len(index.failures()))
        yield gauge("qiantang_documents_missing", "Documents that answer without a file", len(progress.missing))
        states = {each: int(each == progress.condition.state) for each in get_args(State)}
        yield make_labelled_gauge("qiantang_index_state", "1 for the state of the index", "state", states)
        if self.library.mirrored_at is not None:
            at = self.library.mirrored_at
            yield gauge("qiantang_index_fresh_timestamp_seconds", "When the index last mirrored the folder", at)
        yield from sync_metrics(progress)
        yield gauge("qiantang_records_waiting", "Records that wait for the database", ready.waiting)
        lost = CounterMetricFamily("qiantang_records_lost", "Records that were lost")
        lost.add_metric([], ready.dropped)
        yield lost


def sync_metrics(progress: Progress) -> Iterator[Metric]:
    """Yields gauges of the sync: its stage, its files and its chunks."""
    stages = {each: int(each == progress.stage) for each in get_args(Stage)}
    yield make_labelled_gauge("qiantang_sync_stage", "1 for the stage of the sync", "stage", stages)
    files = {"done": progress.files_done, "all": progress.files}
    yield make_labelled_gauge("qiantang_sync_files", "Files of the running or last sync", "count", files)
    chunks = {"done": progress.chunks_done, "all": progress.chunks}
    yield make_labelled_gauge("qiantang_sync_chunks", "Chunks of the running or last sync", "count", chunks)


def gauge(name: str, text: str, value: float) -> Metric:
    """Returns a gauge with one value."""
    return GaugeMetricFamily(name, text, value=float(value))


def make_labelled_gauge(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    """Returns a gauge with several values, by the value of its label."""
    found = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        found.add_metric([key], value)
    return found
