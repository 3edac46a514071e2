"""What the documents of a folder are searched by: vectors in Chroma, keywords and a catalog in SQLite."""

from ingest.index.absences import Absence
from ingest.index.catalog import Entry, Failure, Revision, searched_text
from ingest.index.condition import WHOLE, Condition
from ingest.index.damaged import CatalogDamagedError, CatalogUnavailableError
from ingest.index.keywords import RULES as TERMS
from ingest.index.keywords import question_terms, standing, terms
from ingest.index.mending import RecipeChanged
from ingest.index.owner import Busy, open_index
from ingest.index.store import Candidate, GivenBack, Index, peek
from ingest.index.vectors import Vector
from ingest.metadata.language import detect_language
from ingest.vector_worker import VectorsUnavailableError

__all__ = [
    "TERMS",
    "WHOLE",
    "Absence",
    "Busy",
    "Candidate",
    "CatalogDamagedError",
    "CatalogUnavailableError",
    "Condition",
    "Entry",
    "Failure",
    "GivenBack",
    "Index",
    "RecipeChanged",
    "Revision",
    "Vector",
    "VectorsUnavailableError",
    "detect_language",
    "open_index",
    "peek",
    "question_terms",
    "searched_text",
    "standing",
    "terms",
]
