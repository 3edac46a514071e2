"""Command `python -m web.mcp`: MCP server on stdio, for a local program.

Like `python -m bot ask`, it answers staff: also while the service is paused, without limits and records.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import settings as configuration
from bot.answer import Answer
from bot.chat_model.opening import open_model
from bot.pipeline import Bot
from records import WrongRecordsUrlError, open_records
from store.answerability.opening import open_answerability
from store.index import CatalogUnavailableError, IndexLockedError, RecipeChangedError
from store.library import DataFolderUnwritableError, open_library
from text.messages import message
from web.mcp.server import AssistantServer, Inquiry, knowledge_of

REFUSALS = (
    configuration.SettingsError, WrongRecordsUrlError, DataFolderUnwritableError,
    IndexLockedError, RecipeChangedError, CatalogUnavailableError,
)  # fmt: skip


def main() -> int:
    """Serves until standard input ends. Returns 1 if it cannot start."""
    try:
        settings = configuration.load()
        url = settings.records_address
        with (
            open_library(settings) as library,
            open_records(url, settings.retention_days, settings.data_dir) as records,
        ):
            if not library.index.chunk_count():
                print(message("index.not_filled"), file=sys.stderr)
            curated = records.curated.current
            bot = Bot(
                library.index, library.embedder, open_model(settings), settings.chat_seconds, curated, library.lists
            )
            bot = replace(bot, answerability=open_answerability(settings), model_context=settings.chat_context)

            def answer(asked: Inquiry) -> Answer:
                *_, last = bot.stream(asked.question, asked.history, asked.language, country=asked.country)
                return last

            AssistantServer(knowledge_of(library, answer)).run("stdio")
            return 0
    except KeyboardInterrupt:
        return 0
    except REFUSALS as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
