"""The benchmarks of starts, large files and stages measure what they say and leave no process behind."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import httpx
import pytest

from bot.answer import Answer, Turn
from bot.outcomes import Outcome
from evals.serving import serve
from evals.speed.growth.measure import MadeUp
from evals.speed.large import CHARACTERS, ratios, watch_memory, wrap_lines, write_pdf
from evals.speed.page import last_answer, messages, open_page
from evals.speed.processes import count_seconds, family, memory
from evals.speed.stages import STAGES, Stopwatch, measure_covered, rows, spread, time_stages
from evals.speed.starting import FIRST_SOURCE, end, in_turn, is_right, medians
from ingest.loaders.pdf.read_pdf import read_pdf
from ingest.sync.progress import Progress
from store.embeddings import Embedder
from tests.web.conftest import behind
from web.app import build


class Echo:
    """A bot that answers with the question, in three pieces."""

    def stream(
        self, question: str, history: Sequence[Turn], language: str | None = None, *, country: str = ""
    ) -> Iterator[Answer]:
        for text in ("", "You asked: ", f"You asked: {question}"):
            yield Answer(question, question, "en", Outcome.ANSWERED, text, complete=text.endswith(question))


def spoken_of(*outputs: object, success: bool = True) -> list[dict[str, object]]:
    """The messages of a page whose second output goes through these values."""
    told: list[dict[str, object]] = [{"msg": "process_starts"}]
    told += [{"msg": "process_generating", "output": {"data": ["–", output]}} for output in outputs]
    return [*told, {"msg": "process_completed", "success": success, "output": {"data": ["–", None]}}]


def family_of(process: subprocess.Popen[bytes], size: int) -> list[int]:
    """The family of a process once it is as large as expected."""
    deadline = time.monotonic() + 10
    while len(found := family(process.pid)) < size:
        assert time.monotonic() < deadline, found
        time.sleep(0.01)
    return found


def test_the_page_is_asked_through_gradio_as_a_browser_asks(tmp_path: Path) -> None:
    progress = [Progress("reading", 1, 2), Progress("ready")]
    with (
        serve(build(behind(Echo(), tmp_path, progress=lambda: progress[0]))) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        page = open_page(client)
        answers = [page.ask(f"Question {number}?") for number in range(2)]
        assert page.progress()
        progress.pop(0)
        assert not page.progress()
    assert [answer["text"] for answer in answers] == ["You asked: Question 0?", "You asked: Question 1?"]
    assert [answer["outcome"] for answer in answers] == ["answered", "answered"]


def test_only_the_data_of_a_stream_are_messages() -> None:
    assert list(messages(['data: {"msg": "heartbeat"}', "", ": comment"])) == [{"msg": "heartbeat"}]


def test_the_last_answer_is_put_together_from_what_differs() -> None:
    whole = [["replace", [0, "text"], "It is 25%."], ["replace", [0, "complete"], True]]
    told = spoken_of([{"text": "", "complete": False}], whole, [["replace", [], {"__type__": "update"}]])
    assert last_answer(told, 1) == {"text": "It is 25%.", "complete": True}


@pytest.mark.parametrize("told", [spoken_of(), spoken_of([{"complete": True}], success=False), spoken_of([{}])])
def test_a_page_that_does_not_answer_to_the_end_is_an_error(told: list[dict[str, object]]) -> None:
    with pytest.raises(RuntimeError, match="did not answer"):
        last_answer(told, 1)


def test_an_answer_counts_only_when_it_comes_from_the_right_guide() -> None:
    right = {"outcome": "answered", "citations": [{"source": f"{FIRST_SOURCE}.zh.md"}]}
    assert is_right(right)
    assert not is_right({**right, "outcome": "not_in_knowledge_base"})
    assert not is_right({**right, "citations": [{"source": "outbound/country-cuba.zh.md"}]})


def test_starts_are_told_by_their_medians() -> None:
    starts = [{"ready s": seconds, "MB": 900.4} for seconds in (1.04, 9.0, 2.06)]
    assert medians(starts) == {"ready s": 2.1, "MB": 900}


def test_two_ways_of_asking_take_turns_and_warming_up_does_not_count() -> None:
    order: list[str] = []
    one, other = in_turn(lambda text: order.append(f"1{text}"), lambda text: order.append(f"2{text}"), ["a", "b"])
    assert order == ["1a", "1b", "2a", "2b", "1a", "2a", "1b", "2b"]
    assert len(one) == len(other) == 2


def test_a_family_holds_grandchildren_and_ends_as_a_whole() -> None:
    shell = "trap '' TERM; sh -c 'sleep 60; true' & wait"
    process = subprocess.Popen(["sh", "-c", shell], start_new_session=True)
    others = family_of(process, 3)
    end(process, farewell=0.2)
    assert process.poll() is not None
    assert len(others) == 3
    assert [other for other in others if memory(other)] == []


def test_memory_is_that_of_the_process_and_none_once_it_ended() -> None:
    assert 0 < memory(os.getpid()) <= memory(os.getpid(), "VmHWM")
    process = subprocess.Popen(["true"])
    process.wait()
    assert memory(process.pid) == 0


def test_the_ledger_gets_the_cpu_time_even_of_what_fails(tmp_path: Path) -> None:
    def fail(seconds: float) -> None:
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass
        raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError):
            count_seconds(tmp_path / "ledger", fail, 0.1)
    taken = [float(line) for line in (tmp_path / "ledger").read_text().split()]
    assert len(taken) == 2 and all(0.05 < each < 1 for each in taken)


def test_peaks_are_those_of_the_process_and_of_its_children() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytes([1]) * 60_000_000; input()'])"
    with subprocess.Popen(["python3", "-c", script], stdin=subprocess.PIPE) as process:
        threading.Timer(1.0, lambda: process.communicate(b"\n")).start()
        peaks = watch_memory(process, every=0.02)
    assert peaks["reading"] > peaks["main"] + 40
    assert peaks["together"] > peaks["reading"]


def test_a_large_file_has_its_pages_and_its_text(shared: Path, tmp_path: Path) -> None:
    write_pdf(tmp_path / "new" / "laws.pdf", 4)
    loaded = read_pdf(tmp_path / "new" / "laws.pdf", ocr=False)
    law = sorted((shared / "laws").glob("*.md"))[0].read_text(encoding="utf-8")
    assert len(loaded.pages) == 4
    assert all(page.end - page.start > 300 for page in loaded.pages)
    assert next(wrap_lines(law.splitlines())) in loaded.text


def test_lines_are_wrapped_and_lose_nothing_but_signs() -> None:
    lines = list(wrap_lines(["## **第一章**", "", "税" * (CHARACTERS + 1)]))
    assert lines == ["第一章", "税" * CHARACTERS, "税"]


def test_ratios_say_how_many_times_more() -> None:
    assert ratios({"pages": 60, "main MB": 400}, {"pages": 600, "main MB": 500}) == {
        "pages": "× 10.00",
        "main MB": "× 1.25",
    }


def test_a_stage_is_not_charged_with_the_stage_within_it() -> None:
    watch = Stopwatch()
    inner = watch.timing("inner", partial(time.sleep, 0.06))
    watch.timing("outer", lambda: (time.sleep(0.02), inner(), inner()))()
    assert watch.seconds["inner"] == pytest.approx(0.12, abs=0.03)
    assert watch.seconds["outer"] == pytest.approx(0.02, abs=0.015)


def test_stages_of_several_threads_add_up_but_cover_their_time_once() -> None:
    watch = Stopwatch()
    threads = [threading.Thread(target=watch.timing("sleep", time.sleep), args=(0.1,)) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert watch.seconds["sleep"] == pytest.approx(0.3, abs=0.08)
    assert measure_covered(watch.busy) < 0.2


def test_a_timed_function_still_gives_and_raises() -> None:
    watch = Stopwatch()
    divide: Callable[[int, int], float] = watch.timing("divide", lambda a, b: a / b)
    assert divide(4, b=2) == 2  # type: ignore[call-arg]
    with pytest.raises(ZeroDivisionError):
        divide(1, 0)
    assert len(watch.busy) == 2


def test_intervals_that_overlap_count_once() -> None:
    assert measure_covered([(4, 5), (0, 2), (1, 3), (1, 1.5)]) == 4
    assert measure_covered([]) == 0


def test_a_spread_takes_from_the_whole_range() -> None:
    paths = [Path(str(number)) for number in range(100)]
    assert spread(paths, 4) == [paths[0], paths[25], paths[50], paths[75]]
    assert spread(paths[:3], 4) == paths[:3]


def test_shares_are_of_the_whole_sync() -> None:
    assert rows({"embedding": 1.0, "whole sync": 4.0}) == [
        {"stage": "embedding", "seconds": 1.0, "share": "25%"},
        {"stage": "whole sync", "seconds": 4.0, "share": "100%"},
    ]


def test_every_stage_of_a_sync_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "law.md"
    path.write_text("# 税法\n\n" + "第一条 税率为百分之五。\n\n" * 50, encoding="utf-8")
    seconds = time_stages([path], Embedder(MadeUp(), "made-up"))
    assert [stage for stage, _, _ in STAGES if not 0 < seconds[stage] <= seconds["whole sync"]] == []
    assert 0 < seconds["CPU, reading processes"] < 10
    assert 0 <= seconds["other"] < seconds["whole sync"]
