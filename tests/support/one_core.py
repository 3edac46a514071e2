"""Engines that compute on one core each: several tests run at a time on few cores.

Threads of one engine wait for each other by spinning, so that on busy cores two take two to four times as much
processor time as one. The engines that take their number of threads from the environment get it in `conftest.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from ingest.loaders import fork_server, sandbox
from ingest.loaders.pages import ocr
from store.embeddings import e5


def stay_on_one_core() -> None:
    """Keeps the engines of this process, and its processes that read files, on one core each."""
    e5.open_engine = on_one_core(e5.open_engine)
    ocr.THREADS = 1
    sandbox.FORK_SERVER = __name__


def on_one_core(open_engine: Callable[..., e5.Engine]) -> Callable[..., e5.Engine]:
    def opened(*choice: e5.EngineChoice) -> e5.Engine:
        with suppress(ImportError):  # without OpenVINO the portable engine is tested
            from store.embeddings import openvino_graph

            openvino_graph.OPTIONS["INFERENCE_NUM_THREADS"] = "1"
        return open_engine(*choice)

    return opened


if __name__ == "__main__":
    stay_on_one_core()
    fork_server.serve()
