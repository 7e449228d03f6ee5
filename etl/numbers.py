"""Numbers as they are written in the sources: what is accepted, what is refused and how to mend it."""

from __future__ import annotations

import re

import pandas as pd

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
INTEGER = re.compile(r"\d+")
_COMMA_DECIMAL = re.compile(r"[+-]?\d+,\d+")
_GROUPED = re.compile(r"[+-]?\d{1,3}([., \u00a0]\d{3})+([.,]\d+)?")


def number_hint(text: str) -> str:
    """How to mend a number that was refused; blank when there is nothing particular to say."""
    bare = text.strip()
    if _GROUPED.fullmatch(bare) and (
        bare.count(",") + bare.count(".") > 1 or " " in bare or "\u00a0" in bare
    ):
        return "write digits without thousand separators and a dot before the decimals"
    if _COMMA_DECIMAL.fullmatch(bare):
        return f"write a dot before the decimals: {bare.replace(',', '.')}"
    if bare.endswith("%"):
        return "write the figure without the percent sign; the scale belongs to the definition"
    if bare.lower() in {"-", "na", "n/a", "nan", "null", "none", "x", "..."}:
        return "leave the cell empty when nothing was published"
    return "write plain digits, a dot before the decimals, nothing else"


def integer_hint(text: str) -> str:
    """How to mend a whole number that was refused."""
    if re.fullmatch(r"\d+\.0+", text):
        return f"write {text.split('.')[0]}"
    return "write a whole number in digits"


def to_double(texts: pd.Series[str]) -> pd.Series[float]:
    """Doubles from number texts; blank or malformed texts become NaN (validation reports the malformed)."""
    good = texts.where(texts.str.fullmatch(NUMBER.pattern), None)
    return pd.to_numeric(good, errors="coerce").astype("float64")


def to_integer(texts: pd.Series[str]) -> pd.Series[int]:
    """Nullable whole numbers from texts; blank or malformed texts become <NA>."""
    good = texts.where(texts.str.fullmatch(INTEGER.pattern), None)
    return pd.to_numeric(good, errors="coerce").astype("Int64")


def decimals(texts: pd.Series[str]) -> pd.Series[int]:
    """Digits after the dot as published ("92.180" has 3); <NA> where nothing was published."""
    parts = texts.str.extract(r"^[+-]?\d+(?:\.(?P<frac>\d+))?(?:[eE](?P<exp>[+-]?\d+))?$")
    exponent = pd.to_numeric(parts["exp"], errors="coerce").fillna(0)
    count = parts["frac"].str.len().fillna(0) - exponent
    return count.clip(lower=0).where(to_double(texts).notna()).astype("Int64")
