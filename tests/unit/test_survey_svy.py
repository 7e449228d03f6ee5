"""The same figures as `svy`, an independent library (MIT, successor of samplics), on six designs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
import svy

from indices.survey import Measure, estimate, table
from indices.survey_design import Lone, make_design
from indices.survey_drivers import drivers, moments
from indices.survey_interval import Confidence, Method
from indices.survey_rake import rake
from indices.survey_sample import take
from indices.survey_totals import totals
from tests.fixtures.survey_designs import DESIGNS, answers, scales

POPULATION = {f"h{h}": 60.0 + h for h in range(20)}
CLOSE = {"rel": 1e-6, "abs": 1e-9}


def theirs(frame: pd.DataFrame, **design: object) -> object:
    """The sample as svy takes it; their clusters are told apart by the stratum too."""
    told = frame.assign(
        psu=frame["stratum"] + frame["cluster"],
        there=frame["stratum"].map(POPULATION),
        top=(frame["q1"] >= 4).astype(float).where(frame["q1"].notna()),
        code=frame["q1"],
    )
    columns = {str(name): told[name].to_list() for name in told.columns}
    data = pl.DataFrame(columns, strict=False).with_columns(pl.col(pl.Float64).fill_nan(None))
    return svy.Sample(data, svy.Design(stratum="stratum", psu="psu", wgt="weight", **design))


@pytest.mark.parametrize("population", [False, True])
@pytest.mark.parametrize(("measure", "column"), [("satisfied", "top"), ("mean", "code")])
@pytest.mark.parametrize("name", list(DESIGNS))
def test_means_errors_intervals_and_design_effects(
    name: str, measure: Measure, column: str, population: bool
) -> None:
    frame = answers(name)
    sample = theirs(frame, **({"pop_size": "there"} if population else {}))
    expected = sample.estimation.mean(column, deff="wr", drop_nulls=True).estimates[0]
    found = totals(take(frame, scales(frame)))
    design = make_design(found.clusters, POPULATION if population else None)
    row = table(estimate(found, design, measure), Confidence(method="t")).iloc[0]
    assert (row["code"], row["n"]) == ("q1", expected.n)
    ours = row[["value", "se", "low", "high", "deff"]].to_list()
    wanted = [expected.est, expected.se, expected.lci, expected.uci, expected.deff]
    assert ours == pytest.approx(wanted, **CLOSE)


@pytest.mark.parametrize("name", list(DESIGNS))
def test_groups_as_domains(name: str) -> None:
    frame = answers(name).dropna(subset=["q1"])
    expected = theirs(frame).estimation.mean("code", by="sex").estimates
    found = totals(take(frame, scales(frame)), ["sex"])
    rows = table(estimate(found, make_design(found.clusters), "mean")).query("code == 'q1'").set_index("sex")
    for one in expected:
        assert rows.loc[one.by_level[0], ["value", "se"]].to_list() == pytest.approx(
            [one.est, one.se], **CLOSE
        )


@pytest.mark.parametrize("method", ["logit"])
@pytest.mark.parametrize("name", list(DESIGNS))
def test_intervals_of_shares(name: str, method: Method) -> None:
    frame = answers(name).dropna(subset=["q1"])
    levels = theirs(frame).estimation.prop("top", ci_method=method).estimates
    expected = next(one for one in levels if float(one.y_level) == 1.0)
    found = totals(take(frame, scales(frame)))
    row = table(estimate(found, make_design(found.clusters)), Confidence(method=method)).iloc[0]
    assert row[["low", "high"]].to_list() == pytest.approx([expected.lci, expected.uci], **CLOSE)


@pytest.mark.parametrize(("lone", "method"), [("certain", "skip"), ("centre", "center")])
def test_lone_strata(lone: Lone, method: str) -> None:
    frame = answers("province-like").dropna(subset=["q1"])
    frame = frame[(frame["stratum"] != "h3") | (frame["cluster"] == "c0")]
    expected = theirs(frame, singleton=method).estimation.mean("code").estimates[0]
    found = totals(take(frame, scales(frame)))
    row = table(estimate(found, make_design(found.clusters, lone=lone), "mean")).iloc[0]
    assert [row["value"], row["se"]] == pytest.approx([expected.est, expected.se], **CLOSE)


@pytest.mark.parametrize("name", list(DESIGNS))
def test_regression(name: str) -> None:
    frame = answers(name).dropna()
    fitted = theirs(frame).glm.fit(y="q3", x=["q1", "q2"])
    wanted = {coef.term: coef for coef in fitted.coefs}
    sample = take(frame, scales(frame))
    design = make_design(totals(sample).clusters)
    rows = drivers(moments(sample, "q3", ["q1", "q2"], design), design).table.set_index("code")
    for item in ("q1", "q2"):
        ours = rows.loc[item, ["slope", "se"]].to_list()
        assert ours == pytest.approx([wanted[item].est, wanted[item].se], **CLOSE)


def test_raking() -> None:
    frame = answers("province-like")
    margins = {"sex": {"female": 510.0, "male": 490.0}, "unit": {"A": 700.0, "B": 300.0}}
    sample = theirs(frame).weighting.rake(controls=margins, wgt_name="raked", tol=1e-12, max_iter=1000)
    ours = rake(frame["weight"], frame, margins).weights.to_numpy()
    assert np.allclose(ours, sample.data["raked"].to_numpy(), rtol=1e-6)
