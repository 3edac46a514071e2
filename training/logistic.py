"""Logistic regression: by Newton's method, and of the words of texts with Adam."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.query.direction import FEATURES

STEPS = 40
WORD_STEPS, RATE = 300, 0.05
"""Steps of Adam and their length."""
LEVELS = 127.0
"""Steps of a weight on each side of zero, as it is stored."""


def fit_logistic(values: NDArray[np.float64], rights: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    """Weights of features `(n, features)` for what is right `(n,)`, 0 or 1.

    `strength` holds the weights near zero, in standard deviations of the features. A feature that is always the same is
    the constant.
    """
    scale = np.maximum(values.std(axis=0), 1e-9)
    scale[values.std(axis=0) == 0] = 1.0
    scaled = values / scale
    weights = np.zeros(values.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (likely - rights) + strength * weights
        curve = (scaled * (likely * (1 - likely))[:, None]).T @ scaled + strength * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    found: NDArray[np.float64] = weights / scale
    return found


def fit_words(features: Sequence[Sequence[int]], rights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns weights `(FEATURES,)` of word features (`word_features`), with L2.

    `features` has the numbers of each text, `rights` `(n,)` is 1 or 0.
    """
    numbers = np.concatenate([np.array(each, int) for each in features])
    lengths = np.array([len(each) for each in features])
    owner = np.repeat(np.arange(len(features)), lengths)
    weights, mean, square = np.zeros(FEATURES), np.zeros(FEATURES), np.zeros(FEATURES)
    for step in range(1, WORD_STEPS + 1):
        likely = 1 / (1 + np.exp(-np.bincount(owner, weights[numbers], len(features))))
        slope = np.bincount(numbers, (likely - rights)[owner], FEATURES) + weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def pack_words(weights: NDArray[np.float64]) -> tuple[NDArray[np.int8], float]:
    """Returns weights `(n,)` in whole steps, and the step."""
    step = float(np.abs(weights).max()) / LEVELS
    return np.round(weights / step).astype(np.int8), step
