"""Command line of the evals: measures, prints tables and keeps each result."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import settings as configuration
from evals import (
    alike,
    answers,
    curated,
    exam,
    hostile,
    identifiers,
    inspector,
    model,
    quotes,
    refusals,
    retrieval,
    routing,
    staff,
)
from evals.databases import measure as databases
from evals.dropped import measure as dropped
from evals.faults import flood, kills
from evals.folders import SHARED
from evals.independent import measure as independent
from evals.reading import cuts, files, metadata
from evals.results import Report, Result, Table, circumstances
from store.index import CatalogUnavailableError

Measure = Callable[[Path, Report], Sequence[Table]]
EVALS: dict[str, Measure] = {
    "answers": answers.tables,
    "forty": answers.forty_tables,
    "metadata": metadata.tables,
    "retrieval": retrieval.tables,
    "quotes": quotes.tables,
    "refusals": refusals.tables,
    "identifiers": identifiers.tables,
    "routing": routing.tables,
    "exam": exam.tables,
    "independent": independent.tables,
    "laws": dropped.law_tables,
    "laws-test": dropped.law_test_tables,
    "notices": dropped.notice_tables,
    "notices-test": dropped.notice_test_tables,
    "alike": alike.tables,
    "hostile": hostile.tables,
    "files": files.tables,
    "flood": flood.tables,
    "kills": kills.tables,
    "inspector": inspector.tables,
    "cuts": cuts.tables,
    "curated": curated.tables,
    "model": model.tables,
    "staff": staff.tables,
    "databases": databases.tables,
}
QUICK = ("answers", "forty", "metadata", "retrieval", "quotes", "refusals", "identifiers", "routing", "hostile")
NEEDS_SAMPLES = frozenset(
    "metadata retrieval quotes refusals identifiers files cuts exam laws laws-test databases".split()
)


def main() -> int:
    """Runs one eval, or all quick ones.

    Returns 0 for success, 1 for an error that the user can correct.
    """
    options = parse()
    try:
        for name in [options.name] if options.name else QUICK:
            if name in NEEDS_SAMPLES and not SHARED.is_dir():
                print(f"{name} is skipped: it needs ../shared, the folder of samples.", file=sys.stderr)
                continue
            result = run(name, choose_measure(name, options))
            result.store()
            print(json.dumps(asdict(result), ensure_ascii=False) if options.json else result.markdown() + "\n")
    except (configuration.SettingsError, CatalogUnavailableError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def parse() -> argparse.Namespace:
    """Returns the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m evals", description="How good it is, as numbers.")
    parser.add_argument("name", nargs="?", choices=EVALS, help=f"one eval (default: {', '.join(QUICK)})")
    asked = parser.add_argument_group("model", "which model is asked, beside the settings, and how much")
    asked.add_argument("--endpoint", default="", metavar="URL", help="OpenAI-compatible, such as http://HOST:8000/v1")
    asked.add_argument("--model", default="", metavar="NAME", help="its model (default: the first that it lists)")
    asked.add_argument("--questions", type=int, default=model.QUESTIONS, metavar="N", help="how many (default: 100)")
    parser.add_argument("--database", default="", metavar="URL", help="an empty PostgreSQL database for `databases`")
    parser.add_argument("--rounds", type=int, default=kills.ROUNDS, metavar="N", help="how many `kills` (default: 40)")
    parser.add_argument("--json", action="store_true", help="one line of JSON an eval on standard output")
    return parser.parse_args()


def choose_measure(name: str, options: argparse.Namespace) -> Measure:
    """Returns the function that measures, with the options that are for this eval."""
    if name == "model":
        return partial(model.tables, endpoint=options.endpoint, name=options.model, count=options.questions)
    if name == "databases":
        return partial(databases.tables, url=options.database)
    if name == "kills":
        return partial(kills.tables, rounds=options.rounds)
    return EVALS[name]


def run(name: str, measure: Measure | None = None) -> Result:
    """Runs an eval on SHARED and returns its result; `measure` replaces its function."""
    started = time.monotonic()
    settings = circumstances()
    tables = (measure or EVALS[name])(SHARED, lambda text: print(f"{name}: {text}", file=sys.stderr, flush=True))
    return Result(name, tables, settings, round(time.monotonic() - started, 1))


if __name__ == "__main__":
    sys.exit(main())
