"""Accounts of the staff, with their roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from unicodedata import normalize
from uuid import uuid4

from sqlalchemy import func, select, update

from records.database import Database
from records.errors import NameTakenError, RecordRefusedError
from records.models import now
from records.queries import values_of
from records.tables import AccountRow


class Role(StrEnum):
    """Permissions of an account; each role includes those before it."""

    EDITOR = "editor"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"

    def includes(self, other: Role) -> bool:
        """Checks that this role has all permissions of another one."""
        order = tuple(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True)
class Account:
    """Account of one person.

    Its name never changes and is never given to another one, because the log has it.
    `email`: for invitations and single sign-on; None without one.
    `password`: its hash; "" until the person has chosen one.
    `secret`: key of the second factor, in Base32; "" without one. `step`: number of the last used code.
    `recovery`: digests of unused recovery codes.
    `invitation`: digest of the code of a link that sets the password, valid to `invited_until`.
    """

    id: str
    name: str
    role: Role
    email: str | None = None
    password: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    step: int = 0
    recovery: tuple[str, ...] = field(default=(), repr=False)
    invitation: str = field(default="", repr=False)
    invited_until: datetime | None = None
    disabled_at: datetime | None = None
    created_by: str = ""
    created_at: datetime = field(default_factory=now)
    signed_in_at: datetime | None = None

    @property
    def is_enabled(self) -> bool:
        """True while the account is not disabled."""
        return self.disabled_at is None

    @property
    def has_second_factor(self) -> bool:
        """True if the key of a second factor is stored."""
        return bool(self.secret)

    @property
    def is_invited(self) -> bool:
        """True while the link of an invitation works."""
        return bool(self.invitation) and self.invited_until is not None and self.invited_until > now()

    @property
    def is_used(self) -> bool:
        """True if the person has signed in, or can by a password."""
        return bool(self.password) or self.signed_in_at is not None


class Accounts:
    """All accounts. They are disabled, never deleted.

    Every method may raise RecordsUnavailableError.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def read_all(self) -> list[Account]:
        """All accounts, oldest first."""
        query = select(AccountRow).order_by(AccountRow.created_at, AccountRow.id)
        with self.database.session() as session:
            return [to_account(row) for row in session.scalars(query)]

    def count(self) -> int:
        """Number of accounts, disabled ones included."""
        with self.database.session() as session:
            return session.scalar(select(func.count()).select_from(AccountRow)) or 0

    def one(self, account_id: str) -> Account | None:
        """Returns the account with this id.

        None if there is none.
        """
        return self.first(AccountRow.id == account_id)

    def find(self, login: str) -> Account | None:
        """Returns the account with this name or e-mail address.

        None if there is none.
        """
        return self.first((AccountRow.key == fold_name(login)) | (AccountRow.email == fold_name(login)))

    def by_email(self, email: str) -> Account | None:
        """Returns the account with this e-mail address; a name does not count.

        None if there is none, or the address is empty.
        """
        return self.first(AccountRow.email == fold_name(email)) if email.strip() else None

    def find_invited(self, code: str) -> Account | None:
        """Returns the account that a code invites.

        None if the code is unknown, empty or expired, or if the account is disabled.
        """
        found = self.first(AccountRow.invitation == code_digest(code)) if code else None
        return found if found and found.is_invited and found.is_enabled else None

    def first(self, which: object) -> Account | None:
        """Returns an account that meets a condition on AccountRow.

        None if none does.
        """
        with self.database.session() as session:
            row = session.scalar(select(AccountRow).where(which))  # type: ignore[arg-type]
            return to_account(row) if row else None

    def add(self, name: str, role: Role, email: str = "", created_by: str = "") -> Account:
        """Adds an account without a password.

        Raises NameTakenError if another account has the name or the e-mail address.
        """
        account = Account(uuid4().hex, name.strip(), role, fold_name(email) or None, created_by=created_by)
        if self.find(name) or (email and self.find(email)):
            raise NameTakenError(name)
        values = values_of(account, Account) | {"key": fold_name(name), "recovery": ""}
        try:
            with self.database.session() as session:
                session.add(AccountRow(**values))
        except RecordRefusedError:  # somebody else was faster
            raise NameTakenError(name) from None
        return account

    def invite(self, account_id: str, code: str, until: datetime) -> None:
        """Invites a person to choose a new password with a code.

        Her former password, second factor and recovery codes no longer count.
        """
        nothing = {"password": "", "secret": "", "step": 0, "recovery": ""}
        self.change(account_id, invitation=code_digest(code), invited_until=until, **nothing)

    def set_password(self, account_id: str, hashed: str) -> None:
        """Stores a password hash, which ends an invitation."""
        self.change(account_id, password=hashed, invitation="", invited_until=None)

    def set_second_factor(self, account_id: str, secret: str, step: int, codes: Iterable[str]) -> None:
        """Stores a second factor: its key, the last used code and new recovery codes.

        `secret` "" removes it. `step` is the number of the last used code.
        """
        self.change(account_id, secret=secret, step=step, recovery=" ".join(map(code_digest, codes)))

    def use_step(self, account_id: str, step: int) -> bool:
        """Uses the code with a number; False if it, or a later one, has been used."""
        unused = (AccountRow.id == account_id) & (AccountRow.step < step)
        with self.database.session() as session:
            used = update(AccountRow).where(unused).values(step=step).returning(AccountRow.id)
            return session.scalar(used) is not None

    def use_recovery_code(self, account_id: str, code: str) -> bool:
        """Uses a recovery code; False if there is no such unused one."""
        with self.database.session() as session:
            found = session.scalar(select(AccountRow.recovery).where(AccountRow.id == account_id)) or ""
            known, digest = found.split(), code_digest(code)
            left = " ".join(each for each in known if each != digest)
            unchanged = (AccountRow.id == account_id) & (AccountRow.recovery == found)
            used = update(AccountRow).where(unchanged).values(recovery=left).returning(AccountRow.id)
            return digest in known and session.scalar(used) is not None

    def set_role(self, account_id: str, role: Role) -> None:
        """Changes the role of an account, from its next request on."""
        self.change(account_id, role=role.value)

    def disable(self, account_id: str) -> None:
        """Refuses an account from its next request on. Its invitation ends."""
        self.change(account_id, disabled_at=now(), invitation="", invited_until=None)

    def enable(self, account_id: str) -> None:
        """Lets a disabled account sign in again."""
        self.change(account_id, disabled_at=None)

    def note_sign_in(self, account_id: str) -> None:
        """Notes that the person has signed in, which ends an invitation."""
        self.change(account_id, signed_in_at=now(), invitation="", invited_until=None)

    def change(self, account_id: str, **values: object) -> None:
        """Changes columns of an account, given by its id."""
        with self.database.session() as session:
            session.execute(update(AccountRow).where(AccountRow.id == account_id).values(**values))


def to_account(row: AccountRow) -> Account:
    """Returns a row as an account."""
    values = values_of(row, Account, "role", "recovery")
    return Account(**values, role=Role(row.role), recovery=tuple(row.recovery.split()))


def fold_name(login: str) -> str:
    """Returns a name or an e-mail address in the form in which it is compared.

    Without regard to case, width and spaces.
    """
    return " ".join(normalize("NFKC", login).casefold().split())


def code_digest(code: str) -> str:
    """Returns the digest that is stored of a random code.

    Spaces and hyphens in the code do not count: they are for readability.
    """
    return sha256(code.replace(" ", "").replace("-", "").encode("utf-8", "replace")).hexdigest()
