"""From a kept file and a mapping to a draft: rows, findings, an overlay, and the diff to what is served."""

from __future__ import annotations

import gc
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from etl.build import load_material
from etl.content import content_id
from etl.intake.atomic import now, write_whole
from etl.intake.base import Base, load_base
from etl.intake.diff import Diff, compare, diff_from_json, displaced
from etl.intake.drafts import Draft, State, Task, Work
from etl.intake.extract import Extract
from etl.intake.findings import At, Finding, Level, errors_of, finding
from etl.intake.mapping_file import ImportMapping, mapping_yaml
from etl.intake.overlaid import CHECK, Overlaid, as_finding, overlaid
from etl.intake.overlay import write_publication, write_record, write_scores, write_years
from etl.intake.receiving import Receiving
from etl.intake.records import CLOSING, Records
from etl.intake.steps import Held, Steps
from etl.intake.store import Store, Upload
from etl.layers import DEFINITIONS, OVERLAY
from etl.settings import Settings
from indices.errors import DataError, Problem
from indices.registry import Registry

MAPPING, FINDINGS, DIFF = "mapping.yaml", "findings.json", "diff.json"
DEFINITION, SURVEY = "definition", "survey"
Write = Callable[[Path, str], Sequence[Finding]]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Reading makes very many small objects and no cycle: looking for cycles meanwhile costs a third."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Staging:
    """Makes drafts. Nothing of it touches the release in service."""

    def __init__(self, settings: Settings, steps: Steps) -> None:
        """Keep the places and the functions that read and check."""
        self.settings = settings
        self.steps = steps
        self.store = Store(settings.imports_dir)
        self.receiving = Receiving(self.store, steps)
        self.records = Records(settings)
        self.drafts = self.records.drafts

    def figures(self, file_id: str, mapping: ImportMapping, who: str) -> Draft:
        """The draft of a file of scores or indicators; refused when anything is certainly wrong.

        Raises a DataError when the file cannot be opened or kept, or nothing is served yet.
        """
        upload, base = self.store.find(file_id), load_base(self.settings)
        workbook = self.receiving.workbook(file_id)
        with _without_collector():
            extracted = self.steps.extract(workbook, mapping, base.names)
            extracted = self.steps.clean(extracted, workbook)
        draft = self._new(base, mapping.kind, upload, who).but(
            mapping=mapping.name,
            index=mapping.index,
            years=_years(extracted),
            rows=len(extracted.rows),
            simulated=mapping.source.trust == "simulated",
        )
        with self._or_nothing(draft.id):
            write_whole(self.drafts.path(draft.id, MAPPING), mapping_yaml(mapping))
            added = _continued(base.registry(), mapping.index, extracted)
            folder = self.drafts.path(draft.id, OVERLAY)
            if added:
                write_years(folder, draft.id, added)
            registry = base.registry(folder / DEFINITIONS)
            held = Held(base, registry, mapping, upload, workbook)
            found = [
                *self.receiving.findings(file_id),
                *extracted.findings,
                *self.steps.check(extracted, held),
            ]
            found += [*_told_years(added, upload), *self._about_release(base, draft)]
            if not errors_of(found):
                self._write_figures(base, draft, mapping, extracted)
                found += self._problems(base, draft)
            return self._finished(base, draft, found)

    def folder(self, kind: str, upload: Upload, who: str, index: str, write: Write) -> Draft:
        """The draft of an overlay that somebody else writes, such as a definition or a survey.

        `write(folder, import_id)` fills the overlay's folder and returns what it found.
        """
        base = load_base(self.settings)
        draft = self._new(base, kind, upload, who).but(index=index)
        with self._or_nothing(draft.id):
            folder = self.drafts.path(draft.id, OVERLAY)
            found = [*write(folder, draft.id), *self._about_release(base, draft)]
            write_record(folder, _record(draft))
            if not errors_of(found):
                found += self._whole_pack_problems(base, draft)
            return self._finished(base, draft, found)

    def diff(self, base: Base, draft: Draft) -> Diff:
        """What the draft changes in the release. Raises a DataError when its index cannot be analysed."""
        if not draft.index:
            return Diff(base.info.release_id)
        return self._compared(base, draft, overlaid(base, self.drafts.path(draft.id, OVERLAY)))

    def _compared(self, base: Base, draft: Draft, over: Overlaid) -> Diff:
        # Figures of a year change no value and no rank of another; a definition may concern every year.
        years = None if draft.kind == DEFINITION else list(draft.years)
        facts, scores = over.analysed(draft.index, years)
        before = base.view.scores(draft.index, years)
        found = compare(base.info.release_id, before, scores, base.view.known_differences())
        conflicts, confirmed = displaced(facts, draft.id)
        return Diff(found.base_release, found.changes, found.ranks, found.unreconciled, conflicts, confirmed)

    def save_diff(self, draft: Draft, diff: Diff) -> None:
        """Keep a diff beside its draft."""
        write_whole(self.drafts.path(draft.id, DIFF), diff.to_json())

    def stored_diff(self, draft_id: str) -> Diff | None:
        """The diff that a person saw; None for a draft that was refused."""
        path = self.drafts.path(draft_id, DIFF)
        return diff_from_json(path.read_text(encoding="utf-8")) if path.exists() else None

    def findings(self, draft_id: str) -> list[Finding]:
        """Everything that was found in the file of a draft."""
        path = self.drafts.path(draft_id, FINDINGS)
        told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        return [Finding.from_json(each) for each in told]

    def save_findings(self, draft: Draft, found: Sequence[Finding]) -> None:
        """Keep what was found beside its draft."""
        told = json.dumps([each.as_json() for each in found], ensure_ascii=False)
        write_whole(self.drafts.path(draft.id, FINDINGS), told + "\n")

    def _new(self, base: Base, kind: str, upload: Upload, who: str) -> Draft:
        self.records.tidy()
        return Draft(
            id=self.drafts.make(upload.file_id),
            state=State.STAGED,
            kind=kind,
            who=who,
            staged_at=now(),
            file_id=upload.file_id,
            file_name=upload.name,
            base_release=base.info.release_id,
            base_imports=base.info.imports,
        )

    @contextmanager
    def _or_nothing(self, draft_id: str) -> Iterator[None]:
        """Whatever stops the staging, no half draft stays."""
        try:
            yield
        except BaseException:
            shutil.rmtree(self.drafts.folder / draft_id, ignore_errors=True)
            raise

    def _write_figures(self, base: Base, draft: Draft, mapping: ImportMapping, extracted: Extract) -> None:
        folder, rows = self.drafts.path(draft.id, OVERLAY), extracted.rows
        write_scores(folder, draft.id, mapping, rows)
        write_publication(folder, draft.id, mapping, rows, base)
        write_record(folder, _record(draft))

    def _problems(self, base: Base, draft: Draft) -> list[Finding]:
        """What a build would refuse: the checks of the pack, and whether the index can be analysed."""
        try:
            over = overlaid(base, self.drafts.path(draft.id, OVERLAY))
            problems = over.problems()
            if not problems:
                self.save_diff(draft, self._compared(base, draft, over))
        except DataError as error:
            return [_of_no_cell(problem) for problem in error.problems]
        return [as_finding(problem, over.rows, draft.file_name) for problem in problems]

    def _whole_pack_problems(self, base: Base, draft: Draft) -> list[Finding]:
        """Everything a build would check: definitions concern every figure of their index."""
        try:
            load_material(self.settings, imports=[*draft.base_imports, draft.id])
            self.save_diff(draft, self.diff(base, draft))
        except DataError as error:
            return [_of_no_cell(problem) for problem in error.problems]
        return []

    def _about_release(self, base: Base, draft: Draft) -> Iterator[Finding]:
        at = At(draft.file_name)
        if draft.kind not in (DEFINITION, SURVEY) and draft.simulated != base.info.simulated:
            what = "Simulated and real figures are mixed"
            words = ("real", "simulated")
            found, expected = (
                words[draft.simulated],
                f"{words[base.info.simulated]} figures, as in the release",
            )
            yield finding("staging.simulated", Level.ERROR, at, what, found=found, expected=expected)
        if content_id(self.settings, base.info.imports) != base.info.release_id:
            what = "The pack or the program has changed since the served release was built"
            hint = "publishing brings these changes too; build first to see them apart"
            yield finding("staging.pack_changed", Level.NOTE, at, what, hint=hint)

    def _finished(self, base: Base, draft: Draft, found: Sequence[Finding]) -> Draft:
        counts = Counter(str(each.level) for each in found)
        errors = errors_of(found)
        self.save_findings(draft, found)
        diff = None if errors else self.stored_diff(draft.id)
        if errors:
            draft = draft.but(state=State.REFUSED, reason=errors[0].problem.text())
        draft = draft.but(findings=dict(counts), summary=diff.summary if diff else {})
        about = {"file": draft.file_id, "name": draft.file_name, "mapping": draft.mapping}
        task = Task(work=Work.STAGE, who=draft.who, since=draft.staged_at, step=CLOSING)
        with self.drafts.holding(draft.id):
            self.drafts.save(draft.but(work=task))
            return self.records.close(draft, task, release=draft.base_release, **about)


def _years(extracted: Extract) -> tuple[int, ...]:
    return tuple(sorted({int(year) for year in extracted.rows["year"] if year.isdecimal()}))


def _continued(registry: Registry, index: str, extracted: Extract) -> dict[int, str]:
    """Years after the last one of the index that its last framework would cover: year -> framework.

    None where a component of the file is not of that framework: then a new definition is due.
    """
    frameworks = [framework for framework in registry.frameworks if framework.index == index]
    if not frameworks:
        return {}
    last = max(frameworks, key=lambda framework: max(framework.years))
    final = max(last.years)
    later = [year for year in _years(extracted) if year > final]
    rows = extracted.rows[extracted.rows["year"].isin([str(year) for year in later])]
    known = {code for tree in last.trees(final) for code in tree.nodes}
    return dict.fromkeys(later, last.id) if set(rows["component"]) <= known else {}


def _told_years(added: dict[int, str], upload: Upload) -> Iterator[Finding]:
    for year, framework in added.items():
        what = "No framework covers the year; the last one is taken to go on"
        hint = "bring the decision's annex first if the index is made of something else now"
        told = {"found": str(year), "expected": framework, "hint": hint}
        yield finding("staging.framework_continued", Level.WARNING, At(upload.name), what, **told)


def _of_no_cell(problem: Problem) -> Finding:
    return Finding(CHECK, Level.ERROR, problem)


def _record(draft: Draft) -> dict[str, object]:
    return {
        "import_id": draft.id,
        "file_name": draft.file_name,
        "sha256": draft.file_id,
        "mapping": draft.mapping,
        "who": draft.who,
        "imported_at": draft.staged_at,
        "kind": draft.kind,
        "rows": draft.rows,
    }
