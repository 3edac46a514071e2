"""A curated answer that is not surely meant is offered beside the usual answer, and the person decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answer import Turn
from bot.curated.curator import Curator
from bot.dialogue.questions_back import was_asked_back
from bot.generation.curated_answers import put_before_refusal
from bot.messages import text
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.query import Asked, understand
from records import CuratedAnswer, CuratedText
from tests.bot.curated.test_answers import ANSWER, TODAY, knowing
from tests.support.engine import needs_token_vectors

WORDING = "俄罗斯的增值税税率是多少？"


def offered(bot: Bot, question: str) -> tuple[str, ...]:
    answer = knowing(bot, ANSWER).answer(question, (), TODAY)
    assert answer.mode != "curated"
    return answer.suggestions


@needs_token_vectors
@pytest.mark.parametrize("question", ["俄罗斯增值税"])
def test_a_question_that_may_mean_the_same_is_offered_first_and_leads_to_the_answer(bot: Bot, question: str) -> None:
    first, *_ = offered(bot, question)
    assert first in ANSWER.texts[0].wordings
    assert knowing(bot, ANSWER).answer(first, (), TODAY).mode == "curated"
    assert knowing(bot, ANSWER).answer(question, (), TODAY).reason == ANSWER.id, "the staff see that it came near"


@pytest.mark.parametrize("question", ["巴西的增值税税率是多少？", "发展改革部门备案要几天？", "俄罗斯的利润税是多少"])
def test_a_question_on_another_country_or_matter_offers_nothing_of_the_center(bot: Bot, question: str) -> None:
    assert not set(offered(bot, question)) & set(ANSWER.texts[0].wordings)


@needs_token_vectors
def test_an_answer_that_has_ended_is_not_offered(bot: Bot) -> None:
    ended = replace(ANSWER, until=TODAY.replace(year=TODAY.year - 1))
    answer = knowing(bot, ended).answer("俄罗斯增值税", (), TODAY)
    assert not set(answer.suggestions) & set(ANSWER.texts[0].wordings)


PARKING = replace(
    ANSWER,
    id="parking",
    texts=(
        CuratedText(
            "zh",
            "企业来服务中心办事停车收费吗？\n来中心办事可以免费停车吗？",
            "**免费停车2小时**，出场前在总台登记车牌。",
        ),
        CuratedText("en", "Is parking at the center free?", "**Two hours are free.**"),
    ),
    sources=(),
)


@needs_token_vectors
@pytest.mark.parametrize(
    ("question", "wording", "said"),
    [
        ("你们那里停车收不收费啊", "企业来服务中心办事停车收费吗？", "免费停车2小时"),
        ("去服务中心办事停车收费不", "企业来服务中心办事停车收费吗？", "免费停车2小时"),
    ],
)
def test_where_nothing_answers_the_nearest_curated_answer_stands_below_its_own_question(
    bot: Bot, question: str, wording: str, said: str
) -> None:
    usual, answer = (each.answer(question, (), TODAY) for each in (bot, knowing(bot, PARKING)))
    assert answer.text.index(f"**{wording}**") < answer.text.index(said)
    assert (answer.outcome, answer.mode, answer.reason) == (usual.outcome, "extractive", PARKING.id)
    assert usual.citations or usual.outcome is Outcome.OUTSIDE_SERVICE or usual.text in answer.text


@needs_token_vectors
@pytest.mark.parametrize("question", ["今天杭州天气怎么样？", "俄罗斯的月球税是多少", "俄罗斯的利润税是多少"])
def test_a_question_on_another_matter_gets_no_answer_of_the_center(bot: Bot, question: str) -> None:
    answer = knowing(bot, PARKING).answer(question, (), TODAY)
    assert "免费停车" not in answer.text and not answer.reason


@needs_token_vectors
def test_an_answer_that_has_ended_is_not_shown_where_nothing_answers(bot: Bot) -> None:
    ended = replace(PARKING, until=TODAY.replace(year=TODAY.year - 1))
    assert "免费停车" not in knowing(bot, ended).answer("你们那里停车收不收费啊", (), TODAY).text


@needs_token_vectors
def test_a_later_question_that_leaves_something_out_gets_no_answer_of_the_center(bot: Bot) -> None:
    history = [Turn("user", "俄罗斯的月球税是多少"), Turn("assistant", "资料中没有。")]
    assert "免费停车" not in knowing(bot, PARKING).answer("要收费吗？", history, TODAY).text


@needs_token_vectors
def test_a_similar_answer_brings_its_source(bot: Bot) -> None:
    sourced = replace(PARKING, sources=ANSWER.sources)
    answer = knowing(bot, sourced).answer("你们那里停车收不收费啊", (), TODAY)
    assert [each.source for each in answer.citations] == [each.source for each in ANSWER.sources]


@needs_token_vectors
@pytest.mark.parametrize("support", [-1.0, 1.0])
def test_a_question_back_keeps_its_own_choices_beside_a_near_curated_answer(bot: Bot, support: float) -> None:
    asked = "你们那里停车收不收费啊"
    choices = ("俄罗斯停车收费吗？", "巴西停车收费吗？")
    question_back = replace(
        bot.answer(asked, (), TODAY),
        outcome=Outcome.NEEDS_CLARIFICATION,
        text="您问的是哪个国家？",
        suggestions=choices,
        support=support,
    )
    curator = Curator((PARKING,), bot.index, bot.embedding_model, TODAY)
    reading = understand(asked, "zh", bot.index, bot.embedding_model)
    near = curator.match(Asked(asked, [reading]), is_later=False).near
    assert near is not None
    answer = put_before_refusal(question_back, bot.cite(near, reading, TODAY), bot.index, TODAY)
    assert (answer.suggestions, answer.outcome) == (choices, Outcome.NEEDS_CLARIFICATION)
    assert ("免费停车" in answer.text) == (support < 0)
    assert answer.reason == (PARKING.id if support < 0 else ""), "the staff see what was shown"
    assert was_asked_back([Turn("assistant", answer.text)]), "nothing is asked back twice in a row"


@needs_token_vectors
def test_where_the_documents_may_know_more_the_nearest_curated_question_is_offered(bot: Bot) -> None:
    answer = knowing(bot, PARKING).answer("is there free parking at your place?", (), TODAY)
    assert answer.support and answer.support > 0
    assert (answer.suggestions[0], answer.reason) == ("Is parking at the center free?", PARKING.id)
    assert "Two hours are free" not in answer.text


@needs_token_vectors
@pytest.mark.parametrize(
    ("question", "known"), [("俄罗斯增值税", ANSWER), ("is there free parking at your place?", PARKING)]
)
def test_an_offer_never_stands_above_what_the_documents_answer(bot: Bot, question: str, known: CuratedAnswer) -> None:
    usual, answer = (each.answer(question, (), TODAY) for each in (bot, knowing(bot, known)))
    assert answer.outcome is Outcome.ANSWERED and answer.text == usual.text
    assert answer.suggestions[0] in {wording for each in known.texts for wording in each.wordings}


@needs_token_vectors
@pytest.mark.parametrize(
    ("question", "language", "wording"),
    [
        ("服务中心停车免费多长时间", "zh", "企业来服务中心办事停车收费吗？"),
        ("is there free parking at your place?", "en", "Is parking at the center free?"),
    ],
)
def test_what_is_shown_where_nothing_answers_is_said_to_answer_another_question(
    bot: Bot, question: str, language: str, wording: str
) -> None:
    reading = understand(question, language, bot.index, bot.embedding_model)
    near = Curator((PARKING,), bot.index, bot.embedding_model, TODAY).match(Asked(question, [reading]), False).near
    refused = replace(
        bot.answer(question, (), TODAY), outcome=Outcome.NOT_IN_KNOWLEDGE_BASE, citations=(), support=-1.0
    )
    assert near is not None
    answer = put_before_refusal(refused, bot.cite(near, reading, TODAY), bot.index, TODAY)
    assert answer.outcome is Outcome.NOT_IN_KNOWLEDGE_BASE
    assert answer.text.startswith(text("curated_near", language, question=wording))


@needs_token_vectors
def test_the_answer_to_one_of_two_questions_does_not_answer_both(bot: Bot) -> None:
    both = "俄罗斯的增值税税率是多少？中心停车收费吗？"
    assert knowing(bot, ANSWER).answer(WORDING, (), TODAY).mode == "curated"
    assert knowing(bot, ANSWER).answer(both, (), TODAY).mode != "curated"
    assert knowing(bot, ANSWER).answer(f"你好？{WORDING}", (), TODAY).mode == "curated"
    twofold = replace(ANSWER, texts=(replace(ANSWER.texts[0], questions=both), *ANSWER.texts[1:]))
    assert knowing(bot, twofold).answer(both, (), TODAY).mode == "curated"
