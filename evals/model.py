"""Eval of a chat model: its answers beside those without one, and its cost.

Asks independent development questions. Labels and figures decide, as for quotes; nobody reads the answers. What was
asked is kept beside the index, so that an interrupted run continues; another commit starts again.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING

import httpx
from pydantic import SecretStr

import settings as configuration
from bot.answer import Answer
from bot.chat_model.opening import open_model
from bot.pipeline import Bot
from evals.folders import open_synced
from evals.independent.measure import GIVEN, history
from evals.independent.questions import ANSWERED, Question, Use, read_questions
from evals.model_answers import count_tokens, has_right_line, says_figures
from evals.results import Cell, Report, Table, circumstances, share
from ingest.watcher import WatchedLibrary
from settings import Settings, SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

QUESTIONS = 100
"""Questions asked, if no number is given."""
NOTE = (
    "right: an answerable question is answered from a line that answers, with the figures of a right answer; any other"
    " is not answered. Only: right on this side alone. Own: in the model's words. Wrong: answered, not rightly."
    " Tokens: mean of a question, all calls. Seconds: median of the model's side, search included."
    " Labels decide, nobody read the answers."
)


@dataclass(frozen=True)
class JudgedPair:
    """One question with and without the model.

    `tokens_in` and `tokens_out` are 0 where the server counts none.
    """

    id: str
    is_answerable: bool
    quotes_right: bool
    quotes_given: bool
    model_right: bool
    model_given: bool
    own: bool
    tokens_in: int
    tokens_out: int
    seconds: float
    text: str


def tables(_: Path, report: Report, endpoint: str = "", name: str = "", count: int = QUESTIONS) -> list[Table]:
    """Returns the shares of both sides, with the model and without.

    Raises SettingsError if no model is named.
    """
    settings = with_endpoint(configuration.current(), endpoint, name)
    with open_synced(settings.knowledge_dir) as library:
        kept = settings.data_dir / f"eval-model-{key(settings)}.jsonl"
        judged = list(resume(library, settings, sample_by_id(read_questions(Use.DEVELOPMENT), count), kept, report))
    known, others = ([each for each in judged if each.is_answerable is answerable] for answerable in (True, False))
    groups = {"answerable": known, "not answerable": others, "all": judged}
    rows = [model_row(name, members) for name, members in groups.items() if members]
    return [Table("With a model and without", rows, f"{settings.chat_model}. {NOTE}")]


def with_endpoint(settings: Settings, endpoint: str, name: str) -> Settings:
    """Returns the settings with another endpoint and model.

    Without a name, the first model that the endpoint lists.
    Raises SettingsError if neither settings nor arguments name a model, or if the endpoint names none.
    """
    if not endpoint:
        if not (name or settings.chat_model):
            raise SettingsError("No model is named: give --endpoint URL, or set ASSISTANT_CHAT_MODEL.")
        return settings.model_copy(update={"chat_model": name or settings.chat_model})
    name = name or first_model(endpoint, settings)
    only = {"openai_base_url": endpoint, "chat_model": name, "chat_base_url": "", "chat_key": SecretStr("")}
    return settings.model_copy(update=only)


def first_model(endpoint: str, settings: Settings) -> str:
    """Returns the name of the first model that an endpoint lists.

    Raises SettingsError if the endpoint does not answer, or lists no models.
    """
    headers = {"Authorization": f"Bearer {settings.openai_api_key.get_secret_value() or 'none'}"}
    try:
        found = httpx.get(f"{endpoint.rstrip('/')}/models", headers=headers, trust_env=False).raise_for_status()
        return str(found.json()["data"][0]["id"])
    except (httpx.HTTPError, KeyError, IndexError, ValueError) as error:
        raise SettingsError(f"{endpoint} lists no models ({type(error).__name__}): give --model NAME.") from None


def sample_by_id(questions: Sequence[Question], count: int) -> list[Question]:
    """Returns some questions, in the order of the hashes of their ids."""
    return sorted(questions, key=lambda each: hashlib.sha256(each.id.encode()).hexdigest())[:count]


def key(settings: Settings) -> str:
    """Returns the key of cached answers: model and commit."""
    name = re.sub(r"[^\w.]+", "-", settings.chat_model)
    return f"{name}-{circumstances()['commit']}"


def resume(
    library: WatchedLibrary, settings: Settings, questions: Sequence[Question], kept: Path, report: Report
) -> Iterator[JudgedPair]:
    """Yields the results; those that an earlier run kept are read from its file."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.is_file() else []
    known = {each.id: each for each in (JudgedPair(**json.loads(line)) for line in lines)}
    quoter = Bot(library.index, library.embedder, lists=library.lists)
    writer = replace(quoter, model_seconds=settings.chat_seconds, model_context=settings.chat_context)
    model = open_model(settings)
    assert model is not None
    for number, question in enumerate(questions, 1):
        report(f"question {number} of {len(questions)}")
        if question.id not in known:
            known[question.id] = ask_both_sides(quoter, writer, model, question)
            with kept.open("a", encoding="utf-8") as out:
                out.write(json.dumps(asdict(known[question.id]), ensure_ascii=False) + "\n")
        yield known[question.id]


def ask_both_sides(quoter: Bot, writer: Bot, model: BaseChatModel, question: Question) -> JudgedPair:
    """Asks one question on both sides and judges the answers."""
    quoted = quoter.answer(question.question, history(question))
    counting, tokens = count_tokens(model)
    started = time.monotonic()
    answer = replace(writer, model=counting).answer(question.question, history(question))
    return JudgedPair(
        question.id,
        question.kind in ANSWERED,
        is_right_by_labels(question, quoted, quoter),
        quoted.outcome in GIVEN,
        is_right_by_labels(question, answer, quoter),
        answer.outcome in GIVEN,
        answer.mode == "model",
        tokens.read,
        tokens.written,
        round(time.monotonic() - started, 2),
        answer.text,
    )


def is_right_by_labels(question: Question, answer: Answer, bot: Bot) -> bool:
    """True if an answer is right by labels and figures.

    For an unanswerable question: if it was not answered.
    """
    if question.kind not in ANSWERED:
        return answer.outcome not in GIVEN
    is_given = answer.outcome in GIVEN and has_right_line(question, answer, bot.embedding_model)
    return is_given and says_figures(question, answer.text)


def model_row(name: str, members: Sequence[JudgedPair]) -> dict[str, Cell]:
    """Returns the shares of a group for both sides, and the cost of the model's."""
    return {
        "": name,
        "questions": len(members),
        "right, quotes": share([each.quotes_right for each in members]),
        "right, model": share([each.model_right for each in members]),
        "only quotes": sum(each.quotes_right and not each.model_right for each in members),
        "only model": sum(each.model_right and not each.quotes_right for each in members),
        "wrong, quotes": share([each.quotes_given and not each.quotes_right for each in members]),
        "wrong, model": share([each.model_given and not each.model_right for each in members]),
        "own": share([each.own for each in members]),
        "tokens in": round(mean(each.tokens_in for each in members)),
        "tokens out": round(mean(each.tokens_out for each in members)),
        "seconds": round(median(each.seconds for each in members), 1),
    }
