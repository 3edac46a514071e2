"""A reader that hangs, swells, crashes or chatters stops nobody but itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.loaders.sandbox import NURSERY, Limits, run
from store.documents import LoadedText, UnreadableFileError
from text.messages import message

ROOT = Path(__file__).resolve().parents[3]
GENEROUS = Limits(60, 4096)


def echo(text: str) -> LoadedText:
    return LoadedText(text)


def sleep(pid_file: Path) -> LoadedText:
    grandchild = subprocess.Popen(["sleep", "600"])
    pid_file.write_text(str(grandchild.pid))
    time.sleep(600)
    return LoadedText("")


def swell() -> LoadedText:
    return LoadedText("x" * (8 << 30))


def crash() -> LoadedText:
    os.kill(os.getpid(), signal.SIGSEGV)
    return LoadedText("")


def fail() -> LoadedText:
    raise ValueError("bad table")


def refuse() -> LoadedText:
    raise UnreadableFileError(message("page.damaged", page=1, error="Torn"), message("file.rename"))


def chatter() -> LoadedText:
    os.write(1, b"noise on standard output")
    os.write(2, b"noise on standard error")
    sys.stdin.read()
    return LoadedText("quiet")


def surroundings() -> LoadedText:
    return LoadedText(" ".join(os.environ))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def start(*command: str) -> subprocess.CompletedProcess[str]:
    """Runs another app that uses the readers of this file."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


def test_what_a_reader_gives_comes_back() -> None:
    assert run(echo, ("境外投资",), GENEROUS) == LoadedText("境外投资")


def test_what_a_reader_refuses_comes_back_with_reason_and_remedy() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        run(refuse, (), GENEROUS)
    assert caught.value.reason == message("page.damaged", page=1, error="Torn")
    assert caught.value.remedy == message("file.rename")


def test_a_reader_that_takes_too_long_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    with pytest.raises(UnreadableFileError, match="took over 2 seconds"):
        run(sleep, (pid_file,), Limits(2, 4096))
    grandchild = int(pid_file.read_text())
    for _ in range(100):
        if not is_running(grandchild):
            return
        time.sleep(0.05)
    pytest.fail("the process that the reader started still runs")


def test_a_reader_that_takes_too_much_memory_is_stopped() -> None:
    with pytest.raises(UnreadableFileError, match="more than 1024 MB"):
        run(swell, (), Limits(60, 1024))


def test_a_reader_that_crashes_is_reported_as_a_damaged_file() -> None:
    with pytest.raises(UnreadableFileError, match="stopped early"):
        run(crash, (), GENEROUS)


def test_an_error_of_a_library_is_an_error_of_the_file() -> None:
    with pytest.raises(UnreadableFileError, match="ValueError: bad table"):
        run(fail, (), GENEROUS)


def test_the_next_file_is_read_after_a_crash_of_the_whole_fork_server() -> None:
    run(echo, ("before",), GENEROUS)
    assert NURSERY.process
    os.kill(NURSERY.process.pid, signal.SIGKILL)
    NURSERY.process.wait()
    assert run(echo, ("after",), GENEROUS).text == "after"


def test_several_threads_get_each_its_own_file() -> None:
    texts = [str(number) for number in range(60)]
    with ThreadPoolExecutor(8) as pool:
        assert [result.text for result in pool.map(lambda text: run(echo, (text,), GENEROUS), texts)] == texts


def test_what_a_reader_prints_reaches_no_terminal_and_standard_input_may_be_closed() -> None:
    program = "from test_sandbox import *; print(run(chatter, (), GENEROUS).text)"
    done = start("sh", "-c", f"exec '{sys.executable}' -c '{program}' 0<&-")
    assert (done.stdout, done.stderr) == ("quiet\n", "")


def test_the_fork_server_leaves_with_the_app() -> None:
    program = "from test_sandbox import *; run(echo, ('',), GENEROUS); print(NURSERY.process.pid)"
    done = start(sys.executable, "-c", program)
    assert not is_running(int(done.stdout))


def test_a_reader_finds_no_key_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ASSISTANT_CHAT_MODEL", "PYTHON_TOKEN", "DATABASE_PASSWORD"):
        monkeypatch.setenv(name, "hidden")
    NURSERY.close()
    found = set(run(surroundings, (), GENEROUS).text.split())
    assert {"PATH", "PYTHONPATH"} <= found
    assert not found & {"OPENAI_API_KEY", "ASSISTANT_CHAT_MODEL", "PYTHON_TOKEN", "DATABASE_PASSWORD"}
