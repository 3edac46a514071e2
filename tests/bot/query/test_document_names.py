"""Laws are recognised by their titles, the short ones that people use, and their English names."""

from __future__ import annotations

import pytest

from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.document_names import bare, chinese_law_name, cites, find_named_documents, law, lists_question
from store.documents import Metadata
from text.lexicon.load import keys, words

TITLES = {
    "laws/company.md": "中华人民共和国公司法",
    "laws/fil.md": "中华人民共和国外商投资法",
    "laws/fil-rules.md": "中华人民共和国外商投资法实施条例",
    "guide.md": "公司设立指南",
}
LANGUAGES = ("en", "es", "pt", "ru", "ar")
DOCUMENTS = {source: Metadata(title=title) for source, title in TITLES.items()}


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("公司法第47条", "laws/company.md"),
        ("《中华人民共和国公司法》第四十七条说了什么", "laws/company.md"),
        ("Article 47 of the Company Law", "laws/company.md"),
        ("外商投资法第三十七条罚款多少", "laws/fil.md"),
        ("外商投资法实施条例第3条", "laws/fil-rules.md"),
        ("art. 3 Implementing Regulations of the Foreign Investment Law", "laws/fil-rules.md"),
    ],
)
def test_a_question_names_the_law_that_it_means(question: str, source: str) -> None:
    assert find_named_documents(question, DOCUMENTS) == {source}


def test_a_question_that_names_no_document_names_none() -> None:
    assert find_named_documents("注册资本什么时候缴足？", DOCUMENTS) == frozenset()
    assert chinese_law_name("When is capital paid in?") == ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("劳动合同法第47条怎么赔", "劳动合同法"),
        ("请问广告法第9条", "广告法"),
        ("根据《江城市停车管理条例》的第3条", "江城市停车管理条例"),
        ("Article 47 of the Labor Contract Law", "劳动合同法"),
        ("第47条说什么", ""),
    ],
)
def test_the_law_of_an_article_is_known_also_where_the_folder_does_not_hold_it(question: str, expected: str) -> None:
    assert law(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("по закону об иностранных инвестициях", "外商投资法"),
        ("статья 5 Закона КНР о трудовых договорах", "劳动合同法"),
        ("Положение о применении Закона КНР о НДС", "增值税法实施条例"),
        ("وفقا لقانون الاستثمار الأجنبي", "外商投资法"),
        ("اللائحة التنفيذية لقانون ضريبة دخل الشركات", "企业所得税法实施条例"),
        ("o que diz a Lei de Arbitragem?", "仲裁法"),
        ("artigo 3 do Regulamento da Lei de Investimento Estrangeiro", "外商投资法实施条例"),
        ("reglamento de aplicación de la ley de inversión extranjera", "外商投资法实施条例"),
        ("Lei das Sociedades Anônimas", ""),
        ("Гражданский кодекс Российской Федерации", ""),
    ],
)
def test_a_law_is_known_by_its_name_in_every_language_of_pages(question: str, expected: str) -> None:
    assert chinese_law_name(question) == expected


def test_every_chinese_law_has_a_name_in_every_other_language_of_pages() -> None:
    nameless = [(key, each) for key in keys("law") for each in LANGUAGES if not words(f"law.{key}", each)]
    assert nameless == []


def test_an_article_is_cited_only_of_the_law_that_is_meant() -> None:
    assert cites("5年内缴足（公司法第47条）。", "公司法", "第四十七条")
    assert cites("Within 5 years (Company Law, Art. 47).", "公司法", "第四十七条")
    assert cites("Foreign Investment Law guide: 5 years (Company Law, Art. 47).", "公司法", "第四十七条")
    assert cites("В течение 5 лет (статья 47 Закона КНР о компаниях).", "公司法", "第四十七条")
    assert not cites("5年内缴足（公司法第47条）。", "劳动合同法", "第四十七条")
    assert not cites("5年内缴足（公司法第48条）。", "公司法", "第四十七条")


@pytest.mark.parametrize("question", ["停车管理条例第二条", "江城市停车管理条例第2条", "停车管理条例第二条停车费多少"])
def test_an_article_is_answered_from_its_law_whatever_part_of_the_title_is_named(bot: Bot, question: str) -> None:
    answer = bot.answer(question)
    assert answer.outcome is Outcome.ANSWERED
    assert "8元" in answer.citations[0].quote


@pytest.mark.parametrize("question", ["公司法第47条", "Article 47 of the Company Law", "停车管理条例第九条"])
def test_an_article_that_the_folder_neither_holds_nor_cites_is_refused(bot: Bot, question: str) -> None:
    assert bot.answer(question).outcome is Outcome.NOT_IN_KNOWLEDGE_BASE


@pytest.mark.parametrize(
    ("question", "is_listed"),
    [
        ("出口无人机需要许可证吗？", True),
        ("出口无人机 需要许可证吗", True),
        ("Do I need a licence to export drones", True),
        ("出口无人机要关税吗", False),
        ("无人机", False),
    ],
)
def test_a_page_lists_the_questions_that_people_asked_word_for_word(question: str, is_listed: bool) -> None:
    asked = ("出口无人机需要许可证吗", "Do I need a licence to export drones?", "无人机")
    assert lists_question(Metadata(title="", also_asked=asked), question) == is_listed


def test_a_folder_of_many_thousand_documents_keeps_their_titles_as_people_say_them() -> None:
    documents = {f"{number}.md": Metadata(title=f"关于第{number}号事项的规定") for number in range(25_000)}
    assert find_named_documents("关于第24999号事项的规定说什么", documents) == {"24999.md"}
    missed = bare.cache_info().misses
    find_named_documents("什么时候施行", documents)
    assert bare.cache_info().misses <= missed + 1  # that of the question
