"""The judging is right: what is wrong is judged wrong, and what is shown was not tuned on."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer, Citation
from bot.outcomes import Outcome
from evals.__main__ import choose_measure, parse
from evals.answers import FORTY, QUESTIONS, WANTED, by, compare_answer, kind_of, measure, read_questions, says
from evals.folders import sync_texts
from evals.halves import is_shown
from evals.identifiers import in_digits, tariff
from evals.quotes import Gold
from evals.quotes import quote_shares as quoted
from evals.reading.ideographs import ideographs
from evals.refusals import AskedQuestion as Judged
from evals.refusals import at, is_there, refusal_shares
from evals.results import Result, Table, circumstances, markdown
from evals.retrieval import Asked, margins, rankings_of, recall
from evals.retrieval import read_labelled_questions as read_labelled
from evals.routing import QUESTIONS as OUTCOMES
from evals.routing import WANTED as ROUTED

TEXTS = {"outbound/tax.en.md": "Profit tax in Russia is 25%. It was 20% until 2024."}
QUESTION = {"id": "1", "language": "en", "question": "Russian profit tax?", "kind": "answerable"} | {
    "figures": [["25%", "25 percent"]],
    "sources": ["outbound/tax"],
}


def answered(text: str, quote: str = "Profit tax in Russia is 25%.", source: str = "outbound/tax.en.md") -> Answer:
    citation = Citation(1, source, "Tax", quote, 0, len(quote))
    return Answer("?", "?", "en", Outcome.ANSWERED, text, citations=(citation,))


def refused(kind: str, outcome: Outcome) -> bool:
    question: dict[str, Any] = {"id": "2", "language": "en", "question": "?", "kind": kind}
    return compare_answer(question, Answer("?", "?", "en", outcome, "No."), TEXTS).right


def test_a_right_answer_is_judged_right() -> None:
    verdict = compare_answer(QUESTION, answered("It is **25 %**. [1]"), TEXTS)
    assert verdict.right
    assert verdict.cited


def test_a_wrong_figure_is_judged_wrong() -> None:
    verdict = compare_answer(QUESTION, answered("It is 20%. [1]"), TEXTS)
    assert verdict.outcome_right
    assert verdict.figures_right is False
    assert not verdict.right


def test_a_right_figure_in_a_refusal_is_judged_wrong() -> None:
    refusal = Answer("?", "?", "en", Outcome.NOT_IN_KNOWLEDGE_BASE, "Not known; perhaps 25%.")
    assert compare_answer(QUESTION, refusal, TEXTS).figures_right is False


def test_every_expected_figure_is_needed() -> None:
    both = {**QUESTION, "figures": ["25%", "20%"]}
    assert compare_answer(both, answered("25%, before 20%. [1]"), TEXTS).figures_right
    assert compare_answer(both, answered("25%. [1]"), TEXTS).figures_right is False


@pytest.mark.parametrize(
    ("text", "figure"),
    [("费率为25%", "5%"), ("1.5% of it", "5%"), ("within 30 days", "3"), ("7,500 yuan", "7"), ("30.5 tons", "30"),
     ("see the guide [12]", "12"), ("12345", "1234")],
)  # fmt: skip
def test_a_part_of_a_longer_number_is_not_the_figure(text: str, figure: str) -> None:
    assert not says(text, figure)


@pytest.mark.parametrize(
    ("text", "figure"),
    [("税率为 5 %。", "5%"), ("2025 年 3 月 21 日揭牌", "2025年3月21日"), ("１５个工作日", "15个工作日"),
     ("1. 5% of it", "5%"), ("**30** days.", "30"), ("Up to 2 Years", "2 years"), ("至2027-12-31。", "2027-12-31")],
)  # fmt: skip
def test_a_figure_is_found_however_it_is_set(text: str, figure: str) -> None:
    assert says(text, figure)


@pytest.mark.parametrize("quote", ["Profit tax in Russia is 15%.", "Profit tax in Russia is 25%. And more.", ""])
def test_an_invented_quote_is_noticed(quote: str) -> None:
    verdict = compare_answer(QUESTION, answered("It is 25%. [1]", quote), TEXTS)
    assert not verdict.verbatim
    assert not verdict.right


def test_a_quote_from_a_document_that_is_not_there_is_noticed() -> None:
    assert not compare_answer(QUESTION, answered("It is 25%. [1]", source="outbound/gone.en.md"), TEXTS).verbatim


def test_another_guide_is_not_the_expected_source() -> None:
    assert compare_answer({**QUESTION, "sources": ["inbound/tax"]}, answered("25% [1]"), TEXTS).cited is False


def test_an_answer_to_what_the_folder_does_not_know_is_judged_wrong() -> None:
    assert not refused("unanswerable", Outcome.ANSWERED)
    assert not refused("near_miss", Outcome.ANSWERED)
    assert refused("near_miss", Outcome.NOT_IN_KNOWLEDGE_BASE)
    assert not refused("unanswerable", Outcome.FAILED)


def test_shares_count_only_what_was_expected() -> None:
    wrong = compare_answer(QUESTION, answered("20%. [1]"), TEXTS)
    right = compare_answer(QUESTION, answered("25%. [1]"), TEXTS)
    greeted = compare_answer({**QUESTION, "kind": "greeting"}, Answer("?", "?", "en", Outcome.GREETING, "Hello"), TEXTS)
    rows = {row[""]: row for row in by(kind_of, [wrong, right, greeted])}
    assert rows["answerable"]["figures"] == 0.5
    assert rows["all"]["questions"] == 3
    assert rows["greeting"]["figures"] == "–"


def test_a_figure_that_must_not_be_said_is_judged_wrong() -> None:
    trap = {**QUESTION, "not_figures": ["20%"]}
    assert not compare_answer(trap, answered("It is 25%, not 20%. [1]"), TEXTS).right
    assert compare_answer(trap, answered("It is 25%. [1]"), TEXTS).right


def test_what_is_unsettled_needs_the_office_to_ask_and_its_guide() -> None:
    open_question = {**QUESTION, "kind": "to_be_checked", "figures": [["tax office"]]}
    assert compare_answer(open_question, answered("To be checked with the tax office. [1]"), TEXTS).right
    assert not compare_answer(open_question, answered("The tax office says 25%. [1]"), TEXTS).right
    unread = answered("To be checked with the tax office. [1]", source="outbound/other.en.md")
    assert not compare_answer(
        open_question, unread, TEXTS | {"outbound/other.en.md": TEXTS["outbound/tax.en.md"]}
    ).right


@pytest.mark.parametrize(
    ("asked", "spoken", "quoted", "right"),
    [
        ("en", "en", "en", True),
        ("en", "zh", "en", False),
        ("en", "en", "zh", False),
        ("pt", "pt", "en", True),
        ("hi", "hi", "en", True),
        ("hi", "hi", "zh", False),
    ],
)
def test_an_answer_speaks_the_language_of_its_question(asked: str, spoken: str, quoted: str, right: bool) -> None:
    answer = answered("25% [1]")
    answer = replace(answer, language=spoken, citations=(replace(answer.citations[0], language=quoted),))
    assert compare_answer({**QUESTION, "language": asked}, answer, TEXTS).language_right is right


def test_the_questions_are_as_many_as_promised() -> None:
    questions = read_questions(QUESTIONS)
    languages, kinds = Counter(each["language"] for each in questions), Counter(each["kind"] for each in questions)
    assert languages["zh"] >= 110
    assert languages["en"] >= 70
    assert sum(languages[each] for each in ("pt", "ru", "ar", "hi", "id", "es", "vi")) >= 70
    assert all(languages[each] >= 10 for each in ("pt", "ru", "ar", "hi", "id", "es", "vi"))
    assert kinds["near_miss"] + kinds["unanswerable"] + kinds["outside"] >= 50
    assert kinds["follow_up"] >= 30
    assert kinds["to_be_checked"] >= 20


def test_every_question_can_be_judged() -> None:
    questions = [*read_questions(QUESTIONS), *read_questions(FORTY)]
    assert len({question["id"] for question in questions}) == len(questions)
    for question in questions:
        assert question["kind"] in WANTED
        compare_answer(question, answered("nothing"), TEXTS)


def test_halves_are_the_same_everywhere_and_split_the_passages() -> None:
    shown = [number for number in range(240) if is_shown(f"p{number:03}")]
    assert shown[:8] == [0, 2, 3, 6, 7, 11, 12, 13]
    assert 0.4 < len(shown) / 240 < 0.6


def test_a_question_and_its_translations_are_in_one_half(shared: Path) -> None:
    bench = shared / "bench" / "xquad"
    halves = [
        {each.labelled: is_shown(each.labelled) for each in read_labelled(bench / name, bench / "qrels.tsv", {})}
        for name in ("queries.zh.jsonl", "queries.ar.jsonl")
    ]
    assert halves[0] == halves[1]


def test_a_passage_that_holds_the_answer_counts_beside_the_labelled_one(tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text(json.dumps({"id": "q", "text": "How long?", "answers": ["7 days"]}))
    (tmp_path / "qrels.tsv").write_text("q\ta\t1\n")
    texts = {"a": "Within 7 days.", "b": "In 7 days too.", "c": "Within 9 days."}
    (asked,) = read_labelled(tmp_path / "queries.jsonl", tmp_path / "qrels.tsv", texts)
    assert asked == Asked("How long?", "a", frozenset({"a", "b"}))


def test_recall_counts_documents_and_passages() -> None:
    ranking = ["x.txt", "x.txt", "x.txt", "x.txt", "x.txt", "right.txt"]
    scores = recall(lambda _: ranking, [Asked("?", "right", frozenset({"right"}))])
    assert scores == {"R@1": 0.0, "R@5": 1.0, "R@5p": 0.0}


def test_a_hybrid_below_meaning_alone_is_shouted() -> None:
    rows: list[dict[str, str | int | float]] = [
        {"benchmark": "a", "search": "hybrid", "R@5": 0.9},
        {"benchmark": "a", "search": "meaning alone", "R@5": 0.91},
    ]
    assert margins(rows)[0]["not below"] == "NO"


def test_all_three_searches_find_a_plain_passage() -> None:
    texts = {"tea.txt": "Longjing tea grows near West Lake.", "tax.txt": "Profit tax in Russia is 25 percent."}
    with sync_texts(texts) as library:
        for search, ranking in rankings_of(library.index, library.embedder).items():
            assert ranking("What is the profit tax in Russia?")[0] == "tax.txt", search


def test_questions_are_asked_of_the_bot_itself() -> None:
    from bot.pipeline import Bot

    question = {**QUESTION, "sources": ["tax.txt"], "question": "What is the profit tax rate in Russia?"}
    with sync_texts({"tax.txt": TEXTS["outbound/tax.en.md"]}) as library:
        (verdict,) = measure(Bot(library.index, library.embedder), [question])
    assert verdict.verbatim
    assert verdict.figures_right


def test_radicals_count_as_ideographs() -> None:
    assert ideographs("⼈⺠ abc") == ideographs("人民")


def test_a_result_is_kept_with_its_settings_and_written_over_on_the_same_day(tmp_path: Path) -> None:
    for share in (0.5, 0.75):
        result = Result("answers", [Table("By kind", [{"kind": "a|b", "right": share}])], circumstances(), 1.0)
        path = result.store(tmp_path)
    (kept,) = tmp_path.iterdir()
    assert kept == path
    assert json.loads(kept.read_text()) == json.loads(json.dumps(asdict(result)))
    assert {"date", "commit", "packages", "platform", "embedding"} <= result.settings.keys()


def test_a_table_is_markdown() -> None:
    table = Table("Shares", [{"kind": "a|b", "right": 0.5, "questions": 2}], "A note.")
    lines = ["## Shares", "", "A note.", "", "| kind | right | questions |", "| --- | --- | --- |"]
    assert markdown(table).split("\n") == [*lines, "| a\\|b | 0.500 | 2 |"]


def test_refusals_are_counted_on_both_sides() -> None:
    asked = [Judged(True, 3.0, True), Judged(True, -1.0, False), Judged(False, -2.0, False), Judged(False, 1.0, True)]
    assert refusal_shares(asked) == {"answerable": 2, "answered": 0.5, "not answerable": 2, "refused": 0.5}
    assert at(asked) == 0.5


def test_half_of_the_passages_are_left_out_whichever_half_is_shown() -> None:
    passages = [f"{number}.txt" for number in range(400)]
    both = Counter((is_there(each), is_shown(each)) for each in passages)
    assert all(60 < count < 140 for count in both.values())
    assert len(both) == 4


@pytest.mark.parametrize(("ideographs", "digits"), [("九", 9), ("四十七", 47), ("二百三十五", 235)])
def test_articles_are_counted_in_digits(ideographs: str, digits: int) -> None:
    assert in_digits(ideographs) == digits


def test_the_made_tariff_names_each_code_once() -> None:
    codes = [row[0] for row in tariff()]
    assert len(codes) == len(set(codes)) == 600


def test_what_is_quoted_is_judged_by_its_first_characters_and_a_refusal_holds_nothing() -> None:
    gold = Gold("?", ("25 ％",))
    late = answered("25%", quote="x" * 400 + "25%")
    none = Answer("?", "?", "en", Outcome.NOT_IN_KNOWLEDGE_BASE, "no", citations=answered("25%").citations)
    measured = quoted([(gold, answered("25%")), (gold, late), (gold, none)], "en")
    assert (measured["holds"], measured["answered"], measured["within"]) == (0.333, 0.667, 0.667)


def test_each_outcome_has_its_questions_in_five_languages() -> None:
    asked = read_questions(OUTCOMES)
    assert len({each["id"] for each in asked}) == len(asked)
    for kind in ROUTED:
        own = [each for each in asked if each["kind"] == kind]
        assert len(own) >= 20
        assert {each["language"] for each in own} == {"zh", "en", "pt", "ru", "ar"}


def test_the_number_of_kills_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for given, rounds in (([], 40), (["--rounds", "200"], 200)):
        monkeypatch.setattr("sys.argv", ["evals", "kills", *given])
        measure: Any = choose_measure("kills", parse())
        assert measure.keywords == {"rounds": rounds}
