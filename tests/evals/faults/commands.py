"""What processes of the tests run; it is imported in each of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection


def hang(_: Mapping[str, str], seconds: Sequence[float], __: Connection) -> None:
    time.sleep(seconds[0])


def end(_: Mapping[str, str], codes: Sequence[int], answer: Connection) -> None:
    answer.send("ended")
    sys.exit(codes[0])
