"""Messages to people: codes with values. The sentences are in catalogs.

So no code has to read a sentence. The command line and the log are in English, the staff pages in the language of the
page.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, reduce
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, Union

from pydantic import GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from text.catalog import STAFF_LANGUAGES, Texts, load_catalog, parameters

LOG = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
FOLDERS = (
    ROOT / "text" / "messages" / "locales",
    ROOT / "records" / "locales",
    ROOT / "store" / "locales",
    ROOT / "bot" / "locales" / "messages",
    ROOT / "web" / "locales" / "messages",
)
"""Catalogs of messages, each in the room that says them.

The modules beside `settings.py` have theirs in the first, and `ingest` in that of `store`.
"""
AS_IT_IS = "as_it_is"
"""Code of a text from elsewhere.

Such as a sentence that was stored before messages had codes.
"""

REASONS = {
    errno.EACCES: "system.denied",
    errno.EPERM: "system.denied",
    errno.EROFS: "system.read_only",
    errno.ENOENT: "system.missing",
    errno.ENOSPC: "system.full",
    errno.EBUSY: "system.busy",
}
"""Codes of the reasons of the system, by its number of the error."""

Parameter: TypeAlias = Union[str, int, "Message"]


@dataclass(frozen=True)
class Message:
    """A sentence by its code, with the values that it names.

    The empty message says nothing and counts as false.
    """

    code: str = ""
    params: Mapping[str, Parameter] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.code)

    def __hash__(self) -> int:
        return hash(self.code)

    def __str__(self) -> str:
        return self.fill(sentences("en")) if self else ""

    def say(self, texts: Texts) -> str:
        """Returns the sentence as in `texts`; in English if they lack its code."""
        return self.fill(texts) if self.code in texts else str(self)

    def fill(self, texts: Texts) -> str:
        """Returns the sentence as in `texts`, with its values.

        Raises KeyError if `texts` lack the code.
        """
        values = {name: each.say(texts) if isinstance(each, Message) else each for name, each in self.params.items()}
        return texts[self.code].format(**values)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            from_data, serialization=core_schema.plain_serializer_function_ser_schema(as_data)
        )


NOTHING = Message()


class MessageError(Exception):
    """An error with a `message` to people."""

    def __init__(self, message: Message | str) -> None:
        super().__init__(message)
        self.message = as_it_is(message) if isinstance(message, str) else message

    def __str__(self) -> str:
        return str(self.message)


@cache
def sentences(language: str) -> Texts:
    """The sentences of all messages by code, in one of STAFF_LANGUAGES."""
    catalogs = (load_catalog(folder, STAFF_LANGUAGES)[language] for folder in FOLDERS)
    return MappingProxyType({code: sentence for each in catalogs for code, sentence in each.items()})


def message(code: str, /, **values: object) -> Message:
    """Returns the message of a code.

    Values that are neither a message nor a whole number are taken as text.
    """
    return Message(
        code, {name: each if isinstance(each, (Message, int)) else str(each) for name, each in values.items()}
    )


def as_it_is(text: str) -> Message:
    """Returns a text from elsewhere as a message; the empty message for ""."""
    return message(AS_IT_IS, text=text) if text else NOTHING


def message_of(error: Exception) -> Message:
    """Returns the message of an error, or its text as a message.

    Errors of Python and of the settings have it as an argument. An error of the system says its reason without the
    path, which is nothing for a page.
    """
    for found in (getattr(error, "message", None), *error.args[:1]):
        if isinstance(found, Message):
            return found
    if isinstance(error, OSError) and error.errno is not None:
        LOG.warning("%s", error)  # with the path, which staff are not shown
        return message("system.failed", reason=system_reason(error))
    return as_it_is(str(error))


def system_reason(error: OSError) -> Message:
    """Returns why the system refused something: a part of a sentence, without path."""
    return message(REASONS.get(error.errno or 0, "system.unknown"))


def join_messages(*messages: Message) -> Message:
    """Returns several messages as one, one after the other."""
    first, *others = [each for each in messages if each] or [NOTHING]
    return reduce(lambda above, below: message("pair", first=above, second=below), others, first)


# Stored messages


def to_text(message: Message) -> str:
    """Returns a message as text for a column or a file."""
    return STORED.dump_json(message).decode() if message else ""


def from_text(text: str) -> Message:
    """Returns the message of a stored text.

    A sentence that was stored before messages had codes stays as it is.
    """
    return STORED.validate_json(text) if text.startswith('{"code":') else as_it_is(text)


def as_data(message: Message) -> dict[str, Any]:
    """Returns a message as data for JSON, with its `code` and `params`."""
    values = {name: as_data(each) if isinstance(each, Message) else each for name, each in message.params.items()}
    return {"code": message.code, "params": values}


def from_data(data: Any) -> Message:
    """Returns the message that `as_data` has written.

    A code that this version does not have is shown as it is.
    Raises ValueError if the data has another form.
    """
    if isinstance(data, Message):
        return data
    if isinstance(data, str):
        return as_it_is(data)
    try:
        code, stored = str(data["code"]), data["params"].items()
    except (AttributeError, KeyError, TypeError):
        raise ValueError("not a stored message") from None
    values = {name: from_data(each) if isinstance(each, dict) else each for name, each in stored}
    is_known = parameters(sentences("en").get(code, "{unknown}")) <= values.keys()
    return Message(code, values) if is_known else as_it_is(code)


STORED = TypeAdapter(Message)
