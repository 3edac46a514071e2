"""Command line of the staff pages: `forget-password` and `new-link`."""

from __future__ import annotations

import argparse
import sys

import settings as configuration
from records import AuditEntry, Records, RecordsUnavailableError, Role, WrongRecordsUrlError, open_records
from web.staff.accounts.link import local_address
from web.staff.auth.invitation import INVITED_DAYS, invite_again
from web.staff.auth.routes import PASSWORD


class CommandRefusedError(Exception):
    """The command does not fit the accounts that exist. The message says what does."""


def main() -> int:
    """Runs one command. Returns 0 for success, 1 for an error that the user can fix."""
    parser = argparse.ArgumentParser(prog="python -m web.staff", description="The staff room.")
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("forget-password", help="so that a new one can be set with the code of the next start")
    link = commands.add_parser("new-link", help="a link with which an account gets a new password")
    link.add_argument("name", help="name or e-mail address of the account")
    link.add_argument("--administrator", action="store_true", help="make it an enabled administrator")
    given = parser.parse_args()
    try:
        settings = configuration.load()
        url = settings.records_address
        with open_records(url, settings.retention_days, settings.data_dir) as records:
            if given.command == "new-link":
                code = new_link(records, given.name, given.administrator)
                print(f"{local_address(settings, code)}\nThe link works once, for {INVITED_DAYS} days.")
            else:
                forget_password(records)
                print("The password was removed. Restart the app: it shows where to set a new one.")
    except (
        configuration.SettingsError, WrongRecordsUrlError, RecordsUnavailableError, CommandRefusedError,
    ) as error:  # fmt: skip
        print(error, file=sys.stderr)
        return 1
    return 0


def forget_password(records: Records) -> None:
    """Removes the shared password. Raises CommandRefusedError if there are accounts."""
    if records.accounts.count():
        raise CommandRefusedError("Everybody has an account here. Run `python -m web.staff new-link NAME`.")
    records.audit.note(AuditEntry("", "password.forgotten"))
    records.desk.set_value(PASSWORD, "")
    records.desk.sign_out()


def new_link(records: Records, name: str, is_administrator: bool) -> str:
    """Returns the code of a new invitation link for an account.

    Raises CommandRefusedError if there is no such account.
    """
    account = records.accounts.find(name)
    if account is None:
        names = ", ".join(each.name for each in records.accounts.read_all()) or "none"
        raise CommandRefusedError(f"There is no account {name!r}. There are: {names}.")
    details = {"role": Role.ADMINISTRATOR.value} if is_administrator else {}
    records.audit.note(AuditEntry("", "account.link_by_command", account.name, details))
    if is_administrator:
        records.accounts.set_role(account.id, Role.ADMINISTRATOR)
        records.accounts.enable(account.id)
    return invite_again(records, account)


if __name__ == "__main__":
    sys.exit(main())
