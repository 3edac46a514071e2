"""Context of a request: its id, and its question, which no log may contain."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from dataclasses import dataclass, field
from secrets import token_hex


@dataclass
class RequestContext:
    """A request. Code that begins to answer a question stores it in `question`."""

    id: str = ""
    question: str = field(default="", repr=False)


NO_REQUEST = RequestContext()
CURRENT: ContextVar[RequestContext] = ContextVar("request", default=NO_REQUEST)
KEY = "request_context"
"""Key of the context in the state of an ASGI scope."""


def new_request(question: str = "") -> RequestContext:
    """Creates a request with a new id. Ids from clients are not trusted."""
    return RequestContext(token_hex(8), question)


def current_request() -> RequestContext:
    """Returns the request that this thread works for.

    Gradio answers questions in a task of its own. It does not inherit our variable, but knows the request.
    """
    # not imported here: the import takes seconds, and before it is complete there are no requests
    local = getattr(sys.modules.get("gradio.context"), "LocalContext", None)
    asking = local.request.get(None) if local else None
    state = getattr(getattr(asking, "request", None), "scope", {}).get("state", {})
    known = state.get(KEY) if isinstance(state, dict) else None
    return known or CURRENT.get()


def note_question(question: str) -> None:
    """Stores the question that is being answered for the current request."""
    request = current_request()
    if request is not NO_REQUEST:
        request.question = question
