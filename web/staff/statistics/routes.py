"""Statistics: questions and answer quality as charts; the monthly report.

The report is a page for print, and a DOCX file.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from web.staff.form_types import Day
from web.staff.i18n import words
from web.staff.pages import Pages, language_of, translator
from web.staff.statistics.charts import charts
from web.staff.statistics.key_numbers import Words, keys
from web.staff.statistics.periods import PERIODS, Period, first_of, month_named, of_month
from web.staff.statistics.periods import period as selected_period
from web.staff.statistics.report import Report, changes_of, ending_of, report_of, span_of, useless_of
from web.staff.statistics.report_docx import word_report
from web.staff.statistics.summary import Summary, summarise
from web.word_export.routes import WORD

Chosen = Annotated[str, Query(max_length=20)]
Month = Annotated[str, Query(max_length=7)]


def router(pages: Pages) -> APIRouter:
    """Routes `/figures` for a period, and `/figures/report(.docx)` for a month."""
    routes = APIRouter()

    @routes.get("/figures")
    def show_statistics(request: Request, period: Chosen = "", first: Day = None, last: Day = None) -> HTMLResponse:
        today = date.today()
        looked_at = selected_period(period, first, last, today)
        values = values_of(request, summary_of(pages, looked_at, today))
        return pages.show(
            request, "statistics/statistics", periods=PERIODS, report=first_of(looked_at.days.last), **values
        )

    @routes.get("/figures/report")
    def show_report(request: Request, month: Month = "") -> HTMLResponse:
        report = make_report(month)
        return pages.show(
            request, "statistics/report", **values_of(request, report.summary), **lists_of(request, report)
        )

    @routes.get("/figures/report.docx")
    def document(request: Request, month: Month = "") -> Response:
        report, language = make_report(month), language_of(request)
        name = translator(language)("statistics.report_file", month=f"{report.summary.period.days.first:%Y-%m}")
        disposition = f"attachment; filename=\"report.docx\"; filename*=UTF-8''{quote(name, safe='')}"
        content = word_report(report, Words(language), words(language))
        return Response(content, headers={"content-disposition": disposition}, media_type=WORD)

    def make_report(month: str) -> Report:
        today = date.today()
        first = month_named(month, today) if month else first_of(today)
        if first is None:
            raise HTTPException(404)
        summary = summary_of(pages, of_month(first, today), today)
        room = pages.room
        return report_of(summary, room.records.statistics, room.index, room.agendas.on(today))

    return routes


def summary_of(pages: Pages, looked_at: Period, today: date) -> Summary:
    """Returns the numbers of a period, with today's agenda."""
    room = pages.room
    return summarise(room.records.statistics, room.index, room.agendas.on(today), looked_at, room.records.days)


def values_of(request: Request, summary: Summary) -> dict[str, Any]:
    """Returns the values of a summary for the page and the report."""
    language = language_of(request)
    written = Words(language)
    return {
        "summary": summary,
        "span": span_of(summary, written),
        "keys": list(keys(summary, written)),
        "plots": charts(summary, written, words(language)),
    }


def lists_of(request: Request, report: Report) -> dict[str, Any]:
    """Returns the lists of the report in words."""
    language, period = language_of(request), report.summary.period
    known, written = words(language), Words(language)
    return {
        "report": report,
        "month": written.month(period.days.first),
        "month_before": written.month(period.before.first),
        "useless": useless_of(report, known),
        "ending": ending_of(report, written),
        "changes": changes_of(report, known),
    }
