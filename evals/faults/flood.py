"""Eval of floods: answers to a person while others exhaust the app's resources.

Strangers hold connections, invent sessions and ask many questions.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from evals.folders import USED_PLACES
from evals.results import ROOT, Cell, Report, Table
from evals.speed.page import LANGUAGE, Page, open_page
from evals.speed.processes import family, memory

GUIDE = "# 境外投资备案指南\n\n发改委境外投资备案需要7个工作日。\n\n费用为零。\n"
QUESTION, FIGURE = "发改委境外投资备案要几天？", "7个工作日"
CONNECTIONS, SESSIONS, QUESTIONS, PATIENCE = 1_200, 500, 80, 120
NOTE = (
    f"A person asks five times from an address of their own while {CONNECTIONS} connections of 20 addresses have sent"
    f" half a header, one address has begun {SESSIONS} invented sessions and reads no answer, or has {QUESTIONS}"
    " questions open at once. refused: questions of the strangers. MB: of the app and its processes."
    " All have loopback addresses of their own, which Linux allows."
)


def tables(_: Path, report: Report) -> list[Table]:
    """Returns the person's longest wait at rest, during each flood, and afterwards."""
    rows: list[dict[str, Cell]] = []
    floods = {"half headers": half_headers, "invented sessions": invent_sessions, "open questions": open_questions}
    with app() as (process, port):
        for name in ("at rest", *floods, "afterwards"):
            report(name)
            with floods[name](port) if name in floods else nullcontext(int) as refused:
                longest = max(wait_of_person(port) for _ in range(5))
                used = round(sum(map(memory, family(process))))
                rows.append({"": name, "longest s": round(longest, 2), "refused": refused(), "MB": used})
    return [Table("A person during a flood", rows, NOTE)]


@contextmanager
def app(knowledge: Path | None = None, **others: str) -> Iterator[tuple[int, int]]:
    """Yields process and port of an app, once it can answer.

    `knowledge`: its folder, by default with one guide. `others`: further settings, without their prefix.
    """
    with TemporaryDirectory() as place, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        if knowledge is None:
            (knowledge := Path(place) / "knowledge").mkdir()
            (knowledge / "guide.md").write_text(GUIDE, encoding="utf-8")
        own = {"KNOWLEDGE_DIR": knowledge, "DATA_DIR": Path(place) / "data", "PORT": port}
        own |= {**dict.fromkeys(USED_PLACES, ""), **others}
        environment = os.environ | {f"ASSISTANT_{name}": str(value) for name, value in own.items()}
        free.close()
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=sys.stderr)
        try:
            while process.poll() is None and not is_ready(port):
                time.sleep(0.5)
            yield process.pid, port
        finally:
            process.kill()
            process.wait()


def is_ready(port: int) -> bool:
    """Checks that the app answers `/ready` with 200, within PATIENCE seconds."""
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/ready", timeout=PATIENCE).status_code == 200
    return False


@contextmanager
def page(port: int, address: str) -> Iterator[Page]:
    """Opens the app's page from a loopback address, as long as the context."""
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/", transport=transport, timeout=PATIENCE) as client:
        yield open_page(client)


def wait_of_person(port: int) -> float:
    """Returns the seconds from opening the page to the right answer.

    Raises RuntimeError for another answer.
    """
    started = time.monotonic()
    with page(port, "127.0.0.2") as own:
        if page_is_answered(own):
            return time.monotonic() - started
    raise RuntimeError("The person was not answered.")


def page_is_answered(own: Page) -> bool:
    """Checks that a page answers QUESTION with FIGURE; an error counts as no answer."""
    with suppress(httpx.HTTPError, RuntimeError):
        return FIGURE in str(own.ask(QUESTION))
    return False


@contextmanager
def half_headers(port: int) -> Iterator[Callable[[], int]]:
    """Holds CONNECTIONS connections of 20 addresses that have sent half a header.

    Yields a function that returns 0, since these strangers ask nothing.
    """
    with ExitStack() as held:
        for number in range(CONNECTIONS):
            line = socket.create_connection(("127.0.0.1", port), PATIENCE, (f"127.0.1.{number % 20}", 0))
            held.enter_context(line).sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        yield int


@contextmanager
def invent_sessions(port: int) -> Iterator[Callable[[], int]]:
    """Begins SESSIONS sessions from one address and reads none of their answers.

    Yields a function that returns the number of refused ones.
    """
    with page(port, "127.0.0.3") as own:
        begun = 0
        for number in range(SESSIONS):
            with suppress(httpx.HTTPStatusError):
                own.post("queue/join", own.events["ask"], [QUESTION, [], LANGUAGE, ""], f"invented{number}")
                begun += 1
        yield lambda: SESSIONS - begun


@contextmanager
def open_questions(port: int) -> Iterator[Callable[[], int]]:
    """Has QUESTIONS questions open at once from one address.

    Yields a function that waits for all and returns the number of unanswered ones.
    """
    with page(port, "127.0.0.3") as own, ThreadPoolExecutor(QUESTIONS) as pool:
        asking = [pool.submit(page_is_answered, own) for _ in range(QUESTIONS)]
        yield lambda: sum(not each.result() for each in asking)
