"""Evidence for a model's sentences: their nearest lines in the passages.

The figures are checked by `grounding`. Here the answerability model reads each sentence with the question, as it reads
snippets, and a sentence that negates must come from a line that negates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.generation.grounding import introduces, sentences_with_markers
from bot.generation.prompts import Shown
from bot.query.query import EmbeddingModel
from bot.retrieval.quotes import WORTH_READING
from bot.retrieval.scoring import SIMILARITY_STD
from bot.retrieval.snippet_ranking import probability, to_piece
from bot.retrieval.snippets import Snippet, find_snippets
from store.answerability.encoding import Piece, QuestionToRead
from store.answerability.model import AnswerabilityModel, PassageToRead
from store.documents import Passage
from store.index import Vector
from text.citations import MARKERS, find_cited_numbers
from text.language import question_language
from text.lexicon.negation import denies, is_known

LIKE = 2.0
"""Lead over the baseline at which a sentence without a marker is attributed.

In standard deviations.
"""
COMPARED = 2
"""Number of lines nearest to a sentence; if it negates, one of them must."""
CLAUSE = re.compile(r"[,，、；;|:：](?=.*\w)")
"""End of a clause that another one follows."""


@dataclass(frozen=True)
class Evidence:
    """Checks a model's sentences against the passages shown, numbered from 1.

    `read` is the question as the answerability model reads it; without that model every sentence counts as an answer.
    """

    read: QuestionToRead
    shown: Sequence[Shown]
    embedding_model: EmbeddingModel
    answerability: AnswerabilityModel | None

    @cached_property
    def sources(self) -> list[str]:
        """All that the model was shown, by passage."""
        return [collect_text(each.passage) for each in self.shown]

    @cached_property
    def lines(self) -> list[list[Snippet]]:
        """The snippets of each passage."""
        return [find_snippets(each.passage, number) for number, each in enumerate(self.shown, 1)]

    @cached_property
    def source_vectors(self) -> Vector:
        """The vectors of the sources, `(n, dim)`."""
        return self.embedding_model.passages(self.sources)

    @cached_property
    def _line_vectors(self) -> dict[int, Vector]:
        return {}

    @cached_property
    def _read(self) -> dict[tuple[str, tuple[int, ...]], float]:
        return {}

    def line_vectors(self, number: int) -> Vector:
        """Returns the vectors of the lines of a passage, `(n, dim)`."""
        if number not in self._line_vectors:
            self._line_vectors[number] = self.embedding_model.passages(
                [snippet.text for snippet in self.lines[number - 1]]
            )
        return self._line_vectors[number]

    def nearest(self, sentence: str, numbers: Sequence[int], speaks: bool) -> int | None:
        """Returns the number of the passage most similar to a sentence, from 1.

        As `grounding.Nearest`: `speaks` is True if it has figures or addresses, which those `numbers` have too.
        None if `numbers` is empty, or if the sentence does not speak and its lead over the baseline is below LIKE.
        """
        if not numbers:
            return None
        similarities = (
            self.source_vectors[[number - 1 for number in numbers]] @ self.embedding_model.passages([sentence])[0]
        )
        best = int(similarities.argmax())
        usual = self.shown[numbers[best] - 1].passage.baseline_similarity
        return numbers[best] if speaks or similarities[best] >= usual + LIKE * SIMILARITY_STD else None

    def nearest_lines(self, sentence: str, numbers: Sequence[int]) -> list[Snippet]:
        """Returns the snippets most similar to a sentence, at most COMPARED."""
        lines = [line for number in numbers for line in self.lines[number - 1]]
        if not lines:
            return []
        vectors = np.concatenate([self.line_vectors(number) for number in numbers if self.lines[number - 1]])
        similarities = vectors @ self.embedding_model.passages([sentence])[0]
        return [lines[at] for at in np.argsort(-similarities, kind="stable")[:COMPARED]]

    def holds(self, sentence: str, numbers: Sequence[int]) -> bool:
        """Checks that a sentence without markers may answer and negates as its lines do.

        It need not answer if it introduces others, or restates a line that would be quoted: an item of a list.
        """
        return self.negates_alike(sentence, numbers) and (
            introduces(sentence)
            or self.restates_quote(sentence, numbers)
            or self.probability_of(sentence, numbers) >= WORTH_READING
        )

    def restates_quote(self, sentence: str, numbers: Sequence[int]) -> bool:
        """Checks that the line nearest to a sentence would be quoted without a model."""
        return any(
            each.text in self.shown[each.passage - 1].lines for each in self.nearest_lines(sentence, numbers)[:1]
        )

    def negates_alike(self, sentence: str, numbers: Sequence[int]) -> bool:
        """Checks that a sentence without markers negates only as its nearest lines do.

        True if a line is in another language, or the language has no word list. A line of several clauses may negate
        something else.
        """
        language = question_language(sentence, self.shown[0].passage.metadata.language)
        lines = [snippet.text for snippet in self.nearest_lines(sentence, numbers)] if is_known(language) else []
        judged = [line for line in lines if question_language(line, language) == language]
        if not judged or len(judged) < len(lines):
            return True
        if denies(sentence, language):
            return any(denies(line, language) for line in judged)
        return not denies(judged[0], language) or bool(CLAUSE.search(judged[0]))

    def probability(self, text: str) -> float:
        """Returns the probability of the best sentence of a text with markers.

        0.0 if no sentence has a marker.
        """
        said = [each for line in text.splitlines() for each in sentences_with_markers(line)]
        cited = [(MARKERS.sub(" ", each).strip(), numbers) for each in said if (numbers := find_cited_numbers(each))]
        return max((self.probability_of(*each) for each in cited), default=0.0)

    def probability_of(self, sentence: str, numbers: Sequence[int]) -> float:
        """Returns the probability that a sentence without markers answers the question.

        As the answerability model reads it, or the line nearest to it: the model was trained on lines, and may not know
        one again in other words. 1.0 without that model. A sentence is read once, however often it is asked for.
        """
        if self.answerability is None:
            return 1.0
        key = sentence, tuple(numbers)
        if key not in self._read:
            rows = list(self.rows(sentence, numbers))
            scores = [each for own in self.answerability.scores(self.read, rows) for each in own if each is not None]
            self._read[key] = max(map(probability, scores), default=0.0)
        return self._read[key]

    def rows(self, sentence: str, numbers: Sequence[int]) -> Iterator[PassageToRead]:
        """Yields a sentence without markers, and its nearest line, for the model to read."""
        for snippet in self.nearest_lines(sentence, numbers)[:1]:
            title = self.shown[snippet.passage - 1].passage.metadata.title
            yield PassageToRead(title, (Piece(sentence, snippet.context),))
            yield PassageToRead(title, (to_piece(snippet),))


def collect_text(passage: Passage) -> str:
    """Returns all of a passage that the model was shown."""
    parts = [passage.metadata.title, *passage.chunk.headings, passage.chunk.table_header, passage.chunk.text]
    return "\n".join(part for part in parts if part)
