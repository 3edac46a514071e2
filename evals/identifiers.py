"""Eval of identifiers: articles, document numbers and customs codes rank first.

The questions are made from the documents by templates, the same every time.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import settings as configuration
from bot.pipeline import Bot
from evals.folders import open_synced, sync_texts
from evals.halves import is_shown
from evals.results import Cell, Report, Table, share
from ingest.watcher import WatchedLibrary
from store.documents import Passage, Validity
from store.index import Index
from text.numbers import in_ideographs
from text.scripts import IDEOGRAPHS, NUMERALS

ARTICLES, NUMBERS, CODES = 100, 60, 40
"""Number of questions made for articles, document numbers and customs codes."""
ARTICLE = re.compile(rf"^第([{NUMERALS}百]+)条[ 　]+(.{{12,}})", re.MULTILINE)
NUMBER = re.compile(rf"[{IDEOGRAPHS}]{{2,6}}〔(20\d\d)〕(\d+)号|[{IDEOGRAPHS}]{{2,6}}令(20\d\d)年第(\d+)号")
PHRASE = re.compile(rf"[{IDEOGRAPHS}]{{4,8}}(?=[，。；、])")
ENGLISH = {
    "中华人民共和国公司法": "Company Law",
    "中华人民共和国外商投资法": "Foreign Investment Law",
    "中华人民共和国外商投资法实施条例": "Implementing Regulations of the Foreign Investment Law",
    "中华人民共和国出口管制法": "Export Control Law",
    "中华人民共和国数据安全法": "Data Security Law",
    "中华人民共和国海关法": "Customs Law",
    "中华人民共和国企业所得税法": "Enterprise Income Tax Law",
    "中华人民共和国个人所得税法": "Individual Income Tax Law",
    "中华人民共和国增值税法": "Value-Added Tax Law",
    "中华人民共和国关税法": "Tariff Law",
    "中华人民共和国反垄断法": "Anti-Monopoly Law",
    "中华人民共和国对外贸易法": "Foreign Trade Law",
    "中华人民共和国行政许可法": "Administrative Licensing Law",
}
WORDINGS: tuple[Callable[[str, int, str], str], ...] = (
    lambda law, number, _: f"{short(law)}第{number}条",
    lambda law, number, phrase: f"{short(law)}第{in_ideographs(number)}条{phrase}怎么规定",
    lambda law, number, _: f"《{law}》第{in_ideographs(number)}条说了什么？",
    lambda law, number, _: f"{short(law)} {number}条是什么内容",
    lambda law, number, phrase: f"{phrase}，{short(law)}第{number}条",
    lambda law, number, _: f"请问{short(law)}的第{number}条具体怎么写的",
    lambda law, number, _: f"Article {number} of the {ENGLISH[law]}" if law in ENGLISH else f"{law}第{number}条",
    lambda law, number, _: (
        f"what does art. {number} {ENGLISH[law]} of China say" if law in ENGLISH else f"{law}{number}条"
    ),
)
NUMBER_WORDINGS: tuple[Callable[[str], str], ...] = (
    lambda number: number,
    lambda number: f"{number}是什么文件",
    lambda number: number.replace("〔", "[").replace("〕", "]") + "讲了什么",
    lambda number: number.replace("〔", "（").replace("〕", "）") + "规定什么",
    lambda number: "What does " + number.replace("〔", " [").replace("〕", "] ") + " say?",
)
GOODS = (
    "注塑机 离心泵 锂电池 显微镜 轴承 冷链箱 电动车 车床 面料 口罩 陶瓷砖 轮胎 咖啡豆 葡萄酒 钢管 电缆 传感器 压缩机"
).split()
CODE_WORDINGS: tuple[Callable[[str], str], ...] = (
    lambda code: f"{code}关税多少",
    lambda code: f"税号{code.replace('.', '')}的税率",
    lambda code: f"HS {code[:4]}{code[5:7]} duty",
    lambda code: f"HS code {code}",
)
NOTE = (
    "passage: the first passage found holds it, in the version in force; answer: the first citation does. {count} made"
    " questions, the shown half."
)


Value = TypeVar("Value", bound=Sequence[str])


@dataclass(frozen=True)
class Named:
    """A question, and a check of a source and its text for the thing that it names."""

    text: str
    holds: Callable[[str, str], bool]


def tables(shared: Path, report: Report) -> list[Table]:
    """Returns the shares of questions whose named thing comes first."""
    rows = [articles(shared, report), *numbers(shared, report), codes(report)]
    return [Table("What is named exactly comes first", rows, NOTE.format(count=ARTICLES + 2 * NUMBERS + CODES))]


def articles(shared: Path, report: Report) -> dict[str, Cell]:
    """Returns the shares for articles of the laws that are in force today."""
    report("articles of laws")
    with open_synced(shared / "laws") as library:
        index = library.index
        valid = index.validities(date.today())
        found = [
            (metadata.title, source, match[0], match[1], match[2])
            for source, metadata in index.documents().items()
            if valid[source][0] is Validity.IN_FORCE
            for match in ARTICLE.finditer(text_of(index, source))
        ]
        asked = [ask_for_article(each, place) for place, each in enumerate(sample(found, ARTICLES))]
        return {"asked for": "article of a law", **first(library, asked)}


def ask_for_article(article: Sequence[str], place: int) -> Named:
    """Returns a question for an article; `place` chooses the wording and the phrase.

    `article`: title of the law, source, text, number in ideographs, and text without the number.
    """
    law, source, body, number, content = article
    phrases = PHRASE.findall(content) or [content[:6]]
    question = WORDINGS[place % len(WORDINGS)](law, in_digits(number), phrases[place % len(phrases)])
    return Named(question, lambda found, text: found == source and body[:12] in text)


def numbers(shared: Path, report: Report) -> Iterator[dict[str, Cell]]:
    """Yields the shares for numbers of documents in the guides, then in the laws."""
    for name, folder in (("knowledge", configuration.current().knowledge_dir), ("laws", shared / "laws")):
        report(f"numbers of documents in {name}")
        with open_synced(folder) as library:
            texts = [text_of(library.index, source) for source in library.index.documents()]
            known = sorted({match[0] for text in texts for match in NUMBER.finditer(text)})
            asked = [
                ask_for_number(NUMBER_WORDINGS[place % len(NUMBER_WORDINGS)], each)
                for place, each in enumerate(sample(known, NUMBERS))
            ]
            yield {"asked for": f"number of a document, {name}", **first(library, asked)}


def ask_for_number(wording: Callable[[str], str], number: str) -> Named:
    """Returns a question for a document number; its signs may differ in the text."""
    digits = re.findall(r"\d+", number)
    form = re.compile(rf"{digits[0]}\D{{1,4}}{digits[1]}(?!\d)")
    return Named(wording(number), lambda _, text: bool(form.search(text)))


def codes(report: Report) -> dict[str, Cell]:
    """Returns the shares for customs codes of a made-up tariff."""
    report("customs codes")
    table = list(tariff())
    text = io.StringIO()
    csv.writer(text).writerows([["税则号列", "商品名称", "最惠国税率", "普通税率"], *table])
    asked = [
        ask_for_code(CODE_WORDINGS[place % len(CODE_WORDINGS)], row[0])
        for place, row in enumerate(sample(table, CODES))
    ]
    with sync_texts({"tariff.csv": text.getvalue()}) as library:
        return {"asked for": "customs code", **first(library, asked)}


def ask_for_code(wording: Callable[[str], str], code: str) -> Named:
    """Returns a question for a customs code."""
    return Named(wording(code), lambda _, text: code in text)


def tariff() -> Iterator[list[str]]:
    """Yields a made-up tariff table of 600 lines: code, name, two rates."""
    for number in range(600):
        chapter, heading = 28 + number // 20, 1 + number % 20 * 3
        name = f"{GOODS[number % len(GOODS)]}（{'自动' if number % 3 else '手动'}，{number}型）"
        yield [f"{chapter:02}{heading:02}.{number % 90 + 10}.00", name, f"{number % 13}%", f"{number % 13 + 17}%"]


def first(library: WatchedLibrary, asked: Sequence[Named]) -> dict[str, Cell]:
    """Returns how often the first passage and citation contain the named thing."""
    bot = Bot(library.index, library.embedder, lists=library.lists)
    shown = [each for each in asked if is_shown(each.text)]
    answers = [(each, bot.answer(each.text)) for each in shown]
    passages = [bool(answer.passages) and holds_what_is_named(each, answer.passages[0]) for each, answer in answers]
    cited = [
        bool(answer.citations) and each.holds(answer.citations[0].source, answer.citations[0].quote)
        for each, answer in answers
    ]
    wrong = "; ".join(each.text for (each, _), right in zip(answers, passages, strict=True) if not right)
    return {"questions": len(shown), "passage": share(passages), "answer": share(cited), "passage wrong": wrong or "–"}


def holds_what_is_named(asked: Named, passage: Passage) -> bool:
    """Checks that a passage holds the thing that a question names."""
    return asked.holds(passage.source, passage.chunk.text)


def sample(values: Sequence[Value], count: int) -> list[Value]:
    """Returns some of the values, in an order that depends only on them."""
    return sorted(values, key=lambda each: hashlib.sha256(repr(each).encode()).digest())[:count]


def text_of(index: Index, source: str) -> str:
    """Returns the text of a document; "" if the index does not have it."""
    document = index.document(source)
    return document.text if document else ""


def short(title: str) -> str:
    """Returns a law's name as people say it."""
    return title.removeprefix("中华人民共和国")


def in_digits(ideographs: str) -> int:
    """Returns 235 for 二百三十五."""
    return next(number for number in range(1, 400) if in_ideographs(number) == ideographs)
