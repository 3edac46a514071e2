"""What kind of thing a question asks for, and whether a text gives it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.query.answer_type import article, as_of, asks_list, find_answer_type, years


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("发改委备案要几天", "7个工作日内出具通知书。", "通知书由发展改革委出具。"),
        ("how long does the filing take", "within 7 working days", "at the NDRC"),
        ("quanto tempo leva o registro?", "7 dias úteis", "na NDRC"),
        ("сколько дней занимает регистрация", "7 дней", "в комиссии"),
        ("كم يوم يستغرق التسجيل", "7 أيام", "في اللجنة"),
        ("¿cuánto tarda el registro?", "7 días hábiles", "en la NDRC"),
        ("cuantos dias habiles tarda", "20 días", "en la provincia"),
        ("plazo para avisar a la NDRC", "5 días", "en línea"),
        ("¿desde cuándo rige la ley?", "desde el 1 de enero de 2026", "la dicta el Consejo"),
        ("que tasa pagan las pymes? porcentaje", "tributan al 20%", "ante la oficina tributaria"),
        ("¿cuánto es el IVA en Bolivia?", "es del 13 %", "es nacional"),
        ("cuanto cuesta registrar la marca", "es gratis", "en la aduana"),
        ("¿qué monto de multa hay?", "hasta 50.000 dólares", "según el artículo 41"),
        ("¿cuántas patentes tiene?", "más de 300", "muchas"),
        ("什么时候开始施行", "自2026年1月1日起施行", "由国务院公布"),
        ("俄罗斯增值税税率", "税率为22%", "由税务局征收"),
        ("qual é a alíquota do IVA", "é de 17%", "é federal"),
        ("注册要多少钱", "不收费", "在窗口办理"),
        ("minimum capital in Indonesia", "IDR 2.5 billion", "a notary signs"),
        ("窗口的电话", "0571-89898989", "请到窗口"),
    ],
)
def test_the_kind_that_is_asked_for_is_told_from_others(question: str, answer: str, other: str) -> None:
    kind = find_answer_type(question)
    assert kind is not None
    assert kind.given.search(answer)
    assert not kind.given.search(other)


def test_a_question_for_no_figure_asks_for_none() -> None:
    assert find_answer_type("哪个部门负责境外投资备案") is None
    assert find_answer_type("who approves the filing") is None


def test_lists_and_steps_are_recognised() -> None:
    assert all(
        map(
            asks_list,
            [
                "要哪些材料",
                "which documents are needed",
                "quais documentos",
                "какие документы",
                "ما هي المستندات",
                "qué papeles piden",
                "cuales son los requisitos",
                "¿qué trámites hay que hacer?",
                "Por onde começo?",
                "С чего начать?",
                "咋办",
                "要准备什么",
                "dokumen apa saja?",
                "cần giấy tờ gì?",
                "कौन से दस्तावेज़ चाहिए?",
            ],
        )
    )
    assert not any(
        map(
            asks_list,
            [
                "税率多少",
                "VAT rate in Russia",
                "НДС в России",
                "IVA en Rusia, ¿cuánto cobramos?",
                "berapa PPN di Rusia?",
                "thuế suất ở Nga là bao nhiêu?",
            ],
        )
    )


def test_years_are_found_and_other_numbers_are_none() -> None:
    assert years("从2025年到2026年共12345件") == {"2025", "2026"}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("公司法第47条", "第四十七条"),
        ("外商投资法第三十七条罚款多少", "第三十七条"),
        ("Article 107 of the Company Law", "第一百零七条"),
        ("статья 15 закона", "第十五条"),
        ("el artículo 47 de la Ley de Sociedades", "第四十七条"),
        ("《公司法》47条", "第四十七条"),
        ("草案第14条、15条", "第十四条"),
        ("负面清单有几条", ""),
        ("分红不拿走，再上一条线能抵多少税", ""),
        ("稳外资二十条是哪天发的", ""),
        ("增值税是多少", ""),
    ],
)
def test_an_article_is_named_as_laws_write_it(question: str, named: str) -> None:
    assert article(question) == named


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("2025年适用哪个规定？", date(2025, 12, 31)),
        ("What applied in 2025?", date(2025, 12, 31)),
        ("2024年3月的税率", date(2024, 3, 31)),
        ("2024年3月5日的税率", date(2024, 3, 5)),
        ("2024年以前注册资本怎么缴", date(2023, 12, 31)),
        ("qual era a taxa em 2023?", date(2023, 12, 31)),
        ("2024年办的签证费多少", date(2024, 12, 31)),
        ("2023年成立公司要交多少印花税", date(2023, 12, 31)),
        ("какой был налог в 2023 году", date(2023, 12, 31)),
        ("¿qué tasa había en el año 2023?", date(2023, 12, 31)),
        ("el capital mínimo antes de 2024", date(2023, 12, 31)),
        ("كم كان الرسم في عام 2023؟", date(2023, 12, 31)),
        ("the rate before 2024", date(2023, 12, 31)),
        ("What was the minimum registered capital in 2019?", date(2019, 12, 31)),
        ("Which rule applied to contracts signed in 2020?", date(2020, 12, 31)),
        ("Qual era o capital registrado em 2019?", date(2019, 12, 31)),
        ("Сколько стоило создание компании в 2019 году?", date(2019, 12, 31)),
        ("2019年注册公司要多少资本", date(2019, 12, 31)),
    ],
)
def test_a_question_may_ask_as_of_a_day_in_the_past(question: str, day: date) -> None:
    assert as_of(question, date(2026, 6, 1)) == day


@pytest.mark.parametrize(
    "question",
    [
        "江商务发2024年19号还有效吗",
        "国办发2025年12号",
        "2023年修订的公司法第47条",
        "2025年稳外资行动方案说了什么",
        "2027年的税率",
        "2026年的税率",
        "2024年起怎么办",
        "the 2023 revision of the Company Law",
        "2023年和2025年有什么不同",
        "财税〔2023〕5号",
        "2024年13月",
        "And our older joint venture, registered in 2015 with a plan of 30 years?",
        "老合资企业，2005年和日本人一起办的，现在要改吗",
        "2005 年成立的合资公司，现在要改吗",
        "我们是2018年在杭州注册的日资公司，要改章程吗",
        "在2015年成立的合资公司，注册资本怎么缴",
        "2015年在杭州成立的合资公司，注册资本怎么缴",
        "我们公司2015年成立，注册资本怎么缴",
        "我们2015年注册了一家公司，注册资本怎么缴",
        "Компания зарегистрирована в 2015 году, когда вносить капитал?",
        "empresa constituída em 2015, qual o prazo do capital?",
        "sociedad creada en 2018, ¿fecha límite del capital?",
    ],
)
def test_the_year_of_a_document_of_a_beginning_or_of_today_is_no_past_day(question: str) -> None:
    assert as_of(question, date(2026, 6, 1)) is None
