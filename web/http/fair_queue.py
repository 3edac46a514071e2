"""Fair queue of questions: limits for each visitor, and turns between visitors.

Gradio's own queue is first come, first served, so one visitor can take every place. All counts come from Gradio's own
lists of waiting and running events. A separate counter could stay too high.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal
from uuid import uuid4

from fastapi import Request
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, Queue

from web.http.rate_limit import RateLimiter, client_key
from web.i18n import find_language, texts

AT_ONCE, WAITING = 16, 64
"""Running questions and waiting questions of all visitors."""
PAGE_AT_ONCE, PAGE_WAITING = 2, 3
"""Running and waiting questions of one page: a tab, or a client with a session."""
VISITOR_AT_ONCE, VISITOR_WAITING = 4, 12
"""Running and waiting questions of one visitor, unless a setting says otherwise.

More than for a page, because a whole office may share an address. Less than the total, because a client that invents
sessions still has one address.
"""
VISITOR_QUESTIONS = VISITOR_AT_ONCE + VISITOR_WAITING
REFUSALS, SECONDS = 60, 60.0
"""Number of refusals shown in the page, and the period in seconds.

After that, requests are refused at less cost.
"""

LOST_SECONDS = 5.0
"""A question that neither waits nor runs is forgotten after this many seconds."""
RECHECK_SECONDS = 0.2
"""Interval in seconds at which a guest checks for its turn.

Needed only while questions of the page hold all places; else it is notified at once.
"""
LOOK_SECONDS, REST_SECONDS, AWAKE_SECONDS = 0.01, 0.05, 60.0
"""Interval in seconds at which the queue looks for questions: within AWAKE_SECONDS of the last one, and later.

Gradio looks a thousand times a second, also while nobody asks.
"""
PROGRESS_SECONDS = 1.0
"""Interval in seconds at which it looks for progress bars, of which this page has none."""
TASK_OF = "<gradio-sep>"
"""Separator before the id of a question in the name of its task."""

Pushed = tuple[bool, str | list[dict[str, Any]], Literal["success", "error", "queue_full", "validator_error"]]


def refusal_key(request: Request | None) -> str:
    """Returns the message key of a refusal; empty if the question is answered."""
    return str(request.scope.get("refusal", "")) if request else ""


class QueueFullError(Exception):
    """A guest may not wait for a turn; `key` is the message key of the reason."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(eq=False)
class Guest:
    """A question that does not come from the page, such as one of the API.

    It counts as a page of its own, and takes turns with the questions of all visitors. `turn` is set once it may run.
    """

    request: Request
    session_hash: str = field(default_factory=lambda: uuid4().hex)
    enqueue_time: float = field(default_factory=time.monotonic)
    turn: asyncio.Event = field(default_factory=asyncio.Event)


Asked = Event | Guest


def find_visitor(event: Asked) -> str:
    """Returns the key of the visitor who asks, as noted when the question came."""
    return str(event.request.scope["visitor"])


def page(event: Asked) -> tuple[str, str]:
    """Returns the key of a page.

    Pages of different visitors differ, even with the same session name.
    """
    return find_visitor(event), event.session_hash


class FairQueue(Queue):
    """Gradio's queue with limits for each visitor; visitors take turns.

    `visitor_questions`: unfinished questions of one visitor, of which a share runs.
    """

    def __init__(self, visitor_questions: int = VISITOR_QUESTIONS, **given: Any) -> None:
        super().__init__(**given)
        self.visitor_questions = visitor_questions
        self.sleep_when_free, self.progress_update_sleep_when_free = REST_SECONDS, PROGRESS_SECONDS
        self.resting: asyncio.TimerHandle | None = None
        """Timer that ends the time of frequent looks; None before the first question."""
        self.refusals = RateLimiter(REFUSALS, SECONDS)
        self.guests: list[Guest] = []

    @property
    def visitor_at_once(self) -> int:
        """Running questions of one visitor."""
        return max(1, self.visitor_questions * VISITOR_AT_ONCE // VISITOR_QUESTIONS)

    async def push(self, body: PredictBodyInternal, request: Request, username: str | None) -> Pushed:
        """Queues a question.

        A question above the limit is queued as well, so that the page can show the refusal in its language.
        """
        asker = request.scope["visitor"] = client_key(request)
        session = str(body.session_hash)
        if key := self.why_not(asker, session):
            if len(self) >= 2 * WAITING or not self.refusals.hit(asker):
                language = find_language(request.headers.get("accept-language", ""))
                return False, texts(language)[key], "queue_full"
            request.scope["refusal"] = key
        self.look_often()
        return await super().push(body, request, username)

    def look_often(self) -> None:
        """Looks for questions every LOOK_SECONDS, until none has come for AWAKE_SECONDS."""
        self.sleep_when_free = LOOK_SECONDS
        if self.resting:
            self.resting.cancel()
        loop = asyncio.get_running_loop()
        self.resting = loop.call_later(AWAKE_SECONDS, setattr, self, "sleep_when_free", REST_SECONDS)

    def check(self, visitor: str) -> None:
        """Raises QueueFullError if a guest of this visitor may not wait."""
        if key := self.why_not(visitor, ""):
            raise QueueFullError(key)

    @asynccontextmanager
    async def guest_turn(self, request: Request, visitor: str) -> AsyncIterator[None]:
        """Waits for the turn of a guest, which lasts as long as the block.

        Raises QueueFullError if the guest may not wait.
        """
        self.check(visitor)
        request.scope["visitor"] = visitor
        guest = Guest(request)
        self.guests.append(guest)
        try:
            self.admit_guests()
            while not guest.turn.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(guest.turn.wait(), RECHECK_SECONDS)
                self.admit_guests()
            yield
        finally:
            self.guests.remove(guest)
            self.admit_guests()

    def admit_guests(self) -> None:
        """Lets guests run whose turn it is."""
        while isinstance(guest := self.next_event(), Guest):
            guest.turn.set()

    def why_not(self, asker: str, session: str) -> str:
        """Returns the message key if a page may not ask another question; empty if it may."""
        unfinished = Counter(map(page, self.list_unfinished()))
        if unfinished[asker, session] >= PAGE_AT_ONCE + PAGE_WAITING:
            return "queue.yours"
        of_visitor = sum(count for (other, _), count in unfinished.items() if other == asker)
        is_full = of_visitor >= self.visitor_questions or unfinished.total() >= AT_ONCE + WAITING
        return "queue.full" if is_full else ""

    def list_unfinished(self) -> Iterator[Asked]:
        """Waiting and running questions, without those that only show a refusal."""
        return (event for event in chain(self.waiting(), self.running()) if not refusal_key(event.request))

    def waiting(self) -> Iterator[Asked]:
        """Yields the waiting questions, those of guests last."""
        queued = (each.queue for each in self.event_queue_per_concurrency_id.values())
        return chain(chain.from_iterable(queued), (each for each in self.guests if not each.turn.is_set()))

    def running(self) -> Iterator[Asked]:
        """Yields the running questions, once the places of lost ones are free."""
        self.free_lost_places()
        events = chain.from_iterable(filter(None, self.active_jobs))
        return chain(events, (each for each in self.guests if each.turn.is_set()))

    def free_lost_places(self) -> None:
        """Frees the places of questions whose task has ended.

        A task that is cancelled before its first step never reaches the lines in which Gradio frees its place. It would
        keep the place forever.
        """
        alive = {task.get_name().rpartition(TASK_OF)[2] for task in list(self._asyncio_tasks)}
        for place, events in enumerate(self.active_jobs):
            if events and events[0]._id not in alive:
                self.active_jobs[place] = None
                self.event_queue_per_concurrency_id[events[0].concurrency_id].current_concurrency -= 1
        queued = (each.queue for each in self.event_queue_per_concurrency_id.values())
        known = {event._id for event in chain(*queued, *filter(None, self.active_jobs))} | alive
        for name, event in list(self.event_ids_to_events.items()):
            if name not in known and event.enqueue_time < time.monotonic() - LOST_SECONDS:
                self.event_ids_to_events.pop(name, None)

    def get_events(self) -> tuple[list[Event], bool, str] | None:
        """Returns the next question to run, as Gradio expects it.

        None while none of the page may run.
        """
        self.admit_guests()
        event = self.next_event()
        if not isinstance(event, Event):
            return None
        self.event_queue_per_concurrency_id[event.concurrency_id].queue.remove(event)
        return [event], False, event.concurrency_id

    def next_event(self) -> Asked | None:
        """Picks the next question to run.

        The visitor with the fewest running questions is first, then the page with the fewest, then the oldest question.
        So a new visitor is served next, even when another visitor has many questions waiting. Refusals go first.
        None while none may run.
        """
        waiting = list(self.waiting())
        if refused := next((event for event in waiting if refusal_key(event.request)), None):
            return refused
        running = [event for event in self.running() if not refusal_key(event.request)]
        if len(running) >= AT_ONCE:
            return None
        visitors, pages = Counter(map(find_visitor, running)), Counter(map(page, running))
        able = (
            e for e in waiting if visitors[find_visitor(e)] < self.visitor_at_once and pages[page(e)] < PAGE_AT_ONCE
        )
        return min(able, key=lambda e: (visitors[find_visitor(e)], pages[page(e)], e.enqueue_time), default=None)
