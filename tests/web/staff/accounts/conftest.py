"""An empty room with accounts, and hashes that cost little."""

from tests.web.staff.auth.conftest import cheap, room

__all__ = ["cheap", "room"]
