"""Minimum role of each route of the staff pages; unlisted routes do not answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from starlette.routing import compile_path

from records import Role

OPEN = """
GET /sign-in POST /sign-in POST /sign-in/code GET /sign-in/oidc GET /sign-in/oidc/back
GET /first-password POST /first-password
GET /invitation POST /invitation
GET /language
"""
"""Routes that need no sign-in; static files need none either."""
EVERYBODY = """
GET / POST /sign-out GET /password POST /password
GET /second-factor POST /second-factor POST /second-factor/remove POST /second-factor/codes
GET /folder GET /folder/list GET /folder/progress
GET /folder/document GET /folder/document/part GET /folder/file
GET /folder/edit POST /folder/edit
GET /folder/removed POST /folder/remove POST /folder/put-back POST /folder/again
GET /folder/incoming GET /folder/incoming/rows GET /folder/incoming/may PUT /folder/incoming/file
GET /folder/incoming/change GET /folder/incoming/page.webp GET /folder/incoming/file
GET /folder/incoming/details POST /folder/incoming/details
GET /folder/incoming/text POST /folder/incoming/text
POST /folder/incoming/decide POST /folder/incoming/undo
GET /folder/compare GET /folder/write POST /folder/write POST /folder/write/preview
POST /folder/bulk POST /folder/bulk/save POST /folder/reviewed POST /folder/reviewed/undo
GET /folder/inside GET /folder/inside/page.webp GET /folder/inside/reading POST /folder/inside/delete-old
GET /folder/inside/correct POST /folder/inside/correct POST /folder/inside/take-back
GET /try GET /try/model POST /try/right POST /try/taken-back GET /try/saved GET /try/saved/found
GET /asked GET /asked/export.csv GET /asked/{handle}
GET /asked/requests POST /asked/requests/{number}/assign POST /asked/requests/{number}/note
POST /asked/requests/{number}/reply POST /asked/requests/{number}/close
POST /asked/requests/{number}/reopen
GET /gaps GET /gaps/found GET /gaps/{handle} GET /gaps/{handle}/questions
POST /gaps/{handle}/again POST /gaps/{handle}/ignore POST /gaps/{handle}/reopen
POST /gaps/{handle}/wordings POST /gaps/{handle}/apart POST /gaps/{handle}/together
GET /approvals GET /approvals/draft POST /approvals/discard POST /approvals/again POST /approvals/undo
GET /validity GET /validity/calendar.ics
GET /curated GET /curated/new GET /curated/edit POST /curated/check POST /curated/save
POST /curated/end POST /curated/delete POST /curated/restore
POST /curated/wording POST /curated/wording/remove GET /curated/export.{ending} POST /curated/import
GET /figures GET /figures/report GET /figures/report.docx
GET /log GET /log/export.csv
"""
APPROVERS = """
GET /switch POST /switch/off POST /switch/on POST /switch/notice POST /switch/no-notice
POST /folder/delete POST /folder/missing
POST /approvals/approve POST /approvals/return POST /approvals/confirm POST /approvals/take-over
POST /approvals/seen
"""
ADMINISTRATORS = """
GET /backup POST /backup/file POST /backup/restore
GET /api-keys POST /api-keys POST /api-keys/{number}/revoke
GET /accounts POST /accounts/first POST /accounts/invite
POST /accounts/role POST /accounts/disable POST /accounts/enable POST /accounts/link
POST /accounts/release
"""

Needed = Role | None
"""Least role of a route; None if it needs no sign-in."""


@cache
def find_needed_roles() -> dict[str, Needed]:
    """Returns the minimum role by method and path, such as `GET /gaps/{handle}`."""
    tables: tuple[tuple[str, Needed], ...] = (
        (OPEN, None),
        (EVERYBODY, Role.EDITOR),
        (APPROVERS, Role.APPROVER),
        (ADMINISTRATORS, Role.ADMINISTRATOR),
    )
    return {route: needed for table, needed in tables for route in routes_of(table)}


def routes_of(table: str) -> Iterator[str]:
    """Yields the routes of a table, each a method and a path."""
    words = table.split()
    return (" ".join(pair) for pair in zip(words[::2], words[1::2], strict=True))


@cache
def patterns() -> list[tuple[re.Pattern[str], str]]:
    """Returns the routes whose paths have parameters."""
    found = (route.partition(" ") for route in find_needed_roles() if "{" in route)
    return [(compile_path(path)[0], f"{method} {path}") for method, _, path in found]


def find_route(method: str, path: str) -> str:
    """Returns the listed route of a request; empty if there is none."""
    if (exact := f"{method} {path}") in find_needed_roles():
        return exact
    return next((route for at, route in patterns() if route.startswith(f"{method} ") and at.match(path)), "")


def is_allowed(role: Role, route: str) -> bool:
    """True if a role is enough for a listed route, such as `POST /folder/delete`."""
    needed = find_needed_roles()[route]
    return needed is None or role.includes(needed)
