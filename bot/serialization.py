"""JSON form of answers and passages, for programs, and their plain text."""

from __future__ import annotations

from typing import Any

from bot.answer import Answer, Citation
from bot.outcomes import Outcome
from store.documents import Passage


def to_json(answer: Answer, identity: str = "") -> dict[str, Any]:
    """Converts an answer as `ask` prints it.

    `reason` is included only if the answer was blocked or failed.
    """
    return {
        "id": identity,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "language": answer.language,
        "outcome": answer.outcome.value,
        **({"reason": answer.reason} if answer.outcome in (Outcome.BLOCKED, Outcome.FAILED) else {}),
        "mode": answer.mode,
        "text": answer.text,
        "citations": [citation_to_json(citation) for citation in answer.citations],
        "warnings": [{"kind": warning.kind, "text": warning.text} for warning in answer.warnings],
        "passages": [
            {
                "source": passage.source,
                "page": passage.chunk.page,
                "heading": article_or_heading(passage),
                "start": passage.chunk.start,
                "end": passage.chunk.end,
                "score": round(passage.score, 4),
            }
            for passage in answer.passages
        ],
        "seconds": {
            "search": answer.seconds.search,
            "compose": answer.seconds.compose,
            "total": answer.seconds.total,
        },
    }


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """Converts a citation as `ask` prints it; an article goes before a heading."""
    return {
        "number": citation.number,
        "source": citation.source,
        "title": citation.title,
        "page": citation.page,
        "heading": citation.article or citation.heading,
        "quote": citation.quote,
        "validity": citation.validity.value,
        "effective_to": citation.effective_to and citation.effective_to.isoformat(),
        "url": citation.url,
    }


def passage_to_json(passage: Passage) -> dict[str, Any]:
    """Converts a passage as `search` prints it."""
    return {
        "source": passage.source,
        "title": passage.metadata.title,
        "page": passage.chunk.page,
        "heading": article_or_heading(passage),
        "text": passage.chunk.text,
        "score": round(passage.score, 4),
    }


def article_or_heading(passage: Passage) -> str:
    """Returns the article of a law, otherwise the nearest heading."""
    return passage.chunk.article or (passage.chunk.headings[-1] if passage.chunk.headings else "")


def answer_to_text(result: dict[str, Any]) -> str:
    """Returns an answer as text: its body, and its sources with their links."""
    sources = [
        f"[{each['number']}] {each['source']}: {each['title']} {each.get('link', '')}".rstrip()
        for each in result["citations"]
    ]
    return "\n".join([result["text"], "", *sources]).rstrip()


def passages_to_text(result: dict[str, Any]) -> str:
    """Returns passages as text, each below its score and what is known of its place."""
    named = ("source", "heading", "validity", "link")
    rows = [
        f"{each['score']:7.2f}  {'  '.join(each[name] for name in named if each.get(name))}\n{each['text']}\n"
        for each in result["passages"]
    ]
    return "\n".join(rows)
