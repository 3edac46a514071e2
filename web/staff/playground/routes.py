"""Playground: retrieval and answer of a question, with reasons."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from web.staff.pages import Pages, language_of
from web.staff.playground.labels import add_saving
from web.staff.playground.page import Sent, Trying
from web.staff.playground.passages import show_answer


def router(pages: Pages) -> APIRouter:
    """Routes `/try`, `/try/model` (the model's answer, which is slow), and the labels."""
    routes = APIRouter()
    add_saving(routes, pages)
    trying = Trying(pages)

    @routes.get("/try")
    def show_playground(request: Request, asked: Sent) -> HTMLResponse:
        return trying.page(request, asked)

    @routes.get("/try/model")
    def by_model(request: Request, asked: Sent) -> HTMLResponse:
        answer = pages.room.bot.answer(asked.question, on=asked.day, country=asked.about, language=asked.language)
        return pages.part(request, "playground/model", answers=show_answer(answer, "written", language_of(request)))

    return routes
