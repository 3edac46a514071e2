"""What all tests share: the folder of samples, and a rule that CI never skips for want of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of sample files beside the project; absent means a skip, in CI an error."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{folder} is missing: CI lays it beside the checkout.")
        pytest.skip("needs ../shared, the folder of samples beside the project")
    return folder
