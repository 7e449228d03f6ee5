"""Ports of the loopback for servers that tests and benches start."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port of the loopback nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
