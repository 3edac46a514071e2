"""The questions about dropped documents fit these documents, and no document measures what it trained."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from evals.dropped.questions import (
    LAWS,
    NOTICES,
    Corpus,
    DroppedQuestion,
    label_lines,
    notice_files,
    read_dropped_questions,
)
from evals.independent.questions import Use
from evals.quotes import plain

FOLDERS = {Corpus.LAWS: LAWS, Corpus.NOTICES: NOTICES}


@cache
def read(corpus: Corpus, use: Use) -> list[DroppedQuestion]:
    return read_dropped_questions(corpus, use)


def questions() -> list[DroppedQuestion]:
    return [question for corpus in Corpus for use in Use for question in read(corpus, use)]


@cache
def text_of(corpus: Corpus, document: str) -> str:
    return plain((FOLDERS[corpus] / f"{document}.md").read_text("utf-8"))


def test_no_question_stands_twice() -> None:
    texts = Counter((each.question.strip().casefold(), *each.history) for each in questions())
    assert [text for text, count in texts.items() if count > 1] == []
    assert len({each.id for each in questions()}) == len(questions())


@pytest.mark.parametrize("use", Use)
@pytest.mark.parametrize("corpus", Corpus)
def test_the_words_that_answer_stand_in_the_document(corpus: Corpus, use: Use) -> None:
    missing = [
        (each.id, words)
        for each in read(corpus, use)
        for words in (*each.answers, *each.also)
        if plain(words) not in text_of(corpus, each.document)
    ]
    assert missing == []


def test_what_is_answered_has_words_that_answer_and_nothing_else_has() -> None:
    assert [each.id for each in questions() if (each.kind == "answerable") != bool(each.answers)] == []


@pytest.mark.parametrize("corpus", Corpus)
def test_no_document_is_of_two_uses(corpus: Corpus) -> None:
    documents = {use: {each.document for each in read(corpus, use)} - {""} for use in Use}
    assert not documents[Use.TRAIN] & documents[Use.DEVELOPMENT]
    assert not (documents[Use.TRAIN] | documents[Use.DEVELOPMENT]) & documents[Use.TEST]


def test_a_notice_is_of_the_batch_of_its_questions_and_no_two_notices_have_one_name() -> None:
    notices = [each for use in Use for each in read(Corpus.NOTICES, use)]
    assert [each.id for each in notices if each.document and each.source not in notice_files(each.batch)] == []
    names = [path.name for path in NOTICES.rglob("*.md")]
    assert len(names) == len(set(names))


def question(*answers: str, document: str = "x") -> DroppedQuestion:
    return DroppedQuestion(
        id="x", language="zh", kind="answerable", form="plain", question="几天？", answers=answers, document=document
    )


def test_a_sentence_answers_if_it_holds_the_words_however_it_is_broken() -> None:
    assert label_lines(question("三十日内公告"), "x.md", ["应当于三十日内\n公告。", "应当公告。"]) == [1, 0]


def test_a_line_of_another_notice_with_the_same_words_counts_neither_way() -> None:
    asked = question("10日", document="a/通知")
    assert label_lines(asked, "通知.md", ["10日内", "当天"]) == [1, 0]
    assert label_lines(asked, "guides/other.md", ["10日内", "当天"]) == [-1, 0]
