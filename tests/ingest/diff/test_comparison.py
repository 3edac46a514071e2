"""What changed between two versions is told: figures first, then the text, within seconds also for long laws."""

from __future__ import annotations

import random
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.diff.alignment import align
from ingest.diff.comparison import Comparison, FieldChange, compare
from store.documents import Document, Metadata

OLD = """# 江城市补贴办法

第一条 企业应当在三十个工作日内提交材料，每家最高补贴50万元。

第二条 补贴比例为30%。

| 项目 | 金额 |
| --- | --- |
| 参展 | 8,000元 |

第三条 不变的一条。

第四条 申请材料包括申请表。

第五条 本办法自2025年3月1日起施行。
"""


def changed(*swaps: tuple[str, str], old: str = OLD) -> Comparison:
    new = old
    for before, after in swaps:
        assert before in new
        new = new.replace(before, after)
    return compare(Document("a.md", old), Document("b.md", new))


def figures(comparison: Comparison) -> list[tuple[str, str]]:
    return [(each.before, each.after) for each in comparison.figures]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("三十个工作日", "二十个工作日"),
        ("50万元", "80万元"),
        ("30%", "百分之四十"),
        ("8,000元", "9,500元"),
        ("2025年3月1日", "2026年3月1日"),
        ("2025年3月1日", "二〇二六年三月一日"),
    ],
)
def test_a_changed_figure_is_named_as_it_is_written(before: str, after: str) -> None:
    comparison = changed((before, after))
    assert figures(comparison) == [(before, after)]
    assert comparison.changed == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [("within 30 days", "within 45 days"), ("at 25%", "at 20%"), ("USD 10 million", "USD 12 million")],
)
def test_figures_of_english_texts_are_found_too(before: str, after: str) -> None:
    text = "Report within 30 days. Tax is paid at 25% of USD 10 million."
    ((old, new),) = figures(changed((before, after), old=text))
    assert old in before and new in after
    assert any(character.isdigit() for character in old + new)


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("O prazo é de 10 dias úteis.", "10 dias", "15 dias"),
        ("O capital é de 500 milhões de reais.", "500 milhões de reais", "600 milhões de reais"),
        ("A multa é de R$ 1.500,00.", "R$ 1.500,00", "R$ 2.500,00"),
        ("Срок – 10 рабочих дней.", "10 рабочих дней", "20 рабочих дней"),
        ("Сбор составляет 50 000 рублей.", "50 000 рублей", "60 000 рублей"),
        ("Капитал – 5 млн руб.", "5 млн руб", "6 млн руб"),
        ("المدة 10 أيام من التقديم.", "10 أيام", "15 أيام"),
        ("الرسم 500 درهم.", "500 درهم", "600 درهم"),
        ("El plazo es de 10 días.", "10 días", "15 días"),
        ("Se pagan 300 bolivianos.", "300 bolivianos", "400 bolivianos"),
        ("The fee is 5 million US dollars.", "5 million US dollars", "6 million US dollars"),
        ("It begins on 1 January 2026.", "1 January 2026", "1 March 2026"),
    ],
)
def test_units_and_currencies_of_each_language_belong_to_their_figures(text: str, before: str, after: str) -> None:
    assert figures(changed((before, after), old=text)) == [(before, after)]
    added = changed((text, f"{text}\n\n{text.replace(before, after)}"), old=text)
    assert figures(added) == [("", after)]


@pytest.mark.parametrize("text", ["5 random samples", "5 solicitudes", "3 realizações", "3 странные вещи"])
def test_words_that_only_begin_as_a_unit_are_none(text: str) -> None:
    added = changed(("Antes.", f"Antes.\n\n{text}"), old="Antes.")
    assert added.changed == 1 and figures(added) == [("", text[0])]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("at most 3 copies", "at most 5 copies", [("3", "5")]),
        ("up to three copies", "up to 5 copies", [("three", "5")]),
        ("最多三份", "最多五份", [("三", "五")]),
        ("9:00 to 17:00", "9:00 to 16:30", [("17:00", "16:30")]),
        ("at most 3 copies per company, by post", "send 5 copies by mail now", [("3", ""), ("", "5")]),
        ("| 甲 | 30 |", "| 甲 | 45 |", [("30", ""), ("", "45")]),
    ],
)
def test_a_bare_number_that_changes_is_a_figure(before: str, after: str, told: list[tuple[str, str]]) -> None:
    assert figures(changed((before, after), old=f"# 材料\n\n{before}\n\n其他。")) == told


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Provide at most 3 copies and 2 originals.", "3、2"),
        ("1 | 申请表 | 原件 | 2", "2"),
        ("Open 9:00-17:00.", "9:00、17:00"),
        ("USD 500 each", "500"),
    ],
)
def test_bare_numbers_of_an_added_paragraph_are_figures(text: str, named: str) -> None:
    assert figures(changed(("其他。", f"其他。\n\n{text}"), old="其他。")) == [("", named)]


@pytest.mark.parametrize(
    "text",
    [
        "3. Third item",
        "(4) fourth",
        "（二）第二项",
        "3.1 Scope",
        "三、办理流程",
        "See Arts. 5, 7 and 37 and Annex 2.",
        "见附件1。",
        "依照江商〔2025〕12号第三条办理",
        "MOFCOM Announcement No. 46 of 2024",
        "Artigo 5 da Lei 13.709 de 2018",
        "статья 5",
        "In 2026 it fell; in May 2026 too.",
        "https://a.example/t2025/12.html",
        "mail a1@b.example",
        "AEO2 and COVID-19",
    ],
)
def test_numbers_that_only_name_something_are_no_figures_of_an_added_paragraph(text: str) -> None:
    added = changed(("其他。", f"其他。\n\n{text}"), old="其他。")
    assert added.changed == 1 and added.figures == ()


@pytest.mark.parametrize(
    ("before", "after"), [("三、办理", "四、办理"), ("（三）办理", "（四）办理"), ("一般规定", "普通规定")]
)
def test_a_number_word_of_an_item_or_within_a_word_is_no_figure(before: str, after: str) -> None:
    assert changed((before, after), old=f"{before}流程和时限").figures == ()


def test_the_words_around_a_changed_figure_are_whole() -> None:
    text = "Whoever keeps goods in the bonded warehouse of Jiangcheng for at most 18 months must report them quarterly."
    (change,) = changed(("18 months", "24 months"), old=text).figures
    around = "".join(piece.text for piece in change.context if piece.kind == "same")
    assert set(around.split()) <= set(text.replace("18 months", " ").split())


def test_a_day_of_a_month_is_named_whole() -> None:
    old = "第四条 申请时间为每年3月1日至4月15日。"
    assert figures(changed(("4月15日", "4月30日"), old=old)) == [("4月15日", "4月30日")]


def test_several_figures_are_listed_in_the_order_of_the_text() -> None:
    comparison = changed(("50万元", "80万元"), ("三十个", "二十个"), ("30%", "35%"))
    assert figures(comparison) == [("三十个工作日", "二十个工作日"), ("50万元", "80万元"), ("30%", "35%")]


def test_numbers_of_articles_and_items_are_no_figures() -> None:
    comparison = changed(("第四条", "第六条"), ("第三条", "第七条"))
    assert comparison.figures == ()
    assert comparison.changed == 2


def test_an_added_paragraph_is_shown_and_its_figures_are_named_also_those_that_stand_elsewhere() -> None:
    comparison = changed(("第五条", "第五条 逾期的，每日罚款200元，并按30%扣减。\n\n第六条"))
    assert figures(comparison) == [("", "200元、30%")]
    assert ["".join(piece.text for piece in step.pieces) for step in comparison.steps if step.kind == "added"] == [
        "第五条 逾期的，每日罚款200元，并按30%扣减。"
    ]


def test_the_figures_of_a_line_are_named_though_the_document_has_each_of_them_elsewhere() -> None:
    line = "第六条 退还款项应当在三十个工作日内完成，每笔50万元，自2025年3月1日起办理。"
    assert figures(changed(("第三条 不变的一条。", f"第三条 不变的一条。\n\n{line}"))) == [
        ("", "三十个工作日、50万元、2025年3月1日")
    ]
    assert figures(changed(("第二条 补贴比例为30%。\n\n", ""), old=f"{OLD}\n占比30%的除外。")) == [("30%", "")]


def test_a_paragraph_that_only_moved_changes_no_figure() -> None:
    line = "第二条 补贴比例为30%。\n\n"
    comparison = changed((line, ""), ("第五条", f"{line}第五条"))
    assert comparison.changed == 2 and comparison.figures == ()


def test_what_did_not_change_is_folded_and_counted() -> None:
    old = "\n\n".join(f"第{number}段，没有变化。" for number in range(100)) + "\n\n费用为5元。"
    comparison = changed(("费用为5元", "费用为6元"), old=old)
    assert [step.kind for step in comparison.steps] == ["skipped", "same", "changed"]
    assert comparison.steps[0].count == 99


@pytest.mark.parametrize(("before", "after"), [("第一", "第一"), ("，", "， "), ("\n\n", "\n\n\n"), ("50", "５０")])
def test_blanks_and_widths_make_no_difference(before: str, after: str) -> None:
    comparison = compare(Document("a", OLD), Document("b", OLD.replace(before, after)))
    assert (comparison.changed, comparison.steps, comparison.figures) == (0, (), ())


def test_what_is_known_of_both_is_compared() -> None:
    old = Document("a", OLD, Metadata(title="办法", issued=date(2025, 1, 1), topics=("tax",)))
    new = Document("b", OLD, Metadata(title="办法", issued=date(2026, 1, 1), effective_to=date(2028, 1, 1)))
    assert compare(old, new).fields == (
        FieldChange("issued", date(2025, 1, 1), date(2026, 1, 1)),
        FieldChange("effective_to", None, date(2028, 1, 1)),
    )


@given(st.lists(st.sampled_from("甲乙丙丁"), max_size=12), st.lists(st.sampled_from("甲乙丙丁戊"), max_size=12))
def test_each_paragraph_of_both_versions_is_shown_once_and_in_order(old: list[str], new: list[str]) -> None:
    pairs = list(align(old, new))
    assert [left for left, _ in pairs if left is not None] == list(range(len(old)))
    assert [right for _, right in pairs if right is not None] == list(range(len(new)))


@given(st.text("甲乙12%元 年", max_size=60), st.text("甲乙12%元 年", max_size=60))
def test_both_versions_can_be_read_from_what_is_shown(old: str, new: str) -> None:
    comparison = compare(Document("a", f"# 同\n\n始{old}终"), Document("b", f"# 同\n\n始{new}终"))
    for kind, text in (("old", old), ("new", new)):
        shown = "".join(
            piece.text for step in comparison.steps for piece in step.pieces if piece.kind in ("same", kind)
        )
        if comparison.changed:
            assert "".join(f"始{text}终".split()) in "".join(shown.split())


def paragraphs(chance: random.Random, count: int) -> list[str]:
    return ["".join(chance.choices("企业应当在内提交材料罚款不超过税率为起施行的", k=80)) for _ in range(count)]


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_law_of_six_hundred_pages_is_compared_within_seconds(share: float) -> None:
    chance = random.Random(1)
    old = paragraphs(chance, 9_000)
    new = [
        text if chance.random() > share else fresh for text, fresh in zip(old, paragraphs(chance, 9_000), strict=True)
    ]
    started = time.monotonic()
    comparison = compare(Document("a", "\n\n".join(old)), Document("b", "\n\n".join(new)))
    assert time.monotonic() - started < 20
    shown = sum(step.kind not in ("same", "skipped") for step in comparison.first)
    assert comparison.left_out > 0 and shown + comparison.left_out == comparison.changed, "none is lost"


@pytest.mark.parametrize("text", ["字" * 300_000 + "{}", "相同的段落1%\n\n" * 9_000 + "{}", "{}" + "|一|二|\n" * 9_000])
def test_one_giant_paragraph_and_many_equal_ones_do_not_hang(text: str) -> None:
    started = time.monotonic()
    comparison = compare(Document("a", text.format("甲是5元")), Document("b", text.format("乙是6元")))
    assert comparison.changed
    assert time.monotonic() - started < 20
