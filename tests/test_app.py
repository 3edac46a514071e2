"""What the app does beside serving the page."""

from __future__ import annotations

from pathlib import Path

from app import keep_examples_ready
from bot.pipeline import Bot
from bot.starters.cache import StarterCache
from tests.bot.starters.test_questions import FOLDER, opened, write
from web.chat.start_page import first_choices


def test_examples_are_found_one_choice_after_the_other_once_all_is_read_and_not_before(tmp_path: Path) -> None:
    with opened(tmp_path) as library:
        offering = StarterCache(Bot(library.index, library.embedder))
        find = keep_examples_ready(offering, library)
        find()
        assert not offering.found
        write(library, FOLDER)
        for count, choice in enumerate(first_choices()[:2], 1):
            find()
            assert choice in offering.found and len(offering.found) == count
