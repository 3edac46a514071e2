"""A question that names common things too is answered from the chunks that hold its rarer words."""

from __future__ import annotations

from store.index.database.telling_terms import FEWEST_SCORED, MOST_SCORED, choose_telling


def test_a_question_that_few_chunks_concern_keeps_all_its_terms_in_their_order() -> None:
    assert choose_telling(["b", "a", "c"], {"a": MOST_SCORED // 2, "b": MOST_SCORED // 2}) == ["b", "a", "c"]


def test_the_commonest_terms_go_until_few_enough_chunks_are_left() -> None:
    holding = {"rare": 10, "seldom": FEWEST_SCORED, "often": MOST_SCORED, "oftener": 2 * MOST_SCORED}
    assert choose_telling(["oftener", "often", "rare", "seldom"], holding) == ["rare", "seldom"]


def test_a_name_that_hardly_any_chunk_holds_does_not_leave_the_search_without_results() -> None:
    holding = {"acme": 1, "rate": MOST_SCORED, "vat": 2 * MOST_SCORED}
    assert choose_telling(["acme", "vat", "rate"], holding) == ["acme", "rate"]


def test_one_term_stays_however_common_all_are() -> None:
    assert choose_telling(["a", "b", "unknown"], {"a": 9 * MOST_SCORED, "b": 2 * MOST_SCORED}) == ["b", "unknown"]


def test_no_terms_are_none() -> None:
    assert choose_telling([], {}) == []
