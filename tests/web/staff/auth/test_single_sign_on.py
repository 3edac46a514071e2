"""Single sign-on with a real provider on this machine: it lets in who has been invited, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from oidc_provider_mock import User, run_server_in_thread

from records import Records, Role
from tests.support.staff_desk import StaffDesk
from tests.web.staff.conftest import empty
from web.staff.auth.openid import Provider, SignOnError, Step, is_safe
from web.staff.auth.single_sign_on import STATE_COOKIE
from web.staff.context import StaffContext

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's own
CLIENT = "assistant"
PEOPLE = (
    User(sub="fang", claims={"email": "Fang@example.org", "email_verified": True}),
    User(sub="stranger", claims={"email": "stranger@example.org", "email_verified": True}),
    User(sub="in text", claims={"email": "fang@example.org", "email_verified": "true"}),
    User(sub="claims", claims={"email": "fang@example.org", "email_verified": False}),
    User(sub="claims in text", claims={"email": "fang@example.org", "email_verified": "false"}),
    User(sub="says nothing", claims={"email": "fang@example.org"}),
)
STRANGERS = [
    ("stranger", 403), ("claims", 502), ("claims in text", 502), ("says nothing", 502), ("nobody@example.org", 502),
]  # fmt: skip
STEP = Step("http://testserver/sign-in/oidc/back", "nonce", "verifier" * 8)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=PEOPLE, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def room(records: Records, tmp_path: Path, issuer: str) -> Iterator[StaffContext]:
    with empty(records, tmp_path, oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret=CLIENT) as room:
        room.accounts.add("Fang", Role.APPROVER, "fang@example.org")
        yield room


@pytest.fixture
def desk(room: StaffContext) -> StaffDesk:
    return StaffDesk(room, "en", name="").open("sign-in?to=log")


def at_provider(desk: StaffDesk, sub: str, action: str = "") -> str:
    """Goes to the provider as the button does, signs in there, and returns where it leads back to."""
    link = desk.named("a", desk.say("auth.sign_on")).get("href")
    away = desk.client.get(link, follow_redirects=False).headers["location"]
    answer = httpx.post(away, data={"sub": sub, **({"action": action} if action else {})})
    return answer.headers["location"]


@pytest.mark.parametrize("sub", ["fang", "in text"])
def test_an_invited_person_is_signed_in_and_named_by_the_log(desk: StaffDesk, sub: str) -> None:
    desk.take(desk.client.get(at_provider(desk, sub)))
    assert desk.response.url.path == "/log" and "Fang" in desk.text(".me")
    (entry,) = desk.room.audit.entries(("signed.in",))
    assert (entry.who, entry.details) == ("Fang", {"how": "OpenID Connect"})


@pytest.mark.parametrize(("sub", "status"), STRANGERS)
def test_who_is_not_invited_or_whose_address_is_not_verified_stays_outside(
    desk: StaffDesk, sub: str, status: int
) -> None:
    desk.take(desk.client.get(at_provider(desk, sub)))
    assert desk.response.status_code == status and desk.count("[role=alert]") == 1


def test_a_disabled_account_stays_outside(desk: StaffDesk) -> None:
    account = desk.room.accounts.by_email("fang@example.org")
    assert account
    desk.room.accounts.disable(account.id)
    desk.take(desk.client.get(at_provider(desk, "fang")))
    assert "disabled" in desk.text("[role=alert]")


def test_the_way_back_works_once_and_only_in_the_browser_that_left(desk: StaffDesk) -> None:
    back = at_provider(desk, "fang")
    thief = StaffDesk(desk.room, "en", desk.app, "")
    assert thief.client.get(back).status_code == 403
    assert desk.client.get(back).status_code == 200
    assert desk.client.get(back, follow_redirects=False).status_code == 403
    assert desk.client.get("sign-in/oidc/back").status_code == 403


def test_others_who_begin_do_not_crowd_out_who_is_at_the_provider(desk: StaffDesk, issuer: str) -> None:
    """What a sign-in needs stands in the browser: a thousand strangers take nothing away, nor does a restart."""
    back = at_provider(desk, "fang")
    again = StaffDesk(desk.room, "en", name="")
    again.client.cookies.update(desk.client.cookies)
    assert "Fang" in again.take(again.client.get(back)).text(".me")
    for broken in ("", "...", "a.b", "a.b.c.d", "ä.b.c.d"):
        other = StaffDesk(desk.room, "en", desk.app, "")
        headers = {"cookie": f"{STATE_COOKIE}={broken}".encode("latin-1")}
        assert other.client.get("sign-in/oidc/back?state=x&code=y", headers=headers).status_code == 403  # type: ignore[arg-type]


def test_who_stops_at_the_provider_can_try_again(desk: StaffDesk) -> None:
    desk.take(desk.client.get(at_provider(desk, "fang", "deny")))
    assert desk.response.status_code == 403 and desk.count("a.button") == 1


def test_the_provider_is_asked_with_pkce_state_and_nonce(desk: StaffDesk, issuer: str) -> None:
    asked = parse_qs(urlsplit(Provider(issuer, CLIENT).address(STEP, "state")).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["state"] == ["state"] and asked["nonce"] == ["nonce"]
    assert "verifier" not in str(asked)


def code(issuer: str, provider: Provider) -> str:
    answer = httpx.post(provider.address(STEP, "x"), data={"sub": "fang"})
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"aud": "another client"}, "InvalidAudience"),
        ({"iss": "https://evil.example"}, "InvalidIssuer"),
        ({"exp": 1}, "ExpiredSignature"),
        ({"azp": "another client"}, "azp"),
    ],
)
def test_a_token_for_something_else_is_refused(
    issuer: str, forged: dict[str, Any], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider's own key signs tokens that it should not have given us."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "1"}
    provider = Provider(issuer, CLIENT)
    right = {"iss": issuer, "aud": CLIENT, "sub": "fang", "iat": 1, "exp": 1 << 33, "nonce": STEP.nonce}
    fetch_json = provider.fetch_json
    monkeypatch.setattr(
        provider,
        "fetch_json",
        lambda how, at, **more: {"keys": [public]} if "jwks" in at else fetch_json(how, at, **more),
    )
    signed = jwt.encode(right, key, "RS256", {"kid": "1"})
    assert provider.claims(signed, STEP.nonce)["sub"] == "fang"
    with pytest.raises(SignOnError, match=reason):
        provider.claims(jwt.encode(right | forged, key, "RS256", {"kid": "1"}), STEP.nonce)
    with pytest.raises(SignOnError):
        provider.claims(jwt.encode(right, "shared secret" * 3, "HS256", {"kid": "1"}), STEP.nonce)
    with pytest.raises(SignOnError):
        provider.claims(jwt.encode(right, None, "none"), STEP.nonce)
    stranger = rsa.generate_private_key(65537, 2048)
    with pytest.raises(SignOnError):
        provider.claims(jwt.encode(right, stranger, "RS256", {"kid": "1"}), STEP.nonce)


def test_a_code_is_exchanged_once_for_a_verified_address(issuer: str) -> None:
    provider = Provider(issuer, CLIENT, "secret")
    given = code(issuer, provider)
    assert provider.email(STEP, given) == "Fang@example.org"
    with pytest.raises(SignOnError):
        provider.email(STEP, given)


def test_a_provider_that_is_away_or_calls_itself_otherwise_is_not_used(
    issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Provider(issuer, CLIENT)
    monkeypatch.setattr(other, "fetch_json", lambda *_: {"issuer": "https://evil.example"})
    with pytest.raises(SignOnError, match="calls itself"):
        other.description()
    away = Provider("http://127.0.0.1:9", CLIENT)
    for reason in ("does not answer", "a moment ago"):
        with pytest.raises(SignOnError, match=reason):
            away.description()


def test_only_encrypted_addresses_and_this_machine_are_asked() -> None:
    assert [is_safe(each) for each in ("https://a.example", "http://127.0.0.1:1", "http://localhost")] == [True] * 3
    assert [is_safe(each) for each in ("http://a.example", "ftp://a.example", "", "//[")] == [False] * 4


def test_without_the_setting_there_is_no_button(records: Records, tmp_path: Path) -> None:
    with empty(records, tmp_path) as room:
        room.accounts.add("Fang", Role.EDITOR, "fang@example.org")
        desk = StaffDesk(room, "en", name="").open("sign-in")
        assert desk.count("a.button") == 0
        assert desk.client.get("sign-in/oidc", follow_redirects=False).headers["location"] == "/sign-in"
