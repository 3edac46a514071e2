"""Command line of the bot: `ask` and `search`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import settings as configuration
from bot.answer import Turn
from bot.chat_model.opening import open_model
from bot.pipeline import Bot
from bot.retrieval.hybrid_search import hybrid
from bot.serialization import answer_to_text, passage_to_json, passages_to_text, to_json
from records import WrongRecordsUrlError, open_records
from store.answerability.opening import open_answerability
from store.embeddings import EmbeddingFailedError
from store.index import (
    CatalogDamagedError,
    CatalogUnavailableError,
    IndexLockedError,
    IndexReleasedError,
    RecipeChangedError,
)
from store.library import DataFolderUnwritableError, Library, open_library
from text.messages import MessageError, message


class BadBatchError(MessageError):
    """A line of a batch file is not usable; the message names it."""


def main(arguments: Sequence[str] | None = None, prog: str = "python -m bot") -> int:
    """Runs one command, by default that of the process.

    Returns 0 for success, 1 for an error that the user can correct.
    """
    options = parse(arguments, prog)
    try:
        settings = configuration.load()
        with open_library(settings) as library:
            if not library.index.chunk_count():
                print(message("index.not_filled"), file=sys.stderr)
            command: Callable[[Library, configuration.Settings, argparse.Namespace], None] = options.command
            command(library, settings, options)
            return 0
    except (ConnectionError, EOFError, IndexReleasedError):
        print(message("index.owner_ended"), file=sys.stderr)
        return 1
    except (
        configuration.SettingsError,
        WrongRecordsUrlError,
        BadBatchError,
        IndexLockedError,
        RecipeChangedError,
        DataFolderUnwritableError,
    ) as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except (EmbeddingFailedError, CatalogDamagedError, CatalogUnavailableError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 1


def parse(arguments: Sequence[str] | None, prog: str) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog=prog, description="From a question to an answer with citations.")
    add_commands(parser.add_subparsers(required=True))
    options = parser.parse_args(arguments)
    if bool(options.question) == bool(options.batch) or bool(options.batch) != bool(options.out):
        parser.error("give either a QUESTION, or --batch IN.jsonl with --out OUT.jsonl")
    return options


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `ask` and `search`."""
    for name, command, text in (("ask", ask, "answer questions"), ("search", search, "find passages")):
        own = commands.add_parser(name, help=text)
        own.set_defaults(command=command)
        own.add_argument("question", nargs="?", help="the question")
        own.add_argument("--json", action="store_true", help="one line of JSON on standard output")
        own.add_argument("--batch", type=Path, metavar="IN.jsonl", help="questions, one JSON object a line")
        own.add_argument("--out", type=Path, metavar="OUT.jsonl", help="where the answers of a batch go")
        own.add_argument("--on", type=date.fromisoformat, help="the day to answer for, YYYY-MM-DD (default today)")
        own.add_argument("--limit", type=int, default=10, help="passages, at most (search)")


def ask(library: Library, settings: configuration.Settings, options: argparse.Namespace) -> None:
    """Answers for staff, so it also works while the service is paused."""
    url, model = settings.records_address, open_model(settings)
    with open_records(url, settings.retention_days, settings.data_dir) as records:
        curated = records.curated.current
        bot = Bot(library.index, library.embedder, model, settings.chat_seconds, curated, library.lists)
        bot = replace(bot, answerability=open_answerability(settings), model_context=settings.chat_context)

        def answer(line: dict[str, Any]) -> dict[str, Any]:
            history = [Turn(turn["role"], turn["content"]) for turn in line.get("history") or []]
            return to_json(bot.answer(line["question"], history, options.on), str(line.get("id", "")))

        run(answer, answer_to_text, options)


def search(library: Library, _: configuration.Settings, options: argparse.Namespace) -> None:
    """Finds passages."""
    find = hybrid(library.index, library.embedder, options.on)

    def search_line(line: dict[str, Any]) -> dict[str, Any]:
        passages = [passage_to_json(passage) for passage in find(line["question"], options.limit)]
        return {"id": str(line.get("id", "")), "question": line["question"], "passages": passages}

    run(search_line, passages_to_text, options)


def run(
    answer: Callable[[dict[str, Any]], dict[str, Any]],
    show: Callable[[dict[str, Any]], str],
    options: argparse.Namespace,
) -> None:
    """Answers one question on standard output, or a batch into a file, in its order."""
    if options.question:
        result = answer({"question": options.question})
        print(json.dumps(result, ensure_ascii=False, default=str) if options.json else show(result))
        return
    lines = list(read_batch(options.batch))
    with options.out.open("w", encoding="utf-8") as out:
        for number, line in enumerate(lines, 1):
            out.write(json.dumps(answer(line), ensure_ascii=False, default=str) + "\n")
            out.flush()
            if sys.stderr.isatty():
                print(f"\r{number} of {len(lines)}", end="", file=sys.stderr, flush=True)
    if options.json:
        print(json.dumps({"answered": len(lines), "out": str(options.out)}, ensure_ascii=False))


def read_batch(path: Path) -> Iterable[dict[str, Any]]:
    """Yields the questions of a batch file.

    Raises BadBatchError for a line that is not `{"question": …}`; "id" and "history" (a list of turns) are optional.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)
            valid = isinstance(question["question"], str)
            valid &= all(
                turn["role"] in ("user", "assistant") and isinstance(turn["content"], str)
                for turn in question.get("history") or []
            )
        except (ValueError, KeyError, TypeError):
            valid = False
        if not valid:
            form = '{"question": …, "history": [{"role": …, "content": …}]}'
            raise BadBatchError(message("batch.wrong_line", file=path, line=number, form=form))
        yield question


if __name__ == "__main__":
    sys.exit(main())
