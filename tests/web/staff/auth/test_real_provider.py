"""Single sign-on in a browser, with a provider that has accounts, passwords and a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from evals.serving import serve
from records import Records, Role
from tests.support.openid_provider.people import CLIENT, PASSWORD, SECRET
from tests.support.openid_provider.running import RealProvider
from tests.support.scripted import Visitor
from tests.web.staff.conftest import empty
from web.staff.app import build
from web.staff.context import StaffContext
from web.staff.i18n import words

pytestmark = pytest.mark.browser
SAY = words("en")


@pytest.fixture
def room(records: Records, tmp_path: Path) -> Iterator[StaffContext]:
    provider = RealProvider(tmp_path)
    given = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    with empty(records, tmp_path, **given) as room:
        room.accounts.add("Fang", Role.APPROVER, "fang@example.org")
        yield room


@pytest.fixture
def address(room: StaffContext, tmp_path: Path) -> Iterator[str]:
    port = int(room.settings.oidc_issuer.split(":")[2].removesuffix("/o"))
    with serve(build(room)) as address, RealProvider(tmp_path, port).running(f"{address}sign-in/oidc/back"):
        yield address


def leave(page: Page, address: str) -> None:
    page.goto(f"{address}sign-in?to=log")
    page.get_by_role("link", name=SAY["auth.sign_on"]).click()


def sign_in_there(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in there").click()


def test_who_knows_the_password_at_the_provider_and_has_an_account_here_is_let_in(
    room: StaffContext, address: str, visitor: Visitor
) -> None:
    page = visitor("en-GB").new_page()
    leave(page, address)
    sign_in_there(page, "fang", "a wrong password")
    expect(page).to_have_title("Sign in there")
    assert not room.audit.entries(("signed.in",))
    sign_in_there(page, "fang")
    expect(page).to_have_url(f"{address}log")
    expect(page.locator(".me")).to_contain_text("Fang")
    (entry,) = room.audit.entries(("signed.in",))
    assert (entry.who, entry.details) == ("Fang", {"how": "OpenID Connect"})
    page.context.clear_cookies(domain="127.0.0.1")
    leave(page, address)
    expect(page).to_have_url(f"{address}log")  # the provider still knows the browser


def test_who_has_no_account_or_no_verified_address_stays_outside(
    room: StaffContext, address: str, visitor: Visitor
) -> None:
    for name, told in (("stranger", "auth.sign_on_unknown"), ("unverified", "auth.sign_on_failed")):
        page = visitor("en-GB").new_page()
        leave(page, address)
        sign_in_there(page, name)
        expect(page.get_by_role("alert")).to_contain_text(SAY[told])
        page.goto(f"{address}log")
        expect(page).to_have_url(f"{address}sign-in?to=log")
    assert not room.audit.entries(("signed.in",))
