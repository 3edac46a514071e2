"""Wordings: adds a question from the log to an answer in one click."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator

from bot.curated import answers as curated
from bot.pii import mask
from records import CuratedAnswer, CuratedText, DraftKind
from records.models import now
from text.language import question_language
from web.staff.approval_needed import is_approval_needed
from web.staff.approval_rules import hold
from web.staff.curated.form import QUESTION_CHARACTERS, WORDINGS, from_answer, from_form
from web.staff.curated.listing import to_details
from web.staff.curated.table import answer_draft
from web.staff.form_types import SentId, tidy_text
from web.staff.pages import Pages, Undo, current_user, redirect

Handle = Annotated[str, Form(max_length=64, pattern="^[0-9a-z]*$")]
"""Handle of the logged question to return to."""
Question = Annotated[str, BeforeValidator(tidy_text), Form(max_length=4_000)]


def add_wordings(routes: APIRouter, pages: Pages) -> None:
    """Adds `/curated/wording` (adds a wording) and `/curated/wording/remove`."""
    answers = pages.room.records.curated

    @routes.post("/curated/wording")
    def add(request: Request, id: SentId = "", question: Question = "", handle: Handle = "") -> RedirectResponse:
        wording = " ".join(mask(question).split())
        with answers.editing:
            answer, draft = standing(pages, request, id)
            if answer is None or not wording:
                pages.flash(request, "curated.gone", "trouble")
                return redirect(request, "curated")
            text = text_for(answer, wording)
            if text is None:
                pages.flash(request, "curated.wording_language", "note", question=answer.question)
            elif len(wording) > QUESTION_CHARACTERS or len(text.wordings) >= WORDINGS:
                pages.flash(request, "curated.too_long", "trouble")
            elif wording not in text.wordings:
                if keep(pages, request, answer, replace(text, questions="\n".join((*text.wordings, wording))), draft):
                    undo = Undo("curated/wording/remove", {"id": id, "question": wording})
                    pages.flash(request, "curated.wording_added", undo=undo, question=answer.question, wording=wording)
                return redirect(request, f"asked/{handle}" if handle else f"curated/edit?id={id}")
            return redirect(request, f"curated/edit?id={id}")

    @routes.post("/curated/wording/remove")
    def remove(request: Request, id: SentId = "", question: Question = "") -> RedirectResponse:
        with answers.editing:
            answer = answers.one(id)
            text = next((each for each in answer.texts if question in each.wordings[1:]), None) if answer else None
            if answer and text:
                left = [each for each in text.wordings if each != question]
                if keep(pages, request, answer, replace(text, questions="\n".join(left))):
                    pages.flash(request, "curated.wording_removed", question=answer.question, wording=question)
            else:
                pages.flash(request, "curated.gone", "trouble")
            return redirect(request, f"curated/edit?id={id}" if answer else "curated")


def standing(pages: Pages, request: Request, identity: str) -> tuple[CuratedAnswer | None, str]:
    """Returns an answer with the changes of the person's waiting draft, and its id.

    So two clicks in the log make one draft: a second one would not fit any more once the first is approved.
    The answer is None if it is gone; the id is empty without a draft.
    """
    answer, drafts = pages.room.records.curated.one(identity), pages.room.records.drafts
    if answer is None or not is_approval_needed(pages.room):
        return answer, ""
    changed_at, own = answer.changed_at.isoformat(), (DraftKind.ANSWER, identity, current_user(request), "")
    for each in drafts.read_all():
        typed = from_form(each.content)
        if (each.kind, typed.id, each.who, each.returned) == own and typed.changed_at == changed_at:
            return replace(typed.answer(), changed_at=answer.changed_at), each.id
    return answer, ""


def text_for(answer: CuratedAnswer, wording: str) -> CuratedText | None:
    """Returns the text for the language of a wording.

    None if the answer has none.
    """
    return curated.text_for(answer, question_language(wording, "zh"))


def keep(pages: Pages, request: Request, answer: CuratedAnswer, text: CuratedText, draft: str = "") -> bool:
    """Stores a changed text; False if it becomes a draft, in place of `draft`."""
    texts = tuple(text if each.language == text.language else each for each in answer.texts)
    if is_approval_needed(pages.room):
        hold(pages, request, answer_draft(request, from_answer(replace(answer, texts=texts))), draft)
        return False
    changed = replace(answer, texts=texts, changed_by=current_user(request), changed_at=now())
    before = {f"before_questions_{each.language}": each.questions for each in answer.texts}
    pages.audit(request, "answer.changed", answer.question, **to_details(changed), **before)
    pages.room.records.curated.keep(changed)
    curated.prepare(changed, pages.room.bot.embedding_model)
    return True
