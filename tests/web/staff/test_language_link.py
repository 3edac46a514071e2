"""The language link leads to the same page, and is not there where following it would lose something."""

from __future__ import annotations

from records import Role
from tests.support.staff_desk import StaffDesk
from tests.web.staff.accounts.test_routes import FANG, administrator, invite
from tests.web.staff.conftest import both
from web.staff.context import StaffContext
from web.staff.i18n import words

SOURCE = "outbound/russia.zh.md"
WEAK = "123"
OTHER = {"zh": "en", "en": "zh"}


def switched(desk: StaffDesk) -> StaffDesk:
    """The same person after the link of the other language; the page must be there."""
    desk.follow(words(OTHER[desk.language])["page.language"], ".me")
    desk.language, desk.known = OTHER[desk.language], words(OTHER[desk.language])
    return desk


@both
def test_a_page_with_a_query_is_the_same_in_the_other_language(room: StaffContext, language: str) -> None:
    desk = StaffDesk(room, language)
    switched(desk.open(f"folder/edit?source={SOURCE}"))
    assert desk.value("source") == SOURCE
    assert desk.one("html").get("lang") == OTHER[language]
    switched(desk.open("folder?validity=expired&sort=-title"))
    assert desk.value("validity") == "expired"


def test_an_invitation_is_still_one_in_the_other_language(room: StaffContext) -> None:
    link = invite(administrator(room))
    desk = switched(StaffDesk(room, "en", name="").open(link))
    assert desk.text("h1") == desk.say("auth.invitation")
    desk.fill(password=WEAK, again=WEAK).press(desk.say("auth.accept"))
    assert desk.response.status_code == 422
    assert switched(desk).text("h1") == desk.say("auth.invitation")


def test_whoever_mistyped_the_password_can_change_the_language(room: StaffContext) -> None:
    room.accounts.add(FANG, Role.EDITOR, "")
    desk = StaffDesk(room, "en", name="").open("sign-in")
    desk.fill(name=FANG, password=WEAK).press(desk.say("auth.sign_in"))
    assert switched(desk).text("h1") == desk.say("auth.sign_in")


def test_what_answers_a_form_has_no_link_that_would_lose_it(room: StaffContext) -> None:
    boss = administrator(room)
    invite(boss)
    assert boss.value("link") and boss.count(".me [lang=zh]") == 0
    boss.post("folder/edit", source=SOURCE)
    assert boss.response.status_code == 422 and boss.count(".me [lang=zh]") == 0
    assert boss.open("accounts").count(".me [lang=zh]") == 1
