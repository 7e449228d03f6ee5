"""Passwords: rules by length and a list of common ones, hashes by Argon2id."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from people.errors import RuleError

LONGEST: Final = 200  # characters; longer ones only cost time
FEWEST_DIFFERENT: Final = 5
_HASHER = PasswordHasher()  # RFC 9106, the profile for little memory: 64 MiB, three passes
_LEET = str.maketrans("0134578@$!", "oieastbasi")


@cache
def common() -> frozenset[str]:
    """Words that common passwords are made of, without accents, digits and signs."""
    lines = Path(__file__).with_name("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def check(password: str, login: str, shortest: int) -> None:
    """Raise RuleError for a password that is too short, too long, common, or made of the login."""
    if len(password) < shortest:
        raise RuleError("short", f"The password needs {shortest} characters at least", shortest=shortest)
    if len(password) > LONGEST:
        raise RuleError("long", f"The password may have {LONGEST} characters at most", longest=LONGEST)
    if len(set(password)) < FEWEST_DIFFERENT or is_common(password):
        raise RuleError("common", "This password is among those that are tried first")
    plain, name = plainly(password), plainly(login.partition("@")[0])
    if len(name) > 3 and name in plain:
        raise RuleError("login", "The password must not hold the name one signs in with")


def plainly(text: str) -> str:
    """Small letters and digits without accents; everything else left out."""
    return re.sub(r"[^a-z0-9]", "", unaccented(text))


def unaccented(text: str) -> str:
    """Small letters without accents, all other signs as they are."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def is_common(password: str) -> bool:
    """Whether a password is a common word, alone or repeated, dressed up with digits and signs."""
    plain = plainly(password)
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", unaccented(password))
    worn = plainly(core.translate(_LEET))
    stripped = {word.strip("0123456789") for word in (plain, worn)} | {plain, re.sub(r"\d", "", plain)}
    return any(_made_of(word) for word in stripped) or _runs(plain)


def _made_of(word: str) -> bool:
    """Whether a word is made of common words only; what is left empty was digits and signs only."""
    if not word:
        return True
    reached = {0}
    for end in range(1, len(word) + 1):
        if any(start in reached and word[start:end] in common() for start in range(max(0, end - 20), end)):
            reached.add(end)
    return len(word) in reached


def _runs(plain: str) -> bool:
    """Whether most of the password counts up or down or repeats one sign."""
    steps = [ord(b) - ord(a) for a, b in pairwise(plain)]
    even = sum(one == two and abs(one) <= 1 for one, two in pairwise(steps))
    return len(steps) > 2 and even > len(steps) / 2


def hashed(password: str) -> str:
    """The hash to keep."""
    return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one of a kept hash. Without a hash as much time goes by, and it is not."""
    try:
        _HASHER.verify(kept or _nobody(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether a hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
