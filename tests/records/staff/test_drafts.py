"""Drafts are kept whole, listed oldest first, and leave the list once."""

from __future__ import annotations

from records import Draft, DraftKind, Records
from records.tables import DRAFT_CHARACTERS


def draft(text: str = "四百字", who: str = "Li") -> Draft:
    return Draft(DraftKind.ANSWER, "Where?", {"answer_zh": text}, who)


def test_a_draft_comes_back_as_it_was_and_is_taken_once(records: Records) -> None:
    drafts, first, second = records.drafts, draft(), draft(who="Fang")
    for each in (first, second):
        drafts.add(each)
    assert drafts.read_all() == [first, second] and drafts.count() == 2
    drafts.give_back(second.id, "Not yet.", "Wang")
    assert [each.returned for each in drafts.read_all()] == ["", "Not yet."]
    assert drafts.take(first.id) and not drafts.take(first.id)


def test_what_would_be_cut_is_not_storable_and_a_chinese_character_counts_once() -> None:
    assert draft("字" * (DRAFT_CHARACTERS - 100)).is_storable
    assert not draft("a" * DRAFT_CHARACTERS).is_storable
