"""Writes the bill of materials of a lock (SBOM) in the form of CycloneDX 1.6."""

from __future__ import annotations

from collections import defaultdict, deque
from itertools import chain
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.utils import canonicalize_name

from evals.supply.lock import Package, find_needed_by_project, in_use, licence, needed_by, project

SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"


def bill_of_materials(packages: list[Package]) -> dict[str, Any]:
    """The bill as JSON: program, packages with licences, and dependencies.

    The same lock gives the same bill.
    """
    own = project()
    root = f"pkg:pypi/{own['name']}@{own['version']}"
    content = "\n".join((root, *(each.purl for each in packages)))
    program = {"type": "application", "bom-ref": root, "name": own["name"], "version": own["version"], "purl": root}
    return {
        "$schema": SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {"component": program | {"licenses": licences(own["license"])}},
        "components": [component(each) for each in packages],
        "dependencies": dependencies(root, packages),
    }


def component(package: Package) -> dict[str, Any]:
    """Returns a package as CycloneDX writes it, with its licence if that is known."""
    own = {"type": "library", "bom-ref": package.purl, "name": package.name, "version": package.version}
    said = licence(package.name)
    return own | {"purl": package.purl} | ({"licenses": licences(said)} if said else {})


def licences(said: str) -> list[dict[str, Any]]:
    """Returns a licence as CycloneDX writes it: SPDX expression, or other words."""
    try:
        return [{"expression": canonicalize_license_expression(said)}]
    except InvalidLicenseExpression:
        return [{"license": {"name": said}}]


def dependencies(root: str, packages: list[Package]) -> list[dict[str, Any]]:
    """Dependencies of the program and of each package.

    A lock may pin two versions of a package, for several Pythons.
    """
    versions: dict[str, list[str]] = defaultdict(list)
    for each in packages:
        versions[each.name].append(each.purl)
    needs = names_needed(root, set(versions))
    refs = [(root, root), *((each.name, each.purl) for each in packages)]
    needed = {ref: (versions[each] for each in needs[name]) for name, ref in refs}
    return [{"ref": ref, "dependsOn": sorted(chain.from_iterable(found))} for ref, found in needed.items()]


def names_needed(root: str, known: set[str]) -> dict[str, set[str]]:
    """Known dependencies of each package reachable from `root`, with its extras."""
    extras: dict[str, set[str]] = defaultdict(set)
    needs: dict[str, set[str]] = defaultdict(set)
    waiting = deque([(root, find_needed_by_project())])
    while waiting:
        name, requirements = waiting.popleft()
        for each in in_use(requirements, extras[name]):
            needed = canonicalize_name(each.name)
            if needed in known:
                needs[name].add(needed)
                if needed not in needs or not each.extras <= extras[needed]:
                    extras[needed] |= each.extras
                    needs[needed] |= set()
                    waiting.append((needed, needed_by(needed)))
    return needs
