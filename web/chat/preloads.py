"""Which of Gradio's files the page needs: the browser would find out level after level, a round trip each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import gradio

ASSETS = Path(gradio.__file__).parent / "templates" / "frontend" / "assets"


@cache
def preloads() -> tuple[str, ...]:
    """Addresses of the scripts and styles in `preloads.txt` that the installed Gradio has, most needed first.

    Their names hold a hash: of another version none is there, and the page loads as it would without.
    """
    names = (Path(__file__).parent / "preloads.txt").read_text(encoding="ascii").split()
    return tuple(f"./assets/{name}" for name in names if (ASSETS / name).is_file())
