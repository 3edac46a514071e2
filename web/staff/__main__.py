"""Command line of the staff pages: `forget-password` and `new-link`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

import settings as configuration
from records import AuditEntry, Records, RecordsUnavailableError, Role, WrongRecordsUrlError, open_records
from text.messages import MessageError, message
from web.staff.accounts.link import local_address
from web.staff.auth.invitation import INVITED_DAYS, invite_again
from web.staff.auth.routes import PASSWORD


class CommandRefusedError(MessageError):
    """The command does not fit the accounts that exist. The message says what does."""


def main(arguments: Sequence[str] | None = None, prog: str = "python -m web.staff") -> int:
    """Runs one command, by default that of the process.

    Returns 0 for success, 1 for an error that the user can fix.
    """
    parser = argparse.ArgumentParser(prog=prog, description="The staff room.")
    add_commands(parser.add_subparsers(required=True))
    given = parser.parse_args(arguments)
    try:
        settings = configuration.load()
        url = settings.records_address
        with open_records(url, settings.retention_days, settings.data_dir) as records:
            command: Callable[[Records, argparse.Namespace], str] = given.command
            print(command(records, given))
    except (
        configuration.SettingsError, WrongRecordsUrlError, RecordsUnavailableError, CommandRefusedError,
    ) as error:  # fmt: skip
        print(error, file=sys.stderr)
        return 1
    return 0


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the commands with their arguments."""
    forget = commands.add_parser("forget-password", help="so that a new one can be set with the code of the next start")
    forget.set_defaults(command=forget_password)
    link = commands.add_parser("new-link", help="a link with which an account gets a new password")
    link.add_argument("name", help="name or e-mail address of the account")
    link.add_argument("--administrator", action="store_true", help="make it an enabled administrator")
    link.set_defaults(command=new_link)


def forget_password(records: Records, _: argparse.Namespace) -> str:
    """Removes the shared password, ends all sessions, and returns what to do next.

    Raises CommandRefusedError if there are accounts.
    """
    if records.accounts.count():
        raise CommandRefusedError(message("staff_command.has_accounts"))
    records.audit.note(AuditEntry("", "password.forgotten"))
    records.desk.set_value(PASSWORD, "")
    records.desk.sign_out()
    return str(message("staff_command.password_removed"))


def new_link(records: Records, given: argparse.Namespace) -> str:
    """Invites an account again; returns its link.

    Raises CommandRefusedError if there is no such account.
    """
    name, is_administrator = given.name, given.administrator
    account = records.accounts.find(name)
    if account is None:
        known = ", ".join(each.name for each in records.accounts.read_all()) or message("staff_command.nobody")
        raise CommandRefusedError(message("staff_command.no_account", name=repr(name), known=known))
    details = {"role": Role.ADMINISTRATOR.value} if is_administrator else {}
    records.audit.note(AuditEntry("", "account.link_by_command", account.name, details))
    if is_administrator:
        records.accounts.set_role(account.id, Role.ADMINISTRATOR)
        records.accounts.enable(account.id)
    address = local_address(configuration.load(), invite_again(records, account))
    return f"{address}\n{message('staff_command.link', days=INVITED_DAYS)}"


if __name__ == "__main__":
    sys.exit(main())
