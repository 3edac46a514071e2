"""Coroutines in tests: in a thread of their own, because a browser of other tests has a loop in this one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """Runs a coroutine to its end."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()
