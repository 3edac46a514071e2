"""A bot whose words and waiting are known, and what a person does with its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Event

from playwright.sync_api import BrowserContext, Page, expect

from bot.answer import Answer, Citation, Turn
from bot.outcomes import Outcome
from bot.pii import mask
from bot.starters.cache import StarterOptions
from bot.starters.questions import Starter, StarterFilter
from store.documents import Document, Metadata, Validity

HOSTILE = (
    "![x](http://evil.example/a.png) <img src='http://evil.example/b.png'> <script>document.title='!'</script> ${1+1}"
)
TABLE = "| 税种 | 税率 | 依据与说明 |\n|---|---|---|\n| 利润税 | 25% | " + "https://example.org/" + "a" * 90 + " |"
TEXT = f"# 俄罗斯\n\n利润税税率为 25%。\n\n{TABLE}\n\n{HOSTILE}\n" + "说明文字。\n\n" * 80 + "增值税一般税率为 20%。"
GUIDE = Document("guides/russia.md", TEXT, Metadata(title=f"俄罗斯税收 {HOSTILE}", language="zh"))
QUESTION = "俄罗斯的利润税率是多少？"
Visitor = Callable[..., BrowserContext]


def cited(number: int, quote: str) -> Citation:
    start = TEXT.index(quote)
    return Citation(
        number, GUIDE.source, GUIDE.metadata.title, quote, start, start + len(quote), validity=Validity.IN_FORCE
    )


WHOLE = Answer(
    "",
    "",
    "zh",
    Outcome.ANSWERED,
    f"利润税税率为 25%。[1]\n\n{TABLE} [2]\n\n增值税一般税率为 20%。[2]\n\n{HOSTILE}",
    citations=(cited(1, "利润税税率为 25%。"), cited(2, "增值税一般税率为 20%。")),
)


@dataclass
class Scripted:
    """慢 waits to be released, 停 goes on until stopped, 错 falls over, 无 finds nothing, 写 comes from a model.

    古 stands alone: no words are added.
    """

    released: Event = field(default_factory=Event)
    stopped: Event = field(default_factory=Event)
    told: list[Sequence[Turn]] = field(default_factory=list)
    about: list[str] = field(default_factory=list)

    def stream(
        self, question: str, history: Sequence[Turn], language: str | None = None, *, country: str = ""
    ) -> Iterator[Answer]:
        question = mask(question)
        self.told.append(history)
        self.about.append(country)
        is_elsewhere = country == "BR" and "俄罗斯" in question
        answer = replace(WHOLE, question=question, standalone_question=question, is_elsewhere=is_elsewhere)
        growing = replace(answer, text="利润税", citations=(), complete=False)
        if "错" in question:
            raise RuntimeError("the bot fell over")
        if "无" in question:
            yield replace(answer, outcome=Outcome.NOT_IN_KNOWLEDGE_BASE, text="没有依据。请问商务局。", citations=())
            return
        if "停" in question:
            try:
                while not self.released.wait(0.02):
                    yield growing
            finally:
                self.stopped.set()
        yield growing
        if "慢" in question:
            self.released.wait(30)
        mode = "model" if "写" in question else "extractive"
        suggestions = ("俄罗斯的增值税率是多少？",)
        whole = question if "古" in question else f"{question}（俄罗斯）"
        yield replace(answer, mode=mode, suggestions=suggestions, standalone_question=whole)


class Offered:
    """What the start page offers: two countries and a topic, and the examples that it tries first."""

    def offer(self) -> StarterOptions:
        return StarterOptions(("BR", "RU"), ("tax",), datetime(2026, 11, 24, 12, tzinfo=UTC))

    def examples(self, choice: StarterFilter) -> tuple[Starter, ...]:
        if choice.country and choice.audience == "inbound":
            return ()
        about = choice.country or choice.topic
        return (
            (Starter(f"{about}？", "zh"),)
            if about
            else tuple(Starter(each, choice.language) for each in choice.preferred)
        )

    list_cached = examples

    def is_searching(self, choice: StarterFilter) -> bool:
        return False


def arrived(context: BrowserContext, address: str) -> Page:
    """The start page, once the prerendered one, which has the same buttons, has gone."""
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#welcome .door").first).to_be_visible()
    expect(page.locator("#first")).to_have_count(0)
    return page


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")


def answered(page: Page, question: str = QUESTION) -> Page:
    """The page once the question is answered and the next one can be asked."""
    ask(page, question)
    expect(page.locator("#current .question")).to_have_text(question)
    expect(page.locator("#current .quote")).to_have_count(2)
    expect(page.locator("#ask")).to_be_visible()
    return page
