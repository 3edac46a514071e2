"""What is set above the line, the mark of a note or a power, stays apart from the figure before it."""

from __future__ import annotations

SIGNS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻"
RAISED = str.maketrans("0123456789+-−", SIGNS)
LONGEST = 12
"""Characters; more than that set above the line is no mark and no power, but a text."""


def raised(text: str) -> str:
    """A text set above the line, its digits as signs of their own: of 12.5 and a raised 1 becomes 12.5¹, not 12.51.
    What stands in brackets, such as [1], is apart anyway."""
    is_apart = text.strip().startswith("[") and text.strip().endswith("]")
    return text.translate(RAISED) if len(text.strip()) <= LONGEST and not is_apart else text
