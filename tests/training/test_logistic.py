"""The logistic regression finds what was put into its data."""

from __future__ import annotations

import numpy as np

from bot.query.direction import FEATURES, word_features
from training.logistic import fit_logistic, fit_words, pack_words

RIGHT = ("our owner sits in Hangzhou", "our owner is in China")
WRONG = ("we open a plant in Hangzhou", "we open a plant in China")


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


def test_a_unit_tells_texts_by_the_words_around_the_places_they_name() -> None:
    features = [word_features(text) for text in (*RIGHT, *WRONG)]
    weights = fit_words(features, np.array([1.0, 1.0, 0.0, 0.0]))
    told = [weights[each].sum() for each in features]
    assert min(told[:2]) > 0 > max(told[2:])
    steps, step = pack_words(weights)
    assert weights.shape == steps.shape == (FEATURES,)
    assert np.abs(steps * step - weights).max() <= step / 2 + 1e-12
