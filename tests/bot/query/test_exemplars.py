"""A question is close to the lines that answer an exemplar of the same meaning; of lines not known nothing is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.query.exemplars import (
    INBOUND,
    NEAR,
    OUTBOUND,
    SAME_GUIDE,
    Closeness,
    Exemplars,
    closeness,
    fingerprint,
    load_exemplars,
    read_exemplars,
)
from evals.independent.guides import KNOWLEDGE, lines_of
from store.embeddings import Embedder
from training.exemplars import ExemplarInfo, write_exemplars

DAYS, CAPITAL, LAND, TABLE = "备案7个工作日办结。", "有限责任公司5年内缴足。", "工业地价没有查到。", "| 印度 | 22% |"
QUESTIONS = (
    ("发改委备案要几天", ExemplarInfo("", "zh", "filing", OUTBOUND), DAYS),
    ("How long does the NDRC filing take?", ExemplarInfo("", "en", "filing", OUTBOUND), DAYS),
    ("注册资本多久要到位", ExemplarInfo("", "zh", "setup", INBOUND), CAPITAL),
    ("When must the share capital be paid in?", ExemplarInfo("", "en", "setup", INBOUND), CAPITAL),
    ("一亩工业用地多少钱", ExemplarInfo("", "zh", "", INBOUND), ""),
    ("What does a container to Santos cost?", ExemplarInfo("", "en", "", OUTBOUND), ""),
)
FITTING = 0.95
"""Least share of the lines that answer exemplars which stand in today's guides."""


@pytest.fixture(scope="module")
def exemplars(tmp_path_factory: pytest.TempPathFactory, remembering_embedder: Embedder) -> Exemplars:
    path = tmp_path_factory.mktemp("exemplars") / "exemplars.npz"
    vectors = np.array([remembering_embedder.question_vector(text) for text, *_ in QUESTIONS])
    lines: dict[int, list[int]] = {fingerprint(TABLE): []}
    for number, (_, _, line) in enumerate(QUESTIONS):
        if line:
            lines.setdefault(fingerprint(line), []).append(number)
    write_exemplars(path, vectors, [told for _, told, _ in QUESTIONS], lines)
    return read_exemplars(path)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("备案通知书几个工作日能拿到？", DAYS),
        ("公司的钱什么时候必须缴清", CAPITAL),
        ("Wie lange dauert die Anmeldung bei der NDRC?", DAYS),
    ],
)
def test_a_question_in_other_words_is_closest_to_the_line_that_answers(
    exemplars: Exemplars, remembering_embedder: Embedder, question: str, line: str
) -> None:
    close = exemplars.close_to(remembering_embedder.question_vector(question))
    found = {each: close.of([fingerprint(each)]) for each in (DAYS, CAPITAL)}
    assert max(found, key=lambda each: found[each] or 0.0) == line
    assert (found[line] or 0.0) > close.unanswered


def test_a_question_that_the_guides_do_not_answer_is_closest_to_one_of_those(
    exemplars: Exemplars, remembering_embedder: Embedder
) -> None:
    close = exemplars.close_to(remembering_embedder.question_vector("钱塘的工业用地什么价"))
    assert all(close.unanswered > (close.of([fingerprint(line)]) or 0.0) for line in (DAYS, CAPITAL))


def test_each_exemplar_that_is_near_brings_its_line_closer(exemplars: Exemplars) -> None:
    near = Closeness(exemplars, np.array([0.8, 0.8, 0.8, 0.1, 0.0, 0.0], np.float32))
    both, one = near.of([fingerprint(DAYS)]), near.of([fingerprint(CAPITAL)])
    assert both and one and both > one >= 0.8
    assert one == pytest.approx(0.8, abs=0.001)


def test_a_passage_counts_by_its_closest_line(exemplars: Exemplars, remembering_embedder: Embedder) -> None:
    close = exemplars.close_to(remembering_embedder.question_vector("发改委备案要几天"))
    both = close.of([fingerprint(CAPITAL), fingerprint(DAYS)])
    assert both == close.of([fingerprint(DAYS)])
    assert both and both >= 0.99


def test_of_a_line_that_is_not_known_nothing_is_said_and_a_known_one_without_exemplars_is_far(
    exemplars: Exemplars, remembering_embedder: Embedder
) -> None:
    close = exemplars.close_to(remembering_embedder.question_vector("发改委备案要几天"))
    assert close.of([fingerprint("一份新文件里的一句话。")]) is None
    assert close.of([fingerprint(TABLE)]) == 0.0


def test_a_question_that_no_exemplar_is_near_is_far_from_the_guides_and_one_asked_before_is_not(
    exemplars: Exemplars, remembering_embedder: Embedder
) -> None:
    far, near = (
        exemplars.close_to(remembering_embedder.question_vector(each)).highest
        for each in ("多功能厅押金多少钱", "发改委备案要几天")
    )
    assert far < NEAR <= near


def test_a_line_keeps_its_exemplars_when_a_figure_changes_and_whatever_its_blanks_and_marks() -> None:
    assert fingerprint("备案7个工作日办结。") == fingerprint("- 备案 10 个工作日办结")
    assert fingerprint("| India | 22% |") == fingerprint("India 25%")
    assert fingerprint("备案7个工作日办结。") != fingerprint("核准7个工作日办结。")


@pytest.mark.parametrize(
    ("before", "asked", "line"),
    [
        ("发改委备案找谁办？", "那要等多久？", DAYS),
        ("有限责任公司怎么设立？", "那要等多久？", CAPITAL),
        ("Who decides on the NDRC filing?", "And how long?", DAYS),
        ("How do I found a limited company?", "And by when do we pay?", CAPITAL),
    ],
)
def test_a_later_question_is_closest_to_the_line_that_goes_on_with_what_was_asked_before(
    exemplars: Exemplars, remembering_embedder: Embedder, before: str, asked: str, line: str
) -> None:
    vectors = (remembering_embedder.question_vector(each) for each in (f"{before} {asked}", asked, before))
    joined, own, said = map(exemplars.close_to, vectors)
    close = joined.going_on(own, said)
    found = {each: close.of([fingerprint(each)]) for each in (DAYS, CAPITAL)}
    assert max(found, key=lambda each: found[each] or 0.0) == line


def test_what_a_later_question_adds_counts_more_than_what_it_goes_on_with(exemplars: Exemplars) -> None:
    """Both exemplars are as close to both questions together; one is what was asked before, the other what is added."""
    whole, before, added = (Closeness(exemplars, np.zeros(6, np.float32)) for _ in range(3))
    before.cosines[0], added.cosines[2] = 0.9, 0.9
    close = whole.going_on(added, before)
    assert close.cosines[2] > close.cosines[4] > close.cosines[0] - SAME_GUIDE


def test_the_guide_that_answers_what_was_asked_before_brings_its_exemplars_closer(
    exemplars: Exemplars, remembering_embedder: Embedder
) -> None:
    shares = exemplars.guide_shares(
        exemplars.close_to(remembering_embedder.question_vector("发改委备案找谁办？")).cosines
    )
    assert shares[0] == shares[1] > 0.5 > shares[2] == shares[3]
    assert shares[4] == shares[5] == 0.5  # of those that no guide answers nothing is said


def test_the_guides_of_the_nearest_exemplars_are_named_with_their_shares(
    exemplars: Exemplars, remembering_embedder: Embedder
) -> None:
    guides = exemplars.close_to(remembering_embedder.question_vector("发改委备案找谁办？")).guides
    assert next(iter(guides)) == "filing" and guides["filing"] > 0.5


@pytest.mark.parametrize(
    ("question", "side"), [("发改委备案几天办好？", OUTBOUND), ("公司的注册资本什么时候缴？", INBOUND)]
)
def test_the_nearest_exemplars_tell_whether_somebody_goes_abroad_or_comes_to_china(
    exemplars: Exemplars, remembering_embedder: Embedder, question: str, side: int
) -> None:
    assert exemplars.close_to(remembering_embedder.question_vector(question)).side * side > 0.3


@pytest.mark.parametrize(
    ("question", "side"),
    [
        ("中国员工去沙特要办签证吗", OUTBOUND),
        ("沙特客户来杭州要办签证吗", INBOUND),
        ("موظف صيني يريد السفر إلى السعودية، هل يحتاج تأشيرة؟", OUTBOUND),
        ("مواطن سعودي يريد السفر إلى الصين، هل يحتاج تأشيرة؟", INBOUND),
        ("можно ли китайцам в Россию без визы", OUTBOUND),
        ("можно ли россиянам в Китай без визы", INBOUND),
    ],
)
def test_a_mirrored_question_is_told_from_the_right_one(
    remembering_embedder: Embedder, question: str, side: int
) -> None:
    close = closeness(remembering_embedder.question_vector(question))
    assert close is not None
    assert close.side * side > 0


def test_without_a_vector_of_the_question_encoder_nothing_is_told() -> None:
    assert closeness(None) is None


def test_the_bundled_exemplars_know_the_lines_of_the_guides_as_they_are() -> None:
    """Fails when many lines were changed since: `python -m training exemplars data/training` makes them anew."""
    guides = [path.relative_to(KNOWLEDGE).as_posix() for path in KNOWLEDGE.glob("*bound/*.md")]
    lines = {
        fingerprint(line)
        for guide in guides
        for document, language, _ in [guide.rsplit(".", 2)]
        for line in lines_of(document, language)
    }
    known = load_exemplars().lines
    answering = [line for line, numbers in known.items() if numbers.size]
    assert len(answering) > 10_000
    assert sum(line in lines for line in answering) > FITTING * len(answering)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    vectors = np.eye(3, dtype=np.float32)
    told = [ExemplarInfo("", "zh", "a", INBOUND), ExemplarInfo("", "zh", "", 0), ExemplarInfo("", "en", "b", OUTBOUND)]
    write_exemplars(tmp_path / "some.npz", vectors, told, {7: [0, 2], 9: []})
    read = read_exemplars(tmp_path / "some.npz")
    assert {line: numbers.tolist() for line, numbers in read.lines.items()} == {7: [0, 2], 9: []}
    assert read.unanswered.tolist() == [1]
    assert read.vectors.shape == (3, 3)
    assert read.sides.tolist() == [INBOUND, 0, OUTBOUND]
    assert len(set(read.guides.tolist())) == 3
