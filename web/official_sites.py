"""Links to the sites of issuing bodies: what opens behind an address."""

from __future__ import annotations

from web.i18n import texts


def split_address(address: str) -> tuple[str, str]:
    """Returns the site of an http address without www, and what follows it.

    Addresses in documents may be malformed.
    """
    site, _, rest = address.partition("://")[2].partition("/")
    return site.removeprefix("www."), rest


def is_home_page(address: str) -> bool:
    """Checks that an address is that of a site alone, where no document stands."""
    return not split_address(address)[1]


def link_label(address: str, language: str) -> str:
    """Returns the label of a link: the site, and whether it opens the home page only."""
    label = "source.home_page" if is_home_page(address) else "source.official_at"
    return texts(language)[label].format(site=split_address(address)[0])
