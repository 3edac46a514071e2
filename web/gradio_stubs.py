"""Speeds up the import of Gradio: no type stubs, no MCP library.

For stubs it parses each of its components again at every start: 1.2 of 2.3 s of a busy core, 2026-11-26, by
`python -c "import time, gradio; print(time.process_time())"` with and without. The MCP library, which our own server
loads at its first request, takes Gradio another second although its own server is off (2026-11-27).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

WRITING, OFFERING = "gradio.component_meta", "gradio.mcp"
"""The module that writes stubs, and the one that loads the MCP library if it can."""
LIBRARY = "mcp"

Run = Callable[[ModuleType], None]


class Stubless:
    """Finds these modules, and takes the slow part out of them."""

    @classmethod
    def find_spec(cls, name: str, path: Sequence[str] | None = None, *_: object) -> ModuleSpec | None:
        """Finds these modules.

        None for all others, which other finders find, and for modules that are not installed.
        """
        change = {WRITING: without_stubs, OFFERING: without_library}.get(name)
        spec = PathFinder.find_spec(name, path) if change else None
        if change and spec and spec.loader:
            vars(spec.loader)["exec_module"] = change(spec.loader.exec_module)
        return spec


def without_stubs(run: Run) -> Run:
    """Returns the step that runs a module, which then writes no stubs."""

    def run_without_stubs(module: ModuleType) -> None:
        run(module)
        vars(module)["create_or_modify_pyi"] = lambda *_: None

    return run_without_stubs


def without_library(run: Run) -> Run:
    """Hides the MCP library from the module, unless it is already loaded."""

    def run_without_library(module: ModuleType) -> None:
        if LIBRARY in sys.modules:
            return run(module)
        sys.modules[LIBRARY] = None  # type: ignore[assignment]  # Python's own way to say that there is none
        try:
            return run(module)
        finally:
            del sys.modules[LIBRARY]

    return run_without_library


def skip_stubs() -> None:
    """Has an effect before Gradio is imported; may be called again."""
    if Stubless not in sys.meta_path:
        sys.meta_path.insert(0, Stubless)
