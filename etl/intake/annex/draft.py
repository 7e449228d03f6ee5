"""A decision's annex as a person judges it: the definition, what is wrong, what changed, what to confirm."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pandas as pd

from etl.framework_diff import COLUMNS, compare
from etl.framework_pairs import proposed_links
from etl.intake.annex.definition import Wanted, definition_files, make_definition
from etl.intake.annex.read import Annex, read_annex
from etl.intake.findings import At, Finding, Level, errors_of, finding
from etl.readers.workbook import Workbook
from indices.crosswalk import CROSSWALK_HEADER, Link, link_problems, read_links
from indices.errors import DefinitionError, Problem
from indices.framework import Framework, parse_framework
from indices.model import SOURCE_TYPES, RawDefinition
from indices.registry import Registry

ID: Final = re.compile(r"[a-z][a-z0-9_]{1,63}")


@dataclass
class AnnexDraft:
    """What came of an annex, beside the framework `before`. `framework` None: it is wrong, see `findings`.

    `diff`: against the framework before (see etl.framework_diff). `links`: rows of the crosswalk, proposed
    unless a person gave them.
    """

    annex: Annex
    before: Framework
    raw: RawDefinition
    framework: Framework | None = None
    findings: list[Finding] = field(default_factory=list)
    diff: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)))
    links: list[Link] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Nothing found that stops it from becoming a framework."""
        return self.framework is not None and not errors_of(self.findings)

    def files(self) -> dict[str, str]:
        """Every file by its path in a folder of definitions, the proposed crosswalk among them."""
        name = self.raw.folder
        told = {f"{name}/{file}": text for file, text in definition_files(self.raw).items()}
        return told | ({f"crosswalk_{name}.csv": crosswalk_text(self.links)} if self.links else {})


def draft_definition(
    workbook: Workbook, wanted: Wanted, like: str, registry: Registry, sheet: str = ""
) -> AnnexDraft:
    """The framework that an annex describes, checked, beside the framework `like` whose settings it takes.

    Raises DefinitionError for an unknown framework or a name or year that is taken, SourceError where the
    workbook has no annex. What is wrong inside the annex is among the findings.
    """
    before = _like(like, registry)
    _check_wanted(wanted, before, registry)
    annex = read_annex(workbook, before.scale.max, sheet)
    info = next(info for info in registry.indices if info.index_code == before.index)
    raw = make_definition(annex.criteria, wanted, before, info)
    framework, problems = parse_framework(raw)
    draft = AnnexDraft(annex, before, raw, framework, list(annex.findings))
    draft.findings += _definition_findings(annex, problems)
    if framework is not None:
        draft.findings += _untold(annex, framework)
        draft.diff = compare(before, framework)
        draft.links = proposed_links(before, framework)
    return draft


def with_links(draft: AnnexDraft, rows: Sequence[Mapping[str, str]], registry: Registry) -> AnnexDraft:
    """The draft with the rows of a crosswalk that a person went through (texts by CROSSWALK_HEADER).

    Raises DefinitionError for rows that do not fit the two frameworks.
    """
    if draft.framework is None:
        return draft
    problems: list[Problem] = []
    links = read_links(rows, problems)
    problems += link_problems(links, [*registry.frameworks, draft.framework])
    if problems:
        raise DefinitionError(problems)
    return replace(draft, links=links, diff=compare(draft.before, draft.framework, links))


def _like(name: str, registry: Registry) -> Framework:
    known = {framework.id: framework for framework in registry.frameworks}
    if name in known:
        return known[name]
    expected = ", ".join(sorted(known))
    raise DefinitionError([Problem("There is no such framework", found=name, expected=expected)])


def _check_wanted(wanted: Wanted, like: Framework, registry: Registry) -> None:
    problems = list(_wanted_problems(wanted, like, registry))
    if problems:
        raise DefinitionError(problems)


def _wanted_problems(wanted: Wanted, like: Framework, registry: Registry) -> Iterator[Problem]:
    if not ID.fullmatch(wanted.framework_id):
        expected = "small letters, digits and _"
        yield Problem("The name of the framework is not usable", found=wanted.framework_id, expected=expected)
    if wanted.framework_id in {framework.id for framework in registry.frameworks}:
        yield Problem("There is a framework of that name already", found=wanted.framework_id)
    for framework in registry.frameworks:
        years = sorted(set(framework.years) & set(wanted.years))
        if framework.index == like.index and years:
            found = ", ".join(map(str, years))
            hint = f"take the years out of {framework.id}/framework.yaml first"
            yield Problem("A framework scores these years already", framework.id, "years", found, hint=hint)
    if not wanted.years:
        yield Problem("The framework has no year", expected="the years that the decision scores")
    for code, kind in wanted.sources.items():
        if kind not in SOURCE_TYPES:
            expected = ", ".join(filter(None, SOURCE_TYPES))
            yield Problem("Unknown source of a score", found=f"{code}={kind}", expected=expected)


def _definition_findings(annex: Annex, problems: Sequence[Problem]) -> Iterator[Finding]:
    """What the framework's own checks say, at the row of the annex that it is about.

    Nothing where the annex is wrong already: that would be the same told twice.
    """
    if errors_of(annex.findings):
        return
    rows = {criterion.code: criterion.row for criterion in annex.criteria}
    for problem in problems:
        row = rows.get(problem.place, rows.get(problem.found, 0))
        at = At(annex.file, annex.sheet, row, annex.columns.of("maximum"))
        details = {"found": problem.found, "expected": problem.expected, "hint": problem.hint}
        yield finding("annex.definition", Level.ERROR, at, problem.what, **details)


def _untold(annex: Annex, framework: Framework) -> Iterator[Finding]:
    """What the annex does not say and a person may add."""
    tree = framework.tree(min(framework.years))
    at = At(annex.file, annex.sheet)
    blank = [code for code in tree.leaves() if not tree.nodes[code].source_type]
    if blank:
        hint = "say it with --source CODE=TYPE, or in components.csv"
        what = "It is not said where the scores of criteria come from; it stays not known"
        found = f"{len(blank)}: {', '.join(blank[:12])}"
        yield finding("annex.source", Level.NOTE, at, what, found=found, hint=hint)
    same = [node.code for node in tree.nodes.values() if node.name_en == node.name_vi]
    if same:
        what, found = "Names in English are missing; the Vietnamese ones stand in", str(len(same))
        yield finding("annex.english", Level.NOTE, at, what, found=found, hint="add them in components.csv")


def crosswalk_text(links: Sequence[Link]) -> str:
    """Links as the text of a crosswalk file."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(CROSSWALK_HEADER)
    writer.writerows([getattr(link, name) for name in CROSSWALK_HEADER] for link in links)
    return table.getvalue()


def write_files(files: dict[str, str], folder: Path) -> list[Path]:
    """Write the files under a folder; gives back their paths. Raises DefinitionError for one that exists."""
    paths = {folder / name: text for name, text in files.items()}
    there = [path for path in paths if path.exists()]
    if there:
        hint = "choose another folder, or move it away"
        problems = [Problem("The file exists already", str(path), hint=hint) for path in there]
        raise DefinitionError(problems)
    for path, text in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(paths)
