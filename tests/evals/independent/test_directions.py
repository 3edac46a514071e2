"""Questions labelled by direction alone: as many of each, none twice, and no writer both trains and measures."""

from __future__ import annotations

from collections import Counter

from evals.independent.directions import read_directed_questions
from evals.independent.questions import LANGUAGES, Use


def test_each_writer_has_as_many_questions_about_china_as_about_another_country() -> None:
    for use in Use:
        for name, questions in read_directed_questions(use).items():
            count = Counter(each.direction for each in questions)
            assert count["inbound"] == count["outbound"] >= 60, name
            languages = {each.language for each in questions}
            assert languages == {*LANGUAGES} or (use is Use.TRAIN and len(languages) >= 3), name


def test_no_question_stands_twice() -> None:
    asked = [each.question for use in Use for own in read_directed_questions(use).values() for each in own]
    assert len(asked) == len(set(asked)) == 1160
