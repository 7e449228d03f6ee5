"""Commands that report on the served release: list, reconcile."""

from __future__ import annotations

import pandas as pd

from etl.cli.common import Shared, command, records, table
from etl.content import content_id
from etl.reconcile import Verdict, judge
from etl.warehouse.connect import POINTER_NAME
from etl.warehouse.queries import Warehouse
from indices.errors import Problem, ReconciliationError

_COUNTS = ("cells", "exact", "within", "approximate", "differs", "listed", "summed", "not_computable")

_LEGEND = """
cells: values both published and recomputed. within: equal inside rounding or the tolerance of the definition.
approximate: beyond tolerance where the rule itself is only approximate. differs: beyond it where the rule is
exact; listed: those of them that the known differences explain. summed: added up for the pack from its
parts, so no evidence. not_computable: published, but a part is missing. largest: largest absolute difference.
"""


def _warehouse(shared: Shared) -> Warehouse:
    return Warehouse(shared.settings.releases_dir / POINTER_NAME)


@command
def list_command(shared: Shared) -> None:
    """Show which years of which index the served release holds."""
    coverage = _warehouse(shared).coverage()
    if shared.json:
        shared.data(records(coverage))
        return
    matrix = _matrix(coverage)
    title = "Units with a published total, by index, unit set and year (* = not all of them)"
    shared.show(table(title, matrix, right=tuple(matrix.columns[2:])))


def _matrix(coverage: pd.DataFrame) -> pd.DataFrame:
    """Index and unit set by year (two digits): how many units have a total."""
    partial = coverage["n_totals"] < coverage["n_units"].fillna(coverage["n_totals"])
    cell = coverage["n_totals"].astype("str") + partial.map({True: "*", False: ""})
    told = coverage.assign(cell=cell).pivot(index=["index_code", "unit_set"], columns="year", values="cell")
    told.columns = [f"{year % 100:02d}" for year in told.columns]
    told = told.reset_index().rename(columns={"index_code": "index", "unit_set": "of"})
    return told.fillna("")


@command
def reconcile_command(shared: Shared) -> None:
    """Compare published with recomputed values; fail on a difference nobody has written down."""
    warehouse = _warehouse(shared)
    verdict = judge(warehouse.reconciliation())
    release = warehouse.release().release_id
    if shared.json:
        _as_json(shared, verdict, release)
    else:
        _for_people(shared, verdict, release)
    if not verdict.green and not shared.json:
        raise ReconciliationError(_problems(verdict.unlisted))
    if not verdict.green:
        raise SystemExit(ReconciliationError.exit_code)


def _as_json(shared: Shared, verdict: Verdict, release: str) -> None:
    content = {"ok": verdict.green, "release_id": release, "table": records(verdict.table)}
    shared.data({**content, "unlisted": records(verdict.unlisted)})


def _for_people(shared: Shared, verdict: Verdict, release: str) -> None:
    frame = verdict.table[["index_code", "year", *_COUNTS]].rename(columns={"index_code": "index"})
    sizes = verdict.table["max_abs_residual"]
    frame["largest"] = sizes.map("{:.6f}".format).where(sizes.notna(), "")
    right = ("year", *_COUNTS, "largest")
    shared.show(table(f"Published against recomputed, release {release}", frame, right))
    shared.say(_LEGEND)
    if release != content_id(shared.settings):
        shared.say("Note: sources, definitions or code have changed since this release was built.")
    if verdict.green:
        shared.say("Green: no difference that is not written down.")


def _problems(unlisted: pd.DataFrame) -> list[Problem]:
    return [
        Problem(
            "Published and recomputed differ",
            "known_differences.csv",
            f"{row['index_code']} {row['year']} {row['component_code']} ({row['view']})",
            f"{row['unlisted']} of {row['cells']} cells, at most {row['max_abs_residual']:.6g}",
            "within tolerance, or listed with a reason and a bound",
        )
        for row in unlisted.to_dict("records")
    ]
