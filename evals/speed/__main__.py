"""Command line of the speed benchmarks: measures, prints tables and keeps results."""

from __future__ import annotations

import argparse
import sys
import time

from evals.results import Result, circumstances
from evals.speed import asking, embedding, growth, large, peers, slow_network, stages, starting, syncing

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
    name = parser.parse_args().name
    started, settings = time.monotonic(), circumstances()
    tables = BENCHMARKS[name](lambda text: print(f"{name}: {text}", file=sys.stderr, flush=True))
    result = Result(f"speed-{name}", tables, settings, round(time.monotonic() - started, 1))
    result.store()
    print(result.markdown())
    return 0


if __name__ == "__main__":
    sys.exit(main())
