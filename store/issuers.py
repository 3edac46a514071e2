"""Names of issuing bodies by the Chinese one, of `issuers.yaml` and glossary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from store.glossary import FILE as GLOSSARY
from store.glossary import Term, read_glossary
from store.yaml_list import ListCodes, State, read_list, state_of, unreadable
from text.messages import Message
from text.sorting import join_names

FILE = "issuers.yaml"
CODES = ListCodes("issuers.not_read", "issuers.no_list", "issuers.entry_wrong")


@dataclass(frozen=True, eq=False)
class Issuers:
    """Names by Chinese name, then by language code, and the errors of the file.

    Compared by identity: there is one for each state of the files.
    """

    by_name: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: tuple[Message, ...] = ()

    def names(self, chinese: str) -> dict[str, str]:
        """Returns the names of a body by language, or of several that are joined by 、.

        Only in languages that have a name for each of them.
        """
        if whole := self.by_name.get(chinese):
            return dict(whole)
        bodies = [self.by_name.get(each, {}) for each in chinese.split("、")]
        shared = set.intersection(*(set(each) for each in bodies))
        return {code: join_names((each[code] for each in bodies), code) for code in shared - {"zh"}}


def read_issuers(folder: Path) -> Issuers:
    """Returns the issuing bodies of a folder, read again if a file has changed."""
    return parse_issuers(folder, tuple(find_state(folder / each) for each in (FILE, GLOSSARY)))


def find_state(path: Path) -> State | None:
    """Returns the state of a file, which differs after each change.

    None if it is missing or cannot be looked at.
    """
    try:
        return state_of(path)
    except OSError:
        return None


@lru_cache(maxsize=8)
def parse_issuers(folder: Path, _states: tuple[State | None, ...]) -> Issuers:
    """Returns the issuing bodies of a folder, whose files are in one state."""
    try:
        bodies, problems = read_list(folder / FILE, CODES, Term)
    except FileNotFoundError:
        bodies, problems = [], []
    except OSError as error:
        bodies, problems = [], [unreadable(CODES, error)]
    named = (each.names for each in (*read_glossary(folder).terms, *bodies))
    return Issuers({each["zh"]: each for each in named if "zh" in each}, tuple(problems))
