"""Health of an index, for the web page, the command line and monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["whole", "words only", "rebuilding"]


@dataclass(frozen=True)
class Condition:
    """Health of an index.

    `words only`: vectors cannot be searched now, so questions are answered by full-text search.
    `rebuilding`: something was damaged and is being rebuilt from the folder.
    `reason` is a sentence, or "" for a healthy index.
    """

    state: State = "whole"
    reason: str = ""


WHOLE = Condition()
