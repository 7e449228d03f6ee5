"""The data dictionary is complete: every table and column of a release, and every answer, has a meaning."""

from __future__ import annotations

import pytest
import yaml

from etl.warehouse.answers import ANSWERS, answer_fields
from etl.warehouse.dictionary import fields, meaning, meanings, table_names
from etl.warehouse.schema import metadata


@pytest.mark.parametrize("table", table_names())
def test_every_table_and_column_has_a_meaning(table: str) -> None:
    assert meaning(table).vi
    assert meaning(table).en
    told = fields(table)
    assert [f.name for f in told] == [c.name for c in metadata.tables[table].columns]
    assert [f.name for f in told if not (f.meaning.vi and f.meaning.en)] == []


def test_nothing_is_explained_that_does_not_exist() -> None:
    held = {(table, c.name) for table in metadata.tables for c in metadata.tables[table].columns}
    held |= {(name, f.name) for name in ANSWERS for f in answer_fields(name)}
    everywhere = {column for _, column in held}
    stale = [
        (table, column)
        for table, column in meanings()
        if column and (table, column) not in held and (table or column not in everywhere)
    ]
    assert stale == []


def test_types_and_units_are_known_to_the_screens(root) -> None:
    words = yaml.safe_load((root / "layouts/translations/vi.yaml").read_text(encoding="utf-8"))["dictionary"]
    told = [field for table in table_names() for field in fields(table)]
    assert {field.kind for field in told} == set(words["kind"])
    assert {field.meaning.unit for field in told} - {""} <= set(words["unit"])
    score = {field.name: field for field in fields("score")}
    assert (score["published"].kind, score["published"].nullable) == ("number", True)
    assert (score["year"].kind, score["year"].nullable) == ("whole", False)
    assert score["flag_lost"].kind == "flag"


def test_answers_have_the_columns_they_say(warehouse) -> None:
    from etl.warehouse.answers import Window

    for name in ANSWERS:
        page = warehouse.page(name, {}, Window(2))
        assert list(page.rows.columns) == [field.name for field in answer_fields(name)]
        assert page.total >= len(page.rows) > 0
