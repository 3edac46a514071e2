"""The audit finds pinned versions that have a known hole, in a dump of advisories that somebody brought along."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from evals.supply.__main__ import main
from evals.supply.advisories import Audit, NoAdvisoriesError, audit
from evals.supply.lock import Package

TODAY = date.today().isoformat()


def advisory(*events: dict[str, str], name: str = "Zip_Reader", **more: Any) -> dict[str, Any]:
    """An advisory in the form of OSV."""
    package = {"ecosystem": "PyPI", "name": name}
    affected = [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": list(events)}], "versions": []}]
    return {"id": "PYSEC-1", "aliases": ["CVE-1"], "modified": f"{TODAY}T10:00:00Z", "affected": affected} | more


def audited(tmp_path: Path, version: str, *advisories: dict[str, Any]) -> Audit:
    for number, each in enumerate(advisories):
        (tmp_path / f"{number}.json").write_text(json.dumps(each), encoding="utf-8")
    return audit([Package("zip-reader", version)], tmp_path)


FROM_1_TO_1_5 = ({"introduced": "1.0"}, {"fixed": "1.5"}, {"introduced": "2.0"}, {"last_affected": "2.1"})


@pytest.mark.parametrize(
    ("version", "fixed"), [("0.9", None), ("1.0", "1.5"), ("1.10", None), ("2.0", ""), ("2.1", ""), ("2.2", None)]
)
def test_a_version_between_introduction_and_remedy_has_the_hole(
    tmp_path: Path, version: str, fixed: str | None
) -> None:
    holes = audited(tmp_path, version, advisory(*FROM_1_TO_1_5)).holes
    assert [each.fixed for each in holes] == ([] if fixed is None else [fixed])


def test_a_version_that_is_listed_has_the_hole_and_is_told_with_the_remedy(tmp_path: Path) -> None:
    listed = advisory({"introduced": "0"}, {"fixed": "3"})
    listed["affected"][0]["versions"] = ["2.5"]
    (hole,) = audited(tmp_path, "2.5", listed).holes
    assert str(hole) == "zip-reader 2.5: PYSEC-1 (CVE-1): upgrade to 3"


def test_what_was_withdrawn_or_is_about_other_packages_counts_for_nothing(tmp_path: Path) -> None:
    all_versions = {"introduced": "0"}
    other_world = advisory(all_versions)
    other_world["affected"][0]["package"]["ecosystem"] = "npm"
    advisories = [advisory(all_versions, withdrawn=TODAY), advisory(all_versions, name="other"), other_world]
    found = audited(tmp_path, "1", *advisories)
    assert (found.holes, found.advisories) == ((), 1)


def test_a_dump_without_advisories_is_no_clean_bill(tmp_path: Path) -> None:
    for dump in (tmp_path, tmp_path / "none.zip"):
        with pytest.raises(NoAdvisoriesError, match=r"osv\.dev"):
            audit([Package("zip-reader", "1")], dump)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.json", json.dumps(advisory({"introduced": "0"})).encode()[:-9]),
        ("latin.json", '{"id": "é"}'.encode("latin-1")),
        ("cut.yaml", b"id: [PYSEC-1"),
        ("no-day.yaml", b"modified: 2026-13-45"),
    ],
)
def test_a_dump_with_a_broken_file_is_no_clean_bill(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    (tmp_path / "lock").write_text("zip-reader==1.5\n", encoding="utf-8")
    dump = tmp_path / "dump"
    dump.mkdir()
    (dump / "whole.json").write_text(json.dumps(advisory(*FROM_1_TO_1_5)), encoding="utf-8")
    (dump / name).write_bytes(content)
    assert main(["audit", str(dump), "--lock", str(tmp_path / "lock")]) == 2
    assert f"{name} of {dump} cannot be read" in capsys.readouterr().err


def test_a_damaged_zip_is_no_clean_bill(tmp_path: Path) -> None:
    dump = tmp_path / "all.zip"
    with zipfile.ZipFile(dump, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.json", json.dumps(advisory(*FROM_1_TO_1_5)))
    content = bytearray(dump.read_bytes())
    content[40:60] = b"\xff" * 20
    dump.write_bytes(content)
    with pytest.raises(NoAdvisoriesError, match="cannot be read"):
        audit([Package("zip-reader", "1")], dump)


def test_the_command_fails_on_a_known_hole_and_on_advisories_that_are_old(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lock").write_text("zip.reader==1.2 \\\n    --hash=sha256:00\nhttpx==0.28\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.writestr("PYSEC-1.yaml", yaml.safe_dump(advisory(*FROM_1_TO_1_5)))
    asked = ["audit", str(tmp_path / "all.zip"), "--lock", str(tmp_path / "lock")]
    assert main(asked) == 1
    assert "zip-reader 1.2: PYSEC-1" in capsys.readouterr().out
    (tmp_path / "lock").write_text("zip-reader==1.5\n", encoding="utf-8")
    assert main(asked) == 0
    assert f"1 packages, 1 advisories to {TODAY}: 0 known holes" in capsys.readouterr().out
    assert main([*asked, "--days", "-1"]) == 2
    assert "take newer ones" in capsys.readouterr().err
