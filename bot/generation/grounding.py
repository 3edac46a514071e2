"""Grounding: checks markers, figures and addresses of a model's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from bot.retrieval.snippets import SEPARATOR_ROW
from text.citations import MARKERS, PLAIN_MARKER, WRITTEN_MARKER, find_cited_numbers
from text.list_items import item_marker, without_numbering
from text.normalise import letters
from text.numbers import find_all_figures, find_stated_figures
from text.scripts import QUESTION_MARKS, WITHOUT_BLANKS
from text.sentences import sentence_spans

BARE = re.compile(r"[\[【［]")
LEADING = re.compile(rf"^(\s*(?:[-*+] +)?)((?:{PLAIN_MARKER})+) *([^\[\]|]+)$")
"""A line with its markers in front; they are moved to its end."""
SPACE_BEFORE_MARK = re.compile(r"\s+(?=[.,;:!?。，；：！？؟]+$)")
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\]）)>，。；|]+[^\s\]）)>，。；|.,;]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
"""A web or e-mail address."""
IDEOGRAPH_END = re.compile(f"[{WITHOUT_BLANKS}]$")


def resolve_markers(text: str, count: int) -> str:
    """Returns the text with markers as [1][2], without those beyond 1 to `count`.

    Round brackets count as a marker only at the end of a sentence, so that (3) in a text stays, as does 5(3).
    """

    def replace(match: re.Match[str]) -> str:
        if not BARE.match(match[0]) and not is_marker_place(text, match):
            return match[0]
        numbers = [int(number) for number in re.findall(r"\d+", match[1])]
        return "".join(f"[{number}]" for number in dict.fromkeys(numbers) if 1 <= number <= count)

    return WRITTEN_MARKER.sub(replace, text)


def is_marker_place(text: str, match: re.Match[str]) -> bool:
    """Checks that brackets are at the end of a sentence, and not after a digit: 5(3)."""
    after = text[match.end() :].lstrip(" ")
    of_article = match[0].startswith("(") and text[: match.start()][-1:].isdigit()
    return not of_article and (not after or after[0] in ".。,，;；!！?？\n")


@dataclass(frozen=True)
class Checked:
    """The grounded part of a text with markers, and the number of sentences left out."""

    text: str
    left_out: int


Nearest = Callable[[str, Sequence[int], bool], int | None]
"""Function from a sentence and source numbers to the number of the nearest source.

The third argument is True if these sources already contain its figures. None if the sentence is similar to none of
them; with figures, only if there is no source.
"""


Holds = Callable[[str, Sequence[int]], bool]
"""Checks that the sources that a sentence without markers cites support it.

Figures are checked apart.
"""


def check(text: str, sources: Sequence[str], prompt: str, nearest: Nearest, holds: Holds) -> Checked:
    """Returns the sentences of a text that the sources that they cite support.

    A source has to contain the figures and addresses of a sentence, and `holds` has to be true. A sentence that cites
    none, or the wrong one, gets the marker of the source that contains all of them. Left out are sentences that only
    repeat the question or the request (`prompt`) or ask back, and introductions and headings that nothing follows.
    """
    claims = [extract_claims(source) for source in sources]
    lines, left_out = [LEADING.sub(r"\1\3 \2", line) for line in text.splitlines()], 0
    for place, line in enumerate(lines):
        is_header = any(map(SEPARATOR_ROW.fullmatch, lines[place + 1 : place + 2])) and not find_stated_figures(line)
        kept = []
        for sentence in () if is_header else sentences_with_markers(line):
            checked = sentence if introduces(sentence) else attribute_sentence(sentence, claims, prompt, nearest)
            if (
                checked
                and (numbers := find_cited_numbers(checked))
                and not holds(MARKERS.sub(" ", checked).strip(), numbers)
            ):
                checked = None
            left_out += checked is None
            kept.append(checked or "")
        if not is_header:
            lines[place] = "".join(kept).rstrip()
    return Checked(without_loose_ends(lines), left_out)


def attribute_sentence(sentence: str, claims: Sequence[Set[str]], prompt: str, nearest: Nearest) -> str | None:
    """Returns a sentence with markers of sources that have its figures and addresses.

    None if there is no such source.
    """
    core = MARKERS.sub(" ", sentence).strip()
    if not says_something(core):
        return sentence
    if letters(core) in letters(prompt) or core.endswith(tuple(QUESTION_MARKS)):
        return None
    stated = [*find_stated_figures(without_numbering(core)), *ADDRESS.findall(core)]
    numbers = [number for number in find_cited_numbers(sentence) if number <= len(claims)]
    if numbers and set(stated) <= set().union(*(claims[number - 1] for number in numbers)):
        return sentence
    number = nearest(core, [number for number, known in enumerate(claims, 1) if set(stated) <= known], bool(stated))
    if number is None:
        return None
    end = sentence.rstrip()
    bar = end.endswith("|")
    plain = SPACE_BEFORE_MARK.sub("", MARKERS.sub("", end.rstrip("| ") if bar else end)).rstrip()
    space = "" if IDEOGRAPH_END.search(plain) else " "
    return f"{plain}{space}[{number}]{' |' if bar else ''}{sentence[len(end) :]}"


def extract_claims(source: str) -> set[str]:
    """Returns the figures of a source, in every reading, and its addresses."""
    return find_all_figures(source) | set(ADDRESS.findall(source))


def sentences_with_markers(line: str) -> Iterator[str]:
    """Yields the sentences of a line with the markers after them; a table row is one."""
    if line.lstrip().startswith("|"):
        yield line
        return
    start, mark = 0, item_marker(line)
    offset = mark.end if mark else 0
    for _, closed in sentence_spans(line[offset:]):
        behind = MARKERS.match(line, offset + closed)
        end = behind.end() if behind else offset + closed
        if end > start:
            yield line[start:end]
            start = end


def drop_last_sentence(text: str) -> str:
    """Returns the text without its last sentence, which may be unfinished."""
    before, newline, line = text.rpartition("\n")
    *whole, _ = sentences_with_markers(line) if line else [""]
    return f"{before}{newline}{''.join(whole)}"


def introduces(sentence: str) -> bool:
    """Checks that a sentence only leads to the next: a heading, or a colon at its end."""
    plain = MARKERS.sub("", sentence).strip().rstrip("*_ ")
    return plain.startswith("#") or (plain.endswith((":", "：")) and not find_stated_figures(without_numbering(plain)))


def without_loose_ends(lines: Sequence[str]) -> str:
    """Returns lines without introductions that nothing follows, and without gaps."""
    kept: list[str] = []
    for line in reversed(lines):  # from the end: a heading is loose if all below it is
        following = next((other for other in reversed(kept) if other), "")
        if line and introduces(line) and (not following or introduces(following)):
            continue
        kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(reversed(kept))).strip()


def says_something(text: str) -> bool:
    """Checks that a text has words besides its markers."""
    return bool(re.search(r"\w", MARKERS.sub("", text)))


def find_unsupported_figures(text: str, sources: Sequence[str]) -> list[str]:
    """Returns the figures that are in no source cited by their sentence.

    A sentence without a marker is checked against all sources.
    """
    missing = []
    for sentence in (each for line in text.splitlines() for each in sentences_with_markers(line)):
        numbers = find_cited_numbers(sentence)
        own = [sources[number - 1] for number in numbers if number <= len(sources)] or list(sources)
        known = {number for source in own for number in find_all_figures(source)}
        plain = without_numbering(MARKERS.sub(" ", sentence))
        missing += [number for number in find_stated_figures(plain) if number not in known]
    return missing
