"""The independent questions fit the guides as they are."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from evals.independent.guides import line_numbers, lines_of, missing_figures
from evals.independent.questions import ANSWERED, BATCHES, Kind, Question, Use, batches, read_questions


@cache
def by_use() -> dict[Use, list[Question]]:
    """All questions: all processes of a run would read them to find the tests."""
    return {use: read_questions(use) for use in Use}


def questions() -> list[Question]:
    return [question for own in by_use().values() for question in own]


def test_each_batch_has_one_use() -> None:
    assert sorted(path for use in Use for path in batches(use)) == sorted(BATCHES.iterdir())


def test_no_question_stands_twice() -> None:
    texts = Counter((each.question.strip().casefold(), *each.history) for each in questions())
    assert [text for text, count in texts.items() if count > 1] == []
    assert len({each.id for each in questions()}) == len(questions())


@pytest.mark.parametrize("use", Use)
def test_each_label_names_a_line_that_holds_the_figures(use: Use) -> None:
    assert [(each.id, fault) for each in by_use()[use] for fault in faults(each)] == []


def faults(question: Question) -> list[str]:
    try:
        for line in question.answers:
            line_numbers(line)
        return missing_figures(question.figures, question.answers)
    except (LookupError, FileNotFoundError) as error:
        return [str(error)]


def test_kinds_and_languages_are_mixed_in_each_use() -> None:
    for own in by_use().values():
        assert {each.kind for each in own} == set(Kind)
        assert len({each.language for each in own}) == 9
        assert 0.5 < sum(each.kind in ANSWERED for each in own) / len(own) < 0.9


def test_translations_have_the_lines_of_the_chinese_guide() -> None:
    documents = sorted({line.document for each in questions() for line in each.answers})
    assert [name for name in documents if len(lines_of(name)) != len(lines_of(name, "en"))] == []
