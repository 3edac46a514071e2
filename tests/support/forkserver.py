"""Processes that are forked from one which has imported what they need: each starts in milliseconds, not in seconds."""

from __future__ import annotations

import multiprocessing

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.ingest.killed", "tests.ingest.uploads.killed", "store.vector_worker.collection"])
