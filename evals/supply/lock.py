"""Reads lock files, and metadata of installed packages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from evals.results import ROOT

LOCK, DEV_LOCK, PIP_LOCK = (ROOT / f"requirements{name}.lock" for name in ("", "-dev", "-pip"))
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Package:
    """One pinned package; `name` as the package index writes it (lower case, hyphens)."""

    name: str
    version: str

    @property
    def purl(self) -> str:
        """Address of the package, such as pkg:pypi/numpy@2.3.5."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(path: Path) -> list[Package]:
    """Returns the packages of a lock, sorted by name and version as text.

    Raises OSError if the lock cannot be read.
    """
    found = PINNED.findall(path.read_text(encoding="utf-8"))
    return sorted(Package(canonicalize_name(name), version) for name, version in found)


def project() -> dict[str, Any]:
    """The table `project` of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def find_needed_by_project() -> list[Requirement]:
    """Returns the requirements of the program, without those of its extras."""
    return [Requirement(each) for each in project()["dependencies"]]


def needed_by(name: str) -> list[Requirement]:
    """Requirements of an installed package, extras included; empty if not installed."""
    try:
        return [Requirement(each) for each in requires(name) or ()]
    except PackageNotFoundError:
        return []


def in_use(requirements: list[Requirement], extras: set[str]) -> Iterator[Requirement]:
    """Requirements that hold on this platform, with the extras that are asked for."""
    for each in requirements:
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield each


def licence(name: str) -> str:
    """Licence of an installed package: SPDX expression, own words, or ""."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return ""
    for field in ("License-Expression", "License"):
        if field in said and (title := said[field].strip().partition("\n")[0]):
            return title
    classes = (each for each in said.get_all("Classifier") or () if each.startswith("License ::"))
    return " or ".join(each.rpartition(" :: ")[2] for each in classes)
