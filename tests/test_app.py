"""What the app does beside serving the page."""

from __future__ import annotations

from pathlib import Path

from app import examples_at_hand
from bot.pipeline import Bot
from bot.starters.cache import StarterCache
from tests.bot.starters.test_questions import FOLDER, opened, write
from web.chat.start_page import first_choices


def test_examples_are_at_hand_once_all_is_read_and_not_before(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        offering = StarterCache(Bot(library.index, library.embedder))
        things = examples_at_hand(offering, library)
        for thing in things:
            thing()
        assert len(things) == len(first_choices()) and not offering.found
        write(library, FOLDER)
        for thing in things:
            thing()
        assert any(offering.known(choice) for choice in first_choices())
