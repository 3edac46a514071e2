"""Speed of the page on slow networks, as Chromium emulates them.

First paint, a form that takes a question, everything loaded.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from bot.answer import Answer, Turn
from bot.starters.cache import StarterOptions
from bot.starters.questions import TOPICS, Starter, StarterFilter
from evals.results import Cell, Report, Table
from evals.serving import serve
from ingest.sync.progress import Progress
from records import open_records
from web.app import build
from web.context import ChatContext

NETWORKS = {"400 kbit/s, 400 ms": (400, 400), "1.6 Mbit/s, 150 ms": (1600, 150)}
RUNS = 3
PATIENCE = 120_000
WATCH = """new MutationObserver((changes, watch) => {
  if (document.querySelector("#first form button")) times.form ??= performance.now();
  if (document.querySelector("#first") || !document.querySelector("gradio-app .masthead")) return;
  times.ready = performance.now();
  watch.disconnect();
}).observe(document, {childList: true, subtree: true});
const times = window.times = {};"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
LOADED = "performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize || 0), 0)"
NOTE = f"Seconds from the request on, medians of {RUNS} first visits over HTTP/1.1; kB as sent."


class Silent:
    """A bot that is never asked; its starters are those that the page would try first."""

    def stream(
        self, question: str, history: Sequence[Turn], language: str | None = None, *, country: str = ""
    ) -> Iterator[Answer]:
        """Answers no question.

        Raises RuntimeError in any case.
        """
        raise RuntimeError("This bot is not asked.", question, history, language, country)

    def offer(self) -> StarterOptions:
        """Returns four countries and all topics as choices, made at a fixed time."""
        return StarterOptions(("BR", "RU", "IN", "ZA"), tuple(TOPICS), datetime(2026, 11, 25, tzinfo=UTC))

    def examples(self, choice: StarterFilter) -> tuple[Starter, ...]:
        """Returns the questions that a choice would try first, as they are."""
        return tuple(Starter(question, choice.language) for question in choice.preferred)

    list_cached = examples

    def is_searching(self, _: StarterFilter, /) -> bool:
        """Returns False: all examples are there at once."""
        return False


def tables(report: Report) -> list[Table]:
    """Returns the times of a first visit on each network."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    rows: list[dict[str, Cell]] = []
    with page() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for name, (kilobits, delay) in NETWORKS.items():
            report(name)
            rows.append({"": name, **medians([visit(browser, address, kilobits, delay) for _ in range(RUNS)])})
        browser.close()
    return [Table("The page on slow networks", rows, NOTE)]


@contextmanager
def page() -> Iterator[str]:
    """Yields the address of the page over an empty folder."""
    with TemporaryDirectory() as folder:
        records = open_records("", 30, Path(folder))
        service = ChatContext(Silent(), Silent(), lambda _: None, Path(folder), lambda: Progress("ready"), records)
        with serve(build(service)) as address:
            yield address


def visit(browser: Browser, address: str, kilobits: int, delay: int) -> dict[str, float]:
    """Makes a first visit with a cold cache; returns seconds and kilobytes."""
    context = browser.new_context()
    tab = context.new_page()
    network = context.new_cdp_session(tab)
    network.send("Network.enable")
    limits = {"downloadThroughput": kilobits * 125, "uploadThroughput": kilobits * 125, "latency": delay}
    network.send("Network.emulateNetworkConditions", {"offline": False, **limits})
    tab.add_init_script(WATCH)
    tab.goto(address, timeout=PATIENCE, wait_until="commit")
    tab.wait_for_function("window.times.ready", timeout=PATIENCE)
    times, painted, loaded = tab.evaluate(f"[times, {PAINTED}, {LOADED}]")
    context.close()
    return {
        "first paint s": painted / 1000,
        "form s": times["form"] / 1000,
        "ready s": times["ready"] / 1000,
        "kB": loaded / 1000,
    }


def medians(visits: Sequence[Mapping[str, float]]) -> dict[str, Cell]:
    """Returns the median of each figure of the visits, with one decimal."""
    return {name: round(median(each[name] for each in visits), 1) for name in visits[0]}
