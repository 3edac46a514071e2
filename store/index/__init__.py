"""Search index: vectors in Chroma, full text and catalog in SQLite."""

from store.index.absent_files import Absence
from store.index.catalog import Entry, Failure, Revision, searched_text
from store.index.condition import WHOLE, Condition
from store.index.damaged_files import CatalogDamagedError, CatalogUnavailableError
from store.index.full_text import RULES as TERMS
from store.index.full_text import question_terms, standing, terms
from store.index.index import Index, peek
from store.index.open_catalog import RecipeChanged
from store.index.reader import Candidate
from store.index.sharing import Busy, open_index
from store.index.state import GivenBack
from store.index.vector_store import Vector
from store.vector_worker import VectorsUnavailableError

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
    "open_index",
    "peek",
    "question_terms",
    "searched_text",
    "standing",
    "terms",
]
