"""Logistic regression by Newton's method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEPS = 40


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
