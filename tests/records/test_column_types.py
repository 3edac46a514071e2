"""Whatever people type can be kept: on SQLite and on PostgreSQL it comes back the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from records import Reason, Records
from records.column_types import LONGEST_PART, MOST_PARTS
from records.tables import ANSWER, NOTE, QUESTION
from tests.records.conftest import CITATION, asked

HOSTILE = "'; DROP TABLE exchanges; -- \" \\ %s :name {} \r\n\t\x01\x7f\u200f\u202e 🏳️ e\u0301 𠮷 <script>"


def test_hostile_text_comes_back_as_it_was(records: Records) -> None:
    given = asked(HOSTILE, answer=HOSTILE, citations=(replace(CITATION, title=HOSTILE),))
    records.keep(given)
    records.rate(given.id, False, Reason.OTHER, HOSTILE)
    (read,) = records.exchanges()
    assert replace(read, rating=None) == given
    assert read.rating is not None
    assert read.rating.comment == HOSTILE


@pytest.mark.parametrize(("typed", "kept"), [("a\0b", "ab"), ("a\ud800b", "a?b"), ("\0", ""), ("\udc00\ud800", "??")])
def test_what_no_database_takes_is_left_out(records: Records, typed: str, kept: str) -> None:
    given = asked(typed, answer=typed, citations=(replace(CITATION, title=typed),))
    records.keep(given)
    records.rate(given.id, False, None, typed)
    (read,) = records.exchanges()
    assert read.rating is not None
    assert (read.question, read.answer, read.citations[0].title, read.rating.comment) == (kept,) * 4


def test_very_long_texts_are_cut(records: Records) -> None:
    long = "长" * 1_000_000
    given = asked(long, answer=long, citations=(replace(CITATION, title=long),) * 1_000)
    records.keep(given)
    records.rate(given.id, False, None, long)
    (read,) = records.exchanges()
    assert read.rating is not None
    assert len(read.question) == QUESTION.longest == 4_000
    assert len(read.answer) == ANSWER.longest == 30_000
    assert len(read.rating.comment) == NOTE.longest == 2_000
    assert len(read.citations) == MOST_PARTS
    assert len(read.citations[0].title) == LONGEST_PART
