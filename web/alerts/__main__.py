"""Command `python -m web.alerts`: sends a test alert to each receiver."""

from __future__ import annotations

import sys
import time

import settings as configuration
from text.messages import message
from web.alerts.courier import cause, receivers
from web.letter import Letter
from web.staff.pages import translator


def main() -> int:
    """Returns 1 if a receiver did not take it, or if the settings name none."""
    try:
        settings = configuration.load()
        known = receivers(settings)
    except configuration.SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    if not known:
        print(message("alert.no_receiver"), file=sys.stderr)
        return 1
    say, failures = translator(settings.alert_language), 0
    for name, send in known.items():
        try:
            send(Letter(0, name, f"{say('masthead.name')}: {say('alerts.test')}", say("alerts.test"), time.time()))
            print(message("alert.taken", receiver=name))
        except OSError as error:
            failures += 1
            print(message("alert.not_taken", receiver=name, cause=cause(error)), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
