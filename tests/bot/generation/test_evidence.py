"""Each sentence of a model has to come from the lines that it cites, and one of them has to answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.generation.evidence import Evidence
from bot.generation.prompts import Shown
from bot.pipeline import Bot
from store.answerability.encoding import QuestionToRead
from tests.bot.conftest import passage_of

FOREIGNERS = (
    "An individual may not hold shares in the name of another.\n"
    "A foreign company may own all of its subsidiary.\n"
    "The notice is issued within 7 working days."
)
FEES = "The fee is 40 yuan.\nNo deposit is needed."
QUESTION = "How many working days does the notice take?"


@pytest.fixture(scope="module")
def evidence(bot: Bot) -> Evidence:
    return Evidence(
        QuestionToRead(QUESTION),
        [Shown(passage_of(FOREIGNERS)), Shown(passage_of(FEES))],
        bot.embedding_model,
        bot.answerability,
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "A foreign company may own all of the subsidiary",
        "An individual may not hold shares for another",
        "Um particular pode deter quotas em nome de outro",  # another language than its line
    ],
)
def test_a_sentence_that_denies_what_its_line_denies_is_borne_out(evidence: Evidence, sentence: str) -> None:
    assert evidence.negates_alike(sentence, [1])


def test_a_negation_that_the_cited_lines_do_not_have_is_not_borne_out(evidence: Evidence) -> None:
    only_dated = Evidence(evidence.read, [Shown(passage_of("The fee is 40 yuan."))], evidence.embedding_model, None)
    assert not only_dated.negates_alike("The fee is not 40 yuan", [1])


def test_a_negation_that_was_dropped_is_noticed(evidence: Evidence) -> None:
    assert not evidence.negates_alike("An individual may hold shares in the name of another", [1])


def test_a_line_of_several_clauses_may_deny_something_else(evidence: Evidence) -> None:
    line = "The fee is 40 yuan, and no deposit is needed."
    both = Evidence(evidence.read, [Shown(passage_of(line))], evidence.embedding_model, None)
    assert both.negates_alike("The fee is 40 yuan", [1])


def test_a_negation_in_a_language_without_a_word_list_is_not_judged(evidence: Evidence) -> None:
    assert evidence.negates_alike("शुल्क 40 युआन नहीं है और कोई जमा राशि नहीं है", [2])


def test_each_sentence_has_to_look_like_an_answer(evidence: Evidence) -> None:
    idle, good = "No deposit is needed", "The notice takes 7 working days"
    assert not evidence.holds(idle, [2])
    assert evidence.holds(good, [1])
    assert evidence.holds("The fee is this:", [2]), "it introduces others"
    quoted = [evidence.shown[0], replace(evidence.shown[1], lines=("No deposit is needed.",))]
    assert replace(evidence, shown=quoted).holds(idle, [2]), "the line would be quoted without a model, too"


def test_the_best_sentence_counts(evidence: Evidence) -> None:
    idle, good = "The fee is 40 yuan [2].", "The notice takes 7 working days [1]."
    assert evidence.probability(idle) < 0.5 < evidence.probability(good)
    assert evidence.probability(f"{idle} {good}") == pytest.approx(evidence.probability(good))


def test_without_an_answerability_model_every_sentence_counts(evidence: Evidence) -> None:
    unread = Evidence(evidence.read, evidence.shown, evidence.embedding_model, None)
    assert unread.probability("The fee is 40 yuan [2].") == 1.0


def test_what_cites_nothing_answers_nothing(evidence: Evidence) -> None:
    assert evidence.probability("The notice takes 7 working days.") == 0.0
