"""Every route of the staff pages has a least role, and answers nobody with less."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from records import Role
from tests.support.staff_desk import StaffDesk
from web.staff.app import build
from web.staff.auth.middleware import MOST_REFUSALS
from web.staff.context import StaffContext
from web.staff.identity.permissions import OPEN, find_needed_roles, find_route, is_allowed, routes_of
from web.staff.pages import SECTIONS


def routes(app: FastAPI) -> Iterator[str]:
    """All routes of an app, by method and path."""
    waiting = list(app.routes)
    for each in waiting:
        if isinstance(each, APIRoute):
            yield from (f"{method} {each.path}" for method in each.methods)
        elif router := getattr(each, "original_router", None):
            waiting += router.routes


def filled(path: str) -> str:
    """An address of a route; its parameters are numbers."""
    return re.sub(r"\{\w+\}", "7", path)


def test_every_route_has_a_least_role_and_every_role_a_route(room: StaffContext) -> None:
    assert set(routes(build(room))) == set(find_needed_roles())


def test_a_request_is_judged_by_its_own_route_alone() -> None:
    assert find_route("GET", "/asked/requests") == "GET /asked/requests"
    assert find_route("GET", "/asked/abc") == "GET /asked/{handle}"
    assert [find_route("POST", "/asked/abc"), find_route("GET", "/asked/abc/x"), find_route("GET", "/accounts/x")] == [
        "",
        "",
        "",
    ]


def test_without_a_sign_in_only_the_open_routes_answer(room: StaffContext) -> None:
    desk = StaffDesk(room, "en").named_account("Li", Role.EDITOR)
    desk.client.cookies.delete("staff")
    for route in set(find_needed_roles()) - set(routes_of(OPEN)):
        method, path = route.split()
        answer = desk.client.request(method, filled(path), follow_redirects=False)
        assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in"), route


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER])
def test_no_route_answers_a_lower_role(room: StaffContext, role: Role) -> None:
    desk = StaffDesk(room, "en").named_account("Li", role)
    for route in find_needed_roles():
        if not is_allowed(role, route):
            method, path = route.split()
            desk.take(desk.client.request(method, filled(path)))
            assert desk.response.status_code == 403, route
            assert "Your account may not do this" in desk.text("h1")


def test_what_a_role_does_not_allow_is_in_the_log_and_does_not_fill_it(room: StaffContext) -> None:
    desk = StaffDesk(room, "en").named_account("Li", Role.EDITOR)
    for _ in range(MOST_REFUSALS + 3):
        assert desk.client.post("switch/off").status_code == 403
    refused = room.audit.entries(("signed.refused",))
    assert {(each.who, each.subject, each.details["role"]) for each in refused} == {
        ("Li", "POST /switch/off", "editor")
    }
    assert len(refused) == MOST_REFUSALS
    assert "was refused an action that the role does not allow" in desk.open("log").text("main")


def test_the_menu_shows_what_the_role_allows(room: StaffContext) -> None:
    desk = StaffDesk(room, "en").named_account("Li", Role.EDITOR).open("log")
    hidden = ("switch", "accounts", "api-keys", "backup", "approvals")  # the last one is shown once approval is needed
    links = [each.get("href") for each in desk.page.xpath("//nav[@class='sections']//a")]
    assert links == [f"/{each}" for each in SECTIONS if each not in hidden]


def test_a_route_that_is_not_listed_does_not_answer(room: StaffContext) -> None:
    app = build(room)
    app.add_api_route("/forgotten", lambda: "secret")
    desk = StaffDesk(room, "en", app)
    assert desk.client.get("forgotten").status_code == 404
