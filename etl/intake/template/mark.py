"""The version mark of a template: a hidden sheet that says what it is a template of."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Final

from etl.intake.template.spec import FORM, Spec
from etl.intake.template.texts import say
from etl.readers.workbook import Workbook

NAME: Final = "chi-so-cai-cach"


@dataclass(frozen=True)
class Mark:
    """What the hidden sheet says, all as texts. `stamp` tells one version of a framework from another."""

    program: str
    form: str
    kind: str
    index: str
    framework: str
    year: str
    unit_set: str
    unit: str
    stamp: str


def mark_of(spec: Spec) -> Mark:
    """The mark of a template."""
    framework = spec.framework
    identity = (framework.index, framework.id, str(spec.year), spec.unit_set, spec.unit)
    return Mark(NAME, str(FORM), spec.kind, *identity, spec.stamp)


def mark_rows(mark: Mark) -> list[tuple[str, str]]:
    """Rows of the hidden sheet: key and value."""
    return list(asdict(mark).items())


def read_mark(workbook: Workbook) -> Mark | None:
    """The mark of a workbook; None when it has none, so that it is no template."""
    sheet = workbook.sheet(say("mark"))
    if sheet is None:
        return None
    held = {sheet.text(row, 1): sheet.text(row, 2) for row in range(1, sheet.height + 1)}
    mark = Mark(**{field.name: held.get(field.name, "") for field in fields(Mark)})
    return mark if mark.program == NAME else None
