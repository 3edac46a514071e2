"""The queue of questions: how many one visitor may ask at once, and whose turn it is.

Gradio's own queue is first come, first served, so that one visitor can take every place. All is counted in the lists
that Gradio keeps of what waits and what runs: there is no count beside them that could be left too high.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any, Literal

from fastapi import Request
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, Queue

from web.http.rate_limit import Pace, visitor
from web.i18n import preferred, texts

AT_ONCE, WAITING = 16, 64
"""Questions of everybody that run, and that wait."""
PAGE_AT_ONCE, PAGE_WAITING = 2, 3
"""Those of one page: an open tab, or whatever else names itself a session."""
VISITOR_AT_ONCE, VISITOR_WAITING = 4, 12
"""Those of one visitor. More than of a page, since a whole office may share an address; never all, since whoever names
new sessions still has one address."""
REFUSALS, SECONDS = 60, 60.0
"""How often, in how long, a visitor is told in the page to wait. After that requests are refused at less cost."""

LOST_SECONDS = 5.0
"""After how long a question that neither waits nor runs is forgotten."""
TASK_OF = "<gradio-sep>"
"""Stands before the id of a question in the name of its task."""

Pushed = tuple[bool, str | list[dict[str, Any]], Literal["success", "error", "queue_full", "validator_error"]]


def refusal(request: Request | None) -> str:
    """The key of what a visitor is told instead of an answer; empty where the question is answered."""
    return str(request.scope.get("refusal", "")) if request else ""


def who(event: Event) -> str:
    return str(event.request.scope["visitor"])


def page(event: Event) -> tuple[str, str]:
    """Pages of different visitors are different, whatever they call themselves."""
    return who(event), event.session_hash


class FairQueue(Queue):
    """Gradio's queue with limits for each visitor, who take turns."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.refusals = Pace(REFUSALS, SECONDS)

    async def push(self, body: PredictBodyInternal, request: Request, username: str | None) -> Pushed:
        """Takes a question in. One too many comes in as well, to be told so in its page and in its language."""
        asker = request.scope["visitor"] = visitor(request)
        session = str(body.session_hash)
        if key := self.why_not(asker, session):
            if len(self) >= 2 * WAITING or not self.refusals.allows(asker):
                language = preferred(request.headers.get("accept-language", ""))
                return False, texts(language)[key], "queue_full"
            request.scope["refusal"] = key
        return await super().push(body, request, username)

    def why_not(self, asker: str, session: str) -> str:
        """The key of why another question of a page is not taken in; empty where it is."""
        unfinished = Counter(map(page, self.unfinished()))
        if unfinished[asker, session] >= PAGE_AT_ONCE + PAGE_WAITING:
            return "queue.yours"
        of_visitor = sum(count for (other, _), count in unfinished.items() if other == asker)
        is_full = of_visitor >= VISITOR_AT_ONCE + VISITOR_WAITING or unfinished.total() >= AT_ONCE + WAITING
        return "queue.full" if is_full else ""

    def unfinished(self) -> Iterator[Event]:
        """What waits or runs, without what is only to be told to wait."""
        return (event for event in chain(self.waiting(), self.running()) if not refusal(event.request))

    def waiting(self) -> Iterator[Event]:
        return chain.from_iterable(each.queue for each in self.event_queue_per_concurrency_id.values())

    def running(self) -> Iterator[Event]:
        self.free_lost_places()
        return chain.from_iterable(filter(None, self.active_jobs))

    def free_lost_places(self) -> None:
        """Frees the places of questions whose task is no more: one that is cancelled before its first step never comes
        to the lines in which Gradio gives its place back, and would take it for ever."""
        alive = {task.get_name().rpartition(TASK_OF)[2] for task in list(self._asyncio_tasks)}
        for place, events in enumerate(self.active_jobs):
            if events and events[0]._id not in alive:
                self.active_jobs[place] = None
                self.event_queue_per_concurrency_id[events[0].concurrency_id].current_concurrency -= 1
        known = {event._id for event in chain(self.waiting(), *filter(None, self.active_jobs))} | alive
        for name, event in list(self.event_ids_to_events.items()):
            if name not in known and event.enqueue_time < time.monotonic() - LOST_SECONDS:
                self.event_ids_to_events.pop(name, None)

    def get_events(self) -> tuple[list[Event], bool, str] | None:
        """What runs next, as Gradio asks for it."""
        event = self.next_event()
        if event is None:
            return None
        self.event_queue_per_concurrency_id[event.concurrency_id].queue.remove(event)
        return [event], False, event.concurrency_id

    def next_event(self) -> Event | None:
        """Of the questions that wait that of the visitor with the fewest running, then of such a page; of several the
        one that came first. So whoever asks is next, however many questions of others wait."""
        waiting = list(self.waiting())
        if refused := next((event for event in waiting if refusal(event.request)), None):
            return refused
        running = [event for event in self.running() if not refusal(event.request)]
        if len(running) >= AT_ONCE:
            return None
        visitors, pages = Counter(map(who, running)), Counter(map(page, running))
        able = (e for e in waiting if visitors[who(e)] < VISITOR_AT_ONCE and pages[page(e)] < PAGE_AT_ONCE)
        return min(able, key=lambda e: (visitors[who(e)], pages[page(e)], e.enqueue_time), default=None)
