"""What the staff should mend or renew in the metadata of the knowledge folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ingest.documents import Metadata
from ingest.metadata.titles import normalise_title
from ingest.versions import bearers, named, original, start

SOON = timedelta(days=60)


@dataclass(frozen=True)
class Problem:
    """Something to mend (an error) or to know (a note); `text` says what it is and what to do."""

    source: str
    level: Literal["error", "note"]
    text: str


def check(documents: Mapping[str, Metadata], today: date) -> list[Problem]:
    """What is wrong with the documents' metadata or needs a look by `today`, by source."""
    found = [problem for source in documents for problem in _check_one(source, documents, today)]
    found += _dangling_repeals(documents)
    found += _duplicates(documents)
    return sorted(found, key=lambda problem: (problem.source, problem.level, problem.text))


def _check_one(source: str, documents: Mapping[str, Metadata], today: date) -> Iterator[Problem]:
    metadata = documents[source]
    if not metadata.title:
        yield Problem(source, "error", "has no title. Write `title: ...` in its front matter or sidecar.")
    begins = metadata.effective_from
    if begins and metadata.effective_to and metadata.effective_to < begins:
        text = f"ends ({metadata.effective_to}) before it begins ({begins}). Correct effective_from or effective_to."
        yield Problem(source, "error", text)
    if metadata.translation_of and original(source, documents) == source:
        text = f"is a translation of {metadata.translation_of}, which is not in the folder. Correct translation_of."
        yield Problem(source, "error", text)
    yield from _ending(source, metadata, today)


def _ending(source: str, metadata: Metadata, today: date) -> Iterator[Problem]:
    """What runs out within 60 days, and what should have been reviewed; a policy that has expired is no problem."""
    end, review = metadata.effective_to, metadata.review_by
    if end and today <= end <= today + SOON:
        yield Problem(source, "note", f"expires on {end}. Find out whether it is prolonged or replaced.")
    if review and review < today:
        yield Problem(source, "note", f"was to be reviewed by {review}. Review it and set reviewed_on and review_by.")
    elif review and review <= today + SOON:
        yield Problem(source, "note", f"is to be reviewed by {review}.")


def _dangling_repeals(documents: Mapping[str, Metadata]) -> Iterator[Problem]:
    """Entries of `supersedes` that the staff wrote and that name nothing; a law's own clause may name what it likes."""
    known = bearers(documents)
    for source, metadata in documents.items():
        for name in () if "supersedes" in metadata.guessed else metadata.supersedes:
            if not named(name, known) - {source}:
                yield Problem(source, "note", f"supersedes {name}, which no document in the folder is called.")


def _duplicates(documents: Mapping[str, Metadata]) -> Iterator[Problem]:
    """Documents of one title and language that no date and no issuer tells apart: an answer may mix them."""
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for source, metadata in documents.items():
        if metadata.title:
            groups[normalise_title(metadata.title), metadata.language, metadata.issuer, start(metadata)].append(source)
    for first, *others in map(sorted, groups.values()):
        for source in others:
            text = f"has the title of {first} and no other date. Remove one, or give issuer and issued for both."
            yield Problem(source, "note", text)
