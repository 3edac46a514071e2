"""The index mirrors the folder, and nothing that goes wrong with a file or the folder loses an answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings

from ingest.sync.plan import EmptyFolderError
from ingest.sync.progress import Progress
from ingest.sync.read_file import read_revision
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings
from store import folder
from store.embeddings import Embedder
from store.embeddings.e5 import E5
from store.embeddings.late_interaction import BinaryTokenVectors
from store.embeddings.vectors import EngineChoice, Floats
from store.folder import FolderUnreadableError
from store.index import IndexReleasedError, RecipeChangedError, Revision, Scope, open_index
from store.library import DataFolderUnwritableError
from tests.support.commands import called
from tests.support.engine import HAS_TOKEN_VECTORS, needs_token_vectors
from text.messages import as_it_is

Put = Callable[[str, str], Path]
Found = Callable[[str], set[str]]
ROOT = Path(__file__).resolve().parents[3]

Happening = Callable[[threading.Event], None]


class Recorder(E5):
    """The bundled model, which notes the texts that it embeds."""

    def __init__(self, engine: EngineChoice) -> None:
        super().__init__(engine)
        self.seen: list[str] = []
        self.called = threading.Event()

    def passages(
        self, texts: Sequence[str], background: bool = False
    ) -> tuple[Floats, Sequence[BinaryTokenVectors] | None]:
        self.seen += texts
        self.called.set()
        return super().passages(texts, background)


class Plain(Embeddings):
    """The same model as an endpoint would give it: without tokens."""

    def __init__(self, model: E5) -> None:
        self.model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self.model.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self.model.embed_query(text)


def test_a_new_file_is_found_by_words_and_by_meaning(library: WatchedLibrary, put: Put, found: Found) -> None:
    put("guide.md", "# 备案\n\n发改委备案需要7个工作日。")
    report = library.sync()
    assert (report.added, report.chunks) == (1, 1)
    assert "7个工作日" in found("备案需要").pop()
    near = library.index.candidates([], library.embedder.query("How long does the NDRC filing take?"), 5)
    assert near[0].source == "guide.md"
    assert near[0].similarity is not None


def test_documents_that_are_searched_whole_give_all_their_chunks_as_they_are_now(
    library: WatchedLibrary, put: Put
) -> None:
    texts = {
        source: f"# {source}\n\n" + "\n\n".join(f"## {n}\n\n内容{n}{source}。" * 9 for n in "甲乙丙丁")
        for source in "ab"
    }
    for source, text in texts.items():
        put(f"{source}.md", text)
    library.sync()
    put("a.md", texts["a"].replace("丁", "戊"))
    library.sync()
    vector = library.embedder.query("税率")
    usual = dict.fromkeys(("a.md", "b.md"), 0.8)
    few, whole = (library.index.candidates([], vector, 1, Scope(usual, whole=each)) for each in ((), ("a.md",)))
    assert len(few) == 1 < len(whole)
    own = "".join(each.chunk.text for each in whole if each.source == "a.md")
    assert all(f"内容{name}a" in own for name in "甲乙丙戊") and "丁" not in own
    assert all(each.similarity is not None for each in whole)


def test_vectors_of_new_files_can_be_left_to_the_next_sync(library: WatchedLibrary, put: Put, found: Found) -> None:
    put("guide.md", "# 备案\n\n发改委备案需要7个工作日。")
    assert library.sync(embeds_new=False).added == 1
    assert "7个工作日" in found("备案需要").pop() and library.index.without_vectors()
    assert library.sync().unchanged == 1 and not library.index.without_vectors()


def test_a_second_sync_does_nothing(library: WatchedLibrary, put: Put) -> None:
    put("a.md", "# A\n\n内容甲。")
    put("b/c.txt", "内容乙。")
    library.sync()
    report = library.sync()
    assert (report.added, report.updated, report.unchanged, report.removed) == (0, 0, 2, 0)


def test_a_touched_file_that_did_not_change_is_not_read_again(library: WatchedLibrary, put: Put) -> None:
    path = put("a.md", "# A\n\n内容甲。")
    library.sync()
    os.utime(path, (time.time() + 100, time.time() + 100))
    assert library.sync().unchanged == 1


def test_a_file_whose_old_fingerprint_does_not_tell_it_from_its_sidecars_is_read_again_once(
    library: WatchedLibrary, put: Put
) -> None:
    path = put("guide.md", "# A\n\n内容甲。")
    library.sync()
    before = f"{folder.stat_signature(path)}|{'0' * 64}"
    library.index.set_fingerprint("guide.md", before)
    assert folder.content_of_fingerprint(before) == ""
    assert library.sync().updated == 1
    assert folder.content_of_fingerprint(library.index.fingerprints()["guide.md"]) == folder.content(path)
    assert library.sync().unchanged == 1


def test_a_changed_file_replaces_its_former_version(library: WatchedLibrary, put: Put, found: Found) -> None:
    put("a.md", "# 税率\n\n增值税税率为17%。")
    library.sync()
    put("a.md", "# 税率\n\n增值税税率为13%。")
    assert library.sync().updated == 1
    assert found("增值税") == {"# 税率\n\n增值税税率为13%。"}


def test_a_file_changed_within_the_same_size_and_moment_is_noticed(
    library: WatchedLibrary, put: Put, found: Found
) -> None:
    path = put("a.md", "# 税率\n\n增值税税率为17%。")
    library.sync()
    moment = path.stat()
    put("a.md", "# 税率\n\n增值税税率为13%。")
    os.utime(path, ns=(moment.st_atime_ns, moment.st_mtime_ns))
    assert library.sync().updated == 1
    assert "13%" in found("增值税").pop()


def test_of_a_changed_file_only_the_changed_chunks_are_embedded(library: WatchedLibrary, put: Put) -> None:
    articles = [f"第{number}条 {'境外投资备案的材料应当真实。' * 12}编号{number}。" for number in "一二三四五六"]
    put("a.md", "# 办法\n\n" + "\n\n".join(articles))
    library.sync()
    before = library.index.vectors_by_text("a.md")
    recorder = Recorder(library.settings.embedding_engine)
    library.embedder = Embedder(recorder, library.embedder.name)
    put("a.md", "# 办法\n\n" + "\n\n".join([*articles[:-1], "第六条 期限为13个工作日。"]))
    library.sync()
    after = library.index.vectors_by_text("a.md")
    assert len(after) > 3
    assert sorted(recorder.seen) == sorted(after.keys() - before.keys())
    assert len(recorder.seen) < len(after) / 2
    for text in after.keys() & before.keys():
        assert after[text][0] == pytest.approx(before[text][0], abs=1e-6)  # stored again, the last digit may differ
        assert in_bytes(after[text][1]) == in_bytes(before[text][1])


def in_bytes(signs: BinaryTokenVectors | None) -> bytes:
    """Token signs as they are stored; none where the engine shows no tokens."""
    assert (signs is not None) == HAS_TOKEN_VECTORS
    return signs.to_bytes() if signs else b""


@needs_token_vectors
def test_after_a_change_of_engine_a_changed_document_has_tokens_for_all_chunks_or_for_none(
    library: WatchedLibrary, put: Put
) -> None:
    model = Recorder(library.settings.embedding_engine)
    articles = [f"第{number}条 {'境外投资备案的材料应当真实。' * 12}编号{number}。" for number in "一二三四五六"]
    for engine, last in ((Plain(model), "第六条 期限为13个工作日。"), (model, "第六条 期限为7个工作日。")):
        library.embedder = Embedder(engine, library.embedder.name)
        put("a.md", "# 办法\n\n" + "\n\n".join([*articles[:-1], last]))
        library.sync()
    assert all(signs for _, signs in library.index.vectors_by_text("a.md").values())


def test_a_text_that_stands_twice_is_found_in_both_places_after_a_change(library: WatchedLibrary, put: Put) -> None:
    same = "境外投资备案的材料应当真实。" * 22
    put("a.md", f"# 办法\n\n## 一\n\n{same}\n\n## 一\n\n{same}\n")
    library.sync()
    put("a.md", f"# 办法\n\n## 一\n\n{same}\n\n## 一\n\n{same}\n\n## 二\n\n期限为7个工作日。\n")
    library.sync()
    near = library.index.candidates([], library.embedder.query(same), 10)
    assert len(near) == library.index.vectors.count()
    assert [bool(each.signs) for each in near if same in each.chunk.text] == [HAS_TOKEN_VECTORS] * 2
    assert all(each.similarity for each in near)


def test_a_document_that_changes_while_its_old_version_is_being_embedded_is_found_in_the_new_one(
    library: WatchedLibrary, settings: Settings, put: Put
) -> None:
    path = put("a.md", "# 税率\n\n增值税税率为17%。")
    library.index.put([read_revision(path, "a.md", settings)])
    ((revision, size),) = library.index.without_vectors()
    vectors, signs = library.embedder.embed_passages(library.index.list_searched_texts(revision))
    put("a.md", "# 税率\n\n增值税税率为13%。")
    library.sync()
    library.index.embed({revision: size}, vectors, signs or [])
    library.index.tidy()
    near = library.index.candidates([], library.embedder.query("税率"), 9)
    assert [each.chunk.text for each in near] == ["# 税率\n\n增值税税率为13%。"]
    assert library.index.vectors.count() == 1


def test_vectors_that_belong_to_another_state_are_made_anew(settings: Settings, embedder: Embedder, put: Put) -> None:
    put("a.md", "# A\n\n境外投资。")
    with open_watched_library(settings, embedder=embedder) as library:
        library.sync()
        library.index.vectors.remove(sorted(library.index.vectors.keys()))
        library.index.vectors.add(["restored:0"], embedder.passages(["旧文本。"]))
    with open_watched_library(settings, embedder=embedder) as again:
        again.sync()
        assert len(again.index.vectors_by_text("a.md")) == 1
        assert again.index.vectors.count() == 1


def test_an_index_that_was_given_back_is_not_written_any_more(settings: Settings, embedder: Embedder, put: Put) -> None:
    put("a.md", "# A\n\n境外投资。")
    with open_watched_library(settings, embedder=embedder) as library:
        library.sync()
    with pytest.raises(IndexReleasedError):
        library.index.remove("a.md")
    with pytest.raises(IndexReleasedError):
        library.index.add_vectors({"r": 1}, embedder.passages(["A"]))
    with open_watched_library(settings, embedder=embedder) as again:
        assert again.sync().unchanged == 1


@pytest.fixture
def slow_reading(library: WatchedLibrary, put: Put, monkeypatch: pytest.MonkeyPatch) -> Callable[[Happening], None]:
    """Two files; before the second is read, what is given happens, with what is set once the model is called."""

    def prepare(happens: Happening) -> None:
        recorder = Recorder(library.settings.embedding_engine)
        library.embedder = Embedder(recorder, library.embedder.name)
        put("a.md", "# A\n\n境外投资。")
        put("slow.md", "# B\n\n关税。")

        def slowly(path: Path, source: str, settings: Settings) -> Revision:
            if source == "slow.md":
                happens(recorder.called)
            return read_revision(path, source, settings)

        monkeypatch.setattr("ingest.sync.sync.read_revision", slowly)

    return prepare


def test_what_is_read_is_embedded_while_other_files_are_still_being_read(
    library: WatchedLibrary, slow_reading: Callable[[Happening], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def happens(called: threading.Event) -> None:
        assert called.wait(60), "nothing was embedded"

    slow_reading(happens)
    monkeypatch.setattr("ingest.sync.embedding.WORDS_FIRST_SECONDS", 0.1)
    report = library.sync()
    assert (report.added, report.failed) == (2, ())
    assert len(library.index.vectors_by_text("slow.md")) == 1


def test_nothing_is_embedded_while_a_short_reading_goes_on(
    library: WatchedLibrary, slow_reading: Callable[[Happening], None]
) -> None:
    def happens(called: threading.Event) -> None:
        assert not called.wait(1.5), "the model took the processor from the reading"

    slow_reading(happens)
    assert library.sync().failed == ()
    assert len(library.index.vectors_by_text("slow.md")) == 1


def test_a_deleted_file_leaves_the_answers(library: WatchedLibrary, put: Put, found: Found) -> None:
    put("a.md", "# A\n\n增值税。")
    path = put("b.md", "# B\n\n关税。")
    library.sync()
    path.unlink()
    assert library.sync().removed == 1
    assert found("关税") == set()
    assert library.index.vectors.count() == 1


def test_an_emptied_folder_never_wipes_the_index(library: WatchedLibrary, put: Put, found: Found) -> None:
    path = put("a.md", "# A\n\n增值税。")
    library.sync()
    path.unlink()
    with pytest.raises(EmptyFolderError, match="--allow-empty"):
        library.sync()
    assert found("增值税")
    assert library.sync(allow_empty=True).removed == 1


def test_a_folder_may_be_emptied_on_purpose_once_by_the_next_sync_that_goes_well(
    library: WatchedLibrary, put: Put
) -> None:
    path = put("a.md", "# A\n\n增值税。")
    library.sync()
    path.unlink()
    library.accept_removals(["a.md"])
    away = library.settings.knowledge_dir.with_name("away")
    library.settings.knowledge_dir.rename(away)
    with pytest.raises(FolderUnreadableError):
        library.sync()
    away.rename(library.settings.knowledge_dir)
    assert library.sync().removed == 1
    path = put("b.md", "# B\n\n关税。")
    library.sync()
    path.unlink()
    with pytest.raises(EmptyFolderError):
        library.sync()


def test_a_folder_that_is_gone_never_wipes_the_index(library: WatchedLibrary, put: Put, found: Found) -> None:
    put("a.md", "# A\n\n增值税。")
    library.sync()
    shutil.rmtree(library.settings.knowledge_dir)
    with pytest.raises(FolderUnreadableError, match="ASSISTANT_KNOWLEDGE_DIR"):
        library.sync(allow_empty=True)
    assert found("增值税")


def test_a_bad_file_is_reported_with_reason_and_remedy_and_the_others_go_on(library: WatchedLibrary, put: Put) -> None:
    put("good.md", "# 好\n\n增值税。")
    (library.settings.knowledge_dir / "bad.pdf").write_bytes(b"%PDF-1.7 broken")
    (library.settings.knowledge_dir / "empty.txt").write_bytes(b"")
    (library.settings.knowledge_dir / "film.mp4").write_bytes(b"film")
    report = library.sync()
    assert report.added == 1
    assert {failed.source for failed in report.failed} == {"bad.pdf", "empty.txt", "film.mp4"}
    assert all(failed.reason.code == "pair" for failed in report.failed)


def test_a_file_that_failed_is_reported_again_but_not_read_again(library: WatchedLibrary, put: Put) -> None:
    put("good.md", "# 好\n\n增值税。")
    (library.settings.knowledge_dir / "bad.docx").write_bytes(b"PK broken")
    first = library.sync()
    told: list[Progress] = []
    library.note = told.append  # type: ignore[method-assign]
    assert library.sync().failed == first.failed
    assert told[0].files == 0


def test_a_new_version_that_cannot_be_read_keeps_the_old_one_answerable(
    library: WatchedLibrary, put: Put, found: Found
) -> None:
    path = put("a.md", "# A\n\n增值税税率为13%。")
    library.sync()
    path.write_bytes(b"\x00\x01\x02" * 100)
    report = library.sync()
    assert [failed.source for failed in report.failed] == ["a.md"]
    assert found("增值税")
    put("a.md", "# A\n\n增值税税率为13%。")
    assert library.sync().failed == ()


def test_a_sidecar_changes_the_metadata_of_its_file(library: WatchedLibrary, put: Put) -> None:
    put("notice.txt", "关于支持企业的通知。")
    put("notice.txt.yaml", "title: 支持企业通知\neffective_to: 2026-01-01\nstatus: in_force\n")
    library.sync()
    assert library.index.documents()["notice.txt"].title == "支持企业通知"
    put("notice.txt.yaml", "title: 支持企业通知（新）\n")
    assert library.sync().updated == 1
    assert library.index.documents()["notice.txt"].title == "支持企业通知（新）"


@pytest.mark.parametrize(
    "name", ["README.md", "templates/x.md", "contacts.yaml", "a.md.yaml", ".hidden.md", "~$a.docx", "a.pdf.part"]
)
def test_what_is_not_a_document_is_left_alone(library: WatchedLibrary, put: Put, name: str) -> None:
    put("a.md", "# A\n\n增值税。")
    put(name, "title: x")
    report = library.sync()
    assert set(library.index.documents()) == {"a.md"}
    assert report.failed == ()


def test_a_link_that_leads_out_of_the_folder_is_not_followed(library: WatchedLibrary, put: Put, tmp_path: Path) -> None:
    put("a.md", "# A\n\n增值税。")
    (tmp_path / "secret.md").write_text("# 秘密\n\n口令。", encoding="utf-8")
    (library.settings.knowledge_dir / "link.md").symlink_to(tmp_path / "secret.md")
    library.sync()
    assert set(library.index.documents()) == {"a.md"}


def test_a_file_that_is_still_being_copied_waits(
    library: WatchedLibrary, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "GROWTH_SECONDS", 0.3)
    put("a.md", "# A\n\n增值税。")
    path = put("big.txt", "关税。" * 100)
    stop = threading.Event()

    def copy() -> None:
        while not stop.is_set():
            with path.open("a", encoding="utf-8") as file:
                file.write("\n" * 100)  # it grows, but not what there is to embed
            time.sleep(0.005)

    copying = threading.Thread(target=copy)
    copying.start()
    try:
        report = library.sync()
    finally:
        stop.set()
        copying.join()
    assert report.waiting == ("big.txt",)
    assert library.sync().added == 1


def test_the_watched_folder_is_answerable_without_a_restart(
    library: WatchedLibrary, put: Put, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.watcher.WATCH_SECONDS", 0.1)
    put("a.md", "# A\n\n增值税。")
    stop = threading.Event()
    watching = threading.Thread(target=library.watch, args=(stop,))
    watching.start()
    try:
        wait_for(lambda: library.progress().stage == "ready" and bool(found("增值税")))
        put("b.md", "# B\n\n外汇登记由银行办理。")
        wait_for(lambda: bool(found("外汇登记")))
        shutil.move(library.settings.knowledge_dir, library.settings.knowledge_dir.with_name("away"))
        wait_for(lambda: library.progress().stage == "failed")
        assert found("增值税")
    finally:
        stop.set()
        watching.join()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within a minute"
        time.sleep(0.05)


def test_an_index_of_another_recipe_is_refused_with_what_to_do(settings: Settings) -> None:
    with open_index(settings.data_dir / "index", "one"):
        pass
    with pytest.raises(RecipeChangedError, match="--rebuild"), open_index(settings.data_dir / "index", "other"):
        pass


def test_a_data_folder_that_cannot_be_written_is_named(settings: Settings) -> None:
    settings.data_dir.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(DataFolderUnwritableError, match="ASSISTANT_DATA_DIR"), open_watched_library(settings):
        pass


def place(settings: Settings) -> dict[str, str]:
    return {"ASSISTANT_KNOWLEDGE_DIR": str(settings.knowledge_dir), "ASSISTANT_DATA_DIR": str(settings.data_dir)}


def command(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    environment = os.environ | place(settings)
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_another_process_reaches_the_index_through_its_owner(library: WatchedLibrary, put: Put) -> None:
    put("a.md", "# 备案\n\n发改委备案需要7个工作日。")
    synced = command(library.settings, "ingest", "sync", "--json")
    assert json.loads(synced.stdout)["added"] == 1, synced.stderr
    assert set(library.index.documents()) == {"a.md"}
    asked = command(library.settings, "bot", "search", "备案", "--json")
    assert json.loads(asked.stdout)["passages"][0]["source"] == "a.md", asked.stderr


def test_the_command_line_prints_one_line_of_json_and_exits_1_with_a_sentence(settings: Settings, put: Put) -> None:
    path = put("a.md", "# 备案\n\n发改委备案需要7个工作日。")

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return called("ingest", *arguments, **place(settings))

    report = json.loads(command("sync", "--json").stdout)
    assert {"added", "updated", "unchanged", "removed", "failed", "chunks", "seconds"} <= report.keys()
    status = json.loads(command("status", "--json").stdout)
    assert status["documents"][0]["source"] == "a.md"
    path.unlink()
    refused = command("sync")
    assert refused.returncode == 1
    assert "--allow-empty" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_document_whose_problems_were_stored_as_sentences_is_read_again_once(
    settings: Settings, embedder: Embedder, put: Put
) -> None:
    put("guide.md", "---\nstatus: valid\n---\n# Guide")
    with open_watched_library(settings, embedder=embedder) as library:
        library.sync()
        revision = library.index.revision("guide.md")
        assert revision
        library.index.put([replace(revision, problems=tuple(as_it_is(str(each)) for each in revision.problems))])
    with open_watched_library(settings, embedder=embedder) as library:
        assert library.sync().updated == 1
        assert [each.code for each in library.index.entries()[0].problems] == ["written.not_a_choice"]
    with open_watched_library(settings, embedder=embedder) as library:
        assert library.sync().unchanged == 1
