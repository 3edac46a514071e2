"""The questions about laws fit the laws, and no law measures what it trained."""

from __future__ import annotations

from collections import Counter

import pytest

from evals.independent.questions import Use
from evals.laws.questions import LAWS, LawQuestion, label_sentences, read_law_questions
from evals.quotes import plain

ALL = {use: read_law_questions(use) for use in Use}
QUESTIONS = [question for own in ALL.values() for question in own]


def test_no_question_stands_twice() -> None:
    texts = Counter((each.question.strip().casefold(), *each.history) for each in QUESTIONS)
    assert [text for text, count in texts.items() if count > 1] == []
    assert len({each.id for each in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("use", Use)
def test_the_words_that_answer_stand_in_the_law(use: Use) -> None:
    texts = {
        each.document: plain((LAWS / f"{each.document}.md").read_text("utf-8")) for each in ALL[use] if each.document
    }
    missing = [
        (each.id, words)
        for each in ALL[use]
        for words in (*each.answers, *each.also)
        if plain(words) not in texts[each.document]
    ]
    assert missing == []


def test_what_is_answered_has_words_that_answer_and_nothing_else_has() -> None:
    assert [each.id for each in QUESTIONS if (each.kind == "answerable") != bool(each.answers)] == []


def test_no_law_is_of_two_uses() -> None:
    laws = {use: {each.document for each in own} - {""} for use, own in ALL.items()}
    assert not laws[Use.TRAIN] & laws[Use.DEVELOPMENT]
    assert not (laws[Use.TRAIN] | laws[Use.DEVELOPMENT]) & laws[Use.TEST]


def test_a_sentence_answers_if_it_holds_the_words_however_it_is_broken() -> None:
    question = LawQuestion(
        id="x", language="zh", kind="answerable", form="plain", question="几天？", answers=("三十日内公告",)
    )
    assert label_sentences(question, ["应当于三十日内\n公告。", "应当公告。"]) == [1, 0]
