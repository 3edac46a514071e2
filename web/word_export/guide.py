"""Card of a service guide in Word: its sections, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.guides.headings import without_number
from web.chat.guide_card import GuideCard
from web.i18n import texts
from web.official_sites import link_label
from web.word_export.document import Paper
from web.word_export.elements import line
from web.word_export.markdown import Manner, blocks


def card_blocks(paper: Paper, card: GuideCard, language: str, level: int) -> Iterator[Any]:
    """Yields the paragraphs and tables of a card; its title is a heading of `level`."""
    words, guide = texts(language), card.guide
    yield line(f"{words['guide.title']} · {guide.title}", f"Heading{level}")
    for section, text in zip(guide.sections, card.texts, strict=True):
        yield line(without_number(section.heading), f"Heading{level + 1}")
        yield from blocks(paper, text, Manner("", guide.language, level + 1))
        if len(text) < len(section.text):
            yield line(words["guide.shortened"])
    if guide.contact:
        yield line(words["guide.contact"].format(contact=guide.contact))
    if card.official:
        yield line(f"{link_label(card.official, language)} {card.official}")
