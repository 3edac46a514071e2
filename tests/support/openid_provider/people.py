"""The client and the people of the provider."""

CLIENT, SECRET = "assistant", "a secret of client and provider"
PASSWORD = "five green lamps at noon"  # noqa: S105 - of a provider that only tests start
PEOPLE = {
    "fang": ("Fang@example.org", True),
    "stranger": ("stranger@example.org", True),
    "unverified": ("fang@example.org", False),
}
"""Address of each person, and whether the provider has verified it."""
