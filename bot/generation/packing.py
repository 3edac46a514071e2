"""Packing: chooses the passages shown to a model, as many as its context allows.

The snippets that are likely to answer are marked.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer import Turn
from bot.chat_model.streaming import ANSWER_TOKENS
from bot.generation import prompts
from bot.generation.prompts import PASSAGE_BYTES, Shown
from bot.retrieval.quotes import WORTH_READING
from bot.retrieval.retriever import Retrieval
from bot.retrieval.shortlist import PASSAGES_READ
from bot.retrieval.snippets import Snippet

TOKEN_BYTES = 3
"""UTF-8 bytes of a token, a low estimate: an ideograph is at most one token."""
SHARE = 0.4
"""Share of the context for passages, because a local model reads slowly.

Of 4,096 tokens, that is four passages.
"""


def pack(
    retrieval: Retrieval, quoted: Sequence[Snippet], history: Sequence[Turn], language: str, context: int
) -> list[Shown]:
    """Returns the passages for a prompt of a model with `context` tokens.

    At least one, and at most PASSAGES_READ. Passages with snippets to quote come first, then those with the best
    snippets.
    """
    best: dict[int, Snippet] = {}
    for each in retrieval.ranked:
        best.setdefault(each.snippet.passage, each.snippet)
    likely = {each.snippet for each in retrieval.ranked if each.is_read and each.probability >= WORTH_READING}
    likely |= set(quoted)
    room = room_for_passages(retrieval.question.text, history, language, context)
    largest = max(PASSAGE_BYTES, room // PASSAGES_READ)
    chosen = list[Shown]()
    for number in dict.fromkeys([*(snippet.passage for snippet in quoted), *best, *range(len(retrieval.found))]):
        shown = Shown(
            retrieval.found[number],
            best.get(number),
            tuple(snippet.text for snippet in quoted if snippet.passage == number),
            tuple(snippet for snippet in likely if snippet.passage == number),
            largest,
        )
        room -= byte_length(prompts.describe(len(chosen) + 1, shown))
        if chosen and (room < 0 or len(chosen) == PASSAGES_READ):
            break
        chosen.append(shown)
    return chosen


def room_for_passages(question: str, history: Sequence[Turn], language: str, context: int) -> int:
    """Returns the number of UTF-8 bytes that passages may take."""
    others = sum(
        byte_length(str(message.content)) for message in prompts.answer_prompt(question, language, [], history)
    )
    left = (context - ANSWER_TOKENS) * TOKEN_BYTES - others
    return min(left, int(context * SHARE * TOKEN_BYTES))


def byte_length(text: str) -> int:
    """Returns the number of UTF-8 bytes of a text."""
    return len(text.encode())
