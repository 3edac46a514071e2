"""A question in other words is the same question, and one with other roles, things or figures is another."""

from __future__ import annotations

import json

import pytest

from bot.curated.facets import facets, may_be_swapped
from bot.curated.matching import WEIGHTS, compare_questions, features
from bot.pipeline import Bot
from bot.query.query import Query, understand
from evals.curated import FRESH, PARAPHRASES, WORDINGS
from evals.independent.questions import Use, read_questions
from tests.support.engine import needs_token_vectors

CASES = [json.loads(line) for line in WORDINGS.read_text(encoding="utf-8").splitlines()]
SWAPPED = [(case["question"], other) for case in CASES for other in case.get("swapped", ())]


def asked(bot: Bot, question: str) -> Query:
    return understand(question, "", bot.index, bot.embedding_model)


def is_same(bot: Bot, question: str, other: str) -> bool:
    return compare_questions(asked(bot, question), other, bot.embedding_model).is_same


@needs_token_vectors
def test_a_situation_told_in_other_words_is_its_question(bot: Bot) -> None:
    asked, question = (
        "协定待遇对方国家不给，非要按高的税率征，有什么救济途径",
        "对方税务局不认协定，硬要按高税率收，怎么维权",
    )
    assert is_same(bot, asked, question)
    assert not is_same(bot, "境外缴的税怎么抵免", question)


@needs_token_vectors
@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("研发费加计扣除现在是75还是100？", "现在研发费用加计扣除比例到底是75%还是100%"),
        ("今年出口许可证目录里有多少种货", "今年多少种商品出口要许可证"),
    ],
)
def test_free_paraphrases_are_found(bot: Bot, question: str, other: str) -> None:
    assert is_same(bot, other, question)


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("巴西的增值税税率是多少？", "俄罗斯的增值税税率是多少？"),
        ("综保区现在管理办法是哪个令，哪年的", "自贸区现在管理办法是哪个令，哪年的"),
        ("公司法第四十七条规定出资期限几年？", "公司法第四十八条规定出资期限几年？"),
        ("发改委备案要几天？", "发改委备案要多少钱？"),
        ("出境15万人普通信息走哪条路", "出境8万人普通信息走哪条路"),
    ],
)
def test_one_thing_that_differs_makes_it_another_question(bot: Bot, question: str, other: str) -> None:
    assert not is_same(bot, other, question)


def test_of_questions_with_their_roles_swapped_hardly_any_counts_as_the_same(bot: Bot) -> None:
    taken = [pair for pair in SWAPPED if is_same(bot, *pair)]
    assert len(taken) <= len(SWAPPED) // 4, taken


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("外国公司向中国公司付特许权使用费要扣税吗？", "中国公司向外国公司付特许权使用费要扣税吗？"),
        ("Must the employer pay the employee?", "Must the employee pay the employer?"),
        ("Can a student visa be changed into a work visa?", "Можно ли сменить рабочую визу на учебную визу?"),
        ("What is due on goods exported from Brazil?", "What is due on goods exported to Brazil?"),
        ("Can a company be sued in Hangzhou?", "Can a company sue in Hangzhou?"),
    ],
)
def test_it_is_seen_that_roles_may_be_swapped(one: str, other: str) -> None:
    assert may_be_swapped(facets(one), facets(other))
    assert not may_be_swapped(facets(one), facets(one))


def test_the_same_words_are_the_same_question_without_any_vector(bot: Bot) -> None:
    away = Query("俄罗斯增值税税率？", "zh", bot.embedding_model.passages(["x"])[0][:0], {}, ())
    assert compare_questions(away, "俄罗斯 增值税税率", bot.embedding_model).is_same
    assert not compare_questions(away, "俄罗斯的增值税税率", bot.embedding_model).is_same


@needs_token_vectors
def test_each_feature_has_a_weight(bot: Bot) -> None:
    values = features(asked(bot, "俄罗斯增值税税率是多少"), "俄罗斯的增值税税率", bot.embedding_model)
    assert values is not None
    assert values.keys() == WEIGHTS.keys()


def test_paraphrases_belong_to_independent_questions_that_are_not_for_the_test() -> None:
    known = {each.id for use in (Use.TRAIN, Use.DEVELOPMENT) for each in read_questions(use)}
    lines = [json.loads(line) for path in (PARAPHRASES, FRESH) for line in path.read_text("utf-8").splitlines()]
    assert len({line["id"] for line in lines}) == len(lines)
    assert {line["id"] for line in lines} <= known
    assert all(line["same"] and not {*line["same"]} & {*line["other"]} for line in lines)
