"""Search and documents serve in a chain of LangChain that is not ours."""

from __future__ import annotations

import io
import textwrap
from contextlib import redirect_stdout
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompt_values import PromptValue
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bot.chains import KnowledgeLoader, KnowledgeRetriever
from ingest.watcher import WatchedLibrary
from tests.conftest import ROOT

QUESTION = "俄罗斯的利润税是多少？"


def joined(passages: list[Document]) -> str:
    return "\n\n".join(f"[{each.metadata['source']}] {each.page_content}" for each in passages)


def test_a_chain_answers_from_the_passages_of_the_retriever(library: WatchedLibrary) -> None:
    retriever = KnowledgeRetriever(library=library, limit=3)
    prompt = ChatPromptTemplate.from_template("{passages}\n\n{question}")
    seen: list[str] = []

    def note(value: PromptValue) -> PromptValue:
        seen.append(value.to_string())
        return value

    model = GenericFakeChatModel(messages=iter([AIMessage("25%")]))
    chain = (
        {"passages": retriever | joined, "question": RunnablePassthrough()} | prompt | note | model | StrOutputParser()
    )
    assert chain.invoke(QUESTION) == "25%"
    assert "[outbound/russia.zh.md]" in seen[0] and "25%" in seen[0] and QUESTION in seen[0]


def test_each_passage_names_its_place_and_whether_its_document_is_in_force(library: WatchedLibrary) -> None:
    first, *others = KnowledgeRetriever(library=library, limit=3).invoke(QUESTION)
    assert len(others) == 2 and len({each.id for each in (first, *others)}) == 3
    document = library.index.document(first.metadata["source"])
    assert document and document.text[first.metadata["start"] : first.metadata["end"]] == first.page_content
    assert {"title", "page", "heading", "score", "validity", "url"} <= first.metadata.keys()


def test_the_loader_gives_every_document_as_it_was_read_for_an_index_of_ones_own(library: WatchedLibrary) -> None:
    documents = KnowledgeLoader(library).load()
    assert [each.id for each in documents] == list(library.index.documents())
    parts = RecursiveCharacterTextSplitter(chunk_size=200, chunk_overlap=0).split_documents(documents)
    assert len(parts) > len(documents) and all(each.metadata["source"] for each in parts)
    store = InMemoryVectorStore.from_documents(parts[:8], library.embedder.embeddings)
    assert store.similarity_search("税率", k=1)[0].metadata["source"] in library.index.documents()


def test_the_lines_of_the_readme_run(library: WatchedLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## In your own LangChain chain")[2].partition("\n## ")[0].partition("\n")[2]
    lines = "".join(line for line in section.splitlines(keepends=True) if line.startswith("    ") or not line.strip())
    monkeypatch.setenv("ASSISTANT_KNOWLEDGE_DIR", str(library.settings.knowledge_dir))
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(library.settings.data_dir))
    told, names = io.StringIO(), dict[str, Any]()
    with redirect_stdout(told):
        exec(textwrap.dedent(lines), names)  # noqa: S102
    assert told.getvalue().strip() and len(names["documents"]) == len(library.index.documents())
