"""The PostgreSQL server that holds the catalog, as the settings name it."""

from __future__ import annotations

from database_address import FORM, PostgresServer, WrongAddressError, parse_address
from settings import Settings, SettingsError
from text.messages import message


def postgres_server(settings: Settings) -> PostgresServer | None:
    """Returns the server that ASSISTANT_DATABASE_URL names.

    None if it is empty: then the catalog is a file of this machine.
    Raises SettingsError if it is not the address of a PostgreSQL database.
    """
    address = settings.database_url.get_secret_value()
    return read_address(address) if address else None


def read_address(address: str) -> PostgresServer:
    """Parses an address of a PostgreSQL database.

    Raises SettingsError, which does not repeat the address, if it is another one.
    """
    try:
        return parse_address(address)
    except WrongAddressError as wrong:
        raise SettingsError(message("setting.database_address", wrong=wrong.message, form=FORM)) from None
