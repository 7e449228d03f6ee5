"""A file that nobody has described, looked at: what is guessed, which mappings fit, what would be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from etl.intake.base import load_base
from etl.intake.context import Context, context_of
from etl.intake.extract import Extract
from etl.intake.fitting import Fit
from etl.intake.inspection import Given, Inspection
from etl.intake.layouts import extract
from etl.intake.mapping_file import ImportMapping
from etl.intake.mappings import Mappings, for_next_year
from etl.intake.propose import propose
from etl.intake.template.plan import Wish, plan_template
from etl.intake.template.recognise import recognise
from etl.intake.template.write import template_bytes
from etl.intake.vocabulary import load_vocabulary
from etl.readers.workbook import Workbook
from etl.settings import Settings
from indices.errors import DataError, Problem


@dataclass(frozen=True)
class Look:
    """All that can be told before anything is kept.

    `used`: the mapping that `read` was read by, None when there is none yet; `problems`: why it could not be;
    `template`: the file is a template of ours, filled in, which needs no mapping.
    """

    inspection: Inspection
    fits: tuple[Fit, ...]
    used: ImportMapping | None = None
    read: Extract | None = None
    problems: tuple[Problem, ...] = ()
    template: bool = False


@dataclass
class Looker:
    """Looks at files for one installation; frameworks and names are read once a release and kept."""

    settings: Settings
    _kept: dict[str, Context] = field(default_factory=dict, repr=False)

    @cached_property
    def mappings(self) -> Mappings:
        """The mappings by name."""
        return Mappings(self.settings)

    def context(self) -> Context:
        """What guesses lean on in the release in service."""
        base = load_base(self.settings)
        if base.info.release_id not in self._kept:
            made = context_of(base.registry(), base.reference, load_vocabulary(self.settings))
            self._kept = {base.info.release_id: made}
        return self._kept[base.info.release_id]

    def look(self, workbook: Workbook, given: Given, name: str = "") -> Look:
        """Look at a workbook with what a person has said; `name`: the mapping to use, blank: the guess.

        Raises a DataError when the definitions cannot be read, there is no mapping of the name, or the file
        is a template that is too old or damaged.
        """
        context = self.context()
        inspection = propose(workbook, context, given)
        fits = tuple(self.mappings.fitting(workbook))
        template = recognise(workbook, context.registry)
        used = template or (self._named(name, fits, inspection) if name else inspection.mapping)
        made = Look(inspection, fits, used, template=template is not None)
        return self._read(made, workbook, context)

    def _read(self, made: Look, workbook: Workbook, context: Context) -> Look:
        if made.used is None:
            return made
        try:
            read = extract(workbook, made.used, context.names)
        except DataError as error:
            return Look(made.inspection, made.fits, made.used, None, error.problems, made.template)
        return Look(made.inspection, made.fits, made.used, read, (), made.template)

    def _named(self, name: str, fits: tuple[Fit, ...], inspection: Inspection) -> ImportMapping:
        """A mapping by name; made for another year, it is taken for the year that the file states."""
        mapping = self.mappings.get(name)
        stated = inspection.decision("year")
        other = any(fit.name == name and fit.other_year for fit in fits)
        if other and stated is not None and stated.value.isdigit():
            return for_next_year(mapping, int(stated.value))
        return mapping

    def template(self, wish: Wish) -> bytes:
        """A workbook to fill in. Raises SourceError for an index or year that no framework covers."""
        base = load_base(self.settings)
        registry = base.registry()
        spec = plan_template(wish, registry, base.reference)
        info = next(info for info in registry.indices if info.index_code == spec.framework.index)
        return template_bytes(spec, info)
