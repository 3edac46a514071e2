"""Whom to ask where the folder has no answer: the office in charge of the topic, and those who are always named."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import text
from store.contacts import Contact
from store.documents import Passage

NEAR = 0.35
"""The share of the question's words that a passage must hold before its topic says who is in charge."""


def offices(contacts: Sequence[Contact], passages: Sequence[Passage], language: str) -> str:
    """The offices to ask as a list in Markdown, the one in charge first; `passages` are the nearest ones, best first.

    Without contacts it is the office that the texts name.
    """
    general = [contact for contact in contacts if contact.general]
    if not general:
        return text("office", language)
    lines = [line(contact, language) for contact in (*in_charge(contacts, passages), *general)]
    own = [
        passage.metadata.contact for passage in passages[:1] if passage.coverage >= NEAR and passage.metadata.contact
    ]
    return "\n".join(f"- {each}" for each in dict.fromkeys([*own, *lines]))


def in_charge(contacts: Sequence[Contact], passages: Sequence[Passage]) -> list[Contact]:
    """The office for the first topic of the nearest passage, the one that shares most of its topics; none if none.

    One that nobody can reach yet says nothing where a general office has the topic as well.
    """
    topics = passages[0].metadata.topics if passages and passages[0].coverage >= NEAR else ()
    able = [contact for contact in contacts if topics and topics[0] in contact.topics]
    covered = any(contact.general for contact in able)
    special = [contact for contact in able if not contact.general and (contact.reachable or not covered)]
    return sorted(special, key=lambda contact: (-len({*topics} & {*contact.topics}), len(contact.topics)))[:1]


def line(contact: Contact, language: str) -> str:
    """A contact in one line: its name and how to reach it, as far as is known."""
    name = contact.name(language)
    channels = [value for value in (contact.hotline, contact.address, contact.hours, contact.url) if value]
    channels = [value for value in channels if value not in name]
    if language == "zh":
        return f"{name}（{'；'.join(channels)}）" if channels else name
    return f"{name}: {'; '.join(channels)}" if channels else name
