"""Which request is being served: its id, and the question that is being answered for it, which no log may repeat."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from dataclasses import dataclass, field
from secrets import token_hex


@dataclass
class RequestContext:
    """A request. Whoever begins to answer a question says so in `question`."""

    id: str = ""
    question: str = field(default="", repr=False)


NO_REQUEST = RequestContext()
CURRENT: ContextVar[RequestContext] = ContextVar("request", default=NO_REQUEST)
KEY = "request_context"
"""Under which it stands in the state of an ASGI scope."""


def new_request(question: str = "") -> RequestContext:
    """A request with an id of ours: what a client sends as one is not believed."""
    return RequestContext(token_hex(8), question)


def current_request() -> RequestContext:
    """The request that this thread works for. Gradio answers questions in a task of its own, which does not inherit our
    variable, but knows the request that asked."""
    # importing it takes seconds, during which it is there in part; nobody asks before it is there
    local = getattr(sys.modules.get("gradio.context"), "LocalContext", None)
    asking = local.request.get(None) if local else None
    state = getattr(getattr(asking, "request", None), "scope", {}).get("state", {})
    known = state.get(KEY) if isinstance(state, dict) else None
    return known or CURRENT.get()


def note_question(question: str) -> None:
    """Notes that a question is being answered for the current request."""
    request = current_request()
    if request is not NO_REQUEST:
        request.question = question
