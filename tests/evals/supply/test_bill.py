"""The bill of materials names each package that is shipped, its licence, and who needs it."""

from __future__ import annotations

import json
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from evals.supply.__main__ import main
from evals.supply.lock import LOCK, read_lock


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("bill") / "build/sbom.json"
    assert main(["sbom", str(file)]) == 0
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def test_it_has_each_package_of_the_lock_once(bill: dict[str, Any]) -> None:
    purls = [each["purl"] for each in bill["components"]]
    assert purls == [each.purl for each in read_lock(LOCK)]
    assert len(set(purls)) == len(purls) > 100
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")


def are_installed(names: set[str]) -> set[str]:
    """Those of the packages that this platform needs: some are for Windows or another Python only."""
    return names & {canonicalize_name(each.name) for each in distributions()}


def test_the_program_and_all_packages_have_a_licence(bill: dict[str, Any]) -> None:
    assert bill["metadata"]["component"]["licenses"] == [{"expression": "Apache-2.0"}]
    assert are_installed({each["name"] for each in bill["components"] if "licenses" not in each}) == set()


def test_each_package_is_needed_by_the_program_or_by_another(bill: dict[str, Any]) -> None:
    needs = {each["ref"]: set(each["dependsOn"]) for each in bill["dependencies"]}
    root = bill["metadata"]["component"]["bom-ref"]
    assert needs.keys() == {root, *(each["bom-ref"] for each in bill["components"])}
    reached, waiting = set(), [root]
    while waiting:
        reached.add(ref := waiting.pop())
        waiting += needs[ref] - reached
    assert are_installed({each["name"] for each in bill["components"] if each["bom-ref"] not in reached}) == set()


def test_the_same_lock_gives_the_same_bill(bill: dict[str, Any], tmp_path: Path) -> None:
    main(["sbom", str(tmp_path / "again.json")])
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8")) == bill
