"""Between a model and what is given without one the checks decide: a refusal needs more to be overruled than quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.answer import Answer, Turn
from bot.chat_model.opening import open_model
from bot.generation.quoting import Part, Quoter
from bot.generation.writer import SURE, Writer
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.answerability import Answerability
from bot.retrieval.retriever import Retrieval
from ingest.watcher import WatchedLibrary
from settings import Settings
from tests.bot.generation.conftest import TODAY
from tests.support.model_server import Scripted, scripted_server

QUESTION = "How long may goods stay in a bonded warehouse?"
GOOD = "Goods may stay in a bonded warehouse for at most 12 months [1]."
IDLE = "The guide is about goods in Brazil [2]."
REFUSED, UNSURE = -0.5, SURE / 2
DRAFT = Answer(
    QUESTION, QUESTION, "en", Outcome.FAILED, "", complete=False, reason="seal", suggestions=("Is the seal red?",)
)
"""Beside the answer the question of a curated one is offered."""


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted_server() as started:
        yield started


@pytest.fixture
def writer(library: WatchedLibrary, bot: Bot, server: Scripted) -> Writer:
    model = open_model(Settings(_env_file=None, chat_model="scripted", OPENAI_BASE_URL=server.address))
    assert model is not None
    return Writer(model, 20, 4_096, library.embedder, bot.answerability, Quoter(library.index, ()))


@pytest.fixture(scope="module")
def found(bot: Bot) -> Retrieval:
    return bot.retrieve(QUESTION, "en", TODAY)


Write = Callable[[str, float], list[Answer]]


@pytest.fixture
def write(writer: Writer, server: Scripted, found: Retrieval) -> Write:
    """All answers where the model says a text and the rules give the passages a score."""

    def play(text: str, support: float) -> list[Answer]:
        server.script = lambda service: service.says(text)
        retrieval = replace(found, verdict=Answerability(support))
        return list(writer.stream(DRAFT, retrieval, (), writer.quoter.answer(DRAFT, retrieval)))

    return play


def test_a_sentence_that_surely_answers_overrules_a_refusal(write: Write) -> None:
    answer = write(GOOD, REFUSED)[-1]
    assert (answer.mode, answer.outcome, answer.text) == ("model", Outcome.ANSWERED, GOOD)


def test_a_sentence_beside_the_question_overrules_nothing(write: Write) -> None:
    answer = write(IDLE, REFUSED)[-1]
    assert (answer.mode, answer.outcome) == ("extractive", Outcome.NOT_IN_KNOWLEDGE_BASE)
    assert not {each.kind for each in answer.warnings} & {"model_unavailable", "unverified_figure"}


def test_what_overrules_a_refusal_is_shown_only_once_it_is_judged(write: Write) -> None:
    *drafts, last = write(f"{GOOD} {IDLE}", REFUSED)
    assert drafts
    assert not any(draft.text for draft in drafts)
    assert last.text


@pytest.mark.parametrize("said", ["NO_ANSWER", "ASK_BACK: Which goods do you mean?"])
def test_where_the_quotes_surely_answer_a_model_that_finds_nothing_is_not_believed(said: str, write: Write) -> None:
    answer = write(said, SURE)[-1]
    assert (answer.mode, answer.outcome) == ("extractive", Outcome.ANSWERED)
    assert "for at most 12 months" in answer.text
    assert not answer.warnings


@pytest.mark.parametrize("support", [UNSURE, REFUSED])
def test_where_they_may_not_it_is_believed(support: float, write: Write) -> None:
    assert write("NO_ANSWER", support)[-1].outcome is Outcome.NOT_IN_KNOWLEDGE_BASE


@pytest.mark.parametrize("support", [UNSURE, REFUSED])
def test_a_model_may_ask_back(support: float, write: Write) -> None:
    answer = write("ASK_BACK: Which goods do you mean?", support)[-1]
    assert (answer.outcome, answer.text) == (Outcome.NEEDS_CLARIFICATION, "Which goods do you mean?")
    assert not answer.citations
    assert (answer.suggestions, answer.reason) == ((), ""), "what is not offered did not come near"


@pytest.mark.parametrize("said", ["ASK_BACK:", "ASK_BACK: 您指哪种货物？", "ASK_BACK: Is it more than 300 days?"])
def test_what_is_no_question_of_its_own_is_not_asked_back(said: str, write: Write) -> None:
    assert write(said, UNSURE)[-1].outcome is Outcome.NOT_IN_KNOWLEDGE_BASE


def test_where_a_rule_excludes_an_answer_no_model_is_asked(write: Write, server: Scripted) -> None:
    assert write(GOOD, float("-inf"))[-1].outcome is Outcome.NOT_IN_KNOWLEDGE_BASE
    assert server.requests == []


def test_parts_are_written_or_quoted_each_on_its_own(writer: Writer, server: Scripted, found: Retrieval) -> None:
    replies = iter([GOOD, "They may stay for 99 days [1].", "NO_ANSWER"])
    server.script = lambda service: service.says(next(replies))
    parts = [Part("How long?", found), Part("And how long again?", found)]
    parts.append(Part("And what does it cost?", replace(found, verdict=Answerability(REFUSED))))
    *drafts, last = writer.stream_parts(DRAFT, parts, ())
    own, quoted, unknown = last.text.split("### ")[1:]
    assert own == f"How long?\n\n{GOOD}\n\n"
    assert "for at most 12 months" in quoted
    assert "[2]" in quoted
    assert "99" not in quoted
    assert unknown.startswith("And what does it cost?\n\nThis part is not in the knowledge base.")
    assert (last.mode, last.outcome) == ("model", Outcome.PARTLY_ANSWERED)
    assert {each.kind for each in last.warnings} == {"unverified_figure"}, "the second part quotes instead of the model"
    assert [each.number for each in last.citations] == [1, 2]
    assert any(GOOD in draft.text for draft in drafts)
    assert not any(draft.complete or draft.warnings for draft in drafts)


IN_CHINESE = "保税仓库里的货物最多存放12个月[1]。"


def test_what_a_model_writes_in_parts_warns_as_what_it_writes_whole(writer: Writer, server: Scripted, bot: Bot) -> None:
    found = bot.retrieve("货物在保税仓库最长可以存放多久？", "zh", TODAY)
    parts = [Part("存放多久？", replace(found, verdict=Answerability(SURE))) for _ in range(2)]
    draft = replace(DRAFT, language="zh")

    def warned(*said: str) -> list[str]:
        replies = iter(said)
        server.script = lambda service: service.says(next(replies))
        *_, last = writer.stream_parts(draft, parts, ())
        return sorted(each.kind for each in last.warnings)

    assert warned(IN_CHINESE, IN_CHINESE) == ["machine_translation"]
    assert warned(f"{IN_CHINESE}罚款99元[1]。", IN_CHINESE) == ["machine_translation", "unverified_figure"]
    assert warned(IN_CHINESE, "") == ["machine_translation", "model_unavailable"]
    assert warned("", "") == ["model_unavailable", "other_language"]


def test_a_part_that_a_model_would_ask_back_is_quoted(writer: Writer, server: Scripted, found: Retrieval) -> None:
    replies = iter([GOOD, "ASK_BACK: Which goods do you mean?"])
    server.script = lambda service: service.says(next(replies))
    unsure = replace(found, verdict=Answerability(UNSURE))
    *_, last = writer.stream_parts(DRAFT, [Part("How long?", found), Part("And then?", unsure)], ())
    assert last.outcome is Outcome.ANSWERED
    assert "for at most 12 months" in last.text.split("### ")[2]


def test_a_model_does_not_ask_back_a_second_time(writer: Writer, server: Scripted, found: Retrieval) -> None:
    server.script = lambda service: service.says("ASK_BACK: Which goods do you mean?")
    before = [Turn("user", "How long?"), Turn("assistant", "Which warehouse do you mean?")]
    retrieval = replace(found, verdict=Answerability(UNSURE))
    *_, last = writer.stream(DRAFT, retrieval, before, writer.quoter.answer(DRAFT, retrieval))
    assert last.outcome is Outcome.NOT_IN_KNOWLEDGE_BASE
