"""Fixtures of the tests of the evals."""

from tests.support.library import embedder

__all__ = ["embedder"]
