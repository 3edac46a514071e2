"""How many files and connections this process may have open."""

from __future__ import annotations

import resource

DESCRIPTORS = 65_536
"""How many file descriptors are asked of the system, if it allows so many."""


def raise_descriptors() -> int:
    """How many file descriptors this process may have, after asking for as many as it may ask for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError):  # macOS allows less than it says
            return soft
        return wanted
    return DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
