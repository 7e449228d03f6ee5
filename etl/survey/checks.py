"""What is odd about coded answers: straight lines, doubles, gaps of the sample, designs without error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import pandas as pd

from etl.filekinds import SIMULATED
from etl.intake.findings import At, Finding, Level, finding
from etl.survey.answers import CLUSTER, DONT_KNOW, MADE_UP, PROFILE, ROW, STRATUM, UNIT, Answers
from etl.survey.listed import MOST_ROWS, Listed, named

# Shares from which a person should look; the checks say the share itself.
STRAIGHT_SHARE: Final = 0.05
DONT_KNOW_SHARE: Final = 0.3
BLANK_SHARE: Final = 0.2
# A double of this many answered items is no accident unless all answers are alike.
DOUBLE_ITEMS: Final = 10


def check_answers(answers: Answers) -> list[Finding]:
    """Every finding of every check, in their order."""
    return [found for check in CHECKS for found in check(answers)]


def _told(
    answers: Answers, check: str, level: Level, what: str, rows: pd.Series | None = None, **more: str
) -> Finding:
    """A finding about rows of the file (the first is its place, all are listed), or about the whole file."""
    if rows is not None:
        answers.listed.append(Listed(check, "", rows.to_numpy()))
    first = int(rows.iloc[0]) + 1 if rows is not None and len(rows) else 0
    return finding(check, level, At(answers.file, "", first, 1 if first else 0), what, **more)


def straight_lines(answers: Answers) -> pd.Series:
    """Rows whose answered items of one scale are all alike, at least as many as the codebook says."""
    frame, straight = answers.frame, pd.Series(False, index=answers.frame.index)
    for scale in answers.codebook.scales:
        columns = [f"item_{item.code}" for item in answers.codebook.items if item.scale == scale]
        codes = frame[columns].to_numpy(dtype="float64", na_value=np.nan)
        codes = np.where(codes < 0, np.nan, codes)
        answered = np.isfinite(codes).sum(axis=1)
        alike = np.fmax.reduce(codes, axis=1) == np.fmin.reduce(codes, axis=1)
        straight |= (answered >= answers.codebook.straight_line) & alike
    return straight


def _straight(answers: Answers) -> Iterator[Finding]:
    straight = straight_lines(answers)
    if not straight.any():
        return
    share = float(straight.mean())
    rows = answers.frame.loc[straight, ROW]
    level = Level.WARNING if share > STRAIGHT_SHARE else Level.NOTE
    what = "Respondents gave one and the same answer to everything"
    more = {"found": f"{share:.1%}; {named(rows.to_numpy())}", "hint": _by_unit(answers, straight)}
    yield _told(answers, "survey.straight_line", level, what, rows, **more)


def _by_unit(answers: Answers, marked: pd.Series) -> str:
    shares = marked.groupby(answers.frame[UNIT]).mean().sort_values(ascending=False).head(3)
    return (
        "most in " + ", ".join(f"{unit} ({share:.0%})" for unit, share in shares.items())
        if len(shares)
        else ""
    )


def _same_respondent(answers: Answers) -> Iterator[Finding]:
    if answers.respondents is None:
        return
    known = answers.respondents.notna()
    twice = answers.respondents.duplicated(keep=False) & known
    if twice.any():
        rows = answers.frame.loc[twice, ROW]
        what, mend = "A respondent stands more than once", "keep one row a respondent"
        yield _told(
            answers,
            "survey.same_respondent",
            Level.ERROR,
            what,
            rows,
            found=named(rows.to_numpy()),
            hint=mend,
        )


def _made_up(answers: Answers) -> Iterator[Finding]:
    """Simulated respondents under a codebook that calls them real."""
    if answers.respondents is None or answers.codebook.source.trust == SIMULATED:
        return
    marked = answers.respondents.str.startswith(MADE_UP).fillna(False).astype("bool")
    if marked.any():
        rows = answers.frame.loc[marked, ROW]
        what, mend = "Simulated and real figures are mixed", f"trust: {SIMULATED}"
        yield _told(
            answers, "survey.simulated", Level.ERROR, what, rows, found=named(rows.to_numpy()), expected=mend
        )


def _same_answers(answers: Answers) -> Iterator[Finding]:
    """Rows that agree in every item, trait, stratum and cluster; straight lines agree by accident."""
    frame = answers.frame
    columns = [
        UNIT,
        STRATUM,
        CLUSTER,
        *answers.items,
        *(c for c in map(str, frame.columns) if c.startswith(PROFILE)),
    ]
    enough = frame[answers.items].notna().sum(axis=1) >= min(DOUBLE_ITEMS, len(answers.items))
    twice = frame.duplicated(columns, keep=False) & enough & ~straight_lines(answers)
    if twice.any():
        rows = frame.loc[twice, ROW]
        what, mend = "Respondents with all answers and traits the same", "look whether rows were copied"
        yield _told(
            answers, "survey.same_answers", Level.WARNING, what, rows, found=named(rows.to_numpy()), hint=mend
        )


def _no_answers(answers: Answers) -> Iterator[Finding]:
    empty = answers.frame[answers.items].isna().all(axis=1)
    if empty.any():
        rows = answers.frame.loc[empty, ROW]
        what = "Respondents answered nothing"
        yield _told(answers, "survey.no_answers", Level.WARNING, what, rows, found=named(rows.to_numpy()))


def _silent_strata(answers: Answers) -> Iterator[Finding]:
    """Strata that were drawn and whose respondents answered nothing: they are in no figure."""
    if not answers.codebook.stratum:
        return
    frame = answers.frame
    answered = frame[answers.items].notna().any(axis=1)
    counts = answered.groupby([frame[UNIT], frame[STRATUM]], dropna=False).agg(["any", "size"])
    silent = counts.loc[~counts["any"], "size"].reset_index()
    for unit, stratum, size in silent.to_numpy().tolist():
        what, found = "Nobody of a stratum answered anything", f"{unit} {stratum}: n = {size}"
        yield _told(answers, "survey.stratum_silent", Level.WARNING, what, found=found)


def _missing(answers: Answers) -> Iterator[Finding]:
    for item in answers.codebook.items:
        codes = answers.frame[f"item_{item.code}"]
        blank, unsure = float(codes.isna().mean()), float((codes == DONT_KNOW).fillna(False).mean())
        if blank > BLANK_SHARE:
            what, told = "Many respondents left an item blank", f"{item.code}: {blank:.0%}"
            yield _told(answers, "survey.blank_item", Level.NOTE, what, found=told)
        if unsure > DONT_KNOW_SHARE:
            what, told = "Many respondents do not know", f"{item.code}: {unsure:.0%}"
            yield _told(answers, "survey.dont_know", Level.NOTE, what, found=told)


def _sample(answers: Answers) -> Iterator[Finding]:
    plan = answers.codebook.plan
    if not answers.codebook.stratum or not plan.strata:
        return
    counts = answers.frame[STRATUM].value_counts()
    for stratum, wanted in plan.strata.items():
        have = int(counts.get(stratum, 0))
        if have < plan.least * wanted:
            what, level = (
                "A stratum has fewer respondents than planned",
                Level.ERROR if not have else Level.WARNING,
            )
            yield _told(
                answers, "survey.stratum_short", level, what, found=f"{stratum}: {have}", expected=f"{wanted}"
            )
    for stratum in counts.index.difference(list(plan.strata)):
        what = "A stratum is not in the plan of the sample"
        yield _told(
            answers, "survey.stratum_unplanned", Level.WARNING, what, found=f"{stratum}: {counts[stratum]}"
        )


def _design(answers: Answers) -> Iterator[Finding]:
    """A stratum with a single cluster tells nothing about its sampling error."""
    book, frame = answers.codebook, answers.frame
    if not book.cluster:
        return
    groups = [UNIT, STRATUM] if book.stratum else [UNIT]
    clusters = frame.groupby(groups, dropna=False)[CLUSTER].nunique()
    lone = clusters[clusters == 1]
    if len(lone):
        named = "; ".join(
            " ".join(map(str, key if isinstance(key, tuple) else (key,))) for key in lone.index[:MOST_ROWS]
        )
        what = "Strata with a single cluster: their sampling error cannot be estimated"
        yield _told(answers, "survey.single_cluster", Level.WARNING, what, found=f"{len(lone)}: {named}")


CHECKS: Final[tuple[Callable[[Answers], Iterator[Finding]], ...]] = (
    _made_up, _same_respondent, _same_answers, _straight, _no_answers, _silent_strata, _missing, _sample,
    _design,
)  # fmt: skip
