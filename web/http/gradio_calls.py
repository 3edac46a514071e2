"""Schema of the calls from the page's scripts to Python.

Only these functions with these arguments reach Gradio.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, TypeAlias

import gradio as gr
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from web.http.limits import LONGEST_TEXT, MOST_CITATIONS, MOST_KEPT

Session: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Number: TypeAlias = Annotated[int, Field(ge=0, lt=2**53, strict=True)]
"""Number of a component or a function.

Gradio numbers the components of all pages that a process ever built in one row.
"""
Word: TypeAlias = Annotated[str, BeforeValidator(lambda value: value or ""), Field(max_length=100, strict=True)]
"""A language, a country or a topic; an unknown one counts as none."""
Words: TypeAlias = Annotated[str, Field(max_length=100_000, strict=True)]
"""A question as typed; the chat itself checks its length."""


def within_limits(sent: Any) -> Any:
    """Returns `sent`.

    Raises ValueError if a text or a list in it is larger than any answer has.
    """
    if (isinstance(sent, str) and len(sent) > LONGEST_TEXT) or (isinstance(sent, list) and len(sent) > MOST_CITATIONS):
        raise ValueError("larger than any answer")
    for each in sent.values() if isinstance(sent, dict) else sent if isinstance(sent, list) else ():
        within_limits(each)
    return sent


Kept: TypeAlias = Annotated[
    list[dict[str, Any]],
    BeforeValidator(lambda value: [] if value is None else value),
    Field(max_length=MOST_KEPT),
    AfterValidator(lambda kept: [within_limits(each) for each in kept]),
]
"""A conversation from the browser; see `parse_conversation`."""


class GradioRequest(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Language(GradioRequest):
    language: Word


class About(GradioRequest):
    about: Word


class Archived(GradioRequest):
    conversation: Kept
    about: Word = ""


class Chosen(GradioRequest):
    question: Words
    fresh: bool = False


class Reworded(GradioRequest):
    question: Words
    id: Annotated[str, Field(max_length=100)]


INPUTS: Mapping[str, Any] = {
    "open": tuple[Kept, Word, Word],
    "show": tuple[Kept, Word, Word],
    "ask": tuple[Words, Kept, Word, Word],
    "ask_chosen": tuple[Kept, Word, Word],
    "ask_again": tuple[Kept, Word, Word],
    "switch": tuple[Kept, Word],
    "clear": tuple[Word],
    "take_up": tuple[Word],
    "choose": tuple[Kept, Word],
    "progress_update": tuple[Kept, Word, Word],
    "settle": tuple[()],
}
"""By method of `web.chat.events.Chat`: the component values that it receives."""
EVENTS: Mapping[str, type[GradioRequest]] = {
    "switch": Language,
    "choose": About,
    "take_up": Archived,
    "ask_chosen": Chosen,
    "ask_again": Reworded,
}
"""By method: the data of its event, for events that carry data."""
READERS = {name: TypeAdapter(given) for name, given in INPUTS.items()}


class Call(GradioRequest):
    """A call as Gradio's scripts send it."""

    fn_index: Number
    data: Annotated[list[Any], Field(max_length=10)]
    session_hash: Session
    trigger_id: Number | None = None
    event_data: Any = None

    def validate_for(self, name: str) -> Call:
        """Returns this call of the function `name` with only the fields that it takes.

        Raises ValidationError for data that the page never sends.
        """
        event = EVENTS[name].model_validate(self.event_data).model_dump() if name in EVENTS else None
        return self.model_copy(update={"data": list(READERS[name].validate_python(self.data)), "event_data": event})


class Cancelled(GradioRequest):
    """Request to stop an answer."""

    session_hash: Session
    fn_index: Number
    event_id: Session


class Reset(GradioRequest):
    event_id: Session


class Functions:
    """Functions of the page by number: with the queue, and without it."""

    def __init__(self, blocks: gr.Blocks) -> None:
        self.blocks = blocks

    @cached_property
    def queued(self) -> dict[int, str]:
        """The names of functions that wait in the queue, by number."""
        return self.find_named(queued=True)

    @cached_property
    def at_once(self) -> dict[int, str]:
        """The names of functions that run without the queue, by number."""
        return self.find_named(queued=False)

    def find_named(self, queued: bool) -> dict[int, str]:
        """Returns the names of functions in INPUTS by number, with the queue or without."""
        functions = self.blocks.fns.items()
        names = {key: str(each.name) for key, each in functions if each.fn is not None and each.queue is queued}
        return {key: name for key, name in names.items() if name in INPUTS}
