"""One test of many values: of each file of the knowledge folder, such as a guide.

A test of its own for each of 370 guides costs more than what it looks at: all processes of a run collect all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any

Test = Callable[..., None]


def for_each(names: Sequence[Any], read: Callable[[Any], Any] | None = None) -> Callable[[Test], Test]:
    """Lets a test of one value, its first argument, look at all of them, and tell each one at which it fails.

    `read` makes the values of their names when the test runs. The other arguments of the test are fixtures.
    """

    def for_all(test: Test) -> Test:
        def tested(**fixtures: object) -> None:
            faults = {
                name: fault_of(lambda name=name: test(read(name) if read else name, **fixtures)) for name in names
            }
            if failed := [f"{name}: {fault}" for name, fault in faults.items() if fault]:
                raise AssertionError("\n".join(failed))
            if not names:
                raise AssertionError("there is nothing to look at")

        whole = signature(test)
        tested.__name__, tested.__doc__, tested.__module__ = test.__name__, test.__doc__, test.__module__
        tested.__signature__ = whole.replace(parameters=[*whole.parameters.values()][1:])  # type: ignore[attr-defined]
        return tested

    return for_all


def fault_of(test: Callable[[], None]) -> str:
    """Returns what is wrong; "" if nothing is."""
    try:
        test()
    except Exception as error:  # what one value raises does not hide the others
        return f"{'' if isinstance(error, AssertionError) else f'{type(error).__name__}: '}{error}" or "it fails"
    return ""
