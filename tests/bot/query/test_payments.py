"""Which country withholds from a payment is told by who pays it and who gets it."""

from __future__ import annotations

import pytest

from bot.query.exemplars import INBOUND, OUTBOUND
from bot.query.payments import side_of_payment


@pytest.mark.parametrize(
    "question",
    [
        "我们是沙特公司，杭州子公司给我们分红，中国扣多少税？",
        "哈萨克斯坦股东从钱塘的厂拿利润回去，中国这边预提税几个点",
        "We are a company from Russia; how much does China withhold on dividends from our Hangzhou subsidiary?",
        "Chinese withholding on profits our Qiantang plant pays to its parent in Indonesia",
        "Мы компания из России. Сколько Китай удержит с дивидендов нашего завода в Ханчжоу?",
        "نحن شركة من مصر، كم تستقطع الصين من أرباح شركتنا في هانغتشو؟",
    ],
)
def test_what_is_paid_out_of_china_is_about_china(question: str) -> None:
    assert side_of_payment(question) == INBOUND


@pytest.mark.parametrize(
    "question",
    [
        "沙特子公司给中国母公司分红，当地要扣多少税？",
        "How much does Egypt withhold on dividends our subsidiary pays to its Chinese parent?",
        "Somos empresa chinesa com fábrica no Brasil. Quanto se paga ao remeter lucros para a China?",
        "Завод в Казахстане принадлежит китайской фирме: сколько удержат с дивидендов материнской компании в Китае?",
        "نحن شركة صينية عندنا مصنع في السعودية، كم ندفع عند تحويل الأرباح إلى الصين؟",
        "¿Cuánto retiene Bolivia sobre los dividendos que nuestra filial paga a la matriz china?",
    ],
)
def test_what_is_paid_to_china_is_about_the_country_that_pays(question: str) -> None:
    assert side_of_payment(question) == OUTBOUND


@pytest.mark.parametrize(
    "question",
    [
        "巴西的企业所得税是多少？",  # no payment
        "中国和俄罗斯的税收协定，股息上限多少？",  # of either country
        "How high is the tax on dividends from Brazil and Russia to China?",  # two countries
        "How long does an NDRC filing take for a plant in Vietnam?",
    ],
)
def test_where_nothing_says_which_way_it_goes_neither_side_is_taken(question: str) -> None:
    assert side_of_payment(question) == 0
