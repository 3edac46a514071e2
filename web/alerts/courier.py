"""Courier: looks for events, and delivers the alerts about them in the background."""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from records import RecordsUnavailableError
from settings import Settings, SettingsError
from text.messages import message
from web.alerts.events import Events
from web.alerts.webhook import RECEIVER, Webhook
from web.letter import Letter
from web.outbox import FILE, KEPT_DAYS, Outbox
from web.smtp import read_server
from web.staff.context import StaffContext

LOOK_SECONDS = 30.0
"""Seconds between two looks for events."""
Send = Callable[[Letter], None]
log = logging.getLogger(__name__)


@dataclass
class Courier:
    """Delivers alerts to receivers (`senders` by name); the outbox keeps failed ones."""

    events: Events
    outbox: Outbox
    senders: Mapping[str, Send]
    absent: set[str] = field(default_factory=set)
    """Receivers whose last delivery failed."""
    looked: float = float("-inf")

    def run_when_due(self) -> None:
        """Looks and delivers, at most once in LOOK_SECONDS; cheap to call often."""
        if time.monotonic() - self.looked >= LOOK_SECONDS:
            self.looked = time.monotonic()
            self.run(datetime.now().astimezone())

    def run(self, now: datetime) -> None:
        """Looks for events, and delivers what is due."""
        try:
            for alert in self.events.alerts(self.outbox.unknown, now):
                self.outbox.put(alert, self.senders, now.timestamp())
        except RecordsUnavailableError as error:  # later: nothing counts as told before it is in the outbox
            log.warning("Alerts cannot be looked up now. %s", error)
        finally:
            if lost := self.outbox.expire(now.timestamp()):
                log.error("%d alerts could not be delivered in %d days and were given up.", lost, KEPT_DAYS)
            self.deliver(now.timestamp())

    def deliver(self, now: float) -> None:
        """Delivers what is due. An absent receiver is asked once, and delays no other."""
        absent: set[str] = set()
        for letter in self.outbox.due(now):
            send = self.senders.get(letter.receiver)
            if send is None:  # the setting has changed: nobody is there to take it
                self.outbox.remove(letter)
            elif letter.receiver in absent:
                self.outbox.postpone(letter, now)
            elif not self.try_to_send(send, letter):
                absent.add(letter.receiver)
                self.outbox.postpone(letter, now)

    def try_to_send(self, send: Send, letter: Letter) -> bool:
        """Delivers a letter and takes it out of the outbox; False if it failed.

        The log names the first failure of an outage, and its end.
        """
        kind = "webhook" if letter.receiver == RECEIVER else "e-mail"
        try:
            send(letter)
        except OSError as error:
            if letter.receiver not in self.absent:
                log.warning("Alerts by %s cannot be delivered (%s). They are kept and tried again.", kind, cause(error))
            self.absent.add(letter.receiver)
            return False
        self.outbox.remove(letter)
        if letter.receiver in self.absent:
            self.absent.discard(letter.receiver)
            log.info("Alerts by %s are delivered again.", kind)
        return True


def cause(error: OSError) -> str:
    """Returns an error as text, without addresses and passwords that servers repeat."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return str(error) if type(error).__module__.startswith("web.") else type(error).__name__


def open_courier(settings: Settings, room: StaffContext) -> Courier | None:
    """Returns the courier that delivers alerts as the settings say.

    None if they name no receiver.
    Raises SettingsError if what they say of a receiver is incomplete or wrong.
    """
    senders = receivers(settings)
    if not senders:
        return None
    home = settings.public_url or f"http://{settings.host}:{settings.port}{settings.root_path}"
    return Courier(Events(room, home, settings.alert_language), Outbox(settings.data_dir / FILE), senders)


def receivers(settings: Settings) -> dict[str, Send]:
    """Returns the function that delivers a letter, by receiver.

    Raises SettingsError if the webhook has no http address, or e-mails have no valid server or no sender.
    """
    found: dict[str, Send] = {}
    if settings.alert_emails:
        server = read_server(settings.smtp_url.get_secret_value(), settings.smtp_from)
        found |= dict.fromkeys(settings.alert_emails, server.send)
    if url := settings.webhook_url.get_secret_value():
        if not url.startswith(("https://", "http://")):
            raise SettingsError(message("setting.webhook_address"))
        found[RECEIVER] = Webhook(settings.webhook_kind, url, settings.webhook_secret.get_secret_value()).send
    return found
