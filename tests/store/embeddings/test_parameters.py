"""Files of a network's parameters: a damaged one is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from store.embeddings.parameters import quantise, read_parameters


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "weights.npz"
    np.savez_compressed(path, **quantise("l0.fi.w", np.linspace(-1, 1, 4096, dtype=np.float32).reshape(64, 64)))
    return path


def test_what_was_stored_is_read(path: Path) -> None:
    assert read_parameters(path).floats("l0.fi.w").shape == (64, 64)


@pytest.mark.parametrize("kept", [0, 20, 200, -30])
def test_a_file_that_is_cut_is_named(path: Path, kept: int) -> None:
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match=r"weights\.npz is damaged"):
        read_parameters(path)


def test_a_file_with_changed_bytes_is_named(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[120:140] = bytes(20)
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"weights\.npz is damaged"):
        read_parameters(path)


def test_a_file_that_is_missing_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_parameters(tmp_path / "none.npz")
