"""Looks up pinned packages in a dump of OSV security advisories, offline.

The dump is a folder or a ZIP of JSON or YAML files, such as osv.dev's export for PyPI or the PyPA's advisory database.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from evals.supply.lock import Package

ENDINGS = (".json", ".yaml", ".yml")
FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NoAdvisoriesError(Exception):
    """A dump is unreadable, too old, or has no advisories on Python packages."""


@dataclass(frozen=True)
class Hole:
    """A known vulnerability of a pinned package.

    `fixed` is the first version without it, empty if there is none.
    """

    package: Package
    id: str
    aliases: tuple[str, ...]
    fixed: str

    def __str__(self) -> str:
        known_as = f" ({', '.join(self.aliases)})" if self.aliases else ""
        remedy = f"upgrade to {self.fixed}" if self.fixed else "no version without it yet"
        return f"{self.package.name} {self.package.version}: {self.id}{known_as}: {remedy}"


@dataclass(frozen=True)
class Audit:
    """Result of an audit: vulnerabilities, number of advisories, day of the latest."""

    holes: tuple[Hole, ...]
    advisories: int
    latest: date


def audit(packages: list[Package], dump: Path) -> Audit:
    """Looks up each package in the advisories of a dump.

    Raises NoAdvisoriesError if the dump cannot be read, or has no advisories on Python packages.
    """
    pinned: dict[str, list[Package]] = defaultdict(list)
    for package in packages:
        pinned[package.name].append(package)
    holes, days = [], []
    for advisory in advisories(dump):
        days.append(date.fromisoformat(str(advisory.get("modified") or advisory["published"])[:10]))
        for affected in filter(is_python, advisory["affected"]):
            named = pinned.get(canonicalize_name(affected["package"]["name"]), ())
            holes += [hole for package in named if (hole := hole_in(package, advisory, affected))]
    if not days:
        raise NoAdvisoriesError(f"{dump} has no advisories on Python packages. Take osv.dev's export for PyPI.")
    return Audit(tuple(dict.fromkeys(holes)), len(days), max(days))


def advisories(dump: Path) -> Iterator[dict[str, Any]]:
    """Advisories on Python packages that were not withdrawn.

    Raises NoAdvisoriesError if a file is neither JSON nor YAML, as its ending says, or `files` raises it.
    """
    for content, name in files(dump):
        try:
            found = json.loads(content) if name.endswith(".json") else yaml.load(content, FAST)  # noqa: S506  # a safe loader
        except (ValueError, yaml.YAMLError) as broken:
            raise NoAdvisoriesError(f"{name} of {dump} cannot be read: {broken}. Take a whole dump.") from broken
        if isinstance(found, dict) and not found.get("withdrawn") and any(map(is_python, found.get("affected") or ())):
            yield found


def files(dump: Path) -> Iterator[tuple[bytes, str]]:
    """Yields the content of each file of a dump, with its name.

    Raises NoAdvisoriesError if the dump is neither a folder nor a ZIP, or cannot be read.
    """
    try:
        if dump.is_dir():
            yield from ((each.read_bytes(), each.name) for each in dump.rglob("*") if each.suffix in ENDINGS)
            return
        with zipfile.ZipFile(dump) as packed:
            names = (each for each in packed.namelist() if each.endswith(ENDINGS))
            yield from ((packed.read(each), each) for each in names)
    except (OSError, zipfile.BadZipFile, zlib.error) as broken:
        raise NoAdvisoriesError(f"{dump} cannot be read: {broken}. Take osv.dev's export for PyPI.") from broken


def is_python(affected: dict[str, Any]) -> bool:
    """Checks that an entry of an advisory is about a package of PyPI."""
    return bool(affected.get("package", {}).get("ecosystem") == "PyPI")


def hole_in(package: Package, advisory: dict[str, Any], affected: dict[str, Any]) -> Hole | None:
    """Returns the vulnerability that an entry of an advisory tells of a package.

    None if the entry does not name its version. The name of the package is not compared.
    """
    ranges = [each for each in affected.get("ranges") or () if each["type"] == "ECOSYSTEM"]
    is_listed = package.version in (affected.get("versions") or ())
    if not is_listed and not any(is_within(package.version, each["events"]) for each in ranges):
        return None
    fixes = [event["fixed"] for each in ranges for event in each["events"] if "fixed" in event]
    newer = [each for each in fixes if version(each) > version(package.version)]
    return Hole(package, advisory["id"], tuple(advisory.get("aliases") or ()), min(newer, key=version, default=""))


def is_within(pinned: str, events: list[dict[str, str]]) -> bool:
    """True if a version is affected, by the events of a range.

    Events are introduced, then fixed or last affected.
    """
    is_affected = False
    for event in sorted(events, key=lambda each: version(next(iter(each.values())))):
        (kind, at), *_ = event.items()
        if kind == "introduced":
            is_affected |= version(pinned) >= version(at)
        elif version(pinned) > version(at) or (kind == "fixed" and version(pinned) == version(at)):
            is_affected = False
    return is_affected


def version(written: str) -> Version:
    """A version that can be compared; what is none counts as the oldest."""
    try:
        return Version(written)
    except InvalidVersion:
        return Version("0")
