"""Search index: vectors in Chroma, full text and catalog in SQLite or PostgreSQL."""

from store.index.candidates import Candidate, Scope
from store.index.condition import WHOLE, Condition
from store.index.damaged_files import CatalogDamagedError, CatalogUnavailableError
from store.index.index import Index, peek
from store.index.open_catalog import RecipeChangedError
from store.index.sharing import IndexLockedError, open_index
from store.index.state import IndexReleasedError
from store.index.tables.absent_files import Absence
from store.index.tables.catalog import Entry, Failure, Revision, text_to_embed
from store.index.tables.full_text import RULES as TERMS
from store.index.tables.full_text import query_terms, term_set, term_spans, terms
from store.index.vector_store import Vector
from store.vector_worker import VectorsUnavailableError

__all__ = [
    "TERMS",
    "WHOLE",
    "Absence",
    "Candidate",
    "CatalogDamagedError",
    "CatalogUnavailableError",
    "Condition",
    "Entry",
    "Failure",
    "Index",
    "IndexLockedError",
    "IndexReleasedError",
    "RecipeChangedError",
    "Revision",
    "Scope",
    "Vector",
    "VectorsUnavailableError",
    "open_index",
    "peek",
    "query_terms",
    "term_set",
    "term_spans",
    "terms",
    "text_to_embed",
]
