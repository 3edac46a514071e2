"""Document loaders: the text of a file of any format."""

from ingest.loaders.formats import SUFFIXES
from ingest.loaders.load_file import load

__all__ = ["SUFFIXES", "load"]
