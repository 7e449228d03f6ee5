"""How a server takes memory: said before anything large is loaded."""

from __future__ import annotations

import gc
import os


def sparing() -> None:
    """What is let go goes back to the system, and nobody looks for garbage while the program loads.

    Texts of tables lie in Arrow's memory. Its own allocator keeps what several threads let go: a worker grew
    by 8 MiB with every release, by 100 MiB in all. While the program loads nothing becomes garbage, and
    looking for some takes a fifth of the start; the server begins again when it is ready.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    gc.disable()
