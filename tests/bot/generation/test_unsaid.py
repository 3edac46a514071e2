"""Whoever asks how long or how much, and gets lines without it, is told that it is not in the documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.answer import Answer
from bot.generation.citations import Extract
from bot.generation.quoting import Quoter
from bot.generation.unsaid import tell_unsaid
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.found_parts import Part
from ingest.watcher import WatchedLibrary

DAYS = "境外投资备案要几个工作日？"
WITHOUT_FIGURE = "- Foreign capital is reported to the Central Bank in SCE-IED (Law 14,286/2021). [1]"
NO_TIME, NO_PRICE = "The documents found do not say how long.", "The documents found do not give the amount."


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("how many days do we have for SCE-IED?", NO_TIME),
        ("what does it cost to report?", NO_PRICE),
        ("how much does it cost to report?", NO_PRICE),
        ("how long does it take and how much is it?", f"{NO_TIME} {NO_PRICE}"),
        ("to whom do we report foreign capital?", ""),
        ("what is the minimum capital?", ""),
        ("how much does a report to the bank cost?", NO_PRICE),
        ("what's the penalty if we miss it", NO_PRICE),
        ("by what deadline do we report?", ""),
    ],
)
def test_a_period_and_a_price_that_are_asked_for_and_not_given_are_told(question: str, missing: str) -> None:
    assert tell_unsaid(question, Extract(WITHOUT_FIGURE, ()), "en") == missing


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("罚多少", "情节严重的，按每日500元罚款。"),
        ("办下来要几天", "受理后7个工作日内出具。"),
        ("¿cuánto es la multa?", "multa de 500 RMB por día"),
        ("quanto custa?", "O exportador não paga pelo registro de declarante."),
        ("сколько стоит регистрация?", "Экспортёр за регистрацию не платит."),
        ("how much is it?", "An exporter pays nothing for the customs filing."),
        ("وكم شهراً صالح؟", "صالح سنة واحدة (1)"),
        ("how much share capital?", "a company needs ₦100 million of share capital"),
        ("كم الغرامة؟", "غرامة من 5,000 إلى 20,000 يوان"),
        ("كم يستغرق؟", "36 شهرا"),
        ("сколько штраф?", "до 50 млн юаней"),
        ("quanto custa?", "de R$ 5 mil a 5 mil reais"),
        ("quanto tempo?", "em até 1 mês"),
        ("审批要多久", "应当自受理之日起三十日内"),
        ("罚多少", "处五万元以下罚款"),
        ("how long?", "within three working days"),
    ],
)
def test_nothing_is_told_where_the_figure_stands_in_words_or_signs_of_any_language(question: str, quote: str) -> None:
    assert not tell_unsaid(question, Extract(quote, ()), "en")


def test_nothing_is_told_where_a_line_already_says_that_it_is_not_known() -> None:
    assert not tell_unsaid("how many days?", Extract(WITHOUT_FIGURE, (), says_unknown=True), "en")
    assert not tell_unsaid("how many days?", None, "en")


def test_an_answer_without_the_figure_is_one_in_part_and_names_the_office(bot: Bot, library: WatchedLibrary) -> None:
    found = bot.retrieve(DAYS, "zh", date.today())
    draft = Answer("境外投资备案手续费多少？", DAYS, "zh", Outcome.FAILED, "")
    answer = Quoter(library.index, ()).answer(draft, found)
    assert answer.outcome is Outcome.PARTLY_ANSWERED
    assert answer.text.startswith("资料中没有写明金额。") and "请咨询" in answer.text and answer.citations


def test_of_several_parts_the_one_without_its_figure_is_open(bot: Bot, library: WatchedLibrary) -> None:
    quoter, found = Quoter(library.index, ()), bot.retrieve(DAYS, "zh", date.today())
    parts = [Part(DAYS, found), Part("备案怎么收费", replace(found, rows=[found.ranked[1].snippet]))]
    answer = quoter.answer_parts(Answer(DAYS, DAYS, "zh", Outcome.FAILED, ""), parts, quoter.extracts(parts))
    assert answer.outcome is Outcome.PARTLY_ANSWERED
    assert answer.text.index("备案怎么收费") < answer.text.index("资料中没有写明金额。")
