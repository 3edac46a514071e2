"""Who wants a whole list gets it, and nobody else."""

from __future__ import annotations

import pytest

from bot.retrieval.quotes import wants_list


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("去越南设厂备案怎么办，按什么步骤", "另外，派员工去越南工作要办什么签证？"),
        ("What are the steps to invest in Vietnam", "And what visa does an engineer need?"),
        ("Quais são os passos para investir no Vietnã", "E que visto é preciso?"),
    ],
)
def test_one_thing_asked_after_all_the_steps_does_not_get_all_the_steps(before: str, question: str) -> None:
    assert wants_list(before, before)
    assert not wants_list(question, f"{before} {question}")


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("去越南设厂按什么步骤", "那俄罗斯呢？"),
        ("What are the steps to invest in Vietnam", "And in Russia?"),
        ("Quais são os passos para investir no Vietnã", "E na Rússia?"),
    ],
)
def test_the_same_asked_about_another_country_gets_all_the_steps_again(before: str, question: str) -> None:
    assert wants_list(question, f"{before} {question}")
