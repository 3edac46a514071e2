"""Preloads: Gradio's files that the page needs.

Without them the browser finds the files level by level, with a round trip each.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import gradio

ASSETS = Path(gradio.__file__).parent / "templates" / "frontend" / "assets"


@cache
def preloads() -> tuple[str, ...]:
    """Returns the addresses in `preloads.txt` that exist, most needed first.

    Their names contain a hash. For another version of Gradio the list is empty, and the page loads without preloads.
    """
    names = (Path(__file__).parent / "preloads.txt").read_text(encoding="ascii").split()
    return tuple(f"./assets/{name}" for name in names if (ASSETS / name).is_file())
