"""Reads the shipped definitions and source rows for golden tests, without the ETL."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import yaml

from indices.framework import Framework, parse_framework
from indices.model import RawDefinition

ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = ROOT / "indices" / "definitions"


def rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file; none when there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def framework(name: str) -> Framework:
    """A shipped framework, which must be sound."""
    folder = DEFINITIONS / name
    meta: dict[str, Any] = yaml.safe_load((folder / "framework.yaml").read_text(encoding="utf-8"))
    tables = (rows(folder / f"{table}.csv") for table in ("components", "views", "parameters"))
    found, problems = parse_framework(RawDefinition(name, meta, *tables))
    assert found is not None, [problem.text() for problem in problems]
    return found
