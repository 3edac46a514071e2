"""Command `python -m web.alerts`: sends a test alert to each receiver."""

from __future__ import annotations

import sys
import time

import settings as configuration
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
        print("No receiver is set: ASSISTANT_ALERT_EMAILS or ASSISTANT_WEBHOOK_URL.", file=sys.stderr)
        return 1
    say, failures = translator(settings.alert_language), 0
    for name, send in known.items():
        try:
            send(Letter(0, name, f"{say('masthead.name')}: {say('alerts.test')}", say("alerts.test"), time.time()))
            print(f"{name}: taken")
        except OSError as error:
            failures += 1
            print(f"{name}: not taken ({cause(error)})", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
