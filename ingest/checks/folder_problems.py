"""All problems of a knowledge folder: in files, documents and the list of offices."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from ingest.checks import Problem, check_documents, check_offices, of_reading
from ingest.watcher import WatchedLibrary
from store.bases import read_bases
from store.contacts import read_contacts
from store.document_bases import with_documents
from store.folder import walk
from store.glossary import FILE as GLOSSARY
from store.glossary import read_glossary
from text.messages import MessageError, join_messages, message

MISSING = message("folder.file_missing")


class FileOutsideError(MessageError):
    """A file is not in the knowledge folder."""


def sort_problems(library: WatchedLibrary, sources: Collection[str] = ()) -> list[Problem]:
    """Problems in the folder, errors first; with sources only theirs."""
    found = (each for each in problems(library) if not sources or each.source in sources)
    return sorted(found, key=lambda problem: problem.level)


def source_below(file: str, folder: Path) -> str:
    """Returns the path of a file below the folder; it may be named from there or here.

    Raises FileOutsideError if there is no such file below the folder.
    """
    for path in (folder / file, Path(file)):
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            return path.resolve().relative_to(folder.resolve()).as_posix()
    raise FileOutsideError(message("folder.file_outside", file=file, folder=folder))


def problems(library: WatchedLibrary) -> Iterator[Problem]:
    """Problems in the folder: in files, documents and the list of offices."""
    index, folder = library.index, library.settings.knowledge_dir
    for failure in index.failures():
        yield Problem(failure.source, "error", join_messages(failure.reason, failure.remedy))
    yield from (Problem(each.source, "error", MISSING) for each in library.missing())
    entries = index.entries()
    for entry in entries:
        yield from (of_reading(entry.source, text) for text in entry.problems)
    documents = [document for entry in entries if (document := index.document(entry.source))]
    files = [path.relative_to(folder).as_posix() for path in walk(folder)]
    yield from check_documents(documents, files, date.today(), with_documents(read_bases(folder), index.documents()))
    yield from check_offices(*read_contacts(folder))
    yield from (Problem(GLOSSARY, "error", problem) for problem in read_glossary(folder).problems)
