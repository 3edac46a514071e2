"""A question that is tried shows what its passages' scores are made of, and why each was used or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from bot.diagnostics.explain import Explanation, PassageUse, explain, speaks_against
from bot.diagnostics.highlighted_terms import weigh_words
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.answerability import WEIGHTS, WEIGHTS_UNREAD, Answerability
from bot.retrieval.hybrid_search import score_candidates, search_passages
from bot.retrieval.retriever import PASSAGES, Retrieval
from bot.retrieval.scoring import DEMOTION, OTHER_COUNTRY_DEMOTION
from store.documents import Validity

TODAY = date(2026, 6, 1)
QUESTIONS = (
    "俄罗斯利润税的税率是多少？",
    "公共停车场的停车费每小时最高多少元？",
    "What is the profit tax in Brazil?",
    "江政发〔2015〕8号",
    "停车管理条例第三条",
)


def tried(bot: Bot, question: str, country: str = "") -> Explanation:
    return explain(bot, question, "zh", TODAY, country)


def use_of(trial: Explanation, source: str) -> PassageUse:
    return next(trial.use(each.passage) for each in trial.retrieval.weighed if each.passage.source == source)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_parts_of_a_score_add_up_and_the_order_is_that_of_the_search(bot: Bot, question: str) -> None:
    retrieval = tried(bot, question).retrieval
    weighed = score_candidates(retrieval.question, bot.index, bot.embedding_model, TODAY, PASSAGES)
    for each in weighed:
        parts = each.parts
        assert each.passage.score == parts.meaning + parts.words + parts.agreement + sum(parts.effects.values())
    found = search_passages(retrieval.question, bot.index, bot.embedding_model, TODAY, 5)
    assert [each.passage for each in weighed[:5]] == found
    assert retrieval.found == [each.passage for each in retrieval.weighed[:PASSAGES]]


def test_what_lowers_and_raises_a_passage_has_a_name(bot: Bot) -> None:
    weighed = {each.passage.source: each.parts.effects for each in tried(bot, "俄罗斯利润税的税率").retrieval.weighed}
    assert weighed["outbound/brazil.zh.md"]["other_country"] == -OTHER_COUNTRY_DEMOTION
    assert "other_country" not in weighed["outbound/russia.zh.md"]
    parking = tried(bot, "公共停车场的停车费每小时最高多少元？").retrieval.weighed
    old = next(each for each in parking if each.passage.source == "laws/parking-2019.md")
    assert old.parts.effects["not_in_force"] == -DEMOTION[Validity.SUPERSEDED]


def test_what_is_quoted_read_left_out_and_below_is_told_apart(bot: Bot) -> None:
    trial = tried(bot, "俄罗斯利润税的税率是多少？")
    assert trial.answer.outcome is Outcome.ANSWERED
    assert use_of(trial, "outbound/russia.zh.md") is PassageUse.QUOTED
    assert use_of(trial, "outbound/brazil.zh.md") is PassageUse.ELSEWHERE
    uses = {trial.use(each.passage) for each in trial.retrieval.weighed}
    assert {PassageUse.QUOTED, PassageUse.ELSEWHERE} <= uses
    for each in trial.retrieval.weighed:
        assert bool(trial.why(each)) == (trial.use(each.passage) is not PassageUse.QUOTED)


def test_the_version_that_is_not_in_force_is_said_not_to_be_quoted_for_that(bot: Bot) -> None:
    trial = tried(bot, "公共停车场的停车费每小时最高多少元？")
    assert use_of(trial, "laws/parking-2024.md") is PassageUse.QUOTED
    old = next(each for each in trial.retrieval.weighed if each.passage.source == "laws/parking-2019.md")
    assert "outdated" in [each.name for each in trial.why(old)]


def test_a_refusal_says_how_far_it_was_and_what_was_missing(bot: Bot) -> None:
    trial = tried(bot, "怎样给猫打疫苗")
    assert trial.answer.outcome is not Outcome.ANSWERED
    assert trial.retrieval.support < 0
    counted = trial.retrieval.verdict.counted
    assert sum(value * weight for value, weight in counted.values()) == pytest.approx(trial.retrieval.support)
    against = speaks_against(trial.retrieval.verdict)
    assert against
    assert [each.by for each in against] == sorted((each.by for each in against), reverse=True)
    other_tax = tried(bot, "俄罗斯的消费税是多少")
    assert [each.name for each in speaks_against(other_tax.retrieval.verdict)] == ["read"]


@pytest.mark.parametrize("weights", [*WEIGHTS.values(), WEIGHTS_UNREAD])
def test_each_feature_that_counts_can_be_a_reason_against_an_answer(weights: Mapping[str, float]) -> None:
    low = Answerability(
        -1.0, counted={name: (-20.0 if weight > 0 else 20.0, weight) for name, weight in weights.items()}
    )
    reasons = [each.name for each in speaks_against(low)]
    assert reasons and set(reasons) <= set(weights)


def test_the_country_chosen_and_the_day_count_as_on_the_page(bot: Bot) -> None:
    assert tried(bot, "利润税的税率是多少", country="BR").retrieval.question.countries == ("BR",)
    then = explain(bot, "公共停车场的停车费每小时最高多少元？", "zh", date(2020, 6, 1))
    assert use_of(then, "laws/parking-2019.md") is PassageUse.QUOTED


@pytest.mark.parametrize("country", ["", "BR"])
def test_what_is_explained_is_what_the_answer_was_made_from(bot: Bot, country: str) -> None:
    trial = tried(bot, "利润税的税率是多少？", country)
    assert trial.retrieval.question.text == trial.answer.standalone_question
    assert trial.answer.passages and trial.answer.passages == tuple(trial.retrieval.found[: len(trial.answer.passages)])
    heard: list[Retrieval] = []
    replace(bot, observe=heard.append).answer("利润税的税率是多少？", on=TODAY, country=country)
    assert [each.question.text for each in heard] == [trial.answer.standalone_question]


def test_a_greeting_is_answered_without_looking(bot: Bot) -> None:
    trial = tried(bot, "你好")
    assert not trial.is_looked_up
    assert PassageUse.READ not in {trial.use(each.passage) for each in trial.retrieval.weighed}


def test_words_are_read_whole_with_their_shares(bot: Bot) -> None:
    question = tried(bot, "俄罗斯利润税").retrieval.question
    assert [word for word, _ in weigh_words(question)] == ["俄罗斯利润税"]
    assert sum(share for _, share in weigh_words(question)) == pytest.approx(1)
    assert [word for word, _ in weigh_words(question, {"利润", "润税"})] == ["利润税"]
    english = tried(bot, "Which taxes are levied in Brazil?").retrieval.question
    assert "levied" in [word for word, _ in weigh_words(english)]
