"""The scripts that texts are written in, as character ranges that stand between the brackets of a pattern."""

from __future__ import annotations

import re

IDEOGRAPHS = "\u3400-\u9fff"
"""Chinese characters as questions and documents use them: the common ones and extension A."""
ARABIC = "\u0600-\u06ff"
CYRILLIC = "\u0400-\u04ff"

IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
