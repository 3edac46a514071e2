"""A snippet answers if it is a labelled line, in the Chinese guide and in its translations."""

from __future__ import annotations

from evals.independent.guides import line_numbers, lines_of
from evals.independent.labels import ANSWERS, OPEN, OTHER, label_snippets
from evals.independent.questions import Kind, Line, Question

GUIDE = "inbound/visa-free-entry"
LINE = Line(document=GUIDE, start="40多个国家的公民来华30天以内免签")
[AT] = line_numbers(LINE)


def labels(source: str, *texts: str, figures: tuple[str, ...] = (), kind: Kind = Kind.ANSWERABLE) -> list[int]:
    question = Question(
        id="x-1", language="zh", kind=kind, question="要签证吗", direction="inbound", answers=(LINE,), figures=figures
    )
    return label_snippets(question, source, texts)


def test_the_line_and_its_sentences_answer_and_other_lines_do_not() -> None:
    line = lines_of(GUIDE)[AT]
    sentence = line.split("（")[0]
    assert labels(f"{GUIDE}.zh.md", line, sentence, lines_of(GUIDE)[AT + 1]) == [ANSWERS, ANSWERS, OTHER]


def test_the_same_line_of_a_translation_answers() -> None:
    assert labels(f"{GUIDE}.ru.md", lines_of(GUIDE, "ru")[AT], lines_of(GUIDE, "ru")[AT + 1]) == [ANSWERS, OTHER]


def test_a_line_with_all_figures_that_nobody_labelled_is_left_open() -> None:
    row = next(line for line in lines_of(GUIDE) if line.startswith("| 巴西 |"))
    assert labels(f"{GUIDE}.zh.md", row, figures=("30天", "2026年12月31日")) == [OPEN]
    assert labels(f"{GUIDE}.zh.md", row, figures=("90天",)) == [OTHER]
    assert labels(f"{GUIDE}.zh.md", row, figures=("30天",), kind=Kind.NEAR_MISS) == [OTHER]


def test_no_snippet_of_another_document_answers() -> None:
    line = lines_of(GUIDE)[AT]
    assert labels("inbound/visas.zh.md", line) == [OTHER]
    assert labels("laws/company-law.pdf", line) == [OTHER]
