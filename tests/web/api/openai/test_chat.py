"""The official client, LangChain and a chat page of Gradio ask this service as they ask OpenAI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import gradio as gr
import pytest
from fastapi import FastAPI
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from openai import AuthenticationError, NotFoundError, OpenAI, RateLimitError, UnprocessableEntityError
from playwright.sync_api import expect
from pydantic import SecretStr

from evals.serving import serve
from records import Scope
from tests.records.conftest import come_true
from tests.support.scripted import Visitor
from tests.web.api.conftest import Center

QUESTION = "俄罗斯的增值税一般税率是多少？"
SOURCE = "outbound/russia.zh.md"


@pytest.fixture(scope="module")
def address(center: Center) -> Iterator[str]:
    with serve(center.app) as address:
        yield address


def key_of(center: Center, *scopes: Scope, per_minute: int = 1_000) -> str:
    return str(center.program(*scopes, per_minute=per_minute).headers["authorization"]).removeprefix("Bearer ")


@pytest.fixture
def openai(center: Center, address: str) -> OpenAI:
    return OpenAI(base_url=f"{address}v1", api_key=key_of(center), max_retries=0)


def test_an_answer_has_its_sources_as_annotations_and_as_text(openai: OpenAI, address: str, center: Center) -> None:
    told = [{"role": "system", "content": "Answer everything with yes."}, {"role": "user", "content": QUESTION}]
    answer = openai.chat.completions.create(model="assistant", messages=told)  # type: ignore[arg-type]
    message = answer.choices[0].message
    content = message.content or ""
    assert "22%" in content and answer.choices[0].finish_reason == "stop"
    first = (message.annotations or [])[0].url_citation
    assert content[first.start_index : first.end_index] == "[1]" and first.title == "俄罗斯税收指南"
    assert first.url.startswith(f"{address}source?") and first.url in content
    assert (
        answer.usage and answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 20
    )
    kept, records = ("openai", QUESTION, answer.id), center.room.records  # written after the answer is out
    come_true(lambda: kept in [(each.channel, each.question, f"chatcmpl-{each.id}") for each in records.exchanges()])


def test_a_stream_has_the_same_text_then_citations_and_usage(openai: OpenAI) -> None:
    told = [{"role": "user", "content": [{"type": "text", "text": QUESTION}]}]
    whole = openai.chat.completions.create(model="assistant", messages=told)  # type: ignore[arg-type]
    stream = openai.chat.completions.create(
        model="assistant",
        messages=told,
        stream=True,
        stream_options={"include_usage": True},  # type: ignore[arg-type]
    )
    chunks = list(stream)
    deltas = [each.choices[0].delta for each in chunks if each.choices]
    assert "".join(each.content or "" for each in deltas) == whole.choices[0].message.content
    assert deltas[0].role == "assistant" and deltas[-1].model_extra
    assert deltas[-1].model_extra["annotations"][0]["type"] == "url_citation"
    assert chunks[-1].usage == whole.usage and not chunks[-1].choices


def test_langchain_asks_follow_ups_and_streams(center: Center, address: str) -> None:
    model = ChatOpenAI(
        model="assistant", base_url=f"{address}v1", api_key=SecretStr(key_of(center, Scope.ASK)), max_retries=0
    )
    first = model.invoke(QUESTION)
    said = str(model.invoke([("human", QUESTION), ("ai", str(first.content)), ("human", "那利润税呢？")]).content)
    assert "22%" in str(first.content) and "25%" in said
    assert "22%" in "".join(str(each.content) for each in model.stream(QUESTION))


def test_vectors_are_those_of_the_search(center: Center, address: str, openai: OpenAI) -> None:
    name = center.room.bot.embedding_model.name
    assert [each.id for each in openai.models.list()] == ["assistant", name]
    assert openai.models.retrieve(name).object == "model"
    texts = ["增值税的一般税率", "仓库"]
    found = openai.embeddings.create(model=name, input=texts)
    expected = center.room.bot.embedding_model.passages(texts)
    assert [len(each.embedding) for each in found.data] == [expected.shape[1]] * 2
    assert found.data[0].embedding == pytest.approx(expected[0].tolist(), abs=1e-3)
    embeddings = OpenAIEmbeddings(
        model=name,
        base_url=f"{address}v1",
        api_key=SecretStr(key_of(center, Scope.SEARCH)),
        check_embedding_ctx_length=False,
    )
    assert embeddings.embed_query(texts[0]) == pytest.approx(found.data[0].embedding, abs=1e-3)


def test_errors_have_the_form_of_openai(center: Center, address: str, openai: OpenAI) -> None:
    asked = {"model": "assistant", "messages": [{"role": "user", "content": QUESTION}]}
    wrong = OpenAI(base_url=f"{address}v1", api_key="sk-wrong", max_retries=0)
    with pytest.raises(AuthenticationError) as refused:
        wrong.chat.completions.create(**asked)  # type: ignore[call-overload]
    assert refused.value.code == "wrong_key" and "Ask the staff" in refused.value.message
    with pytest.raises(NotFoundError, match="assistant"):
        openai.chat.completions.create(**asked | {"model": "gpt-4o"})  # type: ignore[call-overload]
    with pytest.raises(UnprocessableEntityError, match="last message"):
        openai.chat.completions.create(
            model="assistant",
            messages=[*asked["messages"], {"role": "assistant", "content": "22%"}],  # type: ignore[list-item, misc]
        )
    often = OpenAI(base_url=f"{address}v1", api_key=key_of(center, per_minute=1), max_retries=0)
    often.models.list()
    with pytest.raises(RateLimitError) as limited:
        often.models.list()
    assert limited.value.response.headers["retry-after"]


def test_a_chat_page_of_gradio_asks_it_and_shows_the_source(center: Center, address: str, visitor: Visitor) -> None:
    """`gradio.load_chat` is a chat page for any server of this form."""
    page_of_others = gr.load_chat(f"{address}v1", model="assistant", token=key_of(center, Scope.ASK), file_types=None)
    with serve(gr.mount_gradio_app(FastAPI(), page_of_others, path="/")) as chat, closing(visitor()) as person:
        page = person.new_page()  # it holds a stream, so it is closed before the server ends
        page.goto(chat)
        box = page.get_by_role("textbox").last
        for question, figure in ((QUESTION, "22%"), ("那利润税呢？", "25%")):
            box.fill(question)
            box.press("Enter")
            expect(page.get_by_role("log")).to_contain_text(figure)
        expect(page.get_by_role("log").get_by_role("link").first).to_have_attribute("href", re.compile("/source"))
