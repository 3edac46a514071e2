"""Answers say on the day of the question whether their documents apply."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.answer import Answer, Citation, CitedBasis, Mode
from bot.generation.validity_warnings import Folder, validity_warnings, warn_of_unchecked_basis, warn_of_uncovered
from bot.messages import text
from bot.outcomes import Outcome
from bot.pipeline import Bot
from store.basis_marks import UNKNOWN
from store.documents import Audience, Metadata, Validity
from tests.bot.conftest import passage_of

FEE = "公共停车场的停车费每小时最高多少元？"
TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("question", "source", "validity"),
    [
        ("自行车登记费每辆多少元？", "laws/bicycles-2015.md", Validity.SUPERSEDED),
        ("更新为电动出租车每辆补贴多少元？", "laws/subsidy-expired.md", Validity.EXPIRED),
        ("无人机飞行高度不得超过多少米？", "laws/drones-draft.md", Validity.DRAFT),
    ],
)
def test_what_is_not_in_force_says_so_in_the_first_line(
    bot: Bot, question: str, source: str, validity: Validity
) -> None:
    answer = bot.answer(question, on=TODAY)
    first = answer.text.splitlines()[0]
    assert first == f"> {text(f'not_in_force_{validity.value}', 'zh', date='')}"
    assert answer.warnings[0].kind == "not_in_force"
    assert (answer.citations[0].source, answer.citations[0].validity) == (source, validity)


def test_what_is_in_force_carries_no_warning(bot: Bot) -> None:
    answer = bot.answer("更新为电动出租车每辆补贴多少元？", on=date(2021, 6, 1))
    assert answer.citations[0].validity is Validity.IN_FORCE
    assert answer.citations[0].effective_to == date(2022, 12, 31)
    assert answer.warnings == ()


def test_the_day_of_the_question_decides_which_version_answers(bot: Bot) -> None:
    then, now = bot.answer(FEE, on=date(2020, 6, 1)), bot.answer(FEE, on=TODAY)
    assert then.citations[0].source == "laws/parking-2019.md"
    assert now.citations[0].source == "laws/parking-2024.md"
    assert then.citations[0].validity is now.citations[0].validity is Validity.IN_FORCE


def test_what_does_not_yet_apply_names_its_day(bot: Bot) -> None:
    answer = bot.answer(FEE, on=date(2018, 6, 1))
    assert answer.citations[0].validity is Validity.NOT_YET
    assert str(answer.citations[0].effective_from) in answer.text.splitlines()[0]


def test_the_law_that_repeals_another_is_named(bot: Bot) -> None:
    answer = bot.answer("自行车登记费每辆多少元？", on=TODAY)
    other = [warning.text for warning in answer.warnings if warning.kind == "other_version"]
    assert other
    assert "江城市非机动车管理规定" in other[0]


def test_a_repealed_law_is_in_force_before_its_repeal(bot: Bot) -> None:
    answer = bot.answer("自行车登记费每辆多少元？", on=date(2016, 6, 1))
    assert answer.citations[0].validity is Validity.IN_FORCE
    assert answer.warnings == ()


def test_a_warning_is_in_the_language_of_the_question(bot: Bot) -> None:
    answer = bot.answer(
        "江城市出租车更新补贴: how much is the subsidy for each taxi that is replaced by an electric one?", on=TODAY
    )
    assert answer.language == "en"
    assert answer.warnings[0].text == text("not_in_force_expired", "en", date="")
    assert [each.kind for each in answer.warnings] == ["not_in_force", "other_language"]


@pytest.mark.parametrize(
    ("question", "source", "fee"),
    [
        ("2022年公共停车场的停车费每小时最高多少元？", "laws/parking-2019.md", "5元"),
        ("2024年6月1日以前公共停车场的停车费每小时最高多少元？", "laws/parking-2019.md", "5元"),
        ("2025年公共停车场的停车费每小时最高多少元？", "laws/parking-2024.md", "8元"),
        ("公共停车场的停车费每小时最高多少元？", "laws/parking-2024.md", "8元"),
    ],
)
def test_a_question_about_the_past_is_answered_as_of_then(bot: Bot, question: str, source: str, fee: str) -> None:
    answer = bot.answer(question, on=TODAY)
    assert {each.source for each in answer.citations} == {source}
    assert fee in answer.citations[0].quote


def test_what_applied_once_says_so_first_and_names_what_applies_now(bot: Bot) -> None:
    answer = bot.answer("2022年公共停车场的停车费每小时最高多少元？", on=TODAY)
    assert answer.text.splitlines()[0] == f"> {text('no_longer', 'zh', day='2022-12-31')}"
    assert answer.citations[0].validity is Validity.SUPERSEDED
    assert "laws/parking-2024.md" in next(each.text for each in answer.warnings if each.kind == "other_version")


def test_what_came_later_than_was_asked_says_since_when(bot: Bot) -> None:
    answer = bot.answer("2019年3月公共停车场的停车费每小时最高多少元？", on=TODAY)
    assert answer.text.splitlines()[0] == f"> {text('only_since', 'zh', day='2019-03-31', date='2019-06-01')}"


def test_one_answer_quotes_one_version(bot: Bot) -> None:
    assert len({each.source for each in bot.answer(FEE, on=TODAY).citations}) == 1


def test_whoever_gets_quotes_in_another_language_is_told_in_their_own(bot: Bot) -> None:
    def told(question: str) -> list[str]:
        return [each.text for each in bot.answer(question, on=TODAY).warnings if each.kind == "other_language"]

    (spanish,) = told("¿Cuál es el impuesto sobre las ganancias de las empresas en Brasil?")
    assert "español" in spanish and ("inglés" in spanish or "portugués" in spanish)
    assert told("巴西的企业利润税是多少？") == []


@pytest.mark.parametrize("mode", ["extractive", "curated"])
@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        (("zh",), []),
        (("zh", ""), []),
        (("zh", "en"), ["部分引文为英语。"]),
        (("en",), [text("other_language", "zh", languages="英语")]),
        (("",), []),
    ],
)
def test_some_quotes_in_another_language_are_told_of_as_all_are(
    mode: Mode, quoted: tuple[str, ...], said: list[str]
) -> None:
    citations = tuple(Citation(number, "a", "A", "x", 0, 1, language=each) for number, each in enumerate(quoted, 1))
    answer = Answer("？", "？", "zh", Outcome.ANSWERED, "x", citations=citations, mode=mode)
    assert [each.text for each in validity_warnings(answer, Folder({}, {}))] == said


@pytest.mark.parametrize(
    ("question", "quote", "audience", "names"),
    [
        ("越南和波兰哪个税低", "越南企业所得税20%。", "outbound", "波兰"),
        ("我们想在墨西哥建厂", "到境外投资先备案。", "outbound", "墨西哥"),
        ("越南的税率", "越南企业所得税20%。", "outbound", ""),
        ("日本和中国有协定吗", "中国与日本的协定上限10%。", "outbound", ""),
        ("肯尼亚公司能在中国独资吗", "外国企业可以独资。", "inbound", ""),
        ("欧洲公司能在中国独资吗", "外国企业可以独资。", "inbound", ""),
        ("东盟的原产地证", "中国—东盟自贸区用Form E。", "outbound", ""),
    ],
)
def test_a_country_that_no_document_covers_is_named(question: str, quote: str, audience: Audience, names: str) -> None:
    documents = {"a.md": Metadata("A", audience=audience), "vn.md": Metadata("越南", countries=("VN",))}
    answer = Answer(question, question, "zh", Outcome.ANSWERED, "", citations=(Citation(1, "a.md", "A", quote, 0, 1),))
    warning = warn_of_uncovered(answer, Folder(documents, {}))
    assert (warning.text if warning else "").startswith(f"资料没有收录{names}当地" if names else "")
    assert bool(warning) == bool(names)
    assert warn_of_uncovered(replace(answer, is_inbound=True), Folder(documents, {})) is None, "it is the asker's own"


@pytest.mark.parametrize(
    ("question", "audience", "names"),
    [
        ("肯尼亚的税率", "outbound", "肯尼亚"),
        ("肯尼亚公司能在中国独资吗", "inbound", ""),
        ("越南的税率", "outbound", ""),
        ("中国的税率", "outbound", ""),
        ("火星的担保金", "outbound", ""),
    ],
)
def test_a_refusal_names_a_country_that_no_document_covers(question: str, audience: Audience, names: str) -> None:
    nearest = replace(passage_of("税率"), metadata=Metadata("A", audience=audience))
    refused = Answer(question, question, "zh", Outcome.NOT_IN_KNOWLEDGE_BASE, "", passages=(nearest,))
    folder = Folder({"vn.md": Metadata("越南", countries=("VN",))}, {})
    warning = warn_of_uncovered(refused, folder)
    assert (warning.text if warning else "") == (f"资料没有收录{names}当地的规定。" if names else "")
    assert warn_of_uncovered(replace(refused, outcome=Outcome.ANSWERED), folder) is None, "the center wrote it"


@pytest.mark.parametrize(
    ("language", "question", "named"),
    [
        ("pt", "Quais são os impostos na Argentina?", "regras locais (Argentina)."),
        ("es", "¿Qué impuestos hay en Argentina?", "normas locales (Argentina)."),
        ("ru", "Какие налоги в Аргентине?", "местных правил (Аргентина)."),
        ("ar", "ما الضرائب في الأرجنتين؟", "القواعد المحلية (الأرجنتين)."),
    ],
)
def test_countries_that_no_document_covers_need_no_article(language: str, question: str, named: str) -> None:
    nearest = replace(passage_of("税率"), metadata=Metadata("A", audience="outbound"))
    refused = Answer(question, question, language, Outcome.NOT_IN_KNOWLEDGE_BASE, "", passages=(nearest,))
    warning = warn_of_uncovered(refused, Folder({"vn.md": Metadata("越南", countries=("VN",))}, {}))
    assert warning and warning.text.endswith(named)


def test_a_region_is_named_as_one_that_no_document_covers_as_a_whole() -> None:
    documents = {"vn.md": Metadata("越南", countries=("VN",))}
    cited = Citation(1, "vn.md", "越南", "越南企业所得税20%。", 0, 1)
    answer = Answer("东盟的税率", "东盟的税率", "zh", Outcome.ANSWERED, "", citations=(cited,))
    warning = warn_of_uncovered(answer, Folder(documents, {}))
    assert warning and warning.text.startswith("资料没有东盟的统一规定")


def test_the_quotes_to_be_checked_are_named_if_others_need_no_check() -> None:
    marked, sure = (
        Citation(number, "a.en.md", "A", "q", 0, 1, bases=bases)
        for number, bases in ((2, (CitedBasis(UNKNOWN),)), (1, ()))
    )
    answer = Answer("?", "?", "en", Outcome.ANSWERED, "")
    all_of_it, some = (
        warn_of_unchecked_basis(replace(answer, citations=cited)) for cited in ((marked,), (sure, marked))
    )
    assert all_of_it and "[2]" not in all_of_it.text
    assert some and "[2]" in some.text and "[1]" not in some.text
    assert warn_of_unchecked_basis(replace(answer, citations=(sure,))) is None
