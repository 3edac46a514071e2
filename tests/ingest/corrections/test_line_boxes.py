"""Lines keep their places on the page when its text is corrected."""

from __future__ import annotations

from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from ingest.corrections.line_boxes import carry_lines, line_places, moves
from store.documents import Line

BOX = (0.0, 0.0, 1.0, 1.0)
READ = ("俄罗斯利润税（企业所得税）的一般税", "率为Z5%，自2025年1月1日起适用。", "增值税的一般税率为22%。")
TEXT = "俄罗斯利润税（企业所得税）的一般税率为Z5%，自2025年1月1日起适用。\n增值税的一般税率为22%。"
words = st.text("ab利润税率为。 \n", max_size=30)


def lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line(text, (0.0, float(number), 1.0, number + 1.0)) for number, text in enumerate(texts))


def test_lines_are_found_in_the_text_that_was_made_of_them() -> None:
    assert [TEXT[place.start : place.end].strip() for place in line_places(lines(*READ), TEXT)] == list(READ)


def test_of_lines_that_begin_alike_each_has_its_own_place() -> None:
    text = "Operation is like that of a recorder with FAST FORWARD and LOCATE.\nUse FAST FORWARD now."
    read = ("Operation is like that of a recorder with FAST", "FAST FORWARD", "FORWARD and LOCATE.", "Use")
    found = {place.line: text[place.start : place.end].strip() for place in line_places(lines(*read), text)}
    assert (found[0], found[1]) == (read[0], "FAST FORWARD now.")


def test_a_corrected_character_stays_in_its_line() -> None:
    after = carry_lines(lines(*READ), TEXT, TEXT.replace("Z5%", "25%"))
    assert [line.text for line in after] == [READ[0], "率为25%，自2025年1月1日起适用。", READ[2]]
    assert [line.box for line in after] == [line.box for line in lines(*READ)]


def test_what_was_added_stands_in_the_line_before_it_and_a_line_without_text_goes() -> None:
    after = carry_lines(lines(*READ), TEXT, TEXT.replace(READ[2], "") + "又及。")
    assert [line.text for line in after][:2] == list(READ[:2])
    assert "".join(line.text for line in after).endswith("又及。")


def test_lines_that_are_not_in_the_text_stay_as_they_were() -> None:
    header = Line("第1页", BOX)
    assert header in carry_lines((header, *lines(*READ)), TEXT, TEXT.replace("Z5%", "25%"))


@tried(deadline=None)
@given(st.lists(words, max_size=6), words)
def test_the_lines_of_a_page_hold_all_that_its_correction_says(read: list[str], after: str) -> None:
    before = "\n".join(read)
    kept = carry_lines(lines(*read), before, after)
    if line_places(lines(*read), before):
        own = "".join(line.text for line in kept)
        assert all(own.count(letter) >= after.count(letter) for letter in "利润税率为ab")


@tried(deadline=None)
@given(words, words)
def test_places_move_in_order_and_within_the_new_text(before: str, after: str) -> None:
    moved = moves(before, after, range(len(before) + 1))
    assert moved == sorted(moved)
    assert all(0 <= offset <= len(after) for offset in moved)
