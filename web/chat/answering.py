"""Streams answers for page and API: maintenance mode, timing, failures."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace

from bot.answer import Answer, Turn
from bot.outcomes import Outcome
from web.chat.banner import answer_while_paused
from web.context import ChatContext
from web.i18n import texts

PACE = 0.12
"""Minimum seconds between two sent states of an answer, for slow connections."""
LOG = logging.getLogger(__name__)


def stream_answers(
    service: ChatContext, waiting: Answer, turns: Sequence[Turn], language: str, country: str = ""
) -> Generator[Answer, None, None]:
    """Streams the answer; in maintenance mode the refusal, checked for each question."""
    if (off := service.records.announcing.off) is not None:
        yield answer_while_paused(service, waiting, off, language)
        return
    try:
        made = service.bot.stream(waiting.question, turns, language, country=country)
        for answer in service.steps.time_answers(made):
            yield replace(answer, id=waiting.id, asked_at=waiting.asked_at)
    except Exception:  # last resort: the person is told of the failure, the log has the cause
        LOG.exception("The question could not be answered.")
        failed = replace(waiting, outcome=Outcome.FAILED, complete=True)
        yield replace(failed, text=texts(language)["answer.failed"])


def pace(answers: Iterable[Answer]) -> Iterator[Answer]:
    """Limits the stream to one answer in PACE seconds, and the complete one."""
    shown = 0.0
    for answer in answers:
        if answer.complete or time.monotonic() - shown >= PACE:
            shown = time.monotonic()
            yield answer
