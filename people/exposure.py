"""Where a server listens, as far as its command line says, and whether that is this computer only."""

from __future__ import annotations

import ipaddress
import re
import shlex
from collections.abc import Mapping, Sequence
from itertools import pairwise

from indices.errors import Problem

OPTION = re.compile(r"(?:--bind|-b|--listen|--host)(?:=|$)(.*)")
NAMED = {"localhost": True}
# What is looked for so as to refuse it, never listened on.
WAITRESS_USUAL = "0.0.0.0"  # nosec B104
GUNICORN_USUAL = "127.0.0.1"


def addresses(argv: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """Hosts that the server of a command line binds to; none where the command line is no server's."""
    program = argv[0] if argv else ""
    words = [*shlex.split(environ.get("GUNICORN_CMD_ARGS", "")), *argv[1:]]
    told = [_host(value) for value in _values(words)]
    if "gunicorn" in program:
        usual = WAITRESS_USUAL if environ.get("PORT") else GUNICORN_USUAL
        return told or [usual]
    if "waitress" in program:
        return told or [WAITRESS_USUAL]
    return []


def _values(words: Sequence[str]) -> list[str]:
    found = []
    for word, after in pairwise([*words, ""]):
        if match := OPTION.fullmatch(word):
            found.append(match.group(1) or after)
        elif word.startswith("-b") and not word.startswith("--") and len(word) > 2:
            found.append(word[2:])
    return found


def _host(value: str) -> str:
    if value.startswith(("unix:", "fd:")):
        return "localhost"
    if value.startswith("["):
        return value[1:].partition("]")[0]
    host, colon, _ = value.rpartition(":")
    return (host if colon else value) or WAITRESS_USUAL


def here_only(host: str) -> bool:
    """Whether a host name or number means this computer only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return NAMED.get(host.casefold(), False)


def problems(argv: Sequence[str], environ: Mapping[str, str]) -> list[Problem]:
    """Why a server without sign-in, where people write, must not start as its command line says."""
    hint = "set CCHC_SIGN_IN (docs/roles.md), listen on 127.0.0.1, or say CCHC_OPEN_TO_NETWORK=true"
    return [
        Problem(
            "Whoever reaches this server could write, since sign-in is off",
            f"listening on {host}",
            expected="127.0.0.1",
            hint=hint,
        )
        for host in addresses(argv, environ)
        if not here_only(host)
    ]
