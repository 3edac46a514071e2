"""The guide that a test is about."""

from __future__ import annotations

import pytest

from tests.knowledge.guides import Guide, read


@pytest.fixture
def guide(request: pytest.FixtureRequest) -> Guide:
    return read(request.param)
