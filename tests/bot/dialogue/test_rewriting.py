"""A question in a conversation is read alone and after what was asked before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answer import Turn
from bot.dialogue.rewriting import (
    TURNS_READ,
    complete,
    only_names_country,
    previous_answers,
    previous_questions,
    readings,
)
from bot.outcomes import Outcome

ANSWER = Turn("assistant", "巴西和俄罗斯的税率是25%。")


def talk(*before: str) -> list[Turn]:
    """A conversation in which these questions were asked."""
    return [turn for each in before for turn in (Turn("user", each), ANSWER)]


def texts(question: str, *before: str, chosen: str = "") -> list[str]:
    return [text for text, _ in readings(question, talk(*before), chosen)]


def test_a_first_question_means_one_thing() -> None:
    assert texts("俄罗斯的利润税是多少") == ["俄罗斯的利润税是多少"]


def test_a_later_question_is_read_after_the_one_before_and_alone() -> None:
    assert texts("那增值税呢？", "利润税是多少？") == ["利润税是多少 那增值税呢？", "那增值税呢？"]
    assert texts("and VAT?", "profit tax in Russia?")[0] == "profit tax in Russia, and VAT?"


def test_the_reading_after_what_was_asked_is_preferred() -> None:
    ordered = readings("and VAT?", talk("What is the profit tax in Russia?"))
    assert [worth for _, worth in ordered] == sorted((worth for _, worth in ordered), reverse=True)
    assert "Russia" in ordered[0][0]


def test_a_question_that_names_no_place_is_also_read_with_the_one_country_asked_about() -> None:
    assert texts("增值税多少", "印尼公司所得税几个点")[1:] == ["印尼增值税多少", "增值税多少"]
    assert len(texts("中国的增值税多少", "印尼公司所得税几个点")) == 2
    assert len(texts("增值税多少", "印尼公司在钱塘的所得税")) == 2
    abroad = readings("增值税多少", talk("杭州公司去印尼建厂找谁"), goes_abroad=True)
    assert [text for text, _ in abroad][1:] == ["印尼增值税多少", "增值税多少"]
    assert len(texts("增值税多少", "越南和印尼的所得税")) == 2


@pytest.mark.parametrize(
    ("question", "is_anew"),
    [
        ("Different thing: my brother wants to go into lithium in Bolivia. Can he just buy a licence?", True),
        ("换个问题，我们想在越南设厂，发改委那边要几天", True),
        ("تمام. سؤال تاني بعيد عن ده: ابني عنده 17 سنة معانا في هانغتشو، لازم الباسبور يكون في جيبه؟", True),
        ("Another question: and the VAT there?", False),
        ("Do we need something else besides the passport for the work permit?", False),
        ("除了护照还有没有特别的事项需要注意，比如学历公证", False),
        ("Нужен ли договор о другом помещении для регистрации компании?", False),
        ("How long does the filing at the commerce office take?", False),
    ],
)
def test_a_question_that_says_so_begins_another_subject(question: str, is_anew: bool) -> None:
    assert (previous_questions(question, talk("What is the profit tax in Russia?")) == "") == is_anew


def test_greetings_and_answers_are_no_questions() -> None:
    assert texts("增值税多少", "你好") == ["增值税多少"]
    assert [text for text, _ in readings("增值税多少", [ANSWER])] == ["增值税多少"]
    assert previous_questions("增值税多少", talk("俄罗斯的利润税", "你好")) == "俄罗斯的利润税"


def test_the_country_chosen_stands_for_what_was_asked_until_something_was() -> None:
    assert texts("税率是多少", chosen="巴西") == ["巴西税率是多少", "税率是多少"]
    assert texts("税率是多少", "俄罗斯的利润税", chosen="巴西")[0] == "俄罗斯的利润税 税率是多少"
    assert previous_questions("税率是多少", [], "巴西") == "巴西"
    assert previous_questions("税率是多少", talk("俄罗斯的利润税"), "巴西") == "俄罗斯的利润税"


def test_what_was_asked_long_ago_is_no_longer_meant() -> None:
    turns = ("巴西的公司税", "俄罗斯的公司税", "钱塘区对人才有什么补贴")
    assert "巴西" not in previous_questions("那增值税呢？", talk(*turns))
    assert len(turns) > TURNS_READ


@pytest.mark.parametrize(
    ("question", "names_only"),
    [
        ("那印尼呢？", True),
        ("And Indonesia?", True),
        ("E a Indonésia?", True),
        ("印尼增值税？", False),
        ("那增值税呢？", False),
    ],
)
def test_a_question_may_only_name_a_country(question: str, names_only: bool) -> None:
    assert only_names_country(question) == names_only


def test_earlier_questions_count_back_to_the_last_one_that_stands_alone() -> None:
    first, second = "境外投资备案要提交哪些材料给商务部门？", "巴西的企业所得税税率是多少，什么时候申报？"
    assert previous_questions("要几天？", talk(first, second)) == second
    assert previous_questions("要几天？", talk(second, "那增值税呢？")) == f"{second} 那增值税呢？"


@pytest.mark.parametrize("last", ["VAT refund for exported goods from bonded zone?", "境外投资备案的材料和办理流程"])
def test_a_question_in_a_few_nouns_is_not_taken_for_a_statement(last: str) -> None:
    assert previous_questions("要多久？", talk("俄罗斯的利润税是多少？", last)) == last


def test_what_only_states_a_figure_goes_with_the_question_before_it() -> None:
    asked, said = "Our Dubai company made 900k dirham profit, what tax is due there?", "fine, 9% on the part above 375k"
    assert previous_questions("So we just leave it there?", talk(asked, said)) == f"{asked} {said}"
    assert previous_questions(
        "那退税得等卖掉吗", talk("货先发到国外仓库放着慢慢卖", "报关代码用9810这个对吧")
    ).startswith("货先发到")


def test_a_question_that_is_asked_again_takes_up_nothing_of_itself() -> None:
    question = "What is the night clearance fee at the port of Jiangcheng?"
    assert texts(question, question) == [question]


def test_what_the_last_answers_said_counts_as_said() -> None:
    history = [Turn(role, f"{role} {number}") for number in range(3) for role in ("user", "assistant")]
    assert previous_answers("and then?", history) == "assistant 1\nassistant 2"
    assert previous_answers("user 2", history) == ""
    assert previous_answers("and then?", []) == ""


@pytest.mark.parametrize(
    ("asked", "then", "whole"),
    [
        (("巴西公司所得税一共多少？",), "那印尼呢", "印尼公司所得税一共多少？"),
        (("去泰国出差还要签证吗",), "越南也一样吗", "去越南出差还要签证吗"),
        (("What is the VAT in Brazil?", "and in Russia?"), "And Egypt?", "What is the VAT in Egypt?"),
        (("巴西人来杭州要签证吗",), "俄罗斯人呢", "俄罗斯人来杭州要签证吗"),
        (("هل يحتاج موظف صيني تأشيرة إلى الإمارات؟",), "طيب والسعودية؟", "هل يحتاج موظف صيني تأشيرة إلى السعودية؟"),
        (
            ("Does our Chinese engineer need a visa for Egypt?",),
            "Then Iran?",
            "Does our Chinese engineer need a visa for Iran?",
        ),
        (("What is the VAT in Brazil?",), "and what about visas for Russia?", ""),
        (("What is the VAT in Brazil?",), "And in Brazil?", ""),
        (("Is our Brazilian manager exempt?",), "what about a Japanese colleague", ""),
        (("泰国和越南的税率",), "印尼呢", ""),
        ((), "And in Russia?", ""),
        (("What is the VAT in Brazil?",), "Can I own land in Iran?", ""),
        (("What is the income tax in Brazil?",), "And the VAT in Russia?", ""),
        (("What is the VAT in Brazil?",), "And in Russia in 2019?", ""),
        (("巴西公司所得税一共多少？",), "俄罗斯VAT呢", ""),
        (("巴西人来杭州要签证吗",), "去俄罗斯呢", ""),
        (("As a German company, how do we register in Qiantang?",), "And in Vietnam?", ""),
        (("What is the tax rate?", "Brazil"), "And Russia?", ""),
        (("Brazil",), "And Russia?", ""),
        (("How do I register a branch?", "How long in Vietnam?"), "And in Laos?", ""),
        (
            ("去越南建厂先办什么手续", "巴西所得税多少,分红汇回来还要扣税不"),
            "那越南呢",
            "越南所得税多少,分红汇回来还要扣税不",
        ),
        (("What is the US tariff on USB cables?",), "And Brazil?", "What is the Brazil tariff on USB cables?"),
        (("Berapa PPN di Rusia?",), "Dan di Vietnam?", "Berapa PPN di Vietnam?"),
        (("What is the VAT in Dubai?",), "And in China?", "What is the VAT in China?"),
        (("迪拜公司利润税多少？",), "那国内这边呢？", "国内公司利润税多少？"),
        (("Thuế VAT ở Nga là bao nhiêu?",), "Còn ở Indonesia thì sao?", "Thuế VAT ở Indonesia là bao nhiêu?"),
        (("रूस में वैट कितना है?",), "और वियतनाम में?", "वियतनाम में वैट कितना है?"),
        (("境外投资备案要几天？",), "马来西亚呢？", "马来西亚境外投资备案要几天？"),
        (("越南建厂要办什么手续", "那边注册资本最低多少？"), "泰国呢？", "泰国注册资本最低多少？"),
        (("在钱塘开公司要几天？",), "马来西亚呢？", ""),
        (("俄罗斯增值税多少", "要几天？"), "马来西亚呢？", ""),
    ],
)
def test_a_question_that_only_names_another_country_asks_what_was_asked_of_the_one_before(
    asked: tuple[str, ...], then: str, whole: str
) -> None:
    said = [turn for text in asked for turn in (Turn("user", text), Turn("assistant", "…"))]
    assert complete(then, said) == whole


def test_a_country_alone_moves_the_last_question_there_though_that_names_none() -> None:
    asked = ["印尼建厂最低要投多少钱", "赚的钱分回国内母公司要扣多少税？"]
    assert complete("那埃及呢", talk(*asked)) == "埃及赚的钱分回国内母公司要扣多少税？"
    assert complete("那埃及呢", talk("你好", asked[1])) == "埃及赚的钱分回国内母公司要扣多少税？"
    assert complete("那国内呢", talk(*asked)) == "", "it was asked of China"


def test_a_company_that_goes_abroad_stays_there_though_it_names_its_home() -> None:
    before = talk("沙特客户要我们在利雅得设地区总部，税怎么算")
    assert "利雅得那分红给国内母公司扣多少" in [
        text for text, _ in readings("那分红给国内母公司扣多少", before, "", True)
    ]
    assert len(readings("那分红给国内母公司扣多少", before)) == 2


def test_who_answers_a_question_back_still_asks_what_they_asked_before() -> None:
    asked, reply = "我们做灯具的，想在迪拜弄个公司卖货", "主要转口到非洲"
    history = [Turn("user", asked), Turn("assistant", "您主要卖给当地客户，还是转口到其他国家？"), Turn("user", reply)]
    then = "那赚到钱以后，当地要交多少？"
    assert previous_questions(then, history) == f"{asked} {reply}"
    assert previous_questions(then, [history[0], Turn("assistant", "可以。"), history[2]]) == reply
    told = [replace(history[1], outcome=each) for each in (Outcome.NEEDS_CLARIFICATION, Outcome.ANSWERED)]
    read = [previous_questions(then, [history[0], each, history[2]]) for each in told]
    assert read == [f"{asked} {reply}", reply], "the outcome says it, not the words"
    assert previous_questions(then, [*history[:2], Turn("user", "转口到非洲要交什么税？")]) == "转口到非洲要交什么税？"
