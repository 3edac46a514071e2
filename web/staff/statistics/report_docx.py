"""Monthly report as a Word document; shading draws its bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from web.staff.statistics.charts import charts
from web.staff.statistics.key_numbers import Words, keys
from web.staff.statistics.report import Report, changes_of, ending_of, span_of, useless_of
from web.staff.statistics.svg import Plot
from web.word_export.document import Paper
from web.word_export.elements import PLAIN, Setting, TextStyle, element, line, paragraph, runs, tag
from web.word_export.styles import number_pages
from web.word_export.tables import table

BOLD = TextStyle(bold=True)
COLOURS = "0B6A77", "D99B2B"
LONGEST_BAR = 34
"""Blanks of the longest bar.

They are shaded, so no picture is needed and no glyph can be missing.
"""
BLANK = "\u00a0"


def word_report(report: Report, words: Words, known: Mapping[str, str]) -> bytes:
    """Returns a DOCX file of the report; `known` are the messages of the staff pages."""
    writer = Writer(Paper(), words, known)
    writer.opening(report)
    writer.numbers(report)
    writer.lists(report)
    return writer.paper.to_bytes()


class Writer:
    """Writes a report to a document."""

    def __init__(self, paper: Paper, words: Words, known: Mapping[str, str]) -> None:
        self.paper, self.words, self.known, self.say = paper, words, known, words.say

    def opening(self, report: Report) -> None:
        """Writes title, month and days of the report, and the properties of the file."""
        say, first = self.say, report.summary.period.days.first
        month = self.words.month(first)
        self.paper.add(line(say("masthead.name"), "Title"), line(say("statistics.report_of", month=month), "Heading1"))
        self.paper.add(line(say("statistics.made", day=self.words.day(report.made))))
        self.paper.add(line(span_of(report.summary, self.words)))
        if report.summary.incomplete:
            self.paper.add(line(say("statistics.incomplete"), "Warning"))
        elif not report.summary.before:
            self.paper.add(line(say("statistics.not_compared")))
        about = self.paper.document.core_properties
        about.author = about.last_modified_by = say("masthead.name")
        about.title, about.language = say("statistics.report_of", month=month), tag(self.words.language)
        about.comments, about.created = "", datetime.now(UTC)
        number_pages(self.paper.document.sections[0], say("preview.page"))

    def numbers(self, report: Report) -> None:
        """Writes the key numbers and the charts."""
        say = self.say
        self.heading("statistics.keys")
        head = say("statistics.what"), say("statistics.number"), say("statistics.compared"), say("statistics.how")
        rows = [(each.name, each.value, each.change, each.hint) for each in keys(report.summary, self.words)]
        self.write_table(head, rows)
        for plot in charts(report.summary, self.words, self.known):
            self.plot(plot)

    def plot(self, plot: Plot) -> None:
        """Writes a chart as a table with a bar in each row."""
        self.paper.add(line(plot.title, "Heading2"))
        if plot.summary:
            self.paper.add(line(plot.summary))
        head = [self.cell(each, BOLD) for each in (*plot.head, "")]
        rows = [[*map(self.cell, (row.label, *row.shown)), self.bar(plot, row.values)] for row in plot.rows]
        self.paper.add(table([head, *rows], headed=True, within=False), element("w:p"))

    def bar(self, plot: Plot, values: Sequence[float]) -> Any:
        """Returns a bar: stacked for columns; for a range, the median and the rest."""
        parts = values if plot.kind == "columns" else [values[0], *(value - values[0] for value in values[1:])]
        lengths = [round(LONGEST_BAR * part / plot.highest) for part in parts]
        shaded = [
            run
            for length, fill in zip(lengths, COLOURS, strict=False)
            for run in runs(BLANK * length, TextStyle(fill=fill))
        ]
        return paragraph(shaded, Setting("TableText"))

    def lists(self, report: Report) -> None:
        """Writes the lists of questions, documents, deadlines and staff actions."""
        self.write_list("unanswered_list", ("question", "count"), report.unanswered.items())
        self.write_list("useless_list", ("question", "reason"), useless_of(report, self.known))
        cited = [(each.title, each.count) for each in report.summary.cited]
        self.write_list("cited", ("document", "count"), cited)
        self.write_list("ending_list", ("day", "document", "what"), ending_of(report, self.words))
        self.write_list("changes", ("what", "count"), changes_of(report, self.known))
        self.paper.add(line(self.say("statistics.no_personal"), "Notice"))

    def write_list(self, name: str, head: Sequence[str], rows: Any) -> None:
        """Writes a heading with its table, or a note that the list is empty."""
        self.heading(f"statistics.{name}")
        written = [tuple(str(each) for each in row) for row in rows]
        if written:
            self.write_table([self.say(f"statistics.{each}") for each in head], written)
        else:
            self.paper.add(line(self.say("statistics.none")))

    def heading(self, key: str) -> None:
        """Writes a heading by the key of its text."""
        self.paper.add(line(self.say(key), "Heading2"))

    def write_table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Writes a table with a bold first row, and an empty paragraph below it."""
        cells = [[self.cell(each, BOLD) for each in head], *([self.cell(each) for each in row] for row in rows)]
        self.paper.add(table(cells, headed=True, within=False), element("w:p"))

    def cell(self, text: str, style: TextStyle = PLAIN) -> Any:
        """Returns the paragraph of a table cell."""
        return paragraph(runs(text, style), Setting("TableText"))
