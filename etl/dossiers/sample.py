"""A year of simulated dossiers in a store of its own, to look at the page with."""

from __future__ import annotations

import tempfile
from pathlib import Path

from etl.dossiers import generate
from etl.dossiers.load import Ask, Report, load, put_lists
from etl.dossiers.rules import load_rules


def load_sample(folder: Path, count: int, seed: int) -> Report:
    """Make so many dossiers and load them into the store of a folder. Raises a DataError."""
    plan, rules = generate.load_plan(), load_rules()
    made = generate.lists(plan, seed)
    with tempfile.TemporaryDirectory() as work:
        put_lists(folder, *generate.write_lists(made, Path(work)))
        path = Path(work) / "dossiers.parquet"
        generate.write(generate.tables(plan, made, rules, count, seed), path)
        return load(folder, Ask(path, plan.province))
