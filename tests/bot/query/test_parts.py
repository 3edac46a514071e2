"""A message with several questions is taken apart; one question, however long, is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query.parts import MOST, split_clauses, split_parts


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("发改委备案要几天？要交什么材料？", ["发改委备案要几天？", "要交什么材料？"]),
        ("How long does it take? And what does it cost?", ["How long does it take?", "And what does it cost?"]),
        (
            "We are a Dutch company. Can we own all of it? How long does registration take?",
            ["We are a Dutch company. Can we own all of it?", "How long does registration take?"],
        ),
        ("Сколько дней? Нам нужно срочно. Куда подавать?", ["Сколько дней?", "Нам нужно срочно. Куда подавать?"]),
        ("كم يوما؟ وما هي الوثائق؟", ["كم يوما؟", "وما هي الوثائق؟"]),
        ("埃及能不能一个人开公司?所得税几个点?", ["埃及能不能一个人开公司?", "所得税几个点?"]),
        ("do we need a visa? and who pays?", ["do we need a visa?", "and who pays?"]),
        ("一个股东行不行？注册资本能写美元吗", ["一个股东行不行？", "注册资本能写美元吗"]),
        ("在塔什干开厂税高不高？国内的仲裁那边认不认", ["在塔什干开厂税高不高？", "国内的仲裁那边认不认"]),
    ],
)
def test_each_question_is_a_part_with_the_sentences_before_it(message: str, parts: list[str]) -> None:
    assert [each.text for each in split_parts(message)] == parts


def test_a_later_part_is_read_after_the_first() -> None:
    _, later = split_parts("发改委备案要几天？要交什么材料？")
    assert later.before == "发改委备案要几天？"


@pytest.mark.parametrize(
    "message",
    [
        "发改委备案要几天",
        "我们想去巴西。要办什么手续？",
        "真的？？",
        "What is the VAT rate in Russia? Thank you very much.",
        "几天？" * (MOST + 1),
        "See https://a.cn/x?id=5 – how long does it take?",
        "Can I open a company (is that allowed?) and how long does it take?",
        "客户问“能不能100%控股？”，怎么回答？",
        "Really?! What does it cost?",
        "Do we need a visa? I don't know who to ask.",
        "需要备案吗？我们公司在俄罗斯做什么都不太顺利",
        "",
    ],
)
def test_one_question_stays_whole(message: str) -> None:
    assert [each.text for each in split_parts(message)] == [message]


@given(st.text(max_size=200))
def test_no_word_of_a_message_is_lost(message: str) -> None:
    squeezed = "".join("".join(each.text for each in split_parts(message)).split())
    assert squeezed == "".join(message.split())


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("Compare os impostos sobre dividendos do Brasil, da Rússia e da Índia", []),
        ("compare VAT in Kazakhstan, in Uzbekistan", []),
        ("dividend VAT India, income tax Brazil", ["dividend VAT India", "income tax Brazil"]),
        ("军民两用的出口许可证审多久 一张证能用多长时间", ["军民两用的出口许可证审多久", "一张证能用多长时间"]),
        ("马来西亚企业所得税几个点，老板下周过去要办签不", ["马来西亚企业所得税几个点", "老板下周过去要办签不"]),
        (
            "Whats the deadline for them, and how long is it good for",
            ["Whats the deadline for them", "and how long is it good for"],
        ),
        ("海外工地死了两个工人，几天内要上报，报给谁", ["几天内要上报", "报给谁"]),
        ("第一次认定高新企业杭州给多少钱，复审呢", ["第一次认定高新企业杭州给多少钱", "复审呢"]),
        (
            "¿Qué revisa el banco y cuánto podemos adelantar antes del registro?",
            ["¿Qué revisa el banco", "cuánto podemos adelantar antes del registro?"],
        ),
        ("Can we own 100% of an LLC and what tax is due?", ["Can we own 100% of an LLC", "what tax is due?"]),
        ("O ATA carnet vale quanto tempo e quem emite?", ["O ATA carnet vale quanto tempo", "quem emite?"]),
        ("сколько ждать лицензию и надо ли регистрироваться", ["сколько ждать лицензию", "надо ли регистрироваться"]),
        (
            "We ship to Rio and know how. How long does it take, and who decides?",
            ["How long does it take", "and who decides?"],
        ),
        ("كم سنة حماية براءة الاختراع وكم العلامة التجارية؟", ["كم سنة حماية براءة الاختراع", "كم العلامة التجارية؟"]),
        (
            "corp tax south africa? and any zone where u pay less",
            ["corp tax south africa?", "any zone where u pay less"],
        ),
        ("两个事：1 海外仓还要不要备案 2 没卖掉能不能先退税", ["海外仓还要不要备案", "没卖掉能不能先退税"]),
        ("持股 1.5% 要备案吗，2.5% 要备案吗", ["持股 1.5% 要备案吗", "2.5% 要备案吗"]),
        ("有 1 个股东，2 个董事，要什么材料，多久办好", ["要什么材料", "多久办好"]),
        ("population of Qiantang, and its GDP", ["population of Qiantang", "and its GDP"]),
        ("цена земли под завод и скидка на свет", ["цена земли под завод", "скидка на свет"]),
        ("НДС на услуги сколько? и до какого числа сдавать", ["НДС на услуги сколько?", "до какого числа сдавать"]),
        ("几万块的设备报不报，年底还交没交过", ["几万块的设备报不报", "年底还交没交过"]),
        (
            "is Form A of use for Russia, and don't we have a free trade deal?",
            ["is Form A of use for Russia", "and don't we have a free trade deal?"],
        ),
        (
            "thuế lợi nhuận mấy %, rồi chuyển lãi về có bị trừ không?",
            ["thuế lợi nhuận mấy %", "rồi chuyển lãi về có bị trừ không?"],
        ),
        ("¿hay que registrar la marca y vale para todos?", ["¿hay que registrar la marca", "vale para todos?"]),
        ("تسجيل العلامة بكام، ومين يعطينا الإعفاء", ["تسجيل العلامة بكام", "ومين يعطينا الإعفاء"]),
        ("kena pajak brp, terus harus lapor ga", ["kena pajak brp", "terus harus lapor ga"]),
    ],
)
def test_clauses_that_ask_something_of_their_own_are_told_apart(question: str, clauses: list[str]) -> None:
    found = split_clauses(question)
    assert [each.text for each in found] == clauses
    assert all(question.startswith(each.before) for each in found)


@pytest.mark.parametrize(
    ("question", "behind"),
    [
        ("Where do I register and how much does it cost, for a company in Vietnam?", "for a company in Vietnam?"),
        ("需要哪些材料，多久能办完，我们是去越南投资", "我们是去越南投资"),
    ],
)
def test_what_stands_behind_all_clauses_belongs_to_each(question: str, behind: str) -> None:
    found = split_clauses(question)
    assert len(found) == 2
    assert all(each.before.endswith(behind) and behind not in each.text for each in found)


@pytest.mark.parametrize(
    ("question", "clauses", "subject"),
    [
        ("how long and how much for an ODI filing", ["how long", "how much for an ODI filing"], "ODI filing"),
        ("documents and where for a permit?", ["documents", "where for a permit?"], "permit?"),
        ("Quanto tempo e quanto custa o registro?", ["Quanto tempo", "quanto custa o registro?"], "registro?"),
        ("¿Cuánto tarda y cuánto cuesta el registro?", ["¿Cuánto tarda", "cuánto cuesta el registro?"], "registro?"),
        (
            "Сколько времени занимает и сколько стоит виза?",
            ["Сколько времени занимает", "сколько стоит виза?"],
            "виза?",
        ),
        ("كم تستغرق وكم تكلف رخصة العمل؟", ["كم تستغرق", "كم تكلف رخصة العمل؟"], "رخصة العمل؟"),
        ("Berapa lama dan berapa biaya visa?", ["Berapa lama", "berapa biaya visa?"], "visa?"),
        ("Mất bao lâu và bao nhiêu tiền thị thực?", ["Mất bao lâu", "bao nhiêu tiền thị thực?"], "thị thực?"),
        ("कितना समय और कौन से दस्तावेज़ वीज़ा के लिए?", ["कितना समय", "कौन से दस्तावेज़ वीज़ा के लिए?"], "वीज़ा के लिए?"),
        ("多久、什么材料能办签证", ["多久", "什么材料能办签证"], "什么材料能办签证"),
    ],
)
def test_a_clause_that_only_asks_is_read_after_the_subject_of_another_one(
    question: str, clauses: list[str], subject: str
) -> None:
    found = split_clauses(question)
    assert [each.text for each in found] == clauses
    assert found[0].before == subject


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("how long, how much, what papers for a visa?", ["how long", "how much", "what papers for a visa?"]),
        ("办工作许可需要什么材料，去哪里办，多少钱", ["办工作许可需要什么材料", "去哪里办", "多少钱"]),
        ("ODI备案要多久、多少钱", ["ODI备案要多久", "多少钱"]),
        ("documents, fee and time for a work permit", ["documents", "fee", "time for a work permit"]),
        ("商标注册的材料和费用是多少", ["商标注册的材料", "费用是多少"]),
        ("签证材料，多久，费用", ["签证材料", "多久", "费用"]),
        ("plazo y costo de un permiso", ["plazo", "costo de un permiso"]),
        ("документы, сроки и стоимость визы", ["документы", "сроки", "стоимость визы"]),
        ("المستندات والرسوم لتسجيل شركة", ["المستندات", "الرسوم لتسجيل شركة"]),
        (
            "What are the requirements and the fees for a trademark?",
            ["What are the requirements", "the fees for a trademark?"],
        ),
    ],
)
def test_what_is_asked_of_one_subject_is_told_apart_as_it_was_typed(question: str, clauses: list[str]) -> None:
    assert [each.text for each in split_clauses(question)] == clauses


@pytest.mark.parametrize(
    "question",
    [
        "我们在杭州有公司，想去巴西投资要备案吗",
        "越南 企业所得税 多少 增值税 多少",
        "What is the VAT rate in Russia?",
        "1,500 pessoas, quem registra?",
        "哪些情形不用办手续，都列出来",
        "Company registration in Hanoi, Vietnam?",
        "你好，印尼增值税税率",
        "What taxes and fees does a branch pay?",
        "fees, duties and taxes on imported cars",
        "材料和流程图在哪下载",
        "时间和费用都超了",
        "发改收下材料，几天能下来",
        "my phone won't charge, what should I do",
        "1 a要吗 2 b要吗 3 c要吗 4 d要吗 5 e要吗",
        "A empresa tem o registro do investimento por 20 milhões, mas agora vai custar 26. Tem que avisar de novo?",
        "How long does the ODI filing take? ?",
        "，".join(["要几天"] * (MOST + 1)),
        "",
        "，",
    ],
)
def test_a_question_that_asks_one_thing_has_no_clauses(question: str) -> None:
    assert split_clauses(question) == []


@given(st.text(alphabet="几天，,and 多少 1;？", max_size=60))
def test_clauses_stand_in_the_question_in_order(question: str) -> None:
    found, at = split_clauses(question), 0
    assert len(found) <= MOST and len(found) != 1
    for each in found:
        at = question.index(each.text, at) + len(each.text)
