"""Processes that are forked from one which has imported what they need: each starts in milliseconds, not in seconds."""

from __future__ import annotations

import multiprocessing

from ingest.loaders.formats import READER_MODULES

context = multiprocessing.get_context("forkserver")
KILLED = ("tests.ingest.killed", "tests.ingest.uploads.killed")
APP = "tests.support.app_imported"
context.set_forkserver_preload([*KILLED, "store.vector_worker.collection", *READER_MODULES, APP])
