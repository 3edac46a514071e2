"""What a clerk does on the first day in the room, by what stands on its pages and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator, Page, expect

from tests.web.staff.conftest import Center
from web.i18n import texts
from web.staff.i18n import words

PASSWORD = "four unlike words here"  # noqa: S105
FONTS = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SOON = date.today() + timedelta(20)
WAITING = 120_000
"""Milliseconds that reading a scan or answering again may take."""

Look = Callable[[str], None]
"""Looks at the page under a name: takes its picture, or does nothing."""


@dataclass(frozen=True)
class Story:
    """What happens in one language: a scan with a line that is hard to read, its new version, and a gap."""

    scanned: tuple[str, ...]
    misread: str
    right: str
    newer: str
    question: str
    figures: tuple[str, str]
    gap: str
    filling: str
    fixed: str


STORIES = {
    "zh": Story(
        ("江城市保税仓储管理办法", "货物在江城保税仓库存放不得超过13个月。", "仓储费按季度缴纳。"),
        "13个月", "18个月", "24个月",
        "货物在江城保税仓库最多存放多久？",
        ("18个月", "24个月"),
        "江城口岸的夜间通关费是多少？",
        "# 江城口岸收费公告\n\n## 夜间通关费\n\n江城口岸的夜间通关费为每车次260元。\n",
        "江城口岸夜间通关费为每车次260元，由口岸办收取。",
    ),
    "en": Story(
        (
            "Rules on bonded storage in Jiangcheng",
            "Goods may stay in the bonded warehouse",
            "of Jiangcheng for at most 13 months.",
        ),
        "13 months", "18 months", "24 months",
        "How long may goods stay in the bonded warehouse of Jiangcheng?",
        ("18 months", "24 months"),
        "What is the night clearance fee at the port of Jiangcheng?",
        "# Charges at the port of Jiangcheng\n\n## Night clearance fee\n\n"
        "The night clearance fee at the port of Jiangcheng is 260 yuan for each vehicle.\n",
        "The night clearance fee at the port of Jiangcheng is 260 yuan for each vehicle; the port office collects it.",
    ),
}  # fmt: skip
EXPIRING = {
    "zh": f"---\ntitle: 江城市展会补贴公告\nlanguage: zh\neffective_from: 2026-01-01\neffective_to: {SOON}\n---\n"
    "# 江城市展会补贴公告\n\n参加境外展会的企业，每家最高补贴5万元。\n",
    "en": f"---\ntitle: Notice on trade fair subsidies in Jiangcheng\nlanguage: en\neffective_from: 2026-01-01\n"
    f"effective_to: {SOON}\n---\n# Notice on trade fair subsidies in Jiangcheng\n\n"
    "Companies at trade fairs abroad get at most 50,000 yuan each.\n",
}


def scan(path: Path, rows: tuple[str, ...]) -> Path:
    """A PDF that is nothing but a picture of some lines, as a scanner makes it: no higher than they are, for OCR."""
    font = ImageFont.truetype(str(FONTS), 44)
    picture = Image.new("RGB", (1240, 250 + 90 * len(rows)), "white")
    for number, row in enumerate(rows):
        ImageDraw.Draw(picture).text((110, 160 + 90 * number), row, "black", font)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, "PDF", resolution=150)
    return path


class Clerk:
    """Somebody who has never seen the room, in a language of its pages."""

    def __init__(self, center: Center, page: Page, language: str, papers: Path, look: Look) -> None:
        self.center, self.page, self.papers, self.look = center, page, papers, look
        self.language, self.story = language, STORIES[language]
        self.known = words(language)

    def say(self, key: str, **values: object) -> str:
        return self.known[key].format(**values) if values else self.known[key]

    def open(self, section: str) -> None:
        """By the menu."""
        self.page.locator(".sections").get_by_role("link", name=self.say(f"frame.section.{section}")).click()

    def opens_until(self, section: str, shown: Locator) -> None:
        """Again and again: a question is kept a moment after its answer was read, and the page shows what was kept."""
        until = time.monotonic() + WAITING / 1000
        self.open(section)
        while not shown.is_visible() and time.monotonic() < until:
            self.page.wait_for_timeout(250)
            self.open(section)
        expect(shown).to_be_visible()

    def press(self, key: str) -> None:
        self.page.get_by_role("button", name=self.say(key), exact=True).first.click()

    def follow(self, key: str) -> None:
        self.page.get_by_role("link", name=self.say(key)).first.click()

    def walk(self, chat: Page) -> None:
        """The whole day. `chat` is the page for companies, in front of somebody who asks."""
        self.logs_in()
        self.uploads_a_scan()
        self.corrects_a_line()
        self.asks(self.story.right)
        self.replaces_it()
        self.asks(self.story.newer)
        self.closes_a_gap(chat)
        self.fixes_an_answer(chat)
        self.sees_what_expires()
        self.switches_off_and_on(chat)
        self.reads_the_figures()

    def logs_in(self) -> None:
        self.page.goto(f"{self.center.staff()}first-password?code={self.center.room.code}")
        for label, value in (("name", "王芳"), ("password", PASSWORD), ("again", PASSWORD)):
            self.page.get_by_label(self.say(f"auth.{label}"), exact=True).fill(value)
        self.press("auth.set")
        expect(self.page.locator(".rooms")).to_be_visible()
        self.look("room-home")

    def uploads(self, file: Path) -> None:
        self.open("folder")
        self.follow("documents.add")
        self.page.get_by_label(self.say("uploads.choose")).set_input_files(file)

    def arrived(self, name: str, state: str) -> None:
        row = self.page.locator(".arrivals li", has=self.page.get_by_text(name, exact=True)).first
        expect(row).to_have_attribute("data-state", state, timeout=WAITING)

    def uploads_a_scan(self) -> None:
        self.uploads(scan(self.papers / "rules.pdf", self.story.scanned))
        self.arrived("rules.pdf", "meaning")
        expect(self.page.locator(".arrivals")).to_contain_text(self.say("uploads.ocr", pages=1))
        self.look("room-uploaded")

    def corrects_a_line(self) -> None:
        self.follow("uploads.to_inside")
        expect(self.page.locator(".state .badge")).to_have_text(self.say("inspect.method.ocr"))
        expect(self.page.locator(".read")).to_contain_text(self.story.misread)
        self.look("room-inside")
        self.follow("inspect.correct")
        text = self.page.get_by_label(self.say("inspect.typed"))
        text.fill(text.input_value().replace(self.story.misread, self.story.right))
        self.press("inspect.save")
        self.press("inspect.confirm_save")
        expect(self.page.locator(".read")).to_contain_text(self.story.right, timeout=WAITING)
        expect(self.page.locator(".state .badge").first).to_have_text(self.say("inspect.method.corrected"))
        self.look("room-corrected")

    def asks(self, figure: str) -> None:
        self.open("try")
        self.page.get_by_label(self.say("playground.question"), exact=True).fill(self.story.question)
        self.press("playground.go")
        expect(self.page.locator("main")).to_contain_text(figure)
        self.look("room-try")

    def replaces_it(self) -> None:
        newer = tuple(row.replace(self.story.misread, self.story.newer) for row in self.story.scanned)
        self.uploads(scan(self.papers / "newer" / "rules.pdf", newer))
        self.arrived("rules.pdf", "clash")
        self.follow("uploads.see")
        first = self.page.locator(".figures tbody tr").first
        for figure in self.story.figures:
            expect(first).to_contain_text(figure)
        self.look("room-changed")
        self.press("uploads.replace")
        self.arrived("rules.pdf", "meaning")

    def company_asks(self, chat: Page, question: str) -> None:
        """In the page for companies, which stays open all day."""
        if chat.url == "about:blank":
            chat.goto(self.center.address)
        chat.locator("#question textarea").fill(question)
        chat.locator("#question textarea").press("Enter")
        expect(chat.locator("#current .question")).to_have_text(question)
        expect(chat.locator("#current .answer")).to_have_attribute("aria-busy", "false", timeout=WAITING)

    def closes_a_gap(self, chat: Page) -> None:
        self.company_asks(chat, self.story.gap)
        gap = self.page.get_by_role("link", name=self.story.gap)
        self.opens_until("gaps", gap)
        self.look("room-gaps")
        file = self.papers / "charges.md"
        file.write_text(self.story.filling, encoding="utf-8")
        self.uploads(file)
        self.arrived("charges.md", "meaning")
        self.open("gaps")
        gap.click()
        self.page.locator("[name=source][value='charges.md']").check()
        self.press("gaps.close_button")
        closed = self.say("gaps.result_closed", answered=1, total=1)
        expect(self.page.locator(".said")).to_contain_text(closed, timeout=WAITING)
        expect(self.page.locator("tbody tr", has_text=self.say("gaps.state.closed")).first).to_be_visible()
        self.look("room-gap-closed")

    def fixes_an_answer(self, chat: Page) -> None:
        self.open("asked")
        self.look("room-asked")
        self.page.get_by_role("link", name=self.story.gap).click()
        self.follow("questions.curate")
        self.page.get_by_label(self.say("curated.source", number=1), exact=True).fill("charges.md")
        self.page.locator(f"#answer_{self.language}").fill(self.story.fixed)
        self.look("room-curated")
        self.press("curated.save")
        expect(self.page.locator("table")).to_contain_text(self.story.gap)
        self.company_asks(chat, self.story.gap)
        expect(chat.locator("#current .answer")).to_contain_text(self.story.fixed)

    def sees_what_expires(self) -> None:
        self.open("validity")
        row = self.page.locator("tr", has_text=EXPIRING[self.language].split("title: ")[1].split("\n")[0])
        expect(row).to_contain_text("20")
        self.look("room-validity")

    def switches_off_and_on(self, chat: Page) -> None:
        self.open("switch")
        self.page.get_by_label(self.say("maintenance.reason"), exact=True).fill("test")
        self.press("maintenance.do_off")
        expect(self.page.locator(".state")).to_contain_text(self.say("maintenance.is_off"))
        self.look("room-switch")
        self.company_asks(chat, self.story.question)
        expect(chat.locator("#current .answer")).not_to_contain_text(self.story.newer)
        self.press("maintenance.turn_on")
        expect(self.page.locator(".state")).to_contain_text(self.say("maintenance.is_on"))
        self.company_asks(chat, self.story.question)
        expect(chat.locator("#current .answer")).to_contain_text(self.story.newer)

    def reads_the_figures(self) -> None:
        self.open("figures")
        expect(self.page.locator("main")).to_contain_text(texts(self.language)["outcome.answered"])
        self.look("room-figures")
