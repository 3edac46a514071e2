"""Prompt injection: finds sentences of a document that address a model.

They are data that no reader needs. Hidden text does not get this far, because the loaders drop it; this is for visible
text.
"""

from __future__ import annotations

import re

from text.lexicon.load import alternatives
from text.scripts import FULL_STOPS

CHANGE_OF_RULES = (
    rf"{alternatives('instruction.change_of_rules')}|(?:{alternatives('instruction.ignoring')})(?=[.,;!]|$)"
)
"""Requests to ignore or reveal the rules, by a person or a document."""
MUST = rf"{alternatives('instruction.must')}|[:：,，!！،]"
TOLD = (
    rf"(?:{alternatives('instruction.machine')}).{{0,30}}(?:{MUST}).{{0,30}}(?:{alternatives('instruction.answering')})"
)
MARKS = (
    r"<\|?(?:im_start|im_end|system|assistant)\|?>|\[/?INST\]|<</?SYS>>|^\s*#{2,4}\s*(?:system|instruction|assistant)\b"
    r"|^\s*(?:system|assistant)\s*[:：]"
)
"""The marks by which prompts tell a model who speaks."""
SENTENCE = re.compile(rf"[^{FULL_STOPS}\n]*?(?:[{FULL_STOPS}]+|\.(?=\s|$)|\n|$)")
SPEAKS_TO_MACHINE = re.compile(
    rf"{CHANGE_OF_RULES}|{TOLD}|{alternatives('instruction.order')}|{MARKS}", re.IGNORECASE | re.MULTILINE
)


def speaks_to_machine(sentence: str) -> bool:
    """Checks that a sentence tells a model what to do or to answer."""
    return bool(SPEAKS_TO_MACHINE.search(sentence))


def without_instructions(text: str) -> str:
    """Returns a text without the sentences that address a model."""
    return "".join(piece for piece in SENTENCE.findall(text) if not speaks_to_machine(piece))
