"""Persons stay out of surveys: what is planted in a file is in nothing that a look at it says or lists."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from tests.fixtures import surveys
from tests.integration.test_dossiers_persons import texts_of

PLANTED = {
    "Họ và tên": "Trần Thị Bí Mật",
    "Số CCCD": "022187009911",
    "SĐT": "0912777333",
    "Email": "bimat@example.org",
}
SECRETS = (*PLANTED.values(), "Bí Mật")


def planted(slid: bool) -> pd.DataFrame:
    """Answers with persons in columns of their own; `slid`: in columns of the codebook too."""
    frame = surveys.answers().assign(**PLANTED)
    if slid:
        for column in ("cau_9_3", "trong_so", "tinh", "gioi_tinh"):
            frame[column] = frame[column].astype("str")
            frame.loc[[7, 9], column] = ["Trần Thị Bí Mật", "0912777333"]
    return frame


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize("slid", [False, True])
def test_no_person_is_in_what_is_said_and_listed_of_a_survey(tmp_path: Path, ending: str, slid: bool) -> None:
    frame = planted(slid).astype("str")
    path, report = surveys.write(frame, tmp_path / f"khao_sat{ending}"), tmp_path / "report" / "rows.csv"
    assert "Bí Mật" in str(frame.to_dict())
    book = surveys.ROOT / "data/codebooks/sipas_form.yaml"
    told = [
        CliRunner().invoke(
            app, ["survey", str(path), "--codebook", str(book), "--report", str(report), *extra]
        )
        for extra in ([], ["--json"])
    ]
    assert {one.exit_code for one in told} == {4 if slid else 0}, told[0].output
    said = "".join(one.output for one in told) + texts_of(report)
    assert ("9,cau_9_3,survey.impossible_code" in said) is slid
    assert [secret for secret in SECRETS if secret in said] == []
