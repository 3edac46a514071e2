"""Chooses names of cities by which a question tells its country.

A name is kept if it names one city above all others, and is either rare as a word, or stands mostly in training
questions on its country.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bot.query.countries import COMMON_WORDS, NAME_LANGUAGES, WITH_CITIES, name_sources, name_spans, territories
from evals.independent.questions import Question, Use, read_questions
from text.lexicon.cities import (
    ARABIC_LETTER,
    CYRILLIC_LETTER,
    FILE,
    IDEOGRAPH_RUN,
    MOST_IDEOGRAPHS,
    MOST_WORDS,
    WORD,
    city_key,
    unify,
)

RARE = 3.0
"""Zipf frequency up to which a name is no ordinary word."""
FEWEST, SHARE = 2, 0.6
"""Questions, and least share of them on the country, that make an ordinary word a name."""
PEOPLE, GREAT = 30_000, 1_000_000
"""Least number of people of a city, and of one whose name may be a common word because of it."""
ABOVE_OTHERS = 4
"""Number of times as many people as the next city of the same name."""


def report(folder: Path, guides: Path) -> str:
    """Writes the names that come with the program; returns how many each country has.

    `read_geonames.py` has written all names into `folder`; `guides` is the folder of documents.
    """
    lines = [line for file in sorted(guides.rglob("*.md")) for line in file.read_text(encoding="utf-8").splitlines()]
    kept = choose_cities(folder / "cities.jsonl", read_questions(Use.TRAIN), lines)
    FILE.write_text("".join("\t".join([country, *names]) + "\n" for country, names in kept.items()), encoding="utf-8")
    return " ".join(f"{country} {len(names)}" for country, names in kept.items())


def choose_cities(file: Path, questions: Sequence[Question], lines: Sequence[str]) -> dict[str, list[str]]:
    """Returns the names to keep, by country, from what `read_geonames.py` wrote.

    Names that stand in `lines` of guides which name another country, or none, are words.
    """
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    people, common = defaultdict[str, Counter[str]](Counter), dict[str, float]()
    for row in rows:
        for name, zipf in row["names"].items():
            if not (name.isascii() and name.isupper()):
                key = city_key(name)
                people[key][row["country"]] = max(people[key][row["country"]], row["people"])
                common[key] = max(common.get(key, 0.0), zipf)
    named = [name for language in NAME_LANGUAGES for name in territories(language).values()]
    guarded = [name for name, source in name_sources().items() if re.escape(name) != source]
    known = {city_key(name) for name in (*named, *guarded, *COMMON_WORDS)}
    placed = [place_of(each) for each in questions if each.host or each.origin]
    asked = count_texts([*placed, *((line, countries_named(line)) for line in lines)], people)
    kept = defaultdict[str, list[str]](list)
    for key, found in people.items():
        (country, most), *others = found.most_common(2)
        if (
            country not in WITH_CITIES
            or most < PEOPLE
            or key in known
            or any(most < ABOVE_OTHERS * each for _, each in others)
        ):
            continue
        if is_long(key) and is_a_name(most >= GREAT or common[key] <= RARE, asked.get(key, Counter()), country):
            kept[country].append(key)
    return {country: sorted(kept[country]) for country in sorted(kept)}


def is_long(key: str) -> bool:
    """Checks that a name is long enough not to be part of another word."""
    least = 3 if IDEOGRAPH_RUN.fullmatch(key) else 4 if CYRILLIC_LETTER.match(key) or ARABIC_LETTER.match(key) else 5
    return len(key) >= least


def is_a_name(is_rare: bool, asked: Mapping[str, int], country: str) -> bool:
    """Checks that a name means its city in questions.

    Without enough of them, that it is rare as a word.
    """
    total = sum(asked.values())
    own = asked.get(country, 0)
    return own >= SHARE * total if total >= FEWEST else is_rare and own == total


def place_of(question: Question) -> tuple[str, set[str]]:
    """Returns the text of a question with what was asked before, and its countries."""
    text = " ".join([*question.history[::2], question.question])
    return text, {question.host, question.origin} | countries_named(text)


def countries_named(text: str) -> set[str]:
    """Returns the countries that a text names other than by cities of this list."""
    return {code for _, _, code in name_spans(text)}


def count_texts(texts: Iterable[tuple[str, set[str]]], names: Mapping[str, Counter[str]]) -> dict[str, Counter[str]]:
    """Counts for each name the texts that hold it, by country.

    That of the name, or "" if they are about others.
    """
    found = defaultdict[str, Counter[str]](Counter)
    for text, about in texts:
        for key in keys_in(text, names):
            country = max(names[key], key=names[key].__getitem__)
            found[key][country if country in about else ""] += 1
    return found


def keys_in(text: str, names: Mapping[str, object]) -> set[str]:
    """Returns the names that a text holds, as words or as runs of ideographs."""
    words = [unify(word) for word in WORD.findall(text)]
    found = {" ".join(words[at : at + count]) for at in range(len(words)) for count in range(1, MOST_WORDS + 1)}
    for run in IDEOGRAPH_RUN.findall(text):
        found |= {run[at : at + size] for at in range(len(run)) for size in range(2, MOST_IDEOGRAPHS + 1)}
    return found & names.keys()
