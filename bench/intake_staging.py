"""What bringing a scorecard costs: 63 provinces x 120 components on 10 sheets, kept, checked and staged.

`report()` prints it warm, as in a running app, beside pandas and openpyxl doing no more than reading the same
workbook in the same run; then the whole of `python -m etl import` from a cold start.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import xlsxwriter
import yaml

from etl.build import build
from etl.definitions import TABLES
from etl.intake.drafts import State
from etl.intake.mapping_file import ColumnMap, ImportMapping, KeyColumn, SheetMap, SourceOfFile, mapping_yaml
from etl.intake.service import Intake
from etl.settings import ROOT, Settings
from tests.fixtures.etl.packs import read_rows, write_rows

INDEX, FRAMEWORK, YEARS, NOW = "CARD", "card_made", (2019, 2020, 2021, 2022), 2023
FIELDS, PARTS, MOST = 10, 11, 1.0
LIMIT = 3.0
Scores = dict[str, dict[str, float]]


def fields() -> dict[str, list[str]]:
    """The criteria of each field: 10 x 11, which with the fields makes 120 components."""
    return {f"{f}": [f"{f}.{c}" for c in range(1, PARTS + 1)] for f in range(1, FIELDS + 1)}


def units() -> list[str]:
    """The 63 provinces as people write them."""
    rows = read_rows(ROOT / "data/reference/provinces.csv")
    return [r["name_vi"] for r in rows if r["unit_set"] == "63" and not r["valid_to"].startswith("2008")]


def scorecard(year: int) -> Scores:
    """Made-up scores: every province keeps its quality, with noise; fields are sums of their criteria."""
    found: Scores = {}
    for unit in units():
        quality = random.Random(unit).uniform(0.4, 0.95)
        draw = random.Random(f"{unit} {year}")
        row = {
            code: round(min(MOST, max(0.0, quality + draw.gauss(0, 0.08))), 2)
            for codes in fields().values()
            for code in codes
        }
        row |= {field: round(sum(row[code] for code in codes), 2) for field, codes in fields().items()}
        found[unit] = row | {INDEX: round(sum(row[field] for field in fields()), 2)}
    return found


def installation(folder: Path) -> Settings:
    """A pack with one made index of 121 components and four years of it, built and served."""
    data, definitions = folder / "data", folder / "definitions"
    shutil.copytree(ROOT / "data/reference", data / "reference")
    (definitions / FRAMEWORK).mkdir(parents=True)
    _define(definitions)
    sources = data / f"sources/{INDEX}"
    sources.mkdir(parents=True)
    shutil.copyfile(ROOT / "data/sources/sources.csv", data / "sources/sources.csv")
    header = ("withheld", "note_vi", "note_en")
    told = {"unit_set": "63", "n_units": "63", "complete": "1", "publishes_rank": "0", "source_id": "S001"}
    publication = dict.fromkeys(header, "") | told
    write_rows(sources / "publication.csv", [{"year": str(year), **publication} for year in YEARS])
    for year in YEARS:
        write_rows(sources / f"scores_{year}.csv", _facts(year))
    settings = Settings(data_dir=data, definitions_dir=definitions, releases_dir=folder / "releases")
    build(settings)
    return settings


def _facts(year: int) -> list[dict[str, str]]:
    blank = dict.fromkeys(("max_score", "rank", "use", "place", "note"), "")
    same = {"year": str(year), "unit_set": "63", "source_id": "S001", **blank}
    return [
        {**same, "unit": unit, "component": code, "score": f"{score:.2f}"}
        for unit, row in scorecard(year).items()
        for code, score in row.items()
    ]


def _define(folder: Path) -> None:
    header = read_rows(ROOT / "indices/definitions/indices.csv")[0]
    named = dict.fromkeys(header, "") | {"index_code": INDEX, "order": "1", "scope": "province"}
    texts = ("short_name_vi", "name_vi", "name_en", "publisher_vi", "publisher_en")
    write_rows(folder / "indices.csv", [named | dict.fromkeys(texts, "Made up")])
    told = {
        "id": FRAMEWORK,
        "index": INDEX,
        "name": {"vi": "x", "en": "x"},
        "years": [*YEARS, NOW],
        "unit_set": "63",
        "scale": {"min": 0, "max": FIELDS * PARTS * MOST, "unit": "points", "decimals": 2},
        "tolerance": {"index": 0.05, "field": 0.05},
    }
    (folder / FRAMEWORK / "framework.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    rows = [_component(INDEX, "", "index", FIELDS * PARTS)]
    for field, codes in fields().items():
        rows += [_component(field, INDEX, "field", PARTS)]
        rows += [_component(code, field, "criterion", 1) for code in codes]
    write_rows(folder / FRAMEWORK / "components.csv", rows)


def _component(code: str, parent: str, level: str, most: float) -> dict[str, str]:
    rule = "" if level == "criterion" else "sum_points"
    told = {"code": code, "parent": parent, "level": level, "name_vi": f"Tiêu chí {code}", "name_en": code}
    more = {"min_score": "0", "max_score": f"{most * MOST:g}", "rule": rule, "status": "proven"}
    return dict.fromkeys(TABLES["components"], "") | told | more


def workbook(path: Path) -> None:
    """The scorecard of the year as people send it: a sheet a field, a banner, a header, the field's sum."""
    scores = scorecard(NOW)
    with xlsxwriter.Workbook(str(path)) as book:
        for field, codes in fields().items():
            sheet = book.add_worksheet(f"Lĩnh vực {field}")
            sheet.write(0, 0, f"Bảng điểm lĩnh vực {field} năm {NOW}")
            sheet.write_row(2, 0, ["STT", "Tỉnh, thành phố", *[f"Tiêu chí {c}" for c in codes], "Cộng"])
            for number, (unit, row) in enumerate(scores.items(), start=1):
                sheet.write_row(2 + number, 0, [number, unit, *[row[c] for c in codes], row[field]])


def mapping() -> ImportMapping:
    """How that workbook is read."""
    sheets = [
        SheetMap(
            sheet=f"Lĩnh vực {field}",
            header_rows=(3,),
            unit=KeyColumn(header="Tỉnh, thành phố"),
            columns=(
                *[ColumnMap(header=f"Tiêu chí {code}", component=code) for code in codes],
                ColumnMap(header="Cộng", component=field),
            ),
        )
        for field, codes in fields().items()
    ]
    source = SourceOfFile(publisher="x", date="2024-01-02")
    return ImportMapping(name="bench", index=INDEX, year=NOW, source=source, sheets=tuple(sheets))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall seconds, and processor seconds of this process and its children: these need no quiet machine."""
    wall, cpu = time.perf_counter(), sum(_cpu())
    work()
    return time.perf_counter() - wall, sum(_cpu()) - cpu


def _cpu() -> tuple[float, ...]:
    return os.times()[:4]


def one() -> None:
    """The measurements, in a process of their own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings, book = installation(folder), folder / "Bảng điểm.xlsx"
        workbook(book)
        (folder / "bench.yaml").write_text(mapping_yaml(mapping()), encoding="utf-8")
        naive = timed(lambda: pd.read_excel(book, sheet_name=None, engine="openpyxl", header=None))
        first = timed(lambda: _brought(Intake(settings), book))
        shutil.rmtree(settings.imports_dir)
        warm = timed(lambda: _brought(Intake(settings), book))
        shutil.rmtree(settings.imports_dir)
        command = timed(lambda: _commanded(settings, book, folder / "bench.yaml"))
    count = FIELDS * PARTS + FIELDS
    print(f"a scorecard of {len(units())} x {count} on {FIELDS} sheets: {len(units()) * count:,} figures")
    for title, (wall, cpu) in (
        ("pandas + openpyxl, reading only", naive),
        ("kept, read, checked and staged, the first", first),
        (f"the same in a warm app (limit {LIMIT:g} s)", warm),
        ("python -m etl import, from a cold start", command),
    ):
        print(f"{title:44} {wall:6.2f} s wall  {cpu:6.2f} s cpu", flush=True)


def _commanded(settings: Settings, book: Path, told: Path) -> None:
    places = [f"--{n}={getattr(settings, f'{n}_dir')}" for n in ("data", "definitions", "releases")]
    words = [sys.executable, "-m", "etl", "import", str(book), "--mapping", str(told), "--json", *places]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


def _brought(intake: Intake, book: Path) -> None:
    upload = intake.receive(book.name, book.read_bytes(), "bench")
    draft = intake.stage(upload.file_id, mapping(), "bench")
    if draft.state is not State.STAGED:
        raise SystemExit(draft.reason)


def report() -> None:
    """Run the measurements in a process of their own and print them."""
    subprocess.run([sys.executable, "-m", "bench.intake_staging"], cwd=ROOT, check=True)


if __name__ == "__main__":
    one()
