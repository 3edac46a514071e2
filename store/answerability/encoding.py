"""Rows of the answerability model: a question and a passage as tokens.

With the place of each snippet: `<s> question </s></s> title, context, snippet, snippet, context, snippet … </s>`, as a
cross-encoder of the XLM-R family reads pairs. Before the question stands what was asked before, if anything was, and
another `</s>`. Behind the question and GIVEN stands what was answered already, if a further answer is wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.embeddings.tokenizer import Tokenizer
from store.embeddings.weights import Vocabulary

ROW_TOKENS = 384
"""Longest row, in tokens; snippets that do not fit are left out."""
QUESTION_TOKENS = 96
"""Longest question, in tokens.

The end of a longer one counts, where the question usually stands.
"""
BEFORE_TOKENS = 64
"""Longest text of earlier questions, in tokens; its end counts."""
GIVEN_TOKENS = 96
"""Longest text of the answer so far, in tokens; its beginning counts."""
CONTEXT_TOKENS = 40
"""Longest title, heading or table header, in tokens."""
GIVEN = "✓ "
"""Mark before the answer so far."""


@dataclass(frozen=True)
class QuestionToRead:
    """A question as the model reads it.

    `before` is what was asked before; `given` is what was answered already: then a snippet answers if it adds what was
    asked and is still missing.
    """

    text: str
    before: str = ""
    given: str = ""


@dataclass(frozen=True)
class Piece:
    """A snippet with the text above it.

    That is its heading, the sentence that introduces its list, and its table header.
    """

    text: str
    context: str = ""


@dataclass(frozen=True)
class Row:
    """Tokens of a row. `second` is where the passage begins.

    `spans`: first token and the one behind the last of each piece, in order; None for a piece that did not fit.
    """

    tokens: tuple[int, ...]
    second: int
    spans: tuple[tuple[int, int] | None, ...]


class RowEncoder:
    """Makes rows. Thread-safe."""

    def __init__(self, vocabulary: Vocabulary, tokenizer: Tokenizer) -> None:
        self._begin, self._end = vocabulary.begin, vocabulary.end
        self._tokenizer = tokenizer

    def row(self, question: QuestionToRead, title: str, pieces: Sequence[Piece]) -> Row:
        """Returns the row of a question with the pieces of one passage."""
        ids = self._tokenizer.ids
        earlier = [*ids(question.before)[-BEFORE_TOKENS:], self._end] if question.before else []
        given = [self._end, *ids(GIVEN + question.given)[:GIVEN_TOKENS]] if question.given else []
        tokens = [self._begin, *earlier, *ids(question.text)[-QUESTION_TOKENS:], *given, self._end, self._end]
        second, context = len(tokens), ""
        tokens += ids(title)[:CONTEXT_TOKENS]
        spans = list[tuple[int, int] | None]()
        for piece in pieces:
            above = ids(piece.context)[:CONTEXT_TOKENS] if piece.context != context else []
            own = ids(piece.text)
            fits = len(tokens) + len(above) + len(own) < ROW_TOKENS
            if not fits and not any(spans):  # the first one is cut rather than left out
                above, own = [], own[: ROW_TOKENS - 1 - len(tokens)]
                fits = bool(own)
            if fits:
                context = piece.context
                tokens += [*above, *own]
            spans.append((len(tokens) - len(own), len(tokens)) if fits and own else None)
        return Row((*tokens, self._end), second, tuple(spans))
