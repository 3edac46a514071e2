"""Both sides of the model's eval are judged by the same labels: a sentence counts for the line that it restates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from langchain_core.messages import HumanMessage
from langchain_openai.chat_models.base import BaseChatOpenAI

from bot.answer import Answer, Citation, Mode
from bot.chat_model.opening import open_model
from bot.chat_model.streaming import pieces
from bot.outcomes import Outcome
from evals.independent.guides import line_numbers, lines_of
from evals.independent.questions import Kind, Line, Question, Use, read_questions
from evals.model import JudgedPair, model_row, sample_by_id, with_endpoint
from evals.model_answers import count_tokens, has_right_line, says_figures
from settings import Settings, SettingsError
from store.embeddings import Embedder
from tests.support.model_server import scripted_server

GUIDE = "inbound/visa-free-entry"
LINE = Line(document=GUIDE, start="40多个国家的公民来华30天以内免签")
[AT] = line_numbers(LINE)
QUESTION = Question(
    id="x-1",
    language="zh",
    kind=Kind.ANSWERABLE,
    question="要签证吗",
    direction="inbound",
    answers=(LINE,),
    figures=("30天",),
)
SETTINGS = Settings(_env_file=None)


def answer(text: str, lines: Sequence[int], mode: Mode) -> Answer:
    """An answer that cites a passage of some lines of the guide."""
    passage = "\n".join(f"- {lines_of(GUIDE)[at]}" for at in lines) if mode == "model" else lines_of(GUIDE)[lines[0]]
    given = Answer("?", "?", "zh", Outcome.ANSWERED, text, mode)
    return replace(given, citations=(Citation(1, f"{GUIDE}.zh.md", "", passage, 0, len(passage)),))


def test_a_sentence_counts_for_the_line_that_it_restates(embedder: Embedder) -> None:
    other = lines_of(GUIDE)[AT + 1]
    assert has_right_line(QUESTION, answer("40多个国家的公民来华30天内免签[1]。", [AT, AT + 1], "model"), embedder)
    assert not has_right_line(QUESTION, answer(f"{other.rstrip('。')}[1]。", [AT, AT + 1], "model"), embedder)


def test_a_quote_counts_for_itself(embedder: Embedder) -> None:
    assert has_right_line(QUESTION, answer("", [AT], "extractive"), embedder)
    assert not has_right_line(QUESTION, answer("", [AT + 1], "extractive"), embedder)


@pytest.mark.parametrize(
    ("text", "says"), [("30天以内", True), ("三十天以内", True), ("thirty days", False), ("90天以内", False)]
)
def test_figures_count_in_any_spelling(text: str, says: bool) -> None:
    assert says_figures(QUESTION, text) is says


def test_a_name_is_looked_for_in_chinese_only() -> None:
    named = QUESTION.model_copy(update={"figures": ("商务部",)})
    assert says_figures(named, "由商务部办理。")
    assert not says_figures(named, "由海关办理。")
    assert says_figures(named.model_copy(update={"language": "en"}), "The ministry of commerce.")


def test_the_same_questions_are_asked_each_time_and_more_of_them_begin_with_the_same() -> None:
    questions = read_questions(Use.DEVELOPMENT)
    assert sample_by_id(questions[::-1], 50) == sample_by_id(questions, 100)[:50]


def test_an_endpoint_and_its_model_stand_in_for_the_settings() -> None:
    found = with_endpoint(SETTINGS, "http://127.0.0.1:1/v1", "large")
    assert (found.openai_base_url, found.chat_model) == ("http://127.0.0.1:1/v1", "large")


def test_without_a_model_it_is_said_what_to_give() -> None:
    with pytest.raises(SettingsError, match="--endpoint URL"):
        with_endpoint(SETTINGS.model_copy(update={"chat_model": ""}), "", "")
    with pytest.raises(SettingsError, match="--model NAME"):
        with_endpoint(SETTINGS, "http://127.0.0.1:1/v1", "")


def test_the_tokens_that_the_server_counts_are_added_up() -> None:
    with scripted_server() as server:
        server.script = lambda service: service.says("...", usage=(120, 7))
        model = open_model(SETTINGS.model_copy(update={"chat_model": "scripted", "openai_base_url": server.address}))
        assert isinstance(model, BaseChatOpenAI)
        counting, tokens = count_tokens(model)
        for _ in range(2):
            list(pieces(counting, [HumanMessage("?")], 20))
    assert (tokens.read, tokens.written) == (240, 14)
    assert server.requests[0]["stream_options"] == {"include_usage": True}


def test_the_table_tells_what_each_side_alone_has_right() -> None:
    both = JudgedPair("1", True, True, True, True, True, True, 1_000, 50, 2.0, "")
    members = [both, replace(both, model_right=False), replace(both, quotes_right=False, tokens_in=2_000)]
    found = model_row("all", members)
    assert [found[key] for key in ("right, quotes", "right, model", "only quotes", "only model")] == [
        0.667,
        0.667,
        1,
        1,
    ]
    assert [found[key] for key in ("wrong, quotes", "wrong, model", "tokens in")] == [0.333, 0.333, 1_333]
