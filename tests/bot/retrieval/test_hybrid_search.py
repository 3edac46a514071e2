"""Passages are found by meaning and by words, in force first and in the person's language."""

from __future__ import annotations

from datetime import date

import pytest

from bot.retrieval.hybrid_search import find_better_translations, hybrid
from evals.folders import sync_texts
from ingest.watcher import WatchedLibrary
from store.documents import Metadata, Passage, Validity
from store.index import Scope, text_to_embed

TODAY = date(2026, 6, 1)


def found(library: WatchedLibrary, question: str, limit: int = 5, on: date = TODAY) -> list[Passage]:
    return hybrid(library.index, library.embedder, on)(question, limit)


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("俄罗斯利润税", "outbound/russia.zh.md"),
        ("profit tax in Brazil", "outbound/brazil.en.md"),
        ("imposto sobre o lucro no Brasil", "outbound/brazil.pt.md"),
        ("налог на прибыль в России", "outbound/russia.zh.md"),
        ("налог на прибыль в Бразилии", "outbound/brazil.en.md"),
    ],
)
def test_the_right_document_comes_first_in_any_language(library: WatchedLibrary, question: str, source: str) -> None:
    assert found(library, question)[0].source == source


def test_passages_are_spans_of_their_documents(library: WatchedLibrary) -> None:
    for passage in found(library, "停车费", 10):
        document = library.index.document(passage.source)
        assert document is not None
        assert document.text[passage.chunk.start : passage.chunk.end] == passage.chunk.text


def test_the_best_comes_first_and_no_more_than_asked_for(library: WatchedLibrary) -> None:
    passages = found(library, "境外投资备案", 3)
    assert len(passages) == 3
    assert [each.score for each in passages] == sorted((each.score for each in passages), reverse=True)


def test_what_is_in_force_ranks_above_what_it_replaced(library: WatchedLibrary) -> None:
    for on, first in ((TODAY, "laws/parking-2024.md"), (date(2020, 6, 1), "laws/parking-2019.md")):
        passages = found(library, "公共停车场的停车费每小时最高", on=on)
        assert passages[0].source == first
        assert passages[0].validity is Validity.IN_FORCE


def test_what_no_longer_applies_stays_findable_and_names_what_replaces_it(library: WatchedLibrary) -> None:
    old = next(each for each in found(library, "自行车登记费") if each.source == "laws/bicycles-2015.md")
    assert old.validity is Validity.SUPERSEDED
    assert old.replaced_by == "laws/two-wheelers-2023.md"


def test_an_exact_number_is_found(library: WatchedLibrary) -> None:
    assert "第三条" in found(library, "处100元罚款")[0].chunk.text


def test_a_question_of_words_that_nobody_wrote_finds_without_an_error(library: WatchedLibrary) -> None:
    assert len(found(library, "???", 2)) <= 2
    assert len(found(library, 'xyzzy "OR" NEAR(*', 2)) <= 2


@pytest.mark.parametrize(
    ("question", "left_out"),
    [
        ("NDRC notice 境外投资备案通知书几个工作日", "outbound/filing.en.md"),
        ("NDRC filing notice, how many working days?", "outbound/filing.zh.md"),
        ("уведомительная регистрация NDRC: сколько рабочих дней?", "outbound/filing.zh.md"),
    ],
)
def test_a_translation_that_the_person_reads_worse_is_never_found(
    library: WatchedLibrary, question: str, left_out: str
) -> None:
    sources = {each.source for each in found(library, question, 60)}
    assert left_out not in sources and sources & {"outbound/filing.zh.md", "outbound/filing.en.md"}


def test_the_version_that_may_apply_is_preferred_and_one_of_each_document_stays() -> None:
    documents = {
        "a.zh.md": Metadata(title="A", language="zh"),
        "a.en.md": Metadata(title="A", language="en", translation_of="a.zh.md"),
        "b.ru.md": Metadata(title="B", language="ru", translation_of="b.ar.md"),
        "b.ar.md": Metadata(title="B", language="ar", translation_of="b.ru.md"),
    }
    assert find_better_translations(documents, "en", {}) == {"a.zh.md": "a.en.md", "b.ru.md": "b.ar.md"}
    repealed = {"a.en.md": (Validity.REPEALED, "")}
    assert find_better_translations(documents, "en", repealed)["a.en.md"] == "a.zh.md"


def test_a_text_in_another_language_is_found_among_many_in_the_askers_own() -> None:
    places = ("Alma", "Bristol", "Cadiz", "Delft", "Evora", "Faro", "Graz", "Hilo", "Izmir", "Jena", "Kiel", "Lodz")
    texts = {
        f"{each}-{line}.md": f"# Buses in {each}\n\nA monthly pass of the shuttle on line {line} costs 40 dollars."
        for each in places
        for line in range(3)
    }
    texts["班车.md"] = "# 园区班车月票\n\n园区班车的月票为每人每月180元，凭工牌在服务大厅办理。"
    with sync_texts(texts) as library:
        asked = library.embedder.query("How much is the monthly pass of the park shuttle?")
        usual = dict.fromkeys(texts, 0.85) | {"班车.md": 0.7}
        library.index.centres()
        in_chinese, in_english = (library.index.candidates([], asked, 1, Scope(usual, each)) for each in ("zh", "en"))
        behind_all = library.index.candidates([], asked, 1, Scope(usual | {"班车.md": 0.95}, "en"))
        (vector,) = library.embedder.passages([text_to_embed(Metadata(title="园区班车月票"), in_english[0].chunk)])
    assert [each.source for each in in_chinese] != ["班车.md"]
    assert [each.source for each in in_english] == ["班车.md"]
    assert len(behind_all) == 2 and "班车.md" in {each.source for each in behind_all}
    assert in_english[0].similarity == pytest.approx(float(asked @ vector), abs=1e-3)
