"""The words of a question say whether it goes on with those before it."""

from __future__ import annotations

import pytest

from bot.query.continuation import is_continuation, is_refused_alone, turns_home
from bot.query.parts import split_clauses


@pytest.mark.parametrize(
    "question",
    [
        "那增值税呢？",
        "它要交什么税",
        "那边企业所得税几个点",
        "and VAT?",
        "а НДС?",
        "e no Brasil?",
        "¿y en Cuba?",
        "y el IVA?",
        "Dan di Vietnam?",
        "Còn ở Indonesia thì sao?",
        "और वियतनाम में?",
    ],
)
def test_a_question_may_say_that_it_goes_on(question: str) -> None:
    assert is_continuation(question)


@pytest.mark.parametrize(
    "question",
    [
        "境外投资备案要几天？",
        "How do I get a work permit in Qiantang?",
        "O visto precisa de convite?",
        "¿Cuánto tarda el registro?",
    ],
)
def test_a_question_on_its_own_does_not_say_so(question: str) -> None:
    assert not is_continuation(question)


@pytest.mark.parametrize("short", ["IT", "AI", "US", "HR", "IP", "APA"])
@pytest.mark.parametrize(
    "question",
    [
        "Does an {} company need a licence to sell software?",
        "我们是德国的 {} 公司，要办什么许可",
        "Мы {}-компания, какой уставный капитал нужен",
        "Quero abrir uma empresa de {} em Hangzhou, quanto capital preciso",
    ],
)
def test_an_abbreviation_is_no_word_that_asks_or_goes_on(question: str, short: str) -> None:
    own, other = (question.format(each) for each in (short, "chip"))
    assert is_continuation(own) == is_continuation(other)
    assert len(split_clauses(own)) == len(split_clauses(other))


@pytest.mark.parametrize(
    ("question", "before", "support", "alone"),
    [
        ("我们想在肯尼亚开一家奶茶店，需要什么卫生许可？", "哈萨克斯坦的增值税", -1.0, True),
        ("What licence does a tea shop in Kenya need?", "哈萨克斯坦的增值税", -1.0, True),
        ("我们想在肯尼亚开一家奶茶店，需要什么卫生许可？", "哈萨克斯坦的增值税", 1.0, False),
        ("那肯尼亚的增值税是多少？", "哈萨克斯坦的增值税", -1.0, False),
        ("肯尼亚呢？", "哈萨克斯坦的增值税", -1.0, False),
        ("需要什么卫生许可？", "哈萨克斯坦的增值税", -1.0, False),
        ("How do I get a driving licence in Hangzhou?", "VAT in Kazakhstan", -1.0, True),
        ("外国股东最多能持有当地公司多少股份？", "哈萨克斯坦的增值税", -1.0, False),
        ("食品经营许可证要找哪个部门办？", "境外投资备案要几天", -1.0, True),
    ],
)
def test_a_whole_question_without_an_answer_is_not_mixed_with_those_before(
    question: str, before: str, support: float, alone: bool
) -> None:
    assert is_refused_alone(question, before, support) is alone


@pytest.mark.parametrize(
    "question",
    [
        "А у вас он какой?",
        "وعندكم كام؟",
        "E o de vocês, é quanto?",
        "¿Y con ustedes?",
        "and with you?",
        "那贵国多少",
        "那中国这边是多少个点",
        "E na China, quanto é?",
        "bên bạn thì sao",
    ],
)
def test_a_question_turns_to_the_country_of_those_who_are_asked(question: str) -> None:
    assert turns_home(question)


@pytest.mark.parametrize(
    "question",
    [
        "у вас есть список стран?",
        "¿Y no hay convenio con ustedes?",
        "what is deducted on profits to China?",
        "利润汇回中国要扣多少",
        "我们在中国的母公司要交吗",
        "and with you in Brazil?",
        "a empresa aqui paga quanto",
    ],
)
def test_profits_treaties_and_other_countries_do_not_turn_it_there(question: str) -> None:
    assert not turns_home(question)
