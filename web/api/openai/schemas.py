"""Request bodies of the OpenAI-compatible API; unknown fields are ignored."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from web.api.schemas import Text

MOST_MESSAGES, MOST_INPUTS = 1_000, 1_024
LONGEST_MESSAGE, LONGEST_INPUT = 200_000, 50_000
"""Characters of a message, and of a text to embed."""

Content = Annotated[Text, Field(max_length=LONGEST_MESSAGE)]


class TextPart(BaseModel):
    """A part of a message; pictures and files are not read."""

    type: Literal["text"]
    text: Content


class Message(BaseModel):
    """A message. System and tool messages are ignored.

    They cannot change the rules of this assistant.
    """

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content | list[TextPart] | None = None

    @property
    def words(self) -> str:
        """The text of the message, its parts as lines; empty if it has none."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    include_usage: bool = False


class ChatIn(BaseModel):
    """A conversation whose last message of the user is the question."""

    model: str = Field("assistant", max_length=200)
    messages: Annotated[list[Message], Field(min_length=1, max_length=MOST_MESSAGES)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None


class EmbeddingsIn(BaseModel):
    """Texts to embed: documents, or with `input_type` queries."""

    model: str = Field("", max_length=200)
    input: (
        Annotated[Text, Field(min_length=1, max_length=LONGEST_INPUT)]
        | Annotated[
            list[Annotated[Text, Field(min_length=1, max_length=LONGEST_INPUT)]],
            Field(min_length=1, max_length=MOST_INPUTS),
        ]
    )
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None
    input_type: Literal["document", "query"] = "document"
