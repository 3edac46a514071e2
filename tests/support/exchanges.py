"""What the tests run in processes of their own: somebody who writes, and may be killed."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from records import open_records
from tests.records.conftest import asked


def main(address: str, folder: str, name: str, count: int, then: str) -> None:
    """Keeps and rates `count` exchanges named `name-0` and so on; `then` says how the process ends."""
    records = open_records(address, 180, Path(folder))
    for number in range(count):
        given = asked(id=f"{name}-{number}")
        records.keep(given)
        if then == "killed before the rating" and number == count - 1:
            os.kill(os.getpid(), signal.SIGKILL)
        records.rate(given.id, True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
