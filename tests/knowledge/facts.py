"""The fact sheets, and what a guide that uses a fact must hold of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from text.numbers import figures

LINE = re.compile(r"- (?:\[([A-Z]+-\d+)\]|([0-9A-Z]{1,3}-\d+|X\d+) \|) ?(.*) \| ([ABC])\s*")
COUNTRY = re.compile(r"^[A-Z][A-Za-z ]+ [一-鿿]+ – ")
"""What every line of a country begins with, which says nothing of the fact."""
RULE = re.compile(r"\bX\d+\b")
"""A rule that a fact refers to: X06 is no figure."""
DAY = re.compile(r"\d+年(?:\d+月)?(?:\d+日)?|\d+[年月日天号]")
NAME = re.compile(r"[一-鿿]{2,}")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SAME = re.compile(r"(?:Source: )?same\b", re.IGNORECASE)
DATE = re.compile(rf"(?:(\d{{1,2}}) )?({'|'.join(MONTHS)}) (\d{{4}})")
DASH = re.compile(r"[‐-―−]")
SITE = re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b")
OWN_SITE = re.compile(r"(?<!ehangzhou)\.gov\.[a-z]{2}$|(?:^|\.)(?:cneiport\.com|ndb\.int|sinosure\.com\.cn)$")
"""Sites of public bodies that facts name; that of the city's media is none of them."""
TEXT_AT_HAND = re.compile(r"law text|copies read|text reproduced|translation read")
VIA = re.compile(r"\bvia\b|relay")
RETOLD = re.compile(r"via GitHub|reported in news")
"""Said of an official page that was read elsewhere, without the name of a site."""
REPORT = re.compile(
    r"\[sec|\bvia\b|relay|\breported\b|summar|digest|quoted|cited|indexed|described by|research file|GitHub"
    r"|KPMG|Xinhua|China Daily|Global Times|China Securities Journal|Hangzhou Daily"
)
ARTICLE = re.compile(r"\b(?:[Aa]rts?\.?|ss?|notes?)\s+(\d+(?:\s*(?:,|and|-|/)\s*\d+)*)")
"""Articles, sections and notes that a fact names: Arts. 4, 37 and Arts. 27-28."""
RANGE = re.compile(r"(?<![\d-])(\d{1,3})-(\d{1,3})(?![\d-])")


@dataclass(frozen=True)
class Fact:
    """A line of a fact sheet; `mark` is A, B or C, `source` where it was read."""

    id: str
    text: str
    mark: str
    source: str = ""

    @property
    def figures(self) -> list[str]:
        """Its figures, dates and numbers of documents."""
        return list(dict.fromkeys(figures(RULE.sub("", COUNTRY.sub("", self.text)))))

    @property
    def names(self) -> list[str]:
        """Its Chinese names."""
        return NAME.findall(DAY.sub("", COUNTRY.sub("", self.text)))

    @property
    def is_report(self) -> bool:
        """Whether it was read elsewhere than at the issuing body, and not in a copy of the text."""
        sites = {is_own: [] for is_own in (True, False)}
        for site in SITE.findall(self.source):
            sites[bool(OWN_SITE.search(site))].append(site)
        is_retold = RETOLD.search(self.source) or (sites[False] and VIA.search(self.source))
        is_official = bool(sites[True]) and not is_retold
        return not (TEXT_AT_HAND.search(self.source) or is_official) and bool(
            sites[False] or REPORT.search(self.source)
        )

    @property
    def is_rule(self) -> bool:
        """Whether it tells how to resolve a discrepancy and is no fact to state."""
        return bool(re.fullmatch(r"X\d+", self.id))


def iso(date: re.Match[str]) -> str:
    """18 September 2024 as 2024-09-18, September 2024 as 2024-09."""
    day, month, year = date.groups()
    return f"{year}-{MONTHS.index(month) + 1:02}" + (f"-{int(day):02}" if day else "")


def with_plain_dates(text: str) -> str:
    """A text with its dates in ISO form and its dashes as hyphens."""
    return DATE.sub(iso, DASH.sub("-", text))


def numerals(text: str) -> set[int]:
    """The numbers in a text; a range such as Nos. 55-58 stands for each of its numbers."""
    ranges = [range(int(first), int(last) + 1) for first, last in RANGE.findall(DASH.sub("-", text))]
    return {*map(int, re.findall(r"\d+", text)), *(number for each in ranges for number in each)}


def articles(text: str) -> set[int]:
    """The articles that a text names, without its other numbers."""
    return {number for match in ARTICLE.finditer(DASH.sub("-", text)) for number in numerals(match[1])}


def read_facts(shared: Path) -> dict[str, Fact]:
    """All facts by id, each with the source of the one before if it says "same".

    A line `- ID | text | source | mark` or `- [ID] text | source | mark`."""
    lines = [
        line for name in ("outbound", "inbound") for line in (shared / f"facts/{name}.md").read_text().splitlines()
    ]
    matches = [match for line in lines if (match := LINE.fullmatch(line))]
    facts = dict[str, Fact]()
    source = ""
    for match in matches:
        text, _, own = match[3].partition(" | ")
        source = f"{own} {source}" if SAME.match(own) else own
        facts[match[1] or match[2]] = Fact(match[1] or match[2], text, match[4], source)
    return facts
