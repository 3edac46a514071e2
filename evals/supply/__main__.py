"""Commands `sbom` (bill of materials) and `audit` (vulnerable pinned packages)."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, timedelta
from pathlib import Path

from evals.supply.advisories import NoAdvisoriesError, audit
from evals.supply.bill import bill_of_materials
from evals.supply.lock import DEV_LOCK, LOCK, PIP_LOCK, read_lock


def main(arguments: list[str] | None = None) -> int:
    """Returns 0; 1 for known vulnerabilities; 2 without a usable advisory dump."""
    parser = argparse.ArgumentParser(prog="python -m evals.supply", description="What the program is made of.")
    commands = parser.add_subparsers(dest="command", required=True)
    sbom = commands.add_parser("sbom", help="write what is shipped as CycloneDX 1.6")
    sbom.add_argument("file", type=Path)
    looked = commands.add_parser("audit", help="look for known holes in what is shipped and in what tests use")
    looked.add_argument("advisories", type=Path, help="folder or ZIP of advisories in the form of OSV")
    looked.add_argument("--days", type=int, default=14, help="how old the latest advisory may be (default: 14)")
    looked.add_argument("--lock", type=Path, action="append", help="lock files (default: all of the program)")
    options = parser.parse_args(arguments)
    return write(options.file) if options.command == "sbom" else look_up(options)


def write(file: Path) -> int:
    """Writes the bill of materials of LOCK into a file; returns 0."""
    bill = bill_of_materials(read_lock(LOCK))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{file}: {len(bill['components'])} packages")
    return 0


def look_up(options: argparse.Namespace) -> int:
    """Prints the known holes of the packages of the locks.

    Returns 0 for none, 1 for some, 2 if the advisories cannot be used or are too old.
    Raises NoAdvisoriesError only within: it is printed, and 2 is returned.
    """
    packages = sorted({each for lock in options.lock or (LOCK, DEV_LOCK, PIP_LOCK) for each in read_lock(lock)})
    try:
        found = audit(packages, options.advisories)
        if found.latest < date.today() - timedelta(options.days):
            raise NoAdvisoriesError(
                f"The latest of {found.advisories} advisories is of {found.latest}: take newer ones."
            )
    except NoAdvisoriesError as nothing:
        print(nothing, file=sys.stderr)
        return 2
    for hole in found.holes:
        print(hole)
    print(f"{len(packages)} packages, {found.advisories} advisories to {found.latest}: {len(found.holes)} known holes")
    return 1 if found.holes else 0


if __name__ == "__main__":
    sys.exit(main())
