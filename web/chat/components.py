"""Components of the chat page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr


@dataclass(frozen=True)
class Components:
    """Components of the page."""

    conversation: gr.BrowserState
    language: gr.BrowserState
    about: gr.BrowserState
    masthead: gr.HTML
    announcement: gr.HTML
    welcome: gr.HTML
    past: gr.HTML
    current: gr.HTML
    dialogs: gr.HTML
    progress: gr.HTML
    chosen: gr.HTML
    clock: gr.Timer
    notice: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    standing: gr.HTML

    def list_all(self) -> list[Any]:
        """Returns all components in the order of their fields."""
        return list(vars(self).values())
