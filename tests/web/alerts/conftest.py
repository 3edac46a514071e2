"""The embedder of the rooms whose alerts are tried."""

from tests.web.staff.conftest import brisk, embedder

__all__ = ["brisk", "embedder"]
