"""What the page of a survey is drawn from."""

from dataclasses import dataclass, field

import pandas as pd

from layouts.views import Row


@dataclass(frozen=True)
class SurveyView:
    """One survey and one province.

    `wave`: its row. `rows`: estimates of everybody in the province (measure satisfied), with `label`, `level`
    (index, part, factor ..., item) and `order`; `traits`: those of its classes, labelled too; `differences`:
    between classes, labelled. `units`: the index (or where it is unknown the first component) of every unit.
    `history`: a row a year with the published total, the survey's own estimate and whether (and why) it may
    not be compared with the year before. `drivers`: what goes with overall satisfaction, labelled, of unit
    `unit_id` or of everybody (""). `gaps`: components and questions against every goal. `tiles`: the country.
    `targets`: shares that decisions ask for. `waves`: name, address and whether chosen, of all surveys.
    """

    wave: Row
    province: str
    unit_id: str
    headline: str
    rows: pd.DataFrame
    traits: pd.DataFrame
    differences: pd.DataFrame
    units: pd.DataFrame
    history: pd.DataFrame
    drivers: pd.DataFrame
    gaps: pd.DataFrame
    tiles: pd.DataFrame
    targets: tuple[Row, ...] = ()
    waves: tuple[tuple[str, str, bool], ...] = ()
    assumed: str = ""
    meta: dict[str, str] = field(default_factory=dict)

    @property
    def top(self) -> Row | None:
        """The row of the headline component; None where the province was not asked or it is hidden."""
        found = self.rows[self.rows["code"] == self.headline]
        return None if found.empty or pd.isna(found.iloc[0]["value"]) else dict(found.iloc[0])
