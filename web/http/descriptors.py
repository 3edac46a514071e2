"""The limit of open files and connections of this process."""

from __future__ import annotations

import resource

DESCRIPTORS = 65_536
"""File descriptors that are requested from the system, if it allows that many."""


def raise_descriptors() -> int:
    """Raises the limit of file descriptors as far as allowed, and returns it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError):  # macOS allows less than it says
            return soft
        return wanted
    return DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
