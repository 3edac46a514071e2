"""All problems of a knowledge folder: in files, documents and the list of offices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ingest.checks import Problem, check_documents, check_offices, of_reading
from ingest.watcher import WatchedLibrary
from store.bases import read_bases
from store.contacts import read_contacts
from store.folder import walk
from store.glossary import FILE as GLOSSARY
from store.glossary import read_glossary
from store.messages import join_messages, message

MISSING = message("folder.file_missing")


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
    yield from check_documents(documents, files, date.today(), read_bases(folder))
    yield from check_offices(*read_contacts(folder))
    yield from (Problem(GLOSSARY, "error", problem) for problem in read_glossary(folder).problems)
