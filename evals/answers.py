"""Eval of answers to questions.jsonl: sources, figures, refusals and languages."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import settings as configuration
from bot.answer import Answer, Citation, Turn
from bot.outcomes import Outcome
from bot.pipeline import Bot
from evals.folders import open_synced
from evals.halves import is_shown
from evals.results import Cell, Report, Table, share
from store.documents import Document
from text.catalog import ANSWER_LANGUAGES
from text.citations import MARKER

QUESTIONS = Path(__file__).parent / "questions.jsonl"
FORTY = Path(__file__).parent / "forty.jsonl"
"""Short questions: 30 answerable in zh, en, pt and ru, 10 not. Three were corrected after their first run."""
GIVES_FIGURES = {"answerable", "follow_up", "to_be_checked"}
ANSWERS = {Outcome.ANSWERED, Outcome.PARTLY_ANSWERED}
WANTED = {
    "answerable": ANSWERS,
    "follow_up": ANSWERS,
    "to_be_checked": ANSWERS | {Outcome.NOT_IN_KNOWLEDGE_BASE},
    "near_miss": {Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.OUTSIDE_SERVICE, Outcome.NEEDS_CLARIFICATION},
    "unanswerable": {Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.OUTSIDE_SERVICE},
    "outside": {Outcome.OUTSIDE_SERVICE, Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.BLOCKED},
    "greeting": {Outcome.GREETING},
}
CHECK = re.compile(
    r"核实|咨询|确认|拨打|to be checked|be checked|\bask\b|confirm|verificar|провер|уточн", re.IGNORECASE
)
"""Words by which an answer says that something is not settled."""
RECALLED = 5
"""Number of passages in which an expected guide counts as found."""
NOTE = (
    "Answered without a model. outcome: answered or refused as it should be; figures: answered with all figures"
    " and none of the wrong ones, what is unsettled with the office to ask and its guide cited; R@5: an expected"
    " guide is among the first five passages; cited: one is cited; language: words and quotes are in"
    " the language of the question where there is one; verbatim: each quote stands in its document as quoted."
)
HALF = (
    " Only the questions of whose id the SHA-256 is even; rules were tuned on the others. The first 170 questions"
    " (numbers below 100) served for tuning in both halves before there were halves: `new` are those written after."
)


@dataclass(frozen=True)
class Verdict:
    """Result of one question; None for what is not expected of it."""

    question: dict[str, Any]
    answer: Answer
    outcome_right: bool
    verbatim: bool
    figures_right: bool | None = None
    recalled: bool | None = None
    cited: bool | None = None
    language_right: bool | None = None

    @property
    def right(self) -> bool:
        """True if the outcome, all quotes and, where expected, the figures are right."""
        return self.outcome_right and self.figures_right is not False and self.verbatim


def compare_answer(question: dict[str, Any], answer: Answer, texts: Mapping[str, str]) -> Verdict:
    """Compares an answer with its expectation; `texts` are document texts by source."""
    outcome_right = answer.outcome in WANTED[question["kind"]]
    verbatim = all(is_verbatim(each, texts.get(each.source, "")) for each in answer.citations)
    if question["kind"] not in GIVES_FIGURES:
        return Verdict(question, answer, outcome_right, verbatim)
    cited = bool({slug(each.source) for each in answer.citations} & set(question["sources"]))
    figures = all(any(says(answer.text, form) for form in forms(each)) for each in question["figures"])
    figures &= not any(says(answer.text, form) for each in question.get("not_figures", []) for form in forms(each))
    if question["kind"] == "to_be_checked":
        figures &= cited and bool(CHECK.search(answer.text))
    return Verdict(
        question,
        answer,
        outcome_right,
        verbatim,
        figures_right=outcome_right and figures,
        recalled=bool({slug(each.source) for each in answer.passages[:RECALLED]} & set(question["sources"])),
        cited=cited,
        language_right=speaks(question, answer, texts) if answer.outcome in ANSWERS else None,
    )


def slug(source: str) -> str:
    """Returns the name that a guide shares with its translations."""
    return re.sub(r"\.[a-z]{2}\.md$", "", source)


def speaks(question: dict[str, Any], answer: Answer, texts: Mapping[str, str]) -> bool:
    """Checks that words and quotes are in the question's language; English if lacking."""
    language = question["language"]
    own = answer.language if answer.language in ANSWER_LANGUAGES else "en"
    quoted = all(
        each.language == (language if f"{slug(each.source)}.{language}.md" in texts else "en")
        for each in answer.citations
        if slug(each.source) != each.source
    )
    return own == (language if language in ANSWER_LANGUAGES else "en") and quoted


def forms(figure: str | list[str]) -> list[str]:
    """Returns the spellings of a figure; an answer needs one of them."""
    return figure if isinstance(figure, list) else [figure]


def is_verbatim(citation: Citation, text: str) -> bool:
    """Checks that the document has the quote at the place of the citation."""
    return bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def says(text: str, figure: str) -> bool:
    """Checks that a text has a figure, however spaced; 5% is not in 15% or 1.5%."""
    form = re.sub(r"\s", "", plain_markdown(figure))
    before = r"(?<!\d)(?<!\d[.,])" if form[:1].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if form[-1:].isdigit() else ""
    return bool(re.search(before + r"\s*".join(map(re.escape, form)) + after, plain_markdown(MARKER.sub(" ", text))))


def plain_markdown(text: str) -> str:
    """Returns a text in NFKC and lower case, without asterisks."""
    return unicodedata.normalize("NFKC", text).replace("*", "").lower()


def measure(bot: Bot, questions: Sequence[dict[str, Any]]) -> list[Verdict]:
    """Asks all questions and judges the answers."""
    texts = {source: document.text for source, document in read_documents(bot).items()}
    verdicts = []
    for question in questions:
        history = [Turn(turn["role"], turn["content"]) for turn in question.get("history", [])]
        verdicts.append(compare_answer(question, bot.answer(question["question"], history), texts))
    return verdicts


def read_documents(bot: Bot) -> dict[str, Document]:
    """Returns the documents of a bot's index by source."""
    return {source: document for source in bot.index.documents() if (document := bot.index.document(source))}


def forty_tables(_: Path, report: Report) -> list[Table]:
    """Returns the tables for the forty short questions, which have no halves."""
    verdicts, _topics = ask_all(FORTY, report)
    wrong = [verdict for verdict in verdicts if not verdict.right]
    return [Table("By kind", by(kind_of, verdicts), NOTE), Table("Went wrong", [wrong_row(each) for each in wrong])]


def tables(_: Path, report: Report) -> list[Table]:
    """Returns shares by kind, language and topic of one half, and the other's errors."""
    verdicts, topics = ask_all(QUESTIONS, report)
    shown = [verdict for verdict in verdicts if is_shown(verdict.question["id"])]
    new = [verdict for verdict in shown if is_new(verdict.question)]
    figured = [verdict for verdict in shown if verdict.question["kind"] in GIVES_FIGURES]
    wrong = [verdict for verdict in verdicts if not verdict.right and not is_shown(verdict.question["id"])]
    return [
        Table("By kind", by(kind_of, shown), NOTE + HALF),
        Table("By kind, new", by(kind_of, new)),
        Table("By language", by(lambda each: each["language"], figured), "Questions that have an answer."),
        Table("By topic", by(lambda each: topics[each["sources"][0]], figured), "Questions that have an answer."),
        Table("Milliseconds a question", [speed(verdicts)], "All questions, one after the other, in this process."),
        Table("Went wrong in the other half", [wrong_row(each) for each in wrong]),
    ]


def speed(verdicts: Sequence[Verdict]) -> dict[str, Cell]:
    """Returns the time of the answers in milliseconds."""
    taken = sorted(1000 * verdict.answer.seconds.total for verdict in verdicts)
    return {
        "questions": len(taken),
        "median": round(median(taken)),
        "p95": round(taken[int(0.95 * len(taken))]),
        "longest": round(taken[-1]),
    }


def ask_all(path: Path, report: Report) -> tuple[list[Verdict], dict[str, str]]:
    """Asks the questions of a file; also returns the first topic of each guide."""
    questions = read_questions(path)
    knowledge = configuration.current().knowledge_dir
    report(f"reading {knowledge}")
    with open_synced(knowledge) as library:
        report(f"{len(questions)} questions")
        topics = {slug(source): (*metadata.topics, "–")[0] for source, metadata in library.index.documents().items()}
        return measure(Bot(library.index, library.embedder, lists=library.lists), questions), topics


def is_new(question: dict[str, Any]) -> bool:
    """Checks that a question was written after the halves: its number is above 100."""
    return int(question["id"].split("-")[1]) > 100


def kind_of(question: dict[str, Any]) -> str:
    """Returns the kind of a question, a key of WANTED."""
    return str(question["kind"])


def by(group: Callable[[dict[str, Any]], str], verdicts: Sequence[Verdict]) -> list[dict[str, Cell]]:
    """Returns the shares of each group and of all."""
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[group(verdict.question)].append(verdict)
    return [{"": name, **shares(members)} for name, members in (*sorted(groups.items()), ("all", list(verdicts)))]


def shares(members: Sequence[Verdict]) -> dict[str, Cell]:
    """Returns the number of questions and the shares, 0 to 1, that are right."""
    return {
        "questions": len(members),
        "outcome": share([each.outcome_right for each in members]),
        "figures": share([each.figures_right for each in members]),
        "R@5": share([each.recalled for each in members]),
        "cited": share([each.cited for each in members]),
        "language": share([each.language_right for each in members]),
        "verbatim": share([each.verbatim for each in members]),
    }


def wrong_row(verdict: Verdict) -> dict[str, Cell]:
    """Returns a question that went wrong as a row of a table."""
    question = verdict.question
    figures = "; ".join(" / ".join(forms(each)) for each in question.get("figures", []))
    return {
        "id": question["id"],
        "kind": question["kind"],
        "question": question["question"],
        "outcome": str(verdict.answer.outcome),
        "figures": figures or "–",
        "R@5": {None: "–", True: "yes", False: "no"}[verdict.recalled],
        "cited": {None: "–", True: "yes", False: "no"}[verdict.cited],
    }


def read_questions(path: Path) -> list[dict[str, Any]]:
    """Returns the JSON objects of a file with one in each line that is not blank."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
