"""One visitor has so much of the processor and no more; nobody else notices."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evals.serving import serve
from tests.support.scripted import WHOLE, Scripted
from tests.web.conftest import behind
from tests.web.fuzzing import Answered, Sent, send, written
from web import app
from web.chat.conversation_state import serialize
from web.http.limits import MOST_AT_ONCE_OF_A_VISITOR, MOST_WAITING_OF_A_VISITOR
from web.http.processor_budget import PAYER, ProcessorBudget, TooManyWaitingError, Turns, charge_visitor
from web.http.rate_limit import ADDRESSES


def burn(seconds: float) -> None:
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        pass


def test_who_has_used_up_the_budget_waits_and_others_do_not() -> None:
    budget = ProcessorBudget(1.0, 0.0)
    budget.charge("a", 0.6)
    assert budget.allows("a")
    budget.charge("a", 0.6)
    assert not budget.allows("a") and budget.allows("b")


def test_what_was_used_comes_back_as_time_goes_by() -> None:
    budget = ProcessorBudget(1.0, 1_000.0)
    budget.charge("a", 5.0)
    time.sleep(0.01)
    assert budget.allows("a")


def test_work_is_charged_to_the_visitor_for_whom_it_is_done() -> None:
    budget = ProcessorBudget(1.0, 0.0)
    PAYER.set((budget, "a"))
    with charge_visitor():
        burn(0.02)
    PAYER.set(None)
    with charge_visitor():
        burn(0.02)
    assert 0.02 <= budget.spent("a") < 0.04


def test_many_visitors_take_no_more_room_than_stated() -> None:
    budget = ProcessorBudget()
    for number in range(ADDRESSES + 50):
        budget.charge(str(number), 1.0)
    assert len(budget.used) == ADDRESSES


def test_one_visitor_takes_a_few_turns_and_leaves_the_others() -> None:
    async def scene() -> None:
        turns, running = Turns(), 0

        async def make(who: str, done: asyncio.Event) -> None:
            nonlocal running
            async with turns.turn(who):
                running += 1
                await done.wait()

        done = asyncio.Event()
        greedy = [asyncio.create_task(make("a", done)) for _ in range(MOST_WAITING_OF_A_VISITOR)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert running == MOST_AT_ONCE_OF_A_VISITOR
        with pytest.raises(TooManyWaitingError):
            await make("a", done)
        other = asyncio.create_task(make("b", done))
        await asyncio.sleep(0.01)
        assert running == MOST_AT_ONCE_OF_A_VISITOR + 1
        done.set()
        await asyncio.gather(*greedy, other)
        assert not turns.own and not turns.waiting

    with ThreadPoolExecutor(1) as beside:  # Playwright keeps a loop in the thread of the tests
        beside.submit(asyncio.run, scene()).result()


@pytest.fixture
def port(bot: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A page whose visitors have half a second each."""
    monkeypatch.setattr(app, "ProcessorBudget", lambda: ProcessorBudget(0.5, 0.0))
    with serve(app.build(behind(bot, tmp_path))) as address:
        yield int(address.rstrip("/").rpartition(":")[2])


def test_a_stranger_who_repeats_what_is_costly_is_told_to_wait_and_nobody_else(port: int) -> None:
    answer = serialize([WHOLE])[0] | {"text": "*a **b " * 700}
    body = written({"fn_index": 0, "data": [[answer] * 20, "zh", ""], "session_hash": "s"})

    def open_from(source: str) -> Answered:
        return send(port, Sent("POST", "/gradio_api/run/open", body).bytes(), source)

    refused = next(answered for _ in range(50) if (answered := open_from("127.5.0.1")).status != 200)
    assert refused.status == 429 and json.loads(refused.text)["detail"]
    assert open_from("127.5.0.2").status == 200
