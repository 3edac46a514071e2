"""Handoff: the offices to ask if the documents have no answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import text
from store.contacts import Contact
from store.documents import Passage

NEAR = 0.35
"""Share of query words in a passage from which its topic selects an office."""


def handoff_contacts(contacts: Sequence[Contact], passages: Sequence[Passage], language: str) -> str:
    """Returns the offices to ask as a Markdown list, the one in charge first.

    `passages` are the nearest ones, best first. Without general contacts, the office named in the messages is returned.
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
    """Returns the office for the first topic of the nearest passage, or an empty list.

    Among several the one that shares most topics. An office that cannot be reached yet is left out if a general office
    covers the topic.
    """
    topics = passages[0].metadata.topics if passages and passages[0].coverage >= NEAR else ()
    able = [contact for contact in contacts if topics and topics[0] in contact.topics]
    covered = any(contact.general for contact in able)
    special = [contact for contact in able if not contact.general and (contact.reachable or not covered)]
    return sorted(special, key=lambda contact: (-len({*topics} & {*contact.topics}), len(contact.topics)))[:1]


def line(contact: Contact, language: str) -> str:
    """Returns a contact in one line: its name and the known ways to reach it."""
    name = contact.name(language)
    channels = [value for value in (contact.hotline, contact.address, contact.hours, contact.url) if value]
    channels = [value for value in channels if value not in name]
    if language == "zh":
        return f"{name}（{'；'.join(channels)}）" if channels else name
    return f"{name}: {'; '.join(channels)}" if channels else name
