"""Health of an index, for the web page, the command line and monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from text.messages import NOTHING, Message

State = Literal["whole", "words only", "rebuilding"]


@dataclass(frozen=True)
class Condition:
    """Health of an index.

    `words only`: questions are answered by words, since meaning cannot be searched now; `rebuilding`: something was
    damaged and is being rebuilt from the folder. `reason` is empty if nothing is wrong.
    """

    state: State = "whole"
    reason: Message = NOTHING


WHOLE = Condition()
