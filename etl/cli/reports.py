"""Commands that report on the served release: list, reconcile."""

from __future__ import annotations

import pandas as pd

from etl.cli.common import Shared, command, records, table
from etl.content import content_id
from etl.reconcile import Verdict, judge
from etl.warehouse.connect import POINTER_NAME
from etl.warehouse.queries import Warehouse
from indices.errors import Problem, ReconciliationError

_SHOWN = (
    "cells",
    "exact",
    "within",
    "approximate",
    "differs",
    "listed",
    "not_computable",
    "max_abs_residual",
)


def _warehouse(shared: Shared) -> Warehouse:
    return Warehouse(shared.settings.releases_dir / POINTER_NAME)


@command
def list_command(shared: Shared) -> None:
    """Show which years of which index the served release holds."""
    coverage = _warehouse(shared).coverage()
    if shared.json:
        shared.data(records(coverage))
        return
    shared.show(table("Units with a published total, by index and year (* = not all)", _matrix(coverage)))


def _matrix(coverage: pd.DataFrame) -> pd.DataFrame:
    """Index by year: how many units have a total; two unit sets of one year stand as "63+34"."""
    partial = coverage["n_totals"] < coverage["n_units"].fillna(coverage["n_totals"])
    cell = coverage["n_totals"].astype("str") + partial.map({True: "*", False: ""})
    told = (
        coverage.assign(cell=cell)
        .groupby(["index_code", "year"])["cell"]
        .agg("+".join)
        .unstack(fill_value="")
    )
    told.columns = [str(year) for year in told.columns]
    return told.reset_index().rename(columns={"index_code": "index"})


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
    frame = verdict.table[["index_code", "year", *_SHOWN]].copy()
    frame["max_abs_residual"] = frame["max_abs_residual"].map("{:.6f}".format)
    shared.show(table(f"Published against recomputed, release {release}", frame, right=("year", *_SHOWN)))
    shared.say("")
    shared.say(
        "within: inside rounding or the tolerance of the definition. approximate: the rule itself is only"
    )
    shared.say("approximate, beyond tolerance. listed: differing, and written down in the known differences.")
    if release != content_id(shared.settings):
        shared.say("Note: the sources have changed since this release was built.")
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
