"""Made-up laws from the articles of real ones, for folders of any size."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

from evals.folders import SHARED
from text.scripts import ORDINAL

CHARACTERS = 170
"""Characters in a chunk of a law, about."""
ARTICLES = 40
"""Articles of a made-up law, about as many as a law has in the middle."""
ARTICLE = re.compile(rf"^[#*\s]*{ORDINAL}条[\s*]*", re.MULTILINE)
PLACES = "浙江省 杭州市 钱塘区 江苏省 上海市 广东省 四川省 福建省 山东省 湖北省".split()
SUBJECTS = "境外投资 外商投资 进出口 外汇 数据出境 劳动用工 知识产权 税收征收 企业登记 环境保护".split()


def fill(knowledge: Path, size: int) -> None:
    """Writes made-up laws of about `size` chunks, from articles of real laws.

    Figures and places are replaced.
    Everything follows from the number of the law, so that two runs have the same texts.
    """
    knowledge.mkdir()
    write_laws(knowledge, "law", size * CHARACTERS)


def write_laws(folder: Path, name: str, characters: int) -> None:
    """Writes made-up laws of at least `characters` in total; `name` begins file names."""
    articles = [each for path in sorted((SHARED / "laws").glob("*.md")) for each in articles_of(path)]
    number = written = 0
    while written < characters:
        law = make_law(number, articles)
        (folder / f"{name}-{number:04}.md").write_text(law, encoding="utf-8")
        written, number = written + len(law), number + 1


def articles_of(path: Path) -> list[str]:
    """Returns the articles of a law, each without its number."""
    return [part.strip() for part in ARTICLE.split(path.read_text(encoding="utf-8"))[1:] if part.strip()]


def make_law(number: int, articles: Sequence[str]) -> str:
    """Returns a made-up law as Markdown; all choices follow from `number`."""
    chosen = Random(number)  # noqa: S311 - nothing secret
    place, subject = chosen.choice(PLACES), chosen.choice(SUBJECTS)
    lines = [f"# {place}{subject}管理办法（{number:04}号）"]
    for at, article in enumerate(chosen.sample(articles, min(len(articles), ARTICLES)), 1):
        text = re.sub(r"\d+", lambda match: str(int(match[0]) % 9_000 + number), article)
        lines.append(f"第{at}条 {text.replace('国务院', f'{place}人民政府')}")
    return "\n\n".join(lines) + "\n"
