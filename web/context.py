"""Services that the pages need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.answer import Answer, Turn
from bot.starters.cache import StarterOptions
from bot.starters.questions import Starter, StarterFilter
from records import Records
from store.bases import Basis, read_bases
from store.contacts import Contact
from store.document_bases import with_documents
from store.documents import Document, Metadata
from web.health import Steps

if TYPE_CHECKING:
    from ingest.sync.progress import Progress


class BotLike(Protocol):
    """The bot as the page uses it.

    `stream` yields growing answers; the last one is complete. `country` is the code of the country that the person
    chose; empty, or a topic, counts as none.
    """

    def stream(
        self, question: str, history: Sequence[Turn], language: str | None = None, *, country: str = ""
    ) -> Iterator[Answer]:
        """Yields growing answers; `language` counts if the question shows none."""
        ...


class StartersLike(Protocol):
    """Start page content: the choices, their examples, and cached examples."""

    def offer(self) -> StarterOptions:
        """Returns the countries and topics that can be chosen."""
        ...

    def examples(self, choice: StarterFilter) -> tuple[Starter, ...]:
        """Returns the examples known for a choice; may begin a search for others."""
        ...

    def list_cached(self, choice: StarterFilter) -> tuple[Starter, ...]:
        """Returns the examples known for a choice, without a search."""
        ...

    def is_searching(self, choice: StarterFilter, /) -> bool:
        """Checks that a search for examples of a choice is not over yet."""
        ...


def one_version(_: str) -> Mapping[str, str]:
    """Returns no other language: for pages that are shown without the library."""
    return {}


@dataclass(frozen=True)
class ChatContext:
    """Services of the page.

    - `bot`: answers questions.
    - `starters`: the questions that the folder can answer.
    - `documents`: a document by its source; `knowledge_dir` is their folder.
    - `progress`: progress of the indexing.
    - `records`: the stored questions, feedback and announcements.
    - `contacts`: the offices to ask if the page has no answer.
    - `steps`: measures how long answers take.
    - `versions`: sources of a document by language, itself included.
    - `embed_origins`: other web sites that may show the page in a frame.
    - `public_url`: address of the page for people elsewhere; "" if not set.
    - `visitor_questions`: unfinished questions that one visitor may have.
    """

    bot: BotLike
    starters: StartersLike
    documents: Callable[[str], Document | None]
    knowledge_dir: Path
    progress: Callable[[], Progress]
    records: Records
    contacts: Callable[[], Sequence[Contact]] = tuple
    steps: Steps = field(default_factory=Steps)
    versions: Callable[[str], Mapping[str, str]] = one_version
    embed_origins: tuple[str, ...] = ()
    public_url: str = ""
    visitor_questions: int = 16
    metadata: Callable[[], Mapping[str, Metadata]] = dict

    def bases(self) -> Mapping[str, Basis]:
        """Returns what lines of guides rest on, by id."""
        return with_documents(read_bases(self.knowledge_dir), self.metadata()).by_id
