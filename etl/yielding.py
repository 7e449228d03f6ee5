"""Building and importing leave the processor to those who read."""

from __future__ import annotations

import os

LESS = 5  # of 19: about a third of what a process gets that answers readers, and all that is left


def yield_to_readers() -> None:
    """Let this process take what a server on the same machine leaves; nothing on systems without such orders.

    For commands only: it cannot be taken back without rights.
    """
    if hasattr(os, "nice"):
        os.nice(LESS)
