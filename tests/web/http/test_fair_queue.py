"""One visitor takes a share of the queue, never all of it, and gives it back however a question ends."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from bot.answer import Answer
from evals.serving import serve
from tests.support.scripted import Scripted, Visitor, answered, arrived, ask
from tests.web.conftest import behind
from tests.web.questions import Asker
from web.app import build
from web.http import fair_queue
from web.http.client_address import TrustedProxies
from web.http.fair_queue import PAGE_AT_ONCE, PAGE_WAITING, REFUSALS, VISITOR_AT_ONCE, VISITOR_WAITING, FairQueue
from web.i18n import texts

YOURS, FULL = texts("en")["queue.yours"], texts("en")["queue.full"]
OF_PAGE, OF_VISITOR = PAGE_AT_ONCE + PAGE_WAITING, VISITOR_AT_ONCE + VISITOR_WAITING
PROXIES = TrustedProxies([ip_network("127.0.0.9")])


def queue_of(app: FastAPI) -> FairQueue:
    blocks = app.routes[-1].app.get_blocks()  # type: ignore[attr-defined]
    queue: FairQueue = blocks._queue
    return queue


@contextmanager
def serving(bot: Scripted, folder: Path) -> Iterator[tuple[str, FairQueue, int]]:
    """Where the page is, its queue, and the number of the event that asks."""
    app = build(behind(bot, folder), proxies=PROXIES)
    with serve(app) as site:
        try:
            yield site, queue_of(app), Asker(site).event("submit")
        finally:
            bot.released.set()


def comes(true: Callable[[], bool]) -> bool:
    """Whether something becomes true within the time that a slow machine may take."""
    until = time.monotonic() + 30
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()


def unfinished(queue: FairQueue) -> int:
    return len(list(queue.list_unfinished()))


def test_a_queue_that_nobody_uses_hardly_wakes(tmp_path: Path, bot: Scripted) -> None:
    with serving(bot, tmp_path) as (_, queue, _):
        time.sleep(1)
        before = switches()
        time.sleep(1)
        woke = switches() - before
    assert woke < 600, f"all threads woke {woke} times in a second while nobody asked"
    assert not unfinished(queue)


def test_a_queue_looks_often_only_after_a_question(bot: Scripted, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(fair_queue, "AWAKE_SECONDS", 0.5)
    with serving(bot, tmp_path) as (site, queue, event):
        for session in ("first", "second"):
            assert queue.sleep_when_free == fair_queue.REST_SECONDS
            assert Asker(site).join(event, session, "慢")[0] == 200
            assert queue.sleep_when_free == fair_queue.LOOK_SECONDS < fair_queue.REST_SECONDS
            assert comes(lambda: queue.sleep_when_free == fair_queue.REST_SECONDS)
        assert comes(lambda: len(bot.told) == 2)


def switches() -> int:
    """Times that a thread of this process gave way."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw


def test_the_sixth_question_of_a_page_is_told_to_wait_a_moment(bot: Scripted, tmp_path: Path) -> None:
    with serving(bot, tmp_path) as (site, queue, event):
        asker = Asker(site)
        assert [asker.join(event, "page", "慢")[0] for _ in range(OF_PAGE + 3)] == [200] * (OF_PAGE + 3)
        assert comes(lambda: len(bot.told) == PAGE_AT_ONCE and len(queue) == PAGE_WAITING)
        bot.released.set()
        said = [str(message) for message in asker.messages("page") if message["msg"] == "process_generating"]
        assert sum(YOURS in message for message in said) == 3
        assert comes(lambda: not unfinished(queue)) and len(bot.told) == OF_PAGE


def test_eighty_questions_of_one_address_leave_the_next_person_a_place(bot: Scripted, tmp_path: Path) -> None:
    with serving(bot, tmp_path) as (site, queue, event), ThreadPoolExecutor(1) as aside:
        flood = aside.submit(Asker(site).ask_all, event, [f"s{number}" for number in range(80)], "慢")
        assert comes(lambda: unfinished(queue) == OF_VISITOR)
        other = Asker(site, "127.0.0.2").ask(event, "other", "快")
        assert "25%" in other and not flood.done()
        assert len(bot.told) == VISITOR_AT_ONCE + 1
        bot.released.set()
        answers = flood.result()
        said = (FULL, *(texts("zh")[key] for key in ("queue.full", "request.sessions")))
        assert sum(any(each in answer for each in said) for answer in answers) == 80 - OF_VISITOR
        assert sum("25%" in answer for answer in answers) == OF_VISITOR
        assert comes(lambda: not list(queue.running()))


class Noting(Scripted):
    """Notes which questions it was asked, in their order."""

    def stream(self, question: str, *given: Any, **more: Any) -> Iterator[Answer]:
        self.about.append(question)
        return super().stream(question, *given, **more)


def test_whoever_asks_is_next_however_many_questions_of_others_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.http.fair_queue.AT_ONCE", 2)
    bot = Noting()
    with serving(bot, tmp_path) as (site, queue, event):
        busy = [Asker(site).join(event, f"s{number}", f"停{number}")[1]["event_id"] for number in range(4)]
        assert comes(lambda: len(list(queue.running())) == 2)
        assert Asker(site, "127.0.0.2").join(event, "other", "快")[0] == 200
        assert comes(lambda: len(list(queue.waiting())) == 3) and queue.next_event() is None
        stopped = {"session_hash": "s0", "fn_index": event, "event_id": busy[0]}
        assert Asker(site).told("POST", "/gradio_api/cancel", stopped)[0] == 200
        assert "25%" in str(list(Asker(site, "127.0.0.2").messages("other")))
        assert not {"停2", "停3"} & set(bot.about[: bot.about.index("快")])


@pytest.mark.parametrize("name", ["x-forwarded-for", "x-real-ip", "forwarded"])
def test_a_header_gives_a_stranger_no_other_place(bot: Scripted, tmp_path: Path, name: str) -> None:
    with serving(bot, tmp_path) as (site, queue, event):
        for number in range(OF_VISITOR + 4):
            asker = Asker(
                site, headers={name: f"for=203.0.113.{number}" if name == "forwarded" else f"203.0.113.{number}"}
            )
            asker.join(event, f"s{number}", "慢")
        assert comes(lambda: unfinished(queue) == OF_VISITOR)


def test_visitors_of_a_trusted_proxy_have_a_place_each(bot: Scripted, tmp_path: Path) -> None:
    with serving(bot, tmp_path) as (site, queue, event):
        for number in range(OF_VISITOR + 4):
            asker = Asker(site, "127.0.0.9", {"x-forwarded-for": f"198.51.100.7, 203.0.113.{number}"})
            asker.join(event, f"s{number}", "慢")
        assert comes(lambda: unfinished(queue) == OF_VISITOR + 4)


def test_whoever_does_not_care_is_refused_before_it_costs_more(bot: Scripted, tmp_path: Path) -> None:
    with serving(bot, tmp_path) as (site, _, event):
        asker = Asker(site, headers={"accept-language": "pt"})
        said = [asker.join(event, "page", "慢") for _ in range(OF_PAGE + REFUSALS + 5)]
        assert [status for status, _ in said[-5:]] == [503] * 5
        assert said[-1][1]["detail"] == texts("pt")["queue.yours"]
        other = Asker(site, "127.0.0.2")
        assert other.join(event, "other", "快")[0] == 200


def test_places_are_given_back_when_pages_are_closed(bot: Scripted, tmp_path: Path) -> None:
    with serving(bot, tmp_path) as (site, queue, event):
        asker = Asker(site)
        for _ in range(OF_PAGE):
            asker.join(event, "page", "停")
        with closing(asker.messages("page")) as messages:
            assert comes(lambda: len(bot.told) == PAGE_AT_ONCE)
            next(messages)
        assert comes(lambda: not list(queue.waiting()) and not list(queue.running()))
        assert "25%" in asker.ask(event, "again", "快")


def test_a_place_is_given_back_when_an_answer_is_stopped(bot: Scripted, tmp_path: Path) -> None:
    with serving(bot, tmp_path) as (site, queue, event):
        asker = Asker(site)
        events = [asker.join(event, "page", "停")[1]["event_id"] for _ in range(OF_PAGE)]
        assert comes(lambda: len(bot.told) == PAGE_AT_ONCE)
        for number, name in enumerate(events):
            body = {"session_hash": "page", "fn_index": event, "event_id": name}
            assert asker.told("POST", "/gradio_api/cancel", body)[0] == 200, number
        assert comes(lambda: not list(queue.waiting()) and not list(queue.running()))


def live(site: str, event: int, number: int) -> None:
    """A page that asks, falls over, is stopped, is closed, or never looks what was answered."""
    chance = random.Random(number)
    asker, session = Asker(site, f"127.0.2.{number % 3}"), f"s{number}"
    for _ in range(chance.randrange(1, 7)):
        status, said = asker.join(event, session, chance.choice(["快", "错", "停", "无", ""]))
        if status == 200 and chance.random() < 0.5:
            body = {"session_hash": session, "fn_index": event, "event_id": said["event_id"]}
            asker.told("POST", "/gradio_api/cancel", body)
    if chance.random() < 0.7:
        with closing(asker.messages(session)) as messages:
            for _, _message in zip(range(chance.randrange(1, 6)), messages, strict=False):
                pass


def test_nothing_is_left_over_however_questions_end(bot: Scripted, tmp_path: Path) -> None:
    with serving(bot, tmp_path) as (site, queue, event):
        with ThreadPoolExecutor(8) as threads:
            lives: list[Future[None]] = [threads.submit(live, site, event, number) for number in range(60)]
        for each in lives:
            each.result()
        bot.released.set()
        assert comes(lambda: not list(queue.waiting()) and not list(queue.running()))
        assert comes(lambda: not list(queue.running()) and not queue.event_ids_to_events)
        counts = [each.current_concurrency for each in queue.event_queue_per_concurrency_id.values()]
        assert counts == [0] * len(counts)
        for number in range(3):
            assert "25%" in Asker(site, f"127.0.2.{number}").ask(event, "after", "快")


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "ar"])
def test_the_page_says_so_in_its_language_and_keeps_what_was_written(
    visitor: Visitor, bot: Scripted, tmp_path: Path, language: str
) -> None:
    with serving(bot, tmp_path) as (site, queue, event):
        for number in range(OF_VISITOR):
            Asker(site).join(event, f"s{number}", "慢")
        assert comes(lambda: unfinished(queue) == OF_VISITOR)
        page = arrived(visitor(language), site)
        ask(page, "利润税率？")
        expect(page.get_by_role("alert")).to_have_text(texts(language)["queue.full"])
        expect(page.locator("#question textarea")).to_have_value("利润税率？")
        bot.released.set()
        assert comes(lambda: not unfinished(queue))
        answered(page, "利润税率？")


@pytest.mark.browser
def test_a_question_from_a_link_waits_in_its_field(visitor: Visitor, bot: Scripted, tmp_path: Path) -> None:
    with serving(bot, tmp_path) as (site, queue, event):
        for number in range(OF_VISITOR):
            Asker(site).join(event, f"s{number}", "慢")
        assert comes(lambda: unfinished(queue) == OF_VISITOR)
        page = visitor("en-GB").new_page()
        page.goto(f"{site}?q=How%20high%3F")
        expect(page.get_by_role("alert")).to_have_text(FULL)
        expect(page.locator("#question textarea")).to_have_value("How high?")
