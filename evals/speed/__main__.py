"""Command line of the speed benchmarks: measures, prints tables and keeps results."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial

from database_address import FORM
from evals.results import Report, Result, Table, circumstances
from evals.speed import asking, embedding, large, peers, slow_network, stages, starting, syncing
from evals.speed.growth import tables as growth

BENCHMARKS = {
    "embedding": embedding.tables,
    "syncing": syncing.tables,
    "asking": asking.tables,
    "growth": growth.tables,
    "peers": peers.tables,
    "starting": starting.tables,
    "large": large.tables,
    "stages": stages.tables,
    "slow_network": slow_network.tables,
}


def main() -> int:
    """Runs one benchmark."""
    parser = argparse.ArgumentParser(prog="python -m evals.speed", description="How fast it is, as numbers.")
    parser.add_argument("name", choices=BENCHMARKS, help="the benchmark")
    growing = parser.add_argument_group("growth")
    growing.add_argument("--sizes", nargs="+", type=int, default=growth.SIZES, help="chunks of each index")
    growing.add_argument("--minutes", type=float, default=growth.MINUTES, help="after which a size is stopped")
    growing.add_argument("--database", default="", metavar="URL", help=f"an empty PostgreSQL database: {FORM}")
    growing.add_argument("--chroma", default="", metavar="URL", help="a Chroma server for the vectors")
    options = parser.parse_args()
    started, settings = time.monotonic(), circumstances()
    name, measure = choose(options)
    tables = measure(lambda text: print(f"{name}: {text}", file=sys.stderr, flush=True))
    result = Result(f"speed-{name}", tables, settings, round(time.monotonic() - started, 1))
    result.store()
    print(result.markdown())
    return 0


def choose(options: argparse.Namespace) -> tuple[str, Callable[[Report], list[Table]]]:
    """Returns the name of the result and the benchmark, with the options of `growth`."""
    name: str = options.name
    if name != "growth":
        return name, BENCHMARKS[name]
    servers = growth.Servers(options.database, options.chroma) if options.database or options.chroma else None
    measure = partial(growth.tables, sizes=options.sizes, servers=servers, minutes=options.minutes)
    return ("growth-on-servers" if servers else name), measure


if __name__ == "__main__":
    sys.exit(main())
