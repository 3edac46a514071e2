"""A clerk in the staff room without a browser, and so without any script: opens pages, fills in forms, sends them."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urljoin

from fastapi import FastAPI
from httpx import Response
from lxml.html import FormElement, HtmlElement, fromstring
from starlette.testclient import TestClient

from records import Account, Role
from records.models import now
from web.staff.app import build
from web.staff.auth.routes import COOKIE, PASSWORD, has_password
from web.staff.context import StaffContext
from web.staff.i18n import words
from web.staff.pages import LANGUAGE_COOKIE

NAME = "王芳"
STEP = re.compile(r"(?P<child>>)|(?P<tag>\w+)?(?P<rest>(?:[.#][\w-]+|\[[^\]]+\])*)")
PART = re.compile(r"([.#])([\w-]+)|\[([\w-]+)(?:=['\"]?([^'\"\]]*)['\"]?)?\]")


class StaffDesk:
    """Somebody with a page in front of them; signed in, unless the name is empty."""

    page: HtmlElement
    response: Response

    def __init__(self, room: StaffContext, language: str = "zh", app: FastAPI | None = None, name: str = NAME) -> None:
        self.room, self.language, self.known = room, language, words(language)
        self.app = app or build(room)
        self.client = TestClient(self.app, cookies={LANGUAGE_COOKIE: language})
        if name:
            self.hold(sign_in(room, name))

    def colleague(self) -> StaffDesk:
        """Somebody else in the same room."""
        return StaffDesk(self.room, self.language, self.app)

    def named_account(self, name: str, role: Role = Role.EDITOR, email: str = "") -> StaffDesk:
        """Somebody else with an account in the same room, who has signed in to it."""
        account = self.room.accounts.add(name, role, email)
        self.room.accounts.set_password(account.id, "no hash: nobody can sign in with it")
        desk = StaffDesk(self.room, self.language, self.app, "")
        desk.hold(account_session(self.room, account))
        return desk

    def hold(self, token: str) -> None:
        """Has the session of a token, as after a sign-in."""
        self.client.cookies.set(COOKIE, token, "testserver.local", "/")

    def say(self, key: str, **values: object) -> str:
        return self.known[key].format(**values) if values else self.known[key]

    # What a clerk does

    def open(self, path: str = "") -> StaffDesk:
        """A page that must be there; `path` is an address below the room."""
        self.take(self.client.get(path))
        assert self.response.status_code == 200, (path, self.response.status_code)
        return self

    def reload(self) -> StaffDesk:
        return self.open(str(self.response.url))

    def settled(self, seconds: float = 30) -> StaffDesk:
        """The page once nothing runs on it any more."""
        end = time.monotonic() + seconds
        while self.count("[data-running]"):
            assert time.monotonic() < end, self.texts("[data-running]")
            time.sleep(0.02)
            self.reload()
        return self

    def follow(self, name: str, within: str = "body") -> StaffDesk:
        """Presses the first link of this name."""
        return self.open(self.address(self.named("a", name, within).get("href")))

    def fill(self, **values: object) -> StaffDesk:
        """Fills in fields, each found by its name or its id."""
        for name, value in values.items():
            set_value(self.field(name), value)
        return self

    def fill_labelled(self, label: str, value: object) -> StaffDesk:
        """Fills in the only field with this label."""
        (found,) = (each for each in self.all("label") if plain(each) == label)
        set_value(found.for_element, value)
        return self

    def press(self, name: str, within: str = "body", **changes: object) -> StaffDesk:
        """Presses the first button of this name: its form is sent as a browser does, after some `changes` in it."""
        button = self.named("button", name, within)
        (form,) = button.xpath("ancestor::form")
        for field, value in changes.items():
            set_value(form.inputs[field], value)
        pressed = [(button.get("name"), button.get("value", ""))] if button.get("name") else []
        return self.send(form, pressed, button.get("formaction") or "")

    def remove(self, source: str) -> StaffDesk:
        """Removes a public document, and confirms it."""
        self.post("folder/remove", source=source)
        return self.press(self.say("documents.remove"))

    def send(self, form: FormElement, pressed: list[tuple[str, str]] | None = None, action: str = "") -> StaffDesk:
        """Sends a form, as the key Enter in one of its fields does."""
        assert not [each.get("name") for each in form.xpath(".//*[@required]") if is_empty(form, each)]
        sent = [*values_of(form), *(pressed or [])]
        to = self.address(action or form.get("action") or "")
        if form.method == "GET":
            return self.take(self.client.get(to, params=sent))
        return self.take(self.client.post(to, data=grouped(sent)))

    def post(self, path: str, **values: object) -> Response:
        """Sends values to an address, whatever stands on the page."""
        self.take(self.client.post(path, data=values))
        return self.response

    def take(self, response: Response) -> StaffDesk:
        self.response = response
        if response.headers.get("content-type", "").startswith("text/html"):
            self.page = fromstring(response.text)
        return self

    # What a clerk sees

    def all(self, selector: str, has: str = "") -> list[HtmlElement]:
        """The elements that a simple CSS selector finds, in the order of the page; only those with this text."""
        return [each for each in self.page.xpath(xpath(selector)) if has in plain(each)]

    def one(self, selector: str, has: str = "") -> HtmlElement:
        found = self.all(selector, has)
        assert len(found) == 1, (selector, has, [plain(each)[:200] for each in found] or self.text("main"))
        return found[0]

    def count(self, selector: str, has: str = "") -> int:
        return len(self.all(selector, has))

    def texts(self, selector: str, has: str = "") -> list[str]:
        return [plain(each) for each in self.all(selector, has)]

    def text(self, selector: str, has: str = "") -> str:
        """What the only such element says."""
        return plain(self.one(selector, has))

    def field(self, name: str) -> HtmlElement:
        found = self.page.xpath("//*[@id=$name]", name=name) or self.page.xpath("//form//*[@name=$name]", name=name)
        assert len(found) == 1, (name, len(found))
        return found[0]

    def value(self, name: str) -> str:
        """What a field holds."""
        field = self.field(name)
        return typed(field) if field.tag == "textarea" else field.value or ""

    def named(self, tag: str, name: str, within: str = "body") -> HtmlElement:
        """The first link or button of this name; where none has just that name, the first that has it in its own."""
        there = [each for place in self.all(within) for each in place.iter(tag)]
        names = {each: each.get("aria-label") or plain(each) for each in there}
        found = [each for each in there if names[each] == name] or [each for each in there if name in names[each]]
        assert found, f"no {tag} {name!r} among {list(names.values())}"
        return found[0]

    def address(self, href: str) -> str:
        return urljoin(str(self.response.url), href)


def sign_in(room: StaffContext, name: str = NAME) -> str:
    """The token of somebody who has signed in without typing the password."""
    if not has_password(room.sessions):
        room.sessions.set_value(PASSWORD, "no hash: nobody can sign in with it")
    held = token_urlsafe(16)
    room.sessions.sign_in(held, name, now() + timedelta(hours=1))
    return held


def account_session(room: StaffContext, account: Account) -> str:
    """The token of the holder of an account, who has signed in without typing the password."""
    held = token_urlsafe(16)
    room.sessions.sign_in(held, account.name, now() + timedelta(hours=1), account.id)
    return held


def plain(element: HtmlElement) -> str:
    """What an element says, with single spaces."""
    return " ".join(element.text_content().split())


def typed(field: HtmlElement) -> str:
    """The text of a textarea: without the line break that may follow its tag."""
    return (field.value or "").removeprefix("\n")


def set_value(field: Any, value: object) -> None:
    """Types a text, chooses an option, or checks a box (`True` or `False`) or one button of a group."""
    if isinstance(value, bool):
        field.checked = value
    else:
        field.value = str(value)


def is_empty(form: FormElement, field: HtmlElement) -> bool:
    return not form.inputs[field.get("name")].value


def values_of(form: FormElement) -> list[tuple[str, str]]:
    """What a browser sends of a form, with its line breaks."""
    areas = {each.get("name"): typed(each) for each in form.iter("textarea")}
    return [(name, areas.get(name, value).replace("\n", "\r\n")) for name, value in form.form_values()]


def grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def xpath(selector: str) -> str:
    """The XPath of a CSS selector of names, classes, ids, attributes, `>`, descendants and alternatives."""
    return " | ".join(one_path(each.split()) for each in selector.split(","))


def one_path(steps: list[str]) -> str:
    path, axis = "", "//"
    for step in steps:
        found = STEP.fullmatch(step)
        assert found, f"{step} is no simple selector"
        if found["child"]:
            axis = "/"
            continue
        path += axis + (found["tag"] or "*") + "".join(condition(*each) for each in PART.findall(found["rest"]))
        axis = "//"
    return path


def condition(kind: str, name: str, attribute: str, value: str) -> str:
    if kind == ".":
        return f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
    if kind == "#":
        return f"[@id='{name}']"
    return f"[@{attribute}='{value}']" if value else f"[@{attribute}]"
