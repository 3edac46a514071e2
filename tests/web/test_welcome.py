"""Around the conversation: two doors with questions, and how far indexing has come."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from ingest.sync import Progress
from web.texts import LANGUAGES
from web.welcome import masthead, progress_line, welcome


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_doors_have_four_questions(language: str) -> None:
    assert welcome(language).count("data-question=") == 8


def test_the_welcome_says_that_the_authority_decides() -> None:
    assert "最终以主管部门的决定为准" in welcome("zh")
    assert "the decision rests with the competent authority" in welcome("en")


def test_a_new_conversation_is_offered_once_there_is_one() -> None:
    assert "clear" not in masthead("zh", conversing=False)
    assert 'data-event="clear"' in masthead("zh", conversing=True)


def test_progress_says_what_is_done_and_what_is_left() -> None:
    reading = progress_line(Progress("reading", files_done=3, files=12), "en")
    assert "3 of 12 files" in reading
    embedding = progress_line(Progress("embedding", chunks_done=40, chunks=400, seconds_left=130.0), "zh")
    assert "40 / 400 段" in embedding and "约需 2 分钟" in embedding


def test_the_line_vanishes_when_all_is_ready() -> None:
    assert progress_line(Progress("ready"), "zh") == ""


def test_before_anything_is_counted_no_figures_are_shown() -> None:
    assert "0" not in BeautifulSoup(progress_line(Progress(), "zh"), "html.parser").get_text()


def test_a_failure_is_told_without_the_inner_workings() -> None:
    line = progress_line(Progress("failed", message="/srv/knowledge is empty"), "en")
    assert "could not be updated" in line and "/srv" not in line
