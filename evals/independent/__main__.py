"""Command line of the independent questions.

`check DRAFT` says what is wrong with a draft, `keep DRAFT NAME` makes it a batch. `answers FILE` writes answers of the
test part for readers, `grades FILE` shows the table of their grades.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from evals.folders import SHARED
from evals.independent.drafts import Checked, check_draft
from evals.independent.grading import table, write_answers
from evals.independent.questions import BATCHES, Use, read_batch
from evals.results import ROOT, markdown

OTHERS = (
    ROOT / "evals" / "questions.jsonl",
    SHARED / "questions" / "inbound.jsonl",
    SHARED / "questions" / "outbound.jsonl",
)
"""Questions that no batch repeats."""


def main() -> int:
    """Does what the command says.

    Returns 0 for success, 1 if a row has a fault; then nothing is kept.
    """
    options = parse()
    if options.command == "answers":
        print(f"{write_answers(options.file)} answers")
        return 0
    if options.command == "grades":
        print(markdown(table(options.file)))
        return 0
    own = BATCHES / f"{options.name}.jsonl"
    checked = check_draft(options.file, options.name, read_known_questions(own))
    for fault in checked.faults:
        print(fault)
    print(summary(checked))
    if options.command == "keep" and not checked.faults:
        rows = (each.model_dump(mode="json", exclude_defaults=True) for each in checked.questions)
        own.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return 1 if checked.faults else 0


def parse() -> argparse.Namespace:
    """Returns the command and its arguments."""
    parser = argparse.ArgumentParser(prog="python -m evals.independent", description=__doc__)
    parser.add_argument("command", choices=("check", "keep", "answers", "grades"))
    parser.add_argument("file", type=Path, help="a draft with rows as README.md describes them, answers, or grades")
    parser.add_argument(
        "name", nargs="?", default="draft", help=f"name of the batch: {', '.join(Use)}, a dash, and more"
    )
    return parser.parse_args()


def read_known_questions(own: Path) -> list[str]:
    """Questions of all other batches and lists."""
    others = [json.loads(row)["question"] for path in OTHERS if path.exists() for row in path.open(encoding="utf-8")]
    return others + [
        each.question for path in sorted(BATCHES.glob("*.jsonl")) if path != own for each in read_batch(path)
    ]


def summary(checked: Checked) -> str:
    """Counts by language and kind."""
    languages, kinds = (Counter(getattr(each, field) for each in checked.questions) for field in ("language", "kind"))
    counts = ", ".join(f"{name} {count}" for name, count in (languages + kinds).most_common())
    parts, amounts = (sum(bool(getattr(each, field)) for each in checked.questions) for field in ("parts", "figures"))
    return (
        f"{len(checked.questions)} kept, {len(checked.faults)} faults: {counts}; with parts {parts}, figures {amounts}"
    )


if __name__ == "__main__":
    sys.exit(main())
