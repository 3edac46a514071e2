"""Of a long comparison the first part is shown; how much more there is stands below it, and opens."""

from __future__ import annotations

from functools import partial

from lxml.html import HtmlElement, fromstring

from ingest.diff.comparison import MOST_SHOWN, compare_texts
from tests.web.staff.conftest import both
from web.rendering import ENVIRONMENT
from web.staff.i18n import words

PARTS = """{% import "staff/parts.html" as parts with context %}
<div>{{ parts.figure_changes(comparison.figures) }}{{ parts.steps(comparison) }}</div>"""


def compared(language: str, count: int) -> HtmlElement:
    old, new = ("\n\n".join(f"甲{place}补贴为{amount}元。" for place in range(count)) for amount in (5, 6))
    known = words(language)
    say = partial(lambda key, **values: known[key].format(**values))
    shown = ENVIRONMENT.from_string(PARTS).render(comparison=compare_texts(old, new), say=say, words=known, at="")
    return fromstring(shown)


@both
def test_what_is_beyond_the_first_changes_is_counted_and_can_be_opened(language: str) -> None:
    page = compared(language, MOST_SHOWN + 40)
    figures, paragraphs = page.findall(".//details")
    assert figures.findtext("summary") == words(language)["uploads.more_figures"].format(count=MOST_SHOWN + 40 - 60)
    assert paragraphs.findtext("summary") == words(language)["uploads.left_out"].format(count=40)
    assert len(page.xpath(".//p[@class='changed']")) == MOST_SHOWN + 40
    assert len(page.xpath(".//tbody/tr")) == MOST_SHOWN + 40


def test_a_short_comparison_has_nothing_to_open() -> None:
    assert compared("zh", 3).findall(".//details") == []
