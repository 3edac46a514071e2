"""In what condition an index is: one small value for the page, the command line and whoever watches the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["whole", "words only", "rebuilding"]


@dataclass(frozen=True)
class Condition:
    """`words only`: questions are answered by words, since meaning cannot be searched now; `rebuilding`: something was
    damaged and is made anew from the folder. `reason` is a sentence, empty where nothing is wrong."""

    state: State = "whole"
    reason: str = ""


WHOLE = Condition()
