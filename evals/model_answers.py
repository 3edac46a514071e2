"""Measures of a model's answer for `evals.model`: sources, figures and tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage

from bot.answer import Answer, Citation
from bot.generation.grounding import sentences_with_markers
from bot.query.query import EmbeddingModel
from evals.independent.guides import plain
from evals.independent.labels import ANSWERS, label_snippets
from evals.independent.questions import Question
from text.citations import MARKERS, find_cited_numbers
from text.list_items import without_numbering
from text.numbers import figures, find_all_figures

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.outputs import LLMResult


@dataclass
class Tokens(BaseCallbackHandler):
    """Tokens that a model has read and written so far."""

    read: int = 0
    written: int = 0

    def on_llm_end(self, response: LLMResult, **_: Any) -> None:
        """Adds the tokens of a response, if the server counts them."""
        for generations in response.generations:
            for each in generations:
                message = getattr(each, "message", None)
                if isinstance(message, AIMessage) and message.usage_metadata:
                    self.read += message.usage_metadata["input_tokens"]
                    self.written += message.usage_metadata["output_tokens"]


def count_tokens(model: BaseChatModel) -> tuple[BaseChatModel, Tokens]:
    """Returns the model with a count of its tokens."""
    tokens = Tokens()
    return model.model_copy(update={"callbacks": [tokens], "stream_usage": True}), tokens


def has_right_line(question: Question, answer: Answer, embedding_model: EmbeddingModel) -> bool:
    """True if an answer quotes or restates an answering line.

    Restated is the cited line that is most similar to a sentence.
    """
    lines = list_quoted_lines(answer) if answer.mode != "model" else list_restated_lines(answer, embedding_model)
    return any(label_snippets(question, source, [line])[0] == ANSWERS for source, line in lines)


def list_quoted_lines(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yields source and text of each quote."""
    for each in answer.citations:
        yield each.source, each.quote


def list_restated_lines(answer: Answer, embedding_model: EmbeddingModel) -> Iterator[tuple[str, str]]:
    """Yields source and text of the cited line most similar to each sentence."""
    by_number = {each.number: each for each in answer.citations}
    for line in answer.text.splitlines():
        for sentence in sentences_with_markers(line):
            said = [by_number[number] for number in find_cited_numbers(sentence) if number in by_number]
            lines = [(each.source, own) for each in said for own in lines_of(each)]
            if lines:
                vectors = embedding_model.passages([MARKERS.sub(" ", sentence), *(own for _, own in lines)])
                yield lines[int((vectors[1:] @ vectors[0]).argmax())]


def lines_of(citation: Citation) -> list[str]:
    """Returns the lines of a quoted passage, without headings and list marks."""
    lines = (without_numbering(line).strip() for line in citation.quote.splitlines() if not line.startswith("#"))
    return [line for line in lines if line]


def says_figures(question: Question, text: str) -> bool:
    """True if an answer has the expected figures, in any spelling.

    Names count only in Chinese, the language of the labels.
    """
    known = find_all_figures(text)
    is_chinese = question.language == "zh"
    return all(
        set(figures(each)) <= known if figures(each) else plain(each) in plain(text) or not is_chinese
        for each in question.figures
    )
