"""The start page offers what the folder has, without a search for every visitor."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from bot.pipeline import Bot
from bot.starters import cache as rules
from bot.starters.cache import REMEMBERED, StarterCache, StarterOptions, run_periodically, starter_options
from bot.starters.questions import Starter, StarterFilter, examples
from ingest.watcher import WatchedLibrary
from store.documents import Document
from store.embeddings.late_interaction import QueryTokenVectors
from store.index import Vector
from store.index.read_lock import ReadLockClosedError
from tests.bot.starters.test_questions import FOLDER, PREFERRED, Counting, opened, questions, write
from text.catalog import SERVICE_LANGUAGES
from web.i18n import texts


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[WatchedLibrary]:
    with opened(tmp_path) as library:
        yield library


def searched(offering: StarterCache, choice: StarterFilter) -> tuple[Starter, ...]:
    """What a visitor sees once the search that the visit began, if any, is over."""
    offering.examples(choice)
    while offering.is_searching(choice):
        time.sleep(0.01)
    return offering.list_cached(choice)


def a_minute_passes(offering: StarterCache) -> None:
    for choice, found in offering.found.items():
        offering.found[choice] = replace(found, at=found.at - rules.AGAIN_AFTER)


def test_countries_and_topics_of_documents_in_force_are_offered_most_documents_first(empty: WatchedLibrary) -> None:
    write(empty, FOLDER)
    assert starter_options(empty.index) == StarterOptions(
        ("BR", "RU"), ("visa", "tax", "trade", "intellectual-property")
    )


def test_only_topics_that_the_page_knows_are_offered(empty: WatchedLibrary) -> None:
    write(empty, FOLDER)
    assert starter_options(empty.index, {"tax", "data"}).topics == ("tax",)


def test_an_empty_folder_offers_nothing_until_it_has_documents(empty: WatchedLibrary) -> None:
    offering, choice = (
        StarterCache(Bot(empty.index, empty.embedder)),
        StarterFilter("zh", "outbound", preferred=PREFERRED),
    )
    assert starter_options(empty.index) == StarterOptions()
    assert searched(offering, choice) == ()
    write(empty, FOLDER)
    a_minute_passes(offering)
    assert PREFERRED[0] in questions(searched(offering, choice))


def test_two_pdfs_without_questions_give_no_examples(empty: WatchedLibrary) -> None:
    for name in ("one", "two"):
        canvas = Canvas(str(empty.settings.knowledge_dir / f"{name}.pdf"))
        canvas.drawString(72, 720, f"Parking rules number {name}. The fee for parking is 5 dollars an hour.")
        canvas.save()
    assert not empty.sync().failed
    offering = StarterCache(Bot(empty.index, empty.embedder))
    for language in SERVICE_LANGUAGES:
        preferred = tuple(texts(language)[f"direction.outbound.question.{number}"] for number in range(1, 5))
        assert searched(offering, StarterFilter(language, "outbound", preferred=preferred)) == ()
    assert starter_options(empty.index) == StarterOptions()


def test_examples_are_found_once_until_the_content_changes_and_a_minute_has_passed(empty: WatchedLibrary) -> None:
    write(empty, FOLDER)
    embedding_model = Counting(empty)
    offering, choice = StarterCache(Bot(empty.index, embedding_model)), StarterFilter("zh", "outbound", "BR")
    first, asked = searched(offering, choice), embedding_model.asked
    (empty.settings.knowledge_dir / "compare.zh.md").unlink()
    empty.sync()
    assert searched(offering, choice) is first and embedding_model.asked == asked
    a_minute_passes(offering)
    assert len(searched(offering, choice)) == 2
    asked = embedding_model.asked
    empty.sync()
    a_minute_passes(offering)
    assert len(searched(offering, choice)) == 2 and embedding_model.asked == asked


def test_who_keeps_examples_ready_does_not_wait_for_the_minute_to_pass(empty: WatchedLibrary) -> None:
    offering, choice = (
        StarterCache(Bot(empty.index, empty.embedder)),
        StarterFilter("zh", "outbound", preferred=PREFERRED),
    )
    assert searched(offering, choice) == ()
    write(empty, FOLDER)
    offering.renew(choice)
    assert PREFERRED[0] in questions(offering.list_cached(choice))


def test_a_search_ends_quietly_once_the_index_is_closed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    choice = StarterFilter("zh", "outbound", preferred=PREFERRED)
    with opened(tmp_path) as library:
        offering = StarterCache(Bot(library.index, library.embedder))
    state = (None, False, date.today())
    offering.renew(choice)
    with pytest.raises(ReadLockClosedError):
        offering.search(choice, state)
    assert offering.list_cached(choice) == () and not caplog.records


def test_nobody_waits_for_a_search_and_what_several_visitors_want_is_searched_once(empty: WatchedLibrary) -> None:
    write(empty, FOLDER)
    embedding_model = Held(empty)
    offering, choice = StarterCache(Bot(empty.index, embedding_model)), StarterFilter("zh", "outbound", "BR")
    other = StarterFilter("zh", "outbound", "RU")
    expected = [examples(Bot(empty.index, empty.embedder), each) for each in (choice, other)]
    assert at_once(lambda: offering.examples(choice) + offering.examples(other), 8) == [()] * 8
    assert offering.is_searching(choice) and offering.is_searching(other)
    assert embedding_model.reached.wait(30) and embedding_model.asked == 0
    embedding_model.released.set()
    assert [searched(offering, each) for each in (choice, other)] == expected
    asked = embedding_model.asked
    assert [searched(offering, each) for each in (choice, other)] == expected and embedding_model.asked == asked


def test_visitors_with_many_wishes_do_not_make_a_queue_that_never_ends(empty: WatchedLibrary) -> None:
    embedding_model = Held(empty)
    write(empty, {"brazil.zh.md": FOLDER["brazil.zh.md"]})
    offering = StarterCache(Bot(empty.index, embedding_model, answerability=None))
    wanted = [StarterFilter("zh", "outbound", "BR", preferred=(f"{number}",)) for number in range(rules.WANTED + 4)]
    for each in wanted:
        offering.examples(each)
    assert sum(map(offering.is_searching, wanted)) == rules.WANTED
    embedding_model.released.set()
    for each in wanted:
        searched(offering, each)
    assert not any(map(offering.is_searching, wanted))


class Held(Counting):
    """The bundled model, which reads no question until it is released."""

    def __init__(self, library: WatchedLibrary) -> None:
        super().__init__(library)
        self.reached, self.released = threading.Event(), threading.Event()

    def embed_query(self, text: str, /) -> tuple[Vector, QueryTokenVectors | None]:
        self.reached.set()
        assert self.released.wait(60)
        return super().embed_query(text)


def at_once(work: Callable[[], tuple[Starter, ...]], times: int) -> list[tuple[Starter, ...]]:
    """What a function gives when many threads call it at the same time."""
    found: list[tuple[Starter, ...]] = []
    threads = [threading.Thread(target=lambda: found.append(work())) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_not_more_is_remembered_than_memory_allows(empty: WatchedLibrary) -> None:
    offering = StarterCache(Bot(empty.index, empty.embedder))
    for number in range(REMEMBERED + 20):
        offering.renew(StarterFilter("zh", "outbound", f"{number}"))
    assert len(offering.found) == REMEMBERED


def test_a_search_that_fails_leaves_what_is_known_and_is_tried_again_after_a_minute(
    empty: WatchedLibrary, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(empty, FOLDER)
    offering, choice = StarterCache(Bot(empty.index, empty.embedder)), StarterFilter("zh", "outbound", "BR")
    first = searched(offering, choice)
    (empty.settings.knowledge_dir / "compare.zh.md").unlink()
    empty.sync()
    a_minute_passes(offering)
    with monkeypatch.context() as patch:
        patch.setattr(empty.index, "document", unreadable)
        assert len(first) == 3 and searched(offering, choice) == first
        offering.renew(choice)
    assert caplog.messages == ["Examples for the start page could not be found; the previous ones stay."]
    offering.renew(choice)
    assert searched(offering, choice) == first
    a_minute_passes(offering)
    assert len(searched(offering, choice)) == 2


def unreadable(source: str) -> Document | None:
    raise OSError(f"disk error at {source}")


def test_what_can_be_chosen_is_counted_once_for_each_state_of_the_documents_and_each_day(
    empty: WatchedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering = StarterCache(Bot(empty.index, empty.embedder))
    assert offering.offer().countries == ()
    write(empty, FOLDER)
    first = offering.offer()
    assert first.countries == ("BR", "RU") and first.updated == empty.index.last_update()
    assert offering.offer() is first
    monkeypatch.setattr(rules, "date", Earlier)
    assert offering.offer().countries == ("BR", "RU", "NG")


class Earlier(date):
    """A day on which the old rule of the folder was in force."""

    @classmethod
    def today(cls) -> Earlier:
        return cls(2019, 1, 1)


def test_what_is_to_be_done_goes_on_after_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    stop, done = threading.Event(), list[str]()

    def fail() -> None:
        raise RuntimeError("the disk is full")

    def work() -> None:
        done.append("done")
        if len(done) == 2:
            stop.set()

    with caplog.at_level(logging.ERROR):
        run_periodically([fail, work], stop, every=0.01)
    assert done == ["done", "done"] and "the disk is full" in caplog.text
