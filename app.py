"""Starts the service: the web app, and the watcher of the knowledge folder."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

import settings as configuration
from bot.chat_model.opening import open_model
from bot.pipeline import Bot
from bot.starters.cache import StarterCache, run_periodically
from ingest.backup.staged import restore_staged
from ingest.bucket.mirror import open_mirror
from ingest.watcher import WatchedLibrary, open_watched_library
from records import Records, WrongRecordsUrlError, open_records
from store.answerability.opening import open_answerability
from store.free_space import DiskFullError
from store.index import CatalogUnavailableError, IndexLockedError, RecipeChangedError
from store.library import DataFolderUnwritableError
from store.validity import versions
from text.messages import message
from web.gradio_stubs import skip_stubs
from web.health import Steps
from web.operations.ending import end_in_time, end_process, restart
from web.operations.logging_setup import log_what_is_printed, set_up_logging
from web.operations.starting import PortTakenError, open_once_there_is_room, refuse_taken_port
from web.operations.systemd import keep_notifying, notify

if TYPE_CHECKING:
    from web.context import BotLike, ChatContext
    from web.operations.metrics import Metrics
    from web.operations.probes import Operating
    from web.staff.context import StaffContext

SLOW_STEP_SECONDS = 120.0
"""Seconds beyond the model's time limit after which an answer counts as stuck."""
FAREWELL_SECONDS = 1
"""Seconds that open pages, and then a sync, have to finish at shutdown."""

REFUSALS = (
    configuration.SettingsError, PortTakenError, IndexLockedError, CatalogUnavailableError, DiskFullError,
    RecipeChangedError, DataFolderUnwritableError,
    WrongRecordsUrlError,
)  # fmt: skip


def main() -> int:
    """Serves the app until it is interrupted, then ends the process.

    Returns 0 if it is interrupted before, 1 if a setting or the machine prevents serving.
    Raises IndexLockedError only within: it is printed if another process has the data folder, and 1 is returned.
    """
    try:
        settings = configuration.load()
        configuration.use_time_zone(settings.time_zone)
        set_up_logging(settings.log_level, settings.log_format)
        refuse_taken_port(settings.host, settings.port)
        restored = restore_staged(settings)
        with open_once_there_is_room(partial(open_watched_library, settings), settings.host, settings.port) as library:
            if not library.held.owned:
                raise IndexLockedError(message("index.folder_in_use"))
            url = settings.records_address
            with open_records(url, settings.retention_days, settings.data_dir, is_alone=True) as records:
                if restored:
                    records.audit.note(restored)
                serve(library, settings, records)
                # Unwinding would wait for the current file, up to ASSISTANT_READ_SECONDS. A stop flag checked by
                # every thread would be more error-prone. Here the lock is held to the very end, so that no
                # thread writes beside another owner, and the index survives a kill at any point.
                sys.stdout.flush()
                end_process()
    except KeyboardInterrupt:
        return 0
    except REFUSALS as error:
        print(error, file=sys.stderr)
    return 1


def serve(library: WatchedLibrary, settings: configuration.Settings, records: Records) -> None:
    """Runs the web app.

    The watcher starts first, so that files are read while the app is still loading.
    """
    stop = threading.Event()
    if mirror := open_mirror(settings):
        threading.Thread(target=mirror.watch, args=(stop, library.held.leads), name="bucket", daemon=True).start()
    watching = threading.Thread(target=library.watch, args=(stop,), name="watch", daemon=True)
    watching.start()
    try:
        run_app(library, settings, records, stop)
    finally:
        notify("STOPPING=1")
        stop.set()
        watching.join(timeout=FAREWELL_SECONDS)


def run_app(library: WatchedLibrary, settings: configuration.Settings, records: Records, stop: threading.Event) -> None:
    """Runs the web app until it is ended; its threads end with `stop`."""
    skip_stubs()
    from web.operations.metrics import Metrics
    from web.operations.watching import operating
    from web.staff.approvals.unseen_files import note_files_by_hand
    from web.staff.auth.first_account import sign_in_line
    from web.staff.context import StaffContext

    bot = open_bot(library, settings, records)
    starters, room = StarterCache(bot), StaffContext(library, bot, records, restart=restart)
    metrics = Metrics(settings.metrics_token.get_secret_value())
    service = open_service(library, settings, records, watch_bot(bot, metrics, settings.traces_url), starters)
    own = operating(library, service.records, service.steps, settings, metrics)
    tending = [bot.prepare, keep_examples_ready(starters, library), records.expiry.run_when_due]
    tending += [partial(note_files_by_hand, room), room.resume_uploads]
    run_beside("keep ready", run_periodically, tending, stop)
    tell_staff(library, settings, room, stop)
    run_beside("watchdog", keep_notifying, own.health.check_from_outside, stop)
    address = f"http://{settings.host}:{settings.port}{settings.root_path}"
    print(message("app.open", address=address), flush=True)
    print(sign_in_line(room, f"{address.rstrip('/')}/staff"), flush=True)
    log_what_is_printed()
    run_server(library, settings, service, room, own)


def open_bot(library: WatchedLibrary, settings: configuration.Settings, records: Records) -> Bot:
    """Returns the bot over a library, with the models and curated answers as set."""
    return Bot(
        library.index,
        library.embedder,
        open_model(settings),
        settings.chat_seconds,
        records.curated.current,
        library.lists,
        answerability=open_answerability(settings),
        model_context=settings.chat_context,
    )


def open_service(
    library: WatchedLibrary, settings: configuration.Settings, records: Records, bot: BotLike, starters: StarterCache
) -> ChatContext:
    """Returns the context of the page for companies."""
    from web.context import ChatContext

    return ChatContext(
        bot,
        starters,
        library.index.document,
        settings.knowledge_dir,
        library.progress,
        records,
        library.lists.contacts,
        Steps(settings.chat_seconds + SLOW_STEP_SECONDS),
        versions=lambda source: versions(source, library.index.documents()),
        embed_origins=settings.embed_origins,
        public_url=settings.public_url,
        visitor_questions=settings.visitor_questions,
        metadata=library.index.documents,
    )


def tell_staff(
    library: WatchedLibrary, settings: configuration.Settings, room: StaffContext, stop: threading.Event
) -> None:
    """Starts the alerts to the staff, if set; only the process that syncs sends them."""
    from web.alerts.courier import open_courier

    if not (courier := open_courier(settings, room)):
        return

    def run_if_leading() -> None:
        if library.held.leads():
            courier.run_when_due()

    run_beside("alerts", run_periodically, [run_if_leading], stop)


def run_beside(name: str, work: Callable[..., object], *given: object) -> None:
    """Runs `work` in a thread of this name, which ends with the process."""
    threading.Thread(target=work, args=given, name=name, daemon=True).start()


def run_server(
    library: WatchedLibrary,
    settings: configuration.Settings,
    service: ChatContext,
    room: StaffContext,
    own: Operating,
) -> None:
    """Answers requests until a signal ends it."""
    import uvicorn

    from web.app import build
    from web.http.client_address import TrustedProxies
    from web.http.connections import server_options

    proxies = TrustedProxies(settings.trusted_proxies)
    config = uvicorn.Config(
        build(service, settings.root_path, room, proxies, own, library=library if settings.mcp == "on" else None),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=FAREWELL_SECONDS,
        **server_options(proxies),
    )
    server = uvicorn.Server(config)
    run_beside("farewell", end_in_time, server)
    with suppress(KeyboardInterrupt):  # uvicorn raises the signal again that ended it; `main` ends the process
        server.run()


def watch_bot(bot: BotLike, metrics: Metrics, traces_url: str) -> BotLike:
    """Returns the bot with its answers counted, and traced if an address is set."""
    from web.operations.metrics import MeasuredBot

    measured = MeasuredBot(bot, metrics)
    if not traces_url:
        return measured
    from web.operations.traces import NAME, TracedBot, open_tracing

    return TracedBot(measured, open_tracing(traces_url).get_tracer(NAME))


def keep_examples_ready(starters: StarterCache, library: WatchedLibrary) -> Callable[[], None]:
    """Returns a function that finds the examples of one more start page choice.

    It does nothing during a sync, because each file would change the examples. One choice at a time leaves the
    processor to the first visitors.
    """
    from web.chat.start_page import first_choices

    turns = cycle(first_choices())

    def find() -> None:
        if library.progress().stage == "ready":
            starters.renew(next(turns))

    return find


if __name__ == "__main__":
    sys.exit(main())
