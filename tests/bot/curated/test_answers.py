"""An answer that the center wrote is given to a question that means the same, and to no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.answer import Turn
from bot.curated.answers import nearest, trouble, wordings_for
from bot.generation.curated_answers import loose_figures
from bot.messages import text
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.query import understand
from bot.serialization import to_json
from records import CuratedAnswer, CuratedSource, CuratedText
from store.documents import Validity
from tests.support.engine import needs_token_vectors

TODAY = date(2026, 11, 25)
QUOTE = "俄罗斯增值税的一般税率为22%"
ANSWER = CuratedAnswer(
    "vat-russia",
    TODAY + timedelta(days=90),
    (
        CuratedText(
            "zh", "俄罗斯的增值税税率是多少？\n俄罗斯卖货要交多少增值税？", "**22%**，小企业可以申请较低税率。"
        ),
        CuratedText("en", "What is the VAT rate in Russia?", "**22%**; small firms may ask for less. [1]"),
    ),
    (CuratedSource("outbound/russia.zh.md", QUOTE),),
    created_by="王芳",
)


def knowing(bot: Bot, *answers: CuratedAnswer) -> Bot:
    return replace(bot, curated=lambda: answers)


def is_used(
    bot: Bot, question: str, *answers: CuratedAnswer, history: tuple[Turn, ...] = (), country: str = ""
) -> bool:
    given = knowing(bot, *(answers or (ANSWER,))).answer(question, history, TODAY, country)
    return given.mode == "curated"


@pytest.mark.parametrize(
    "question",
    [
        "俄罗斯的增值税税率是多少？",
        pytest.param("请问俄罗斯现在增值税是几个点", marks=needs_token_vectors),
        pytest.param("俄罗斯增值税税率多少", marks=needs_token_vectors),
        "俄罗斯卖货要交多少增值税",
        pytest.param("what's the vat rate in Russia", marks=needs_token_vectors),
        pytest.param("Какая ставка НДС в России?", marks=needs_token_vectors),
    ],
)
def test_a_question_that_means_the_same_finds_it(bot: Bot, question: str) -> None:
    written = replace(ANSWER, texts=(*ANSWER.texts, CuratedText("ru", "Какова ставка НДС в России?", "22 %.")))
    assert is_used(bot, question, written)


@pytest.mark.parametrize(
    "question",
    [
        "巴西的增值税税率是多少？",
        "What is the VAT rate in Brazil?",
        "俄罗斯的利润税税率是多少？",
        "俄罗斯的增值税什么时候申报？",
        "俄罗斯的增值税税率2019年是多少？",
        "俄罗斯的增值税税率不是22%吗？",
        "俄罗斯的增值税能退吗？",
        "增值税税率是多少？",
        "俄罗斯和巴西的增值税税率是多少？",
    ],
)
def test_a_question_that_is_near_but_another_does_not(bot: Bot, question: str) -> None:
    assert not is_used(bot, question)


def test_days_are_not_money(bot: Bot) -> None:
    days = replace(ANSWER, texts=(CuratedText("zh", "发改委备案要多少天？", "7个工作日。"),))
    assert is_used(bot, "发改委备案要几天？", days)
    assert not is_used(bot, "发改委备案要多少钱？", days)


def test_it_says_that_the_center_wrote_it_and_cites_the_quote_with_its_validity(bot: Bot) -> None:
    answer = knowing(bot, ANSWER).answer("俄罗斯增值税税率是多少", on=TODAY)
    first, _, rest = answer.text.partition("\n\n")
    written = str(ANSWER.changed_at.astimezone().date())
    assert first == text("curated", "zh", day=written, until=str(ANSWER.until)) + " [1]"
    assert rest == "**22%**，小企业可以申请较低税率。"
    assert (answer.outcome, answer.mode, answer.reason, answer.language) == (
        Outcome.ANSWERED,
        "curated",
        ANSWER.id,
        "zh",
    )
    (citation,) = answer.citations
    document = bot.index.document(citation.source)
    assert document
    assert citation.quote == QUOTE == document.text[citation.start : citation.end]
    assert citation.validity is Validity.IN_FORCE
    assert to_json(answer)["mode"] == "curated"


def test_without_a_quote_the_best_passage_of_the_source_is_quoted(bot: Bot) -> None:
    plain = replace(ANSWER, sources=(CuratedSource("outbound/russia.zh.md"),))
    (citation,) = knowing(bot, plain).answer("俄罗斯增值税税率是多少", on=TODAY).citations
    document = bot.index.document(citation.source)
    assert document
    assert citation.quote
    assert citation.quote == document.text[citation.start : citation.end]


def test_it_is_given_in_the_language_asked_or_not_at_all(bot: Bot) -> None:
    assert knowing(bot, ANSWER).answer("What is the VAT rate in Russia?", on=TODAY).text.endswith("ask for less. [1]")
    assert not is_used(bot, "Какая ставка НДС в России?")
    only_chinese = replace(ANSWER, texts=ANSWER.texts[:1])
    assert not is_used(bot, "What is the VAT rate in Russia?", only_chinese)


def test_what_is_ended_or_has_lost_its_source_is_not_used(bot: Bot) -> None:
    ended = replace(ANSWER, until=TODAY - timedelta(days=1))
    lost = replace(ANSWER, sources=(*ANSWER.sources, CuratedSource("outbound/gone.md")))
    changed = replace(ANSWER, sources=(CuratedSource("outbound/russia.zh.md", "俄罗斯增值税为99%"),))
    assert [trouble(each, bot.index, TODAY) for each in (ANSWER, ended, lost, changed)] == [
        None,
        "ended",
        "source_gone",
        "quote_gone",
    ]
    assert not is_used(bot, "俄罗斯的增值税税率是多少？", ended)
    assert not is_used(bot, "俄罗斯的增值税税率是多少？", lost)
    assert is_used(bot, "俄罗斯的增值税税率是多少？", changed)


def test_a_source_that_is_not_in_force_is_warned_of(bot: Bot) -> None:
    fee = CuratedText("zh", "江城市停车费最高多少？", "5元。")
    old = replace(ANSWER, texts=(fee,), sources=(CuratedSource("laws/parking-2019.md"),))
    answer = knowing(bot, old).answer("江城市停车费最高多少？", on=TODAY)
    assert answer.mode == "curated"
    assert "not_in_force" in [warning.kind for warning in answer.warnings]


def test_two_answers_to_one_question_are_none(bot: Bot) -> None:
    assert not is_used(bot, "俄罗斯的增值税税率是多少？", ANSWER, replace(ANSWER, id="other"))


def test_a_question_that_may_leave_something_out_does_not_find_it_in_a_conversation(bot: Bot) -> None:
    brazil = (Turn("user", "巴西的增值税税率是多少？"), Turn("assistant", "2027年起征CBS。"))
    assert is_used(bot, "俄罗斯的增值税税率是多少？", history=brazil)
    home = replace(ANSWER, texts=(CuratedText("zh", "增值税税率是多少？", "13%。"),))
    assert is_used(bot, "增值税税率是多少？", home)
    assert not is_used(bot, "增值税税率是多少？", home, history=brazil)
    assert not is_used(bot, "增值税税率是多少？", home, country="BR")
    assert is_used(bot, "增值税税率是多少？", country="RU")


def test_a_short_question_finds_it_word_for_word_in_a_conversation(bot: Bot) -> None:
    office = replace(ANSWER, texts=(CuratedText("zh", "办事大厅几点开门？", "九点。"),))
    before = (Turn("user", "巴西的增值税税率是多少？"), Turn("assistant", "2027年起征CBS。"))
    assert is_used(bot, "办事大厅几点开门", office, history=before)
    assert is_used(bot, "办事大厅几点开门？", office, country="BR")
    assert not is_used(bot, "那办事大厅几点开门？", office, history=before)


def test_another_question_after_it_does_not_find_it_again(bot: Bot) -> None:
    before = (Turn("user", "俄罗斯的增值税税率是多少？"), Turn("assistant", "22%。"))
    assert not is_used(bot, "货物在保税仓库最多存放多久？", history=before)


def test_the_nearest_are_told_with_what_keeps_them_apart(bot: Bot) -> None:
    def first(question: str) -> str:
        asked = understand(question, "zh", bot.index, bot.embedding_model)
        return nearest([ANSWER], asked, bot.embedding_model, 3)[0].compared.verdict

    assert first("俄罗斯的增值税税率是多少") == "same"
    assert first("巴西增值税税率多少") == "named"
    assert first("俄罗斯的增值税什么时候申报？") == "unlike"


@needs_token_vectors
def test_a_question_is_compared_with_the_wordings_in_its_own_language(bot: Bot) -> None:
    asked = understand("俄罗斯的增值税税率是多少", "zh", bot.index, bot.embedding_model)
    chinese = ANSWER.texts[0]
    assert wordings_for(ANSWER, asked) == list(chinese.wordings)
    english = replace(ANSWER, texts=ANSWER.texts[1:])
    assert wordings_for(english, asked) == list(english.texts[0].wordings)


def test_an_answer_without_a_source_is_the_center_s_own_and_cites_nothing(bot: Bot) -> None:
    own = replace(ANSWER, sources=())
    answer = knowing(bot, own).answer("俄罗斯的增值税税率是多少？", on=TODAY)
    assert (answer.mode, answer.citations, answer.passages) == ("curated", (), ())
    written = str(own.changed_at.astimezone().date())
    assert answer.text == text("curated", "zh", day=written, until=str(own.until)) + f"\n\n{own.texts[0].answer}"
    assert trouble(own, bot.index, TODAY) is None
    assert loose_figures(own, bot.index) == {}


def test_figures_that_no_source_holds_are_found(bot: Bot) -> None:
    wrong = replace(ANSWER, texts=(CuratedText("zh", "俄罗斯的增值税税率是多少？", "22%，2027年起23%。[1]"),))
    assert loose_figures(wrong, bot.index) == {"zh": ["2027", "23"]}
    assert loose_figures(ANSWER, bot.index) == {}
