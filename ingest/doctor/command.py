"""The command `python -m ingest doctor`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping

import settings as configuration
from ingest.checks.problem import Problem
from ingest.doctor.examine import examine
from text.catalog import STAFF_LANGUAGES
from text.messages import message, sentences


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the option for the language of what the doctor says."""
    parser.add_argument("--language", choices=STAFF_LANGUAGES, default="en", help="of what is said (default: en)")


def diagnose(options: argparse.Namespace) -> int:
    """Prints problems and their remedies. Returns 1 for errors, otherwise 0."""
    try:
        settings = configuration.load()
    except configuration.SettingsError as wrong:
        found = {"settings": [Problem("settings", "error", wrong.message)]}
    else:
        if options.knowledge:
            settings = settings.model_copy(update={"knowledge_dir": options.knowledge})
        found = examine(settings)
    everything = [problem for problems in found.values() for problem in problems]
    counts = {level: sum(each.level == level for each in everything) for level in ("error", "note")}
    if options.json:
        print(json.dumps(as_json(found, counts, options.language), ensure_ascii=False))
    else:
        print_problems(found, counts, options.language)
    return 1 if counts["error"] else 0


def as_json(found: Mapping[str, list[Problem]], counts: Mapping[str, int], language: str) -> dict[str, object]:
    """Returns the findings as values for JSON, with their texts in a language.

    `found` has the problems by check, `counts` the numbers of errors and notes.
    """
    texts = sentences(language)
    problems = [
        {"check": each.source, "level": each.level, "code": each.text.code, "text": each.text.say(texts)}
        for listed in found.values()
        for each in listed
    ]
    well = [name for name, listed in found.items() if not listed]
    return {"problems": problems, "well": well, "errors": counts["error"], "notes": counts["note"]}


def print_problems(found: Mapping[str, list[Problem]], counts: Mapping[str, int], language: str) -> None:
    """Prints each check without problems, each problem, and their numbers."""
    texts = sentences(language)
    well = message("doctor.well").say(texts)
    levels = {"error": message("doctor.error").say(texts), "note": message("doctor.note").say(texts)}
    for name, listed in found.items():
        if not listed:
            print(f"{name}: {well}")
        for problem in listed:
            print(f"{problem.source}: {levels[problem.level]}: {problem.text.say(texts)}")
    print(message("doctor.sum", errors=counts["error"], notes=counts["note"]).say(texts))
