"""Follow-up questions are understood from what was asked before; new subjects stand alone."""

from __future__ import annotations

import pytest

from bot.answer import Turn
from bot.dialogue.rewriting import accepted, readings, standalone
from bot.query.countries import countries


def asked(question: str, *before: str) -> str:
    """What the bot takes `question` to mean after the questions `before`."""
    history = [turn for each in before for turn in (Turn("user", each), Turn("assistant", "巴西和俄罗斯的税率是25%。"))]
    return standalone(question, history)


def test_a_new_tax_is_asked_of_the_country_before() -> None:
    understood = asked("那增值税呢？", "俄罗斯的利润税是多少")
    assert "俄罗斯" in understood
    assert "增值税" in understood
    assert "利润税" not in understood


@pytest.mark.parametrize(
    ("before", "question", "country", "subject"),
    [
        ("俄罗斯的利润税是多少", "巴西呢", "BR", "利润税"),
        ("泰国分红协定税率", "换成沙特呢", "SA", "分红协定税率"),
        ("俄罗斯和巴西的利润税是多少", "那印尼呢？", "ID", "利润税"),
        ("corporate tax in malaysia?", "and for Indonesia?", "ID", "corporate tax"),
        ("vat in vietnam", "same for south africa?", "ZA", "vat"),
        ("VAT in Russia and Brazil", "what about Indonesia?", "ID", "VAT"),
        ("imposto sobre lucro na Rússia?", "e no Brasil?", "BR", "imposto sobre lucro"),
        ("налог на прибыль в России", "а для Бразилии?", "BR", "налог на прибыль"),
        ("ما هي ضريبة الشركات في روسيا؟", "وماذا عن البرازيل؟", "BR", "ضريبة الشركات"),
    ],
)
def test_another_country_is_asked_the_same(before: str, question: str, country: str, subject: str) -> None:
    understood = asked(question, before)
    assert countries(understood) == (country,)
    assert subject in understood


@pytest.mark.parametrize(
    ("before", "question", "country", "subject"),
    [
        ("corporate tax in malaysia?", "and VAT?", "MY", "VAT"),
        ("налог на прибыль в России", "а НДС?", "RU", "НДС"),
        ("imposto sobre lucro na Rússia?", "e o IVA?", "RU", "IVA"),
        ("налог на прибыль в России", "а с дивидендов в Китай?", "RU", "дивидендов"),
        ("ما هي ضريبة الشركات في روسيا؟", "وضريبة القيمة المضافة؟", "RU", "القيمة المضافة"),
    ],
)
def test_another_subject_keeps_the_country(before: str, question: str, country: str, subject: str) -> None:
    understood = asked(question, before)
    assert country in countries(understood)
    assert subject in understood


@pytest.mark.parametrize(
    ("before", "question", "kept"),
    [
        ("发改委备案几天", "要哪些材料", "发改委备案"),
        ("how long does the NDRC filing take", "and how long is it good for", "NDRC filing"),
        ("prazo pra pagar o capital de uma limitada na china", "e quantos sócios no máximo?", "limitada"),
    ],
)
def test_a_question_without_a_subject_takes_the_one_before(before: str, question: str, kept: str) -> None:
    assert kept in asked(question, before)


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("俄罗斯的利润税是多少", "境外投资备案要几天？"),
        ("俄罗斯的利润税是多少", "Which documents does a foreign company need to register in Qiantang?"),
        ("corporate tax in malaysia?", "How do I get a work permit in Qiantang?"),
        ("corporate tax in malaysia?", "Is there a minimum capital for a company in Qiantang?"),
        ("VAT in Russia", "what is the VAT in Brazil?"),
        ("巴西客户来免签吗", "英国的客户哪天开始可以入境？"),
        ("налог на прибыль в России", "сколько дней оформляется регистрация компании в Китае"),
    ],
)
def test_a_new_subject_is_not_mixed_with_the_old_one(before: str, question: str) -> None:
    assert asked(question, before) == question


def test_several_turns_are_read_one_after_the_other() -> None:
    understood = asked("那印尼呢？", "俄罗斯的利润税是多少", "那增值税呢？")
    assert countries(understood) == ("ID",)
    assert "增值税" in understood
    assert "利润税" not in understood


def test_a_first_question_stays_as_it_is() -> None:
    assert standalone("那增值税呢？", []) == "那增值税呢？"


def test_greetings_and_answers_are_no_subject() -> None:
    assert asked("增值税多少", "你好") == "增值税多少"
    assert standalone("增值税多少", [Turn("assistant", "俄罗斯的利润税是25%。")]) == "增值税多少"


def test_a_question_may_lean_on_the_one_before_or_stand_alone() -> None:
    history = [Turn("user", "俄罗斯的利润税是多少"), Turn("assistant", "25%")]
    meant = [text for text, _ in readings("出口退税多久到账", history)]
    assert "出口退税多久到账" in meant
    assert any("俄罗斯" in text for text in meant)


def test_a_question_that_says_that_it_goes_on_is_preferred_so() -> None:
    history = [Turn("user", "What is the profit tax in Russia?")]
    preferred = max(readings("and VAT?", history), key=lambda each: each[1])[0]
    assert "Russia" in preferred
    assert "VAT" in preferred


def test_a_first_question_means_one_thing() -> None:
    assert [text for text, _ in readings("俄罗斯的利润税是多少", [])] == ["俄罗斯的利润税是多少"]


def test_what_was_asked_long_ago_is_no_longer_meant() -> None:
    turns = ("巴西的公司税", "俄罗斯的公司税", "钱塘区对人才有什么补贴")
    history = [Turn("user", text) for text in turns]
    assert not any("巴西" in text for text, _ in readings("那增值税呢？", history))


def test_what_an_amount_is_asked_of_stays_the_subject() -> None:
    assert "capital" in asked("and when do we have to pay it in", "what is the minimum capital in Qiantang")
    assert "注册资本" in asked("那什么时候交？", "最低注册资本多少")


def test_the_country_that_a_company_comes_from_does_not_stand_for_its_question() -> None:
    before = "We are a Dutch biotech and want to open a company in Qiantang"
    assert "open a company in Qiantang" in asked("and the licence for it?", before)


def test_there_stands_for_the_country_and_not_for_what_was_asked() -> None:
    assert asked("那边企业所得税几个点", "巴西公司最少要多少注册资本") == "巴西 那边企业所得税几个点"


HISTORY = [Turn("user", "俄罗斯的增值税现在几个点？"), Turn("assistant", "22%，自2026年1月1日起。")]


@pytest.mark.parametrize(
    "written",
    [
        "那哈萨克斯坦的增值税现在几个点？",
        "问题：那哈萨克斯坦的增值税现在几个点？\n希望有帮助。",
        "“那哈萨克斯坦的增值税现在几个点？”",
    ],
)
def test_a_question_that_a_model_completed_is_taken(written: str) -> None:
    assert accepted(written, "那哈萨克斯坦呢", HISTORY) == "那哈萨克斯坦的增值税现在几个点？"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "哈萨克斯坦的增值税为16%。",
        "哈萨克斯坦的增值税是16%吗？",
        "What is the VAT rate in Kazakhstan?",
        "那哈萨克斯坦" * 50 + "？",
    ],
)
def test_what_is_no_such_question_is_not(written: str) -> None:
    assert accepted(written, "那哈萨克斯坦呢", HISTORY) == ""


def test_a_question_that_is_asked_again_takes_up_nothing_of_itself() -> None:
    question = "What is the night clearance fee at the port of Jiangcheng?"
    assert [text for text, _ in readings(question, [Turn("user", question)])] == [question]
