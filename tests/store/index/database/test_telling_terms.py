"""A question that names common things too is answered from the chunks that hold its rarer words."""

from __future__ import annotations

from store.index.database.telling_terms import MOST_SCORED, choose_telling


def test_a_question_that_few_chunks_concern_keeps_all_its_terms_in_their_order() -> None:
    assert choose_telling(["b", "a", "c"], {"a": MOST_SCORED // 2, "b": MOST_SCORED // 2}) == ["b", "a", "c"]


def test_the_commonest_terms_go_until_few_enough_chunks_are_left() -> None:
    holding = {"rare": 10, "seldom": MOST_SCORED - 10, "once": 1, "often": MOST_SCORED}
    assert choose_telling(["often", "rare", "once", "seldom"], holding) == ["rare", "once"]


def test_one_term_stays_however_common_all_are() -> None:
    assert choose_telling(["a", "b", "unknown"], {"a": 9 * MOST_SCORED, "b": 2 * MOST_SCORED}) == ["b", "unknown"]


def test_no_terms_are_none() -> None:
    assert choose_telling([], {}) == []
