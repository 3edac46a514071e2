"""Keeps Gradio from writing type stubs, for which it parses each of its components anew at every start.

That is half of what importing it takes: 1.2 of 2.3 s of a busy core, 2026-11-26, by
`python -c "import time, gradio; print(time.process_time())"` with and without.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

WRITING = "gradio.component_meta"
"""The module that writes stubs."""


class Stubless:
    """Finds that module, and takes the writing out of it."""

    @classmethod
    def find_spec(cls, name: str, path: Sequence[str] | None = None, *_: object) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name == WRITING else None
        if spec and spec.loader:
            run = spec.loader.exec_module

            def run_without(module: ModuleType) -> None:
                run(module)
                vars(module)["create_or_modify_pyi"] = lambda *_: None

            vars(spec.loader)["exec_module"] = run_without
        return spec


def skip_stubs() -> None:
    """Has an effect before Gradio is imported; may be called again."""
    if Stubless not in sys.meta_path:
        sys.meta_path.insert(0, Stubless)
