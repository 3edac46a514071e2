"""LangChain retriever and loader over the index, for other people's chains."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from bot.serialization import passage_to_json
from bot.words_only import search_or_by_words
from store.documents import Passage, Validity
from store.library import Library


class KnowledgeRetriever(BaseRetriever):
    """LangChain retriever: the passages of a question, best first.

    At most `limit`, as of the day `on` (default today). A document's `id` is the place of the passage; its metadata are
    the fields of `python -m bot search --json`, and `start`, `end`, `validity` and `url`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    limit: int = 10
    on: date | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002  # LangChain's signature
    ) -> list[Document]:
        search = search_or_by_words(self.library.index, self.library.embedder, self.on)
        return [passage_document(each) for each in search(query, self.limit)]


class KnowledgeLoader(BaseLoader):
    """LangChain loader: whole documents of the index, as loaders and OCR read them."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def lazy_load(self) -> Iterator[Document]:
        """Yields the documents in the order of their sources."""
        valid = self.library.index.validities(date.today())
        for source in self.library.index.documents():
            if (document := self.library.index.document(source)) is not None:
                given = document.metadata
                known: dict[str, Any] = {"source": source, "title": given.title, "language": given.language}
                known |= {"validity": valid.get(source, (Validity.UNKNOWN, ""))[0].value, "url": given.source_url}
                yield Document(id=source, page_content=document.text, metadata=known)


def passage_document(passage: Passage) -> Document:
    """Returns a passage as a document, with the metadata of `KnowledgeRetriever`."""
    fields = passage_to_json(passage)
    text = fields.pop("text")
    start, end = passage.chunk.start, passage.chunk.end
    own = {"start": start, "end": end, "validity": passage.validity.value, "url": passage.metadata.source_url}
    return Document(id=f"{passage.source}#{start}-{end}", page_content=text, metadata=fields | own)
