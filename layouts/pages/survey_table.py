"""The tables behind the charts of a survey."""

import pandas as pd

from layouts.components.twin import Column, Table, rows_of
from layouts.frames import as_rows
from layouts.pages.survey_view import SurveyView
from layouts.text import name, t

NUMBERS = (("value", 2), ("low", 2), ("high", 2), ("se", 2), ("n", 0), ("n_clusters", 0), ("deff", 2))


def table(id_: str, rows: pd.DataFrame, view: SurveyView, lang: str) -> Table:
    """Estimates: what, share, interval, standard error, answers, clusters, design effect; a class where the
    rows have one. `id_` names the title in the texts too."""
    frame = rows.assign(label=[name(row, lang, "label") for row in as_rows(rows)])
    texts = ("code", "label", "class_label") if "class_label" in frame else ("code", "label")
    columns = [Column(key, t(f"survey.column.{key}", lang)) for key in texts]
    columns += [Column(key, t(f"survey.column.{key}", lang), places) for key, places in NUMBERS]
    note = t("survey.table_note", lang)
    return Table(
        f"survey-{id_}", t(f"survey.table.{id_}", lang), columns, rows_of(frame, columns), note, view.meta
    )
