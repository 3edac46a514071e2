"""Contacts at which a person can be reached, and slips that nobody would answer to."""

from __future__ import annotations

import re
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.types import StringConstraints

from web.chat.contact import CONTACT

DOOR = TypeAdapter[str](Annotated[str, StringConstraints(pattern=CONTACT)])


def is_taken(contact: str) -> bool:
    """Checks that the door takes it; a browser reads the same pattern as Python does."""
    try:
        DOOR.validate_python(contact)
    except ValidationError:
        assert not re.search(CONTACT, contact)
        return False
    return bool(re.search(CONTACT, contact))


@pytest.mark.parametrize(
    "contact",
    [
        "13800138000",
        "138 0013 8000",
        "手机138-0013-8000，微信同号",
        "+86 138 0013 8000",
        "8613800138000",
        "＋86 571 8888 0000",
        "0571-88880000",
        "(0571) 8888 0000 转 801",
        "010-65120000",
        "400-820-8820",
        "+55 41 91234-5678",
        "0055 41 91234 5678",
        "+1 (202) 555-0143",
        "WhatsApp: +971 50 123 4567",
        "li@example.cn",
        "Anna <anna@example.org>",
    ],
)
def test_a_whole_number_or_address_is_taken(contact: str) -> None:
    assert is_taken(contact)


@pytest.mark.parametrize(
    "contact",
    [
        "13800",
        "1380013800",
        "138001380001",
        "+86 1380013800",
        "+86 138001380001",
        "88880000",
        "0571-888",
        "41 91234 5678",
        "+55 41",
        "+1234567890123456",
        "anna@example",
        "@anna",
        "abc",
        "",
    ],
)
def test_what_cannot_be_a_number_or_address_is_refused(contact: str) -> None:
    assert not is_taken(contact)
