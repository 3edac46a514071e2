"""Questions of programs and of the page take turns; a program that goes away stops its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import Request

from evals.serving import serve
from settings import Settings
from tests.support.apart import run_apart
from tests.support.scripted import Scripted
from tests.web.api.conftest import Center
from tests.web.http.test_fair_queue import comes, queue_of
from tests.web.questions import Asker
from tests.web.staff.conftest import service_of
from web.app import build
from web.http.fair_queue import FairQueue, QueueFullError


@pytest.fixture
def scripted(center: Center, tmp_path: Path) -> Iterator[tuple[Scripted, FairQueue, str, dict[str, str]]]:
    """A bot whose waiting is known, its queue, its address, and the header of a key."""
    bot = Scripted()
    app = build(replace(service_of(center.room), bot=bot), room=center.room)
    header = {"authorization": center.program().headers["authorization"]}
    with serve(app) as address:
        yield bot, queue_of(app), address, header
        bot.released.set()


def request_of() -> Request:
    return Request({"type": "http", "headers": []})


async def take_turns(queue: FairQueue) -> list[str]:
    """What happens in a queue in which one key asks all that it may, and then another one asks."""
    told = []
    async with AsyncExitStack() as running:
        for _ in range(queue.visitor_questions // 4):
            await running.enter_async_context(queue.guest_turn(request_of(), "key 1"))

        async def later(visitor: str) -> None:
            async with queue.guest_turn(request_of(), visitor):
                told.append(visitor)

        waiting = [asyncio.create_task(later("key 1")) for _ in range(queue.visitor_questions * 3 // 4)]
        await asyncio.sleep(0)
        with pytest.raises(QueueFullError, match="full"):
            await later("key 1")
        await later("key 2")
        assert told == ["key 2"]
    await asyncio.gather(*waiting)
    return told


def test_a_key_has_the_share_of_one_visitor_as_the_setting_says(
    scripted: tuple[Scripted, FairQueue, str, dict[str, str]],
) -> None:
    queue = scripted[1]
    assert queue.visitor_questions == Settings(_env_file=None).visitor_questions == 16
    for questions in (16, 32):
        queue.visitor_questions = questions
        assert run_apart(take_turns(queue)) == ["key 2"] + ["key 1"] * (questions * 3 // 4)
    assert not queue.guests


def test_a_program_waits_while_the_page_has_all_places(
    scripted: tuple[Scripted, FairQueue, str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, queue, address, header = scripted
    monkeypatch.setattr("web.http.fair_queue.AT_ONCE", 1)
    asker = Asker(address)
    asker.join(asker.event("submit"), "page", "慢")
    assert comes(lambda: len(bot.told) == 1)
    with ThreadPoolExecutor(1) as aside:
        asked = aside.submit(httpx.post, f"{address}api/v1/ask", json={"question": "快"}, headers=header, timeout=60)
        assert comes(lambda: len(queue.guests) == 1) and len(bot.told) == 1 and not asked.done()
        bot.released.set()
        assert "25%" in asked.result().json()["text"]


def test_a_program_that_goes_away_stops_its_answer(
    scripted: tuple[Scripted, FairQueue, str, dict[str, str]],
) -> None:
    bot, queue, address, header = scripted
    with httpx.stream(
        "POST", f"{address}api/v1/ask/stream", json={"question": "停"}, headers=header, timeout=60
    ) as told:
        assert next(told.iter_lines()) == "event: answer"
    assert bot.stopped.wait(30) and comes(lambda: not queue.guests)


def test_an_answer_that_fails_is_said_and_logged(
    scripted: tuple[Scripted, FairQueue, str, dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    _, queue, address, header = scripted
    answer = httpx.post(f"{address}api/v1/ask", json={"question": "错"}, headers=header, timeout=60).json()
    assert answer["outcome"] == "failed" and "fell over" in caplog.text and not queue.guests
