"""Snippets are ordered by how far they answer; those that were quoted before stand behind the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.query.query import Asked
from bot.retrieval.shortlist import ListedSnippet
from bot.retrieval.snippet_ranking import (
    AS_GOOD_AS_ROW,
    DECIDED,
    ENOUGH,
    OUT_OF_REACH,
    READ_FIRST,
    SAID,
    RankedSnippet,
    behind_what_was_not_said,
    decides_country,
    put_sentence_first,
    read_in_turn,
    to_piece,
)
from bot.retrieval.snippets import Snippet
from store.answerability.encoding import QuestionToRead
from store.answerability.model import PassageToRead, Scores
from store.documents import Metadata
from tests.bot.conftest import passage_of
from tests.bot.retrieval.exemplars import query_close_to

SMALL = "不满10万人个人信息的，免予申报。"
MIDDLE = "10万人以上、不满100万人个人信息的，订立标准合同。"
OTHER = "数据出境由国家网信办负责。"


def ranked(*texts: str) -> list[RankedSnippet]:
    return [
        RankedSnippet(Snippet(0, at, at + 1, text, "sentence"), score=-float(at), read=1.0 - at)
        for at, text in enumerate(texts)
    ]


def test_a_country_is_decided_where_nothing_about_another_answers_nearly_as_well() -> None:
    places = (("BY",), ("RU",), (), ("BY", "RU"))
    passages = [replace(passage_of(""), metadata=Metadata(title="", countries=own)) for own in places]

    def decided(*scores: tuple[int, float]) -> bool:
        snippets = [replace(ranked("x")[0], score=score) for _, score in scores]
        placed = [
            replace(own, snippet=replace(own.snippet, passage=at))
            for own, (at, _) in zip(snippets, scores, strict=True)
        ]
        return decides_country(placed, passages)

    assert decided((0, 3.0), (0, 2.0), (1, 3.0 - DECIDED))
    assert not decided((0, 3.0), (1, 3.1 - DECIDED))
    assert decided((2, 3.0), (0, -9.0)) and not decided((2, 3.0), (0, 1.0))
    assert not decided((3, 3.0), (0, -9.0)) and not decided()


def test_what_the_answer_before_quotes_stands_behind_the_rest() -> None:
    row = "| 增值税 | 13% |"
    before = ranked(SMALL, row, OTHER)
    after = behind_what_was_not_said(f"{SMALL} [1]\n| 增值税 | 13% [2] |", before)
    assert [one.score - other.score for one, other in zip(before, after, strict=True)] == [SAID, SAID, 0.0]
    assert behind_what_was_not_said("", before) == before


class Reader:
    """An answerability model that gives each snippet one score, and remembers what it read."""

    def __init__(self, score: float) -> None:
        self.score, self.texts = score, list[str]()

    def scores(self, _: QuestionToRead, passages: Sequence[PassageToRead]) -> list[Scores]:
        self.texts += [piece.text for each in passages for piece in each.pieces]
        return [tuple(self.score for _ in each.pieces) for each in passages]


def read_of(score: float, lags: Sequence[float], certain: float = 0.0, is_clause: bool = False) -> list[str]:
    """Returns the snippets read of a list; each snippet's text is its number, the last one has `certain`."""
    listed = [ListedSnippet(Snippet(0, at, at + 1, str(at), "sentence"), 0.0) for at in range(len(lags))]
    listed[-1] = replace(listed[-1], certain=certain)
    model = Reader(score)
    read = read_in_turn(
        replace(Asked("?", [query_close_to({})]), is_clause=is_clause), [passage_of("")], listed, lags, model
    )
    assert [str(at) for at, each in enumerate(read) if each is not None] == sorted(model.texts, key=int)
    return model.texts


def test_the_first_ones_are_read_and_the_others_only_if_none_of_these_answers() -> None:
    lags = [0.0] * 12
    assert len(read_of(ENOUGH, lags)) == READ_FIRST
    assert len(read_of(ENOUGH - 0.1, lags)) == 12
    assert len(read_of(ENOUGH - 0.1, lags, is_clause=True)) == READ_FIRST


def test_a_snippet_far_behind_is_not_read_unless_something_certain_puts_it_in_front() -> None:
    lags = [0.0, 0.1 - OUT_OF_REACH, -0.1 - OUT_OF_REACH]
    assert read_of(0.0, lags) == ["0", "1"]
    assert read_of(0.0, lags, certain=OUT_OF_REACH) == ["0", "1", "2"]
    assert read_of(0.0, lags, certain=3 * OUT_OF_REACH) == ["2"]


def test_a_sentence_about_as_good_as_a_row_of_a_table_stands_before_it() -> None:
    row = replace(ranked("| 增值税 | 13% |")[0], snippet=Snippet(0, 0, 1, "| 增值税 | 13% |", "row"), score=3.0)
    near, far = (replace(ranked(SMALL)[0], score=3.0 - AS_GOOD_AS_ROW * share) for share in (0.9, 1.1))
    second_row = replace(row, snippet=Snippet(0, 2, 3, "| 消费税 | 20% |", "row"), score=2.9)
    assert put_sentence_first([row, second_row, near]) == [near, row, second_row]
    assert put_sentence_first([row, far]) == [row, far]
    assert put_sentence_first([near, row]) == [near, row] and put_sentence_first([]) == []


def test_an_item_is_read_without_its_number_and_quoted_with_it() -> None:
    item = Snippet(0, 0, 13, "一、每个展位补助8000元。", "item", context="补助标准")
    assert to_piece(item).text == "每个展位补助8000元。"
    assert to_piece(item).context == "补助标准"
    sentence = replace(item, text="三、四线城市的企业同样适用。", kind="sentence")
    assert to_piece(sentence).text == sentence.text
