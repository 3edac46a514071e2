"""The fixtures of a small knowledge folder."""

from tests.support.library import embedder, found, library, put, settings

__all__ = ["embedder", "found", "library", "put", "settings"]
