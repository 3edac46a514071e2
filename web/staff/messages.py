"""Messages of ingest and index, in the page language and in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from text.catalog import Texts, check_parameters, read
from text.messages import Message, sentences, system_reason

FILE = Path(__file__).parent / "locales" / "clerk_messages.yaml"
"""English for a clerk, where it differs from that of the command line."""


def localise(message: Message, language: str) -> str:
    """Returns a message in a staff language; in English it begins with a capital."""
    if language != "en":
        return message.say(sentences(language))
    sentence = message.say(clerk_texts())
    return sentence[:1].upper() + sentence[1:]


def localise_reason(error: OSError, language: str) -> str:
    """Returns why the system refused something, as a part of a sentence."""
    return system_reason(error).say(sentences(language))


@cache
def clerk_texts() -> Texts:
    """Returns the messages of FILE by code.

    Raises CatalogError if one has a parameter that its message lacks.
    """
    texts: Mapping[str, str] = read(FILE)
    check_parameters(texts, sentences("en"), str(FILE))
    return texts
