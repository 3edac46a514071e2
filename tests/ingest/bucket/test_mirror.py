"""Folder and bucket stay equal, with a real server of S3; what is replaced stays as a version."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ingest.bucket import mirror as mirroring
from ingest.bucket.mirror import Mirror, open_mirror
from ingest.bucket.s3_client import BucketError, S3Client, open_bucket
from ingest.bucket.signing import NOTHING, AccessKey, sign_headers
from ingest.doctor.servers import bucket_problems
from settings import Settings, SettingsError
from tests.support.ports import free_port
from text.messages import sentences

if not os.environ.get("CI"):
    pytest.importorskip("moto.server", reason="moto, the server of S3, is not installed")

KEY = AccessKey("AKEY", "of-nobody", "us-east-1")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def settings(server: str, tmp_path: Path) -> Settings:
    """Settings with a bucket of its own that keeps versions."""
    bucket = f"b{time.monotonic_ns()}"
    versions = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    for query, content in (("", ""), ("?versioning=", versions)):
        url, digest = f"{server}/{bucket}{query}", hashlib.sha256(content.encode()).hexdigest()
        httpx.put(url, content=content, headers=sign_headers(KEY, "PUT", url, digest), timeout=60).raise_for_status()
    return Settings(
        _env_file=None,
        knowledge_bucket=f"s3://{bucket}/center/docs",
        knowledge_dir=tmp_path / "knowledge",
        data_dir=tmp_path / "data",
        file_megabytes=1,
        AWS_ENDPOINT_URL=server,
        AWS_ACCESS_KEY_ID=KEY.name,
        AWS_SECRET_ACCESS_KEY=KEY.secret,
    )


@pytest.fixture
def bucket(settings: Settings) -> S3Client:
    opened = open_bucket(settings)
    assert opened
    return opened


@pytest.fixture
def mirror(settings: Settings) -> Mirror:
    opened = open_mirror(settings)
    assert opened
    return opened


def put(bucket: S3Client, tmp_path: Path, **files: str) -> None:
    """Puts files into the bucket, named without their ending."""
    for name, text in files.items():
        (tmp_path / "sent").write_text(text, encoding="utf-8")
        bucket.write(f"{name}.md", tmp_path / "sent")


def write(settings: Settings, name: str, text: str) -> Path:
    """Writes a file into the folder that rests, as if it had been written a minute ago."""
    path = settings.knowledge_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    rest(path)
    return path


def rest(path: Path) -> None:
    earlier = time.time_ns() - 60_000_000_000
    os.utime(path, ns=(earlier, earlier))


def run(mirror: Mirror, settings: Settings, allow_removals: bool = False) -> None:
    """A round, after which all files rest."""
    mirror.run_round(allow_removals)
    state = settings.knowledge_dir / ".bucket.json"
    for path in files_of(settings):
        seen = path.stat()
        rest(path)
        new = path.stat()
        text = state.read_text("utf-8")
        state.write_text(
            text.replace(f"{seen.st_size}:{seen.st_mtime_ns}", f"{new.st_size}:{new.st_mtime_ns}"), "utf-8"
        )


def here(settings: Settings) -> dict[str, str]:
    folder = settings.knowledge_dir
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files_of(settings)}


def files_of(settings: Settings) -> list[Path]:
    """Files that are not hidden."""
    return [each for each in settings.knowledge_dir.rglob("*") if each.is_file() and not each.name.startswith(".")]


def there(bucket: S3Client, tmp_path: Path) -> dict[str, str]:
    found = {}
    for each in bucket.files():
        with (tmp_path / "got").open("wb") as file:
            bucket.read(each.source, file)
        found[each.source] = (tmp_path / "got").read_text("utf-8")
    return found


def test_an_empty_folder_is_filled_and_what_staff_do_is_written_back(
    mirror: Mirror, bucket: S3Client, settings: Settings, tmp_path: Path
) -> None:
    put(bucket, tmp_path, **{"境外/备案 (1)+": "一", "tax": "two", "old": "three"})
    run(mirror, settings)
    assert here(settings) == {"境外/备案 (1)+.md": "一", "tax.md": "two", "old.md": "three"}
    write(settings, "tax.md", "new two")
    write(settings, "税务/more.pdf.yaml", "title: 四")
    (settings.knowledge_dir / "old.md").unlink()
    run(mirror, settings)
    expected = {"境外/备案 (1)+.md": "一", "tax.md": "new two", "税务/more.pdf.yaml": "title: 四"}
    assert there(bucket, tmp_path) == here(settings) == expected
    assert bucket.keeps_versions()


def test_what_is_changed_in_the_bucket_comes_into_the_folder(
    mirror: Mirror, bucket: S3Client, settings: Settings, tmp_path: Path
) -> None:
    put(bucket, tmp_path, a="1", b="1", c="1")
    run(mirror, settings)
    put(bucket, tmp_path, a="2")
    bucket.remove("b.md")
    run(mirror, settings)
    assert here(settings) == {"a.md": "2", "c.md": "1"}


def test_an_empty_bucket_is_filled_from_the_folder(
    mirror: Mirror, bucket: S3Client, settings: Settings, tmp_path: Path
) -> None:
    write(settings, "a.md", "1")
    write(settings, ".hidden", "2")
    run(mirror, settings)
    assert there(bucket, tmp_path) == {"a.md": "1"}


def test_a_folder_with_other_files_is_not_mixed_with_a_bucket(
    mirror: Mirror, bucket: S3Client, settings: Settings, tmp_path: Path
) -> None:
    put(bucket, tmp_path, a="1", b="1")
    write(settings, "a.md", "1")
    write(settings, "own.md", "2")
    with pytest.raises(BucketError, match=r"holds 1 files that are not those of the bucket, such as own\.md"):
        mirror.run_round()
    assert here(settings) == {"a.md": "1", "own.md": "2"}
    (settings.knowledge_dir / "own.md").unlink()
    run(mirror, settings)
    assert here(settings) == {"a.md": "1", "b.md": "1"}


def test_a_file_changed_in_both_is_that_of_the_folder_and_the_other_stays_as_a_version(
    mirror: Mirror, bucket: S3Client, settings: Settings, tmp_path: Path
) -> None:
    put(bucket, tmp_path, a="1")
    run(mirror, settings)
    put(bucket, tmp_path, a="theirs")
    write(settings, "a.md", "ours")
    run(mirror, settings)
    assert there(bucket, tmp_path) == here(settings) == {"a.md": "ours"}
    url = f"{bucket.address}/?versions="
    kept = httpx.get(url, headers=sign_headers(KEY, "GET", url, NOTHING)).text
    assert kept.count("<Version>") == 3


def test_many_removals_at_once_wait_until_a_person_confirms_them(
    mirror: Mirror, bucket: S3Client, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(bucket, tmp_path, a="1", b="1", c="1", d="1")
    run(mirror, settings)
    for path in files_of(settings):
        path.unlink()
    for _ in range(2):
        run(mirror, settings)
    assert len(there(bucket, tmp_path)) == 4
    assert caplog.text.count("4 files disappeared at once") == 1
    run(mirror, settings, allow_removals=True)
    assert there(bucket, tmp_path) == {}


def test_hidden_files_and_those_too_large_to_read_stay_in_the_bucket(
    mirror: Mirror, bucket: S3Client, settings: Settings, tmp_path: Path
) -> None:
    put(bucket, tmp_path, **{".git/x": "1", "a": "1", "large": "x" * 2_000_000})
    run(mirror, settings)
    assert here(settings) == {"a.md": "1"}
    run(mirror, settings)
    assert len(there(bucket, tmp_path)) == 3


def test_a_file_that_is_still_written_waits(
    mirror: Mirror, bucket: S3Client, settings: Settings, tmp_path: Path
) -> None:
    path = write(settings, "a.md", "1")
    path.write_text("still", encoding="utf-8")
    run(mirror, settings)
    assert there(bucket, tmp_path) == {}
    run(mirror, settings)
    assert there(bucket, tmp_path) == {"a.md": "still"}


def test_a_bucket_that_is_away_or_not_there_changes_nothing_and_is_named(mirror: Mirror, settings: Settings) -> None:
    write(settings, "a.md", "1")
    for changed, said in (
        ({"aws_endpoint_url": "http://127.0.0.1:9"}, "does not answer .*retried automatically"),
        ({"knowledge_bucket": "s3://no-such-bucket"}, "status 404. Check ASSISTANT_KNOWLEDGE_BUCKET"),
    ):
        other = open_mirror(settings.model_copy(update=changed))
        assert other
        with pytest.raises(BucketError, match=said):
            other.run_round()
    assert here(settings) == {"a.md": "1"}


def test_the_watch_goes_on_after_an_error_that_nobody_foresaw(
    mirror: Mirror, bucket: S3Client, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirroring, "ROUND_SECONDS", 0.0)
    put(bucket, tmp_path, a="1")
    stop, rounds = threading.Event(), 0

    def leads() -> bool:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise ValueError("nobody foresaw this")
        stop.set()
        return True

    mirror.watch(stop, leads)
    assert here(settings) == {"a.md": "1"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"knowledge_bucket": "https://bucket"}, "write s3://BUCKET"),
        ({"aws_access_key_id": ""}, "needs AWS_ACCESS_KEY_ID"),
        ({"aws_endpoint_url": "oss.example.org"}, "give the whole address"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(settings: Settings, changed: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        open_bucket(settings.model_copy(update=changed))


def test_hosts_that_want_the_name_of_the_bucket_in_front_get_it(settings: Settings) -> None:
    for server, address in {
        "": "https://docs.s3.us-east-1.amazonaws.com",
        "https://oss-cn-hangzhou.aliyuncs.com": "https://docs.oss-cn-hangzhou.aliyuncs.com",
        "http://10.0.0.5:9000": "http://10.0.0.5:9000/docs",
    }.items():
        opened = open_bucket(settings.model_copy(update={"aws_endpoint_url": server, "knowledge_bucket": "s3://docs"}))
        assert opened and opened.address == address


def test_the_doctor_looks_into_the_bucket_and_names_what_it_lacks(settings: Settings, server: str) -> None:
    def told(**values: object) -> list[str]:
        return [each.text.say(sentences("en")) for each in bucket_problems(settings.model_copy(update=values))]

    assert told() == [] and told(knowledge_bucket="") == []
    assert "404" in told(knowledge_bucket="s3://no-such-bucket")[0]
    assert "does not answer" in told(aws_endpoint_url=f"http://127.0.0.1:{free_port()}")[0]
    url, digest = f"{server}/bare{time.monotonic_ns()}", hashlib.sha256(b"").hexdigest()
    httpx.put(url, headers=sign_headers(KEY, "PUT", url, digest), timeout=60).raise_for_status()
    assert "versions" in told(knowledge_bucket=f"s3://{url.rpartition('/')[2]}")[0]
