"""What the page's scripts may call of Python, and what each call is given: all else never reaches Gradio."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, TypeAlias

import gradio as gr
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from web.http.limits import LONGEST_TEXT, MOST_CITATIONS, MOST_TURNS

Session: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Number: TypeAlias = Annotated[int, Field(ge=0, lt=2**53, strict=True)]
"""A component or a function. Gradio numbers the components of all pages that a process ever built in one row."""
Word: TypeAlias = Annotated[str, BeforeValidator(lambda value: value or ""), Field(max_length=100, strict=True)]
"""A language, a country or a topic; what is not known is taken as none."""
Words: TypeAlias = Annotated[str, Field(max_length=100_000, strict=True)]
"""A question as it was typed; the chat says itself which is too long."""


def within_limits(sent: Any) -> Any:
    """`sent`, unless a text or a list in it is larger than any of an answer. Raises ValueError."""
    if (isinstance(sent, str) and len(sent) > LONGEST_TEXT) or (isinstance(sent, list) and len(sent) > MOST_CITATIONS):
        raise ValueError("larger than any answer")
    for each in sent.values() if isinstance(sent, dict) else sent if isinstance(sent, list) else ():
        within_limits(each)
    return sent


Kept: TypeAlias = Annotated[
    list[dict[str, Any]],
    BeforeValidator(lambda value: [] if value is None else value),
    Field(max_length=MOST_TURNS),
    AfterValidator(within_limits),
]
"""A conversation as the browser keeps it; `web.chat.conversation_state.restored` reads it."""


class Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Language(Sent):
    language: Word


class About(Sent):
    about: Word


class Archived(Sent):
    conversation: Kept
    about: Word = ""


class Chosen(Sent):
    question: Words
    fresh: bool = False


class Reworded(Sent):
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
    "look": tuple[Word],
    "settle": tuple[()],
}
"""By the method of `web.chat.events.Chat` that is called: the values of the components that it is given."""
EVENTS: Mapping[str, type[Sent]] = {
    "switch": Language,
    "choose": About,
    "take_up": Archived,
    "ask_chosen": Chosen,
    "ask_again": Reworded,
}
"""What comes along with an event, for those that say more than that they happened."""
READERS = {name: TypeAdapter(given) for name, given in INPUTS.items()}


class Call(Sent):
    """A call as Gradio's scripts send it. Raises ValidationError in `checked` for what the page does not send."""

    fn_index: Number
    data: Annotated[list[Any], Field(max_length=10)]
    session_hash: Session
    trigger_id: Number | None = None
    event_data: Any = None

    def checked(self, name: str) -> Call:
        """The same call of the function `name` with nothing in it but what that takes."""
        event = EVENTS[name].model_validate(self.event_data).model_dump() if name in EVENTS else None
        return self.model_copy(update={"data": list(READERS[name].validate_python(self.data)), "event_data": event})


class Cancelled(Sent):
    """An answer that is not wanted any more."""

    session_hash: Session
    fn_index: Number
    event_id: Session


class Reset(Sent):
    event_id: Session


class Functions:
    """The functions of the page by their number, those that go through the queue and those that do not."""

    def __init__(self, blocks: gr.Blocks) -> None:
        self.blocks = blocks

    @cached_property
    def queued(self) -> dict[int, str]:
        return self.named(queued=True)

    @cached_property
    def at_once(self) -> dict[int, str]:
        return self.named(queued=False)

    def named(self, queued: bool) -> dict[int, str]:
        functions = self.blocks.fns.items()
        names = {key: str(each.name) for key, each in functions if each.fn is not None and each.queue is queued}
        return {key: name for key, name in names.items() if name in INPUTS}
