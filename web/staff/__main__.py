"""Command line of the staff pages: forget-password."""

from __future__ import annotations

import argparse
import sys

import settings as configuration
from records import AuditEntry, RecordsUnavailableError, WrongRecordsUrlError, open_records
from web.staff.auth.routes import PASSWORD


def main() -> int:
    """Runs one command. Returns 0 for success, 1 for an error that the user can fix."""
    parser = argparse.ArgumentParser(prog="python -m web.staff", description="The room for staff.")
    commands = parser.add_subparsers(required=True)
    commands.add_parser("forget-password", help="so that a new one can be set with the code of the next start")
    parser.parse_args()
    try:
        settings = configuration.load()
        url = settings.records_url.get_secret_value()
        with open_records(url, settings.retention_days, settings.data_dir) as records:
            records.audit.note(AuditEntry("", "password.forgotten"))
            records.desk.set_value(PASSWORD, "")
            records.desk.sign_out()
    except (configuration.SettingsError, WrongRecordsUrlError, RecordsUnavailableError) as error:
        print(error, file=sys.stderr)
        return 1
    print("The password is forgotten. Start the app anew: it shows where a new one is set.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
