"""Messages to people: codes with values, from any room, and their sentences."""

from __future__ import annotations

from text.messages.codes import (
    AS_IT_IS,
    NOTHING,
    Message,
    MessageError,
    as_data,
    as_it_is,
    from_data,
    from_text,
    join_messages,
    message,
    message_of,
    sentences,
    system_reason,
    to_text,
)

__all__ = [
    "AS_IT_IS",
    "NOTHING",
    "Message",
    "MessageError",
    "as_data",
    "as_it_is",
    "from_data",
    "from_text",
    "join_messages",
    "message",
    "message_of",
    "sentences",
    "system_reason",
    "to_text",
]
