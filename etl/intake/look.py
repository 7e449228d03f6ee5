"""A file that nobody has described, looked at: what is guessed, which mappings fit, what would be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from etl.intake.context import Context, load_context
from etl.intake.extract import Extract
from etl.intake.fitting import Fit
from etl.intake.inspection import Given, Inspection
from etl.intake.layouts import extract
from etl.intake.mapping_file import ImportMapping
from etl.intake.mappings import Mappings, for_next_year
from etl.intake.propose import propose
from etl.readers.workbook import Workbook
from etl.settings import Settings
from indices.errors import DataError, Problem


@dataclass(frozen=True)
class Look:
    """All that can be told before anything is kept.

    `used`: the mapping that `read` was read by, None when there is none yet; `problems`: why it could not be.
    """

    inspection: Inspection
    fits: tuple[Fit, ...]
    used: ImportMapping | None = None
    read: Extract | None = None
    problems: tuple[Problem, ...] = ()


@dataclass
class Looker:
    """Looks at files for one installation; frameworks and names are read once and kept."""

    settings: Settings
    _kept: dict[str, Context] = field(default_factory=dict, repr=False)

    @cached_property
    def mappings(self) -> Mappings:
        """The mappings by name."""
        return Mappings(self.settings)

    def context(self, release_id: str = "") -> Context:
        """What guesses lean on; read anew when another release is served."""
        if release_id not in self._kept:
            self._kept = {release_id: load_context(self.settings)}
        return self._kept[release_id]

    def look(self, workbook: Workbook, given: Given, name: str = "", release_id: str = "") -> Look:
        """Look at a workbook with what a person has said; `name`: the mapping to use, blank: the guess.

        Raises a DataError when the definitions cannot be read or there is no mapping of the name.
        """
        context = self.context(release_id)
        inspection = propose(workbook, context, given)
        fits = tuple(self.mappings.fitting(workbook))
        used = self._named(name, fits, inspection) if name else inspection.mapping
        if used is None:
            return Look(inspection, fits)
        try:
            return Look(inspection, fits, used, extract(workbook, used, context.names))
        except DataError as error:
            return Look(inspection, fits, used, problems=error.problems)

    def _named(self, name: str, fits: tuple[Fit, ...], inspection: Inspection) -> ImportMapping:
        """A mapping by name; made for another year, it is taken for the year that the file states."""
        mapping = self.mappings.get(name)
        stated = inspection.decision("year")
        other = any(fit.name == name and fit.other_year for fit in fits)
        if other and stated is not None and stated.value.isdigit():
            return for_next_year(mapping, int(stated.value))
        return mapping
