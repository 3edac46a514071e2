"""A test of many values names each one at which it fails."""

from __future__ import annotations

import pytest

from tests.support.for_each import for_each


def test_each_value_that_fails_is_named_with_what_is_wrong() -> None:
    looked_at = list[int]()

    @for_each([1, 2, 3, 4])
    def is_odd(number: int) -> None:
        looked_at.append(number)
        assert number % 2, f"{number} is even"

    with pytest.raises(AssertionError, match=r"(?s)2 is even.*4 is even"):
        is_odd()
    assert looked_at == [1, 2, 3, 4]


def test_nothing_to_look_at_is_a_failure() -> None:
    @for_each([])
    def passes(_: int) -> None: ...

    with pytest.raises(AssertionError, match="nothing to look at"):
        passes()


@for_each(["3", "4"], int)
def test_fixtures_stand_beside_the_value_that_was_read(number: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert number in {3, 4} and tmp_path_factory
