"""What staff see of a question's words is whole: no stems, and of Chinese the stretches that were matched."""

from __future__ import annotations

import numpy as np
import pytest

from bot.diagnostics.highlighted_terms import find_words, list_words, weigh_others, weigh_words
from bot.query.query import Query
from store.index import query_terms, term_set


def asking(text: str, also: str = "") -> Query:
    """A question whose terms weigh the same; `also` are official terms that are searched with it."""
    weights = dict.fromkeys(query_terms(f"{text} {also}"), 1.0)
    return Query(text, "zh", np.zeros(0, dtype=np.float32), weights, ())


def held_by(question: Query, *texts: str) -> frozenset[str]:
    return frozenset(question.weights).intersection(frozenset().union(*map(term_set, texts)))


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("巴西企业所得税率多少？", "在巴西，企业所得税为34%。", ["巴西", "企业所得税"]),
        ("通知书有效期多久？", "通知书的有效期为两年", ["通知书", "有效期"]),
        ("俄罗斯的利润税", "俄罗斯利润税的税率", ["俄罗斯", "利润税"]),
        ("What territories have reduced profit taxes?", "Profits of a territory", ["Profits", "territory"]),
        ("发改委11号令", "令第11号，发改委", ["令第11号", "发改委"]),
    ],
)
def test_in_a_passage_whole_words_are_marked(question: str, text: str, marked: list[str]) -> None:
    asked = asking(question)
    held = held_by(asked, text)
    assert [text[start:end] for start, end in find_words(text, held, question)] == marked
    assert list_words(text, held, asked) == marked


def test_a_word_is_named_once_in_its_longest_stretch_and_one_of_the_title_as_it_was_asked() -> None:
    asked = asking("我想去巴西设厂，缴企业所得税")
    text = "企业按所得缴税：企业所得税。去巴西，巴西最大。"
    held = held_by(asked, text, "在巴西设厂")
    assert list_words(text, held, asked) == ["企业所得税", "去巴西", "设厂"]


def test_official_terms_that_were_searched_too_are_whole() -> None:
    asked = asking("利润税", also="企业所得税")
    assert [word for word, _ in weigh_words(asked)] == ["利润税", "企业所得税"]
    assert sum(share for _, share in weigh_words(asked)) == pytest.approx(1)


def test_what_no_passage_has_is_named_without_pairs_between_two_words() -> None:
    asked = asking("巴西企业老板出资")
    held = held_by(asked, "巴西", "企业", "出资")
    assert [word for word, _ in weigh_words(asked, held)] == ["巴西", "企业", "出资"]
    assert [word for word, _ in weigh_others(asked, asked.weights.keys() - held, held)] == ["老板"]
