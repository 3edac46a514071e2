"""The logistic regression finds what was put into its data."""

from __future__ import annotations

import numpy as np

from training.logistic import fit_logistic


def test_weights_are_those_that_the_data_were_made_with() -> None:
    draw = np.random.default_rng(1)
    values = np.column_stack([draw.normal(size=(20_000, 2)) * (1.0, 10.0), np.ones(20_000)])
    wanted = np.array([1.5, -0.2, 0.5])
    rights = (draw.random(20_000) < 1 / (1 + np.exp(-values @ wanted))).astype(float)
    assert np.allclose(fit_logistic(values, rights, 1.0), wanted, atol=0.08)


def test_strength_holds_weights_near_zero() -> None:
    values = np.column_stack([np.arange(10.0), np.ones(10)])
    rights = (np.arange(10) > 4).astype(float)
    weak, strong = (abs(fit_logistic(values, rights, strength)[0]) for strength in (0.1, 10.0))
    assert 0 < strong < weak < 20
