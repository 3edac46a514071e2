"""As many passages go to a model as its context allows, those that answer first, with the likely lines marked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answer import Turn
from bot.chat_model.streaming import ANSWER_TOKENS
from bot.generation.packing import TOKEN_BYTES, byte_length, pack
from bot.generation.prompts import MARK, Shown, answer_prompt, describe
from bot.pipeline import Bot
from bot.retrieval.retriever import Retrieval
from bot.retrieval.shortlist import PASSAGES_READ
from tests.bot.conftest import passage_of
from tests.bot.generation.conftest import TODAY

LONG = "\n".join(f"Line {number} says something about the filing." for number in range(60))
QUESTION = "How many working days does an NDRC filing take?"
TALK = (Turn("user", "俄罗斯的增值税？" * 20), Turn("assistant", "22%。" * 100))


@pytest.fixture(scope="module")
def found(bot: Bot) -> Retrieval:
    """A retrieval whose passages are all long."""
    retrieval = bot.retrieve(QUESTION, "en", TODAY)
    long = [replace(passage_of(LONG), score=each.score) for each in retrieval.found]
    return replace(retrieval, found=[*retrieval.found[:2], *long, *long])


def packed(found: Retrieval, context: int, history: tuple[Turn, ...] = ()) -> list[Shown]:
    return pack(found, found.quotes, history, "en", context)


def test_a_small_context_holds_four_passages_and_a_large_one_twelve(found: Retrieval) -> None:
    assert 4 <= len(packed(found, 4_096)) <= 6
    assert len(packed(found, 16_384)) == PASSAGES_READ


@pytest.mark.parametrize("context", [2_048, 4_096, 8_192, 16_384, 131_072])
def test_the_prompt_and_the_answer_fit_into_the_context(found: Retrieval, context: int) -> None:
    messages = answer_prompt(QUESTION, "en", packed(found, context, TALK), TALK)
    assert sum(byte_length(str(each.content)) for each in messages) / TOKEN_BYTES + ANSWER_TOKENS <= context


def test_of_a_long_passage_more_is_shown_where_there_is_room(found: Retrieval) -> None:
    small, large = (byte_length(describe(3, packed(found, context)[2])) for context in (4_096, 65_536))
    assert small < large / 1.5


def test_what_would_be_quoted_comes_first_and_is_marked(found: Retrieval) -> None:
    first = packed(found, 4_096)[0]
    assert first.lines
    assert f"{MARK}{first.lines[0]}" in describe(1, first)


def test_a_line_that_is_not_likely_is_not_marked() -> None:
    assert MARK not in describe(1, Shown(passage_of(LONG)))
