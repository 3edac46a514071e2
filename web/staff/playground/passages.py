"""Passages of a question in three orders, and its answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from bot.answer import Answer, Citation
from bot.diagnostics.explain import Explanation, NotUsedReason, PassageUse
from bot.diagnostics.highlighted_terms import weigh_words
from bot.query.answer_type import find_answer_type
from bot.retrieval.hybrid_search import FoundPassage
from bot.serialization import article_or_heading
from store.documents import Passage
from store.index import term_spans
from text.boundaries import shorten
from web.chat.conversation_state import body
from web.chat.source_cards import CitationCard, card
from web.i18n import texts
from web.markdown import answer_html
from web.sources.viewer import Place, fingerprint
from web.staff.playground.bars import Bar, largest_part, part_bars, similarity_bar, standing

SHOWN = 10
"""Passages of each list."""
BELOW = 6
"""Minimum number of passages below the last one that was read."""
SHORT = 110
"""Characters of a passage that are shown at first."""

SIGNS = re.compile(r"#{1,6}\s.*|[|:\-\s]*")
"""A line that is a heading, or only signs."""

Piece = tuple[str, bool]
"""A part of a text, and True if it is marked."""


@dataclass(frozen=True)
class Row:
    """A passage in a list.

    - `rank`: its rank among all passages, from 1.
    - `pieces`: its text.
    - `words`: the words of the question that it contains.
    - `seen`: the fingerprint of its text.
    - `bars`: the parts of its score. `standing`: how it compares with the best one, as a key.
    """

    weighed: FoundPassage
    rank: int
    use: PassageUse
    why: Sequence[NotUsedReason]
    quotes: Sequence[Citation]
    pieces: Sequence[Piece]
    words: Sequence[str]
    source: str
    bars: Sequence[Bar]
    standing: str
    is_last_read: bool = False

    @property
    def near(self) -> Bar:
        """Its similarity beside the usual one."""
        return similarity_bar(self.passage.similarity, self.passage.baseline_similarity)

    @property
    def passage(self) -> Passage:
        """The passage itself."""
        return self.weighed.passage

    @property
    def heading(self) -> str:
        """Its article, else the nearest heading; empty without both."""
        return article_or_heading(self.passage)

    @property
    def seen(self) -> str:
        """The fingerprint of its text."""
        return fingerprint(self.passage.chunk.text)

    @property
    def short(self) -> str:
        """The start of its text on one line, without Markdown signs and headings."""
        lines = (line.strip() for line in self.passage.chunk.text.split("\n"))
        text = " ".join(" ".join(line.split("|")) for line in lines if not SIGNS.fullmatch(line))
        text = " ".join(text.split()) or self.heading
        return shorten(text, SHORT)


@dataclass(frozen=True)
class ShownAnswer:
    """An answer with its markers and source cards."""

    answer: Answer
    words: Markup
    cards: Sequence[CitationCard]
    anchor: str


def show_answer(answer: Answer, anchor: str, language: str) -> ShownAnswer:
    """Renders the answer for a staff page; `anchor` is the prefix of its source ids."""
    numbers = {each.number for each in answer.citations}
    words = answer_html(body(answer), anchor, numbers, texts(language)["marker.label"])
    return ShownAnswer(answer, words, [card(each, language) for each in answer.citations], anchor)


@dataclass(frozen=True)
class Lists:
    """Passages of a trial in three orders, best first, for a staff page in `language`."""

    trial: Explanation
    language: str

    @cached_property
    def ranks(self) -> dict[int, int]:
        """Rank of each passage among all, by its identity."""
        return {id(each): rank for rank, each in enumerate(self.trial.retrieval.weighed, 1)}

    @cached_property
    def widest(self) -> float:
        """The largest part of a score among the passages shown, in points."""
        return largest_part(each.parts for each in self.trial.retrieval.weighed[:SHOWN])

    @cached_property
    def last_read(self) -> FoundPassage | None:
        """The last passage that was read.

        None if none was.
        """
        return self.trial.last_read

    @cached_property
    def together(self) -> list[Row]:
        """Passages by total score: those that were read, and some below."""
        most = max(SHOWN, self.ranks[id(self.last_read)] + BELOW) if self.last_read else SHOWN
        return [self.row(each, self.find_quotes(each)) for each in self.trial.retrieval.weighed[:most]]

    @cached_property
    def by_meaning(self) -> list[Row]:
        """Passages by similarity, without those that have none."""
        near = [each for each in self.trial.retrieval.weighed if each.passage.similarity]
        return [self.row(each) for each in sorted(near, key=lambda each: -each.passage.similarity)[:SHOWN]]

    @cached_property
    def by_words(self) -> list[Row]:
        """Passages by words, with the words of the question marked."""
        holding = sorted(
            (each for each in self.trial.retrieval.weighed if each.terms), key=lambda e: -e.passage.coverage
        )
        return [self.row(each, term_spans(each.passage.chunk.text, each.terms)) for each in holding[:SHOWN]]

    def find_quotes(self, weighed: FoundPassage) -> list[tuple[int, int]]:
        """Returns the positions of the answer's quotes in a passage."""
        begin = weighed.passage.chunk.start
        return [(each.start - begin, each.end - begin) for each in self.trial.citations(weighed.passage)]

    def row(self, weighed: FoundPassage, marked: Collection[tuple[int, int]] = ()) -> Row:
        """Returns a passage as a row; `marked` are spans of its text, in characters."""
        passage, chunk = weighed.passage, weighed.passage.chunk
        place = Place(passage.source, chunk.start, chunk.end, self.language, fingerprint(chunk.text))
        return Row(
            weighed=weighed,
            rank=self.ranks[id(weighed)],
            use=self.trial.use(passage),
            why=self.trial.why(weighed),
            quotes=self.trial.citations(passage),
            pieces=pieces(chunk.text, marked),
            words=[word for word, _ in weigh_words(self.trial.retrieval.question, weighed.terms)],
            source=place.address(chunk.page, "#passage"),
            bars=part_bars(weighed.parts, self.widest),
            standing=standing(passage.score, self.trial.retrieval.weighed[0].passage.score),
            is_last_read=weighed is self.last_read,
        )


def kind_asked(question: str) -> str:
    """Returns the expected answer type of a question; empty if it is unknown."""
    asked = find_answer_type(question)
    return asked.name if asked else ""


def pieces(text: str, spans: Collection[tuple[int, int]]) -> list[Piece]:
    """Splits a text at the spans, which are marked."""
    found: list[Piece] = []
    position = 0
    for start, end in sorted(spans):
        found += [(text[position:start], False), (text[max(start, position) : end], True)]
        position = max(position, end)
    return [(piece, is_marked) for piece, is_marked in [*found, (text[position:], False)] if piece]
