"""What stands behind the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.answer import Answer, Turn
from bot.starters.cache import Offer
from bot.starters.questions import Choice, Example
from records import Records
from store.contacts import Contact
from store.documents import Document
from web.operations.health import Steps

if TYPE_CHECKING:
    from ingest.sync.progress import Progress


class BotLike(Protocol):
    """What the page needs of the bot: ever more complete answers; the last one is the answer. `about` is what the
    person chose to ask about, empty for nothing."""

    def stream(
        self, question: str, history: Sequence[Turn], language: str | None = None, *, about: str = ""
    ) -> Iterator[Answer]: ...


class OfferingLike(Protocol):
    """What the start page needs: what can be chosen, examples for a choice, and those that are known at once."""

    def offer(self) -> Offer: ...

    def examples(self, choice: Choice) -> tuple[Example, ...]: ...

    def known(self, choice: Choice) -> tuple[Example, ...]: ...


@dataclass(frozen=True)
class Service:
    """What the page is given: who answers, what the folder can answer, the documents by their source and the folder
    they come from, how far the indexing has come, where it is kept what people did and what the center announces, and
    the offices to ask where the page gives no answer. `steps` knows how long the making of answers takes."""

    bot: BotLike
    offering: OfferingLike
    documents: Callable[[str], Document | None]
    knowledge_dir: Path
    progress: Callable[[], Progress]
    records: Records
    contacts: Callable[[], Sequence[Contact]] = tuple
    steps: Steps = field(default_factory=Steps)
