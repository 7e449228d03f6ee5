"""Mappings by name: those that are shipped, and those that people saved beside their imports."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final, Literal

from etl.intake.fitting import Fit, fit_of
from etl.intake.mapping_file import SUFFIX, ImportMapping, load_mapping, mapping_yaml
from etl.leftovers import sweep
from etl.mapping import nearest
from etl.readers.workbook import Workbook
from etl.settings import ROOT, Settings
from indices.errors import Problem, SourceError

Origin = Literal["saved", "shipped"]
FOLDER: Final = "mappings"
_OLD: Final = "versions"
# A mapping of which less is found says nothing of the file.
_FITS: Final = 0.5


@dataclass(frozen=True)
class Kept:
    """A mapping file. `mapping` is None when it cannot be read; `problems` then say why."""

    name: str
    origin: Origin
    path: Path
    mapping: ImportMapping | None = None
    problems: tuple[Problem, ...] = ()


class Mappings:
    """The mappings that the settings know. A saved one stands before a shipped one of the same name."""

    def __init__(self, settings: Settings) -> None:
        own = settings.data_dir / FOLDER
        self._shipped = own if own.is_dir() else ROOT / "data" / FOLDER
        self._saved = settings.imports_dir / FOLDER

    def all(self) -> list[Kept]:
        """Every mapping by name, the unreadable ones too."""
        found: dict[str, Kept] = {}
        origins: tuple[tuple[Origin, Path], ...] = (("shipped", self._shipped), ("saved", self._saved))
        for origin, folder in origins:
            for path in sorted(folder.glob(f"*{SUFFIX}")):
                found[path.stem] = _read(path, origin)
        return sorted(found.values(), key=lambda kept: kept.name)

    def get(self, name: str) -> ImportMapping:
        """The mapping of that name. Raises SourceError when there is none or it cannot be read."""
        known = {kept.name: kept for kept in self.all()}
        if name not in known:
            hint = f"nearest known: {', '.join(nearest(name, known))}" if known else ""
            expected = ", ".join(known) or "no mapping is there yet"
            raise SourceError([Problem("There is no such mapping", "", "", name, expected, hint)])
        kept = known[name]
        if kept.mapping is None:
            raise SourceError(kept.problems)
        return kept.mapping

    def save(self, mapping: ImportMapping, who: str = "", replace: bool = False) -> Path:
        """Keep a mapping under its name, all or nothing.

        A name that is taken is refused with SourceError unless `replace`; what stood there is then kept under
        versions/. A shipped mapping is never touched: the saved one stands before it.
        """
        target = self._saved / f"{mapping.name}{SUFFIX}"
        shipped = (self._shipped / target.name).exists()
        if shipped and not replace:
            raise SourceError([_taken(mapping.name)])
        self._saved.mkdir(parents=True, exist_ok=True)
        temporary = _written(self._saved, _text(mapping, who))
        try:
            if replace:
                self._keep_old(target)
                os.replace(temporary, target)
            else:
                os.link(temporary, target)
        except FileExistsError:
            raise SourceError([_taken(mapping.name)]) from None
        finally:
            temporary.unlink(missing_ok=True)
        return target

    def _keep_old(self, target: Path) -> None:
        """A second name for the file that is about to be replaced, under the next free number."""
        if not target.exists():
            return
        old = self._saved / _OLD
        old.mkdir(exist_ok=True)
        for number in _from_one():
            try:
                os.link(target, old / f"{target.stem}.{number}{SUFFIX}")
            except FileExistsError:
                continue
            return

    def fitting(self, workbook: Workbook) -> list[Fit]:
        """Mappings whose sheets and headers are those of the file, the best first; years may differ."""
        fits = [fit_of(k.mapping, workbook, k.origin == "saved") for k in self.all() if k.mapping is not None]
        found = [fit for fit in fits if fit.share >= _FITS]
        return sorted(
            found, key=lambda fit: (-fit.share, fit.other_year, -fit.matched, not fit.saved, fit.name)
        )


def _read(path: Path, origin: Origin) -> Kept:
    try:
        mapping = load_mapping(path)
    except SourceError as error:
        return Kept(path.stem, origin, path, None, error.problems)
    if mapping.name != path.stem:
        problem = Problem(
            "The mapping is named otherwise than its file", path.name, "name", mapping.name, path.stem
        )
        return Kept(path.stem, origin, path, None, (problem,))
    return Kept(path.stem, origin, path, mapping)


def _taken(name: str) -> Problem:
    hint = "save it under another name, or say that the old one is to be replaced"
    return Problem("A mapping of that name is there already", "", "", name, "a new name", hint)


def _text(mapping: ImportMapping, who: str) -> str:
    when = datetime.now(UTC).isoformat(timespec="seconds")
    by = f" by {' '.join(who.split())}" if who.strip() else ""
    return f"# saved {when}{by}\n{mapping_yaml(mapping)}"


def _written(folder: Path, text: str) -> Path:
    """A finished file beside the target, on the disk before it gets its name."""
    sweep(folder.glob("*.tmp"))
    with NamedTemporaryFile("w", dir=folder, suffix=".tmp", delete=False, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(file.name)


def _from_one() -> Iterator[int]:
    number = 1
    while True:
        yield number
        number += 1


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def for_next_year(mapping: ImportMapping, year: int, name: str = "") -> ImportMapping:
    """A copy of a mapping for the file of another year; `name`: blank: the old name with the year in it.

    The year it was made for is replaced in names of sheets and headers. Of a file with several years the
    newest sheets are taken; sheets whose pattern or column tells the year stay as they are.
    """
    years = [plan.year for plan in mapping.sheets if plan.year] or ([mapping.year] if mapping.year else [])
    old = max(years, default=None)
    kept = [plan for plan in mapping.sheets if plan.year in (None, old)]
    fields = {"sheet", "pattern", "header", "unit_cell"}
    sheets = [plan.model_dump() | {"year": None} for plan in kept]
    renewed = [_with_year(plan, str(old), str(year), fields) for plan in sheets] if old else sheets
    titles = {key: getattr(mapping, key).replace(str(old), str(year)) for key in ("title_vi", "title_en")}
    base = {**mapping.model_dump(), **(titles if old else {})}
    source = mapping.source.model_copy(update={"document": "", "address": "", "date": ""})
    called = name or _renamed(mapping.name, year)
    content = base | {"name": called, "year": year, "sheets": renewed, "source": source.model_dump()}
    return ImportMapping.model_validate(content)


def _with_year(value: object, old: str, new: str, fields: set[str], key: str = "") -> object:
    """The same values with the old year replaced in the texts of some fields."""
    if isinstance(value, dict):
        return {k: _with_year(v, old, new, fields, str(k)) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_with_year(one, old, new, fields, key) for one in value]
    return value.replace(old, new) if isinstance(value, str) and key in fields else value


def _renamed(name: str, year: int) -> str:
    return _YEAR.sub(str(year), name) if _YEAR.search(name) else f"{name}-{year}"
