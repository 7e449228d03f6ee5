"""What reading a file that somebody brought costs, beside plain pandas and openpyxl in the same run.

`report()` makes the files, then runs every measurement in a process of its own. By hand, on any file:
`python -m bench.intake workbook FILE`.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import xlsxwriter

from etl.readers.files import open_workbook, read_columns
from etl.readers.workbook import column_letters
from indices.errors import SourceError
from tests.hostile import HOSTILE
from tests.packages import sheet_xml, xlsx_parts

ROOT = Path(__file__).resolve().parent.parent
PROVINCES = ("Hà Nội", "Quảng Ninh", "Đà Nẵng", "Thừa Thiên Huế")
SHEETS, UNITS, COMPONENTS = 10, 63, 120
ROWS, COLUMNS = 200_000, 40
Cost = dict[str, float | str]


def scorecard(path: Path) -> None:
    """A workbook of 10 sheets, 63 units by 120 columns each, a fifth of them percents."""
    chance = random.Random(1)
    with xlsxwriter.Workbook(path) as book:
        percent = book.add_format({"num_format": "0.00%"})
        for number in range(SHEETS):
            sheet = book.add_worksheet(f"Trụ cột {number + 1}")
            sheet.write_row(0, 0, ["TT", "Tỉnh", *(f"Tiêu chí {at}" for at in range(COMPONENTS - 2))])
            for row in range(1, UNITS + 1):
                sheet.write_row(row, 0, [row, f"Tỉnh {row}"])
                for at in range(2, COMPONENTS):
                    sheet.write(row, at, chance.random(), percent if at % 5 == 0 else None)


def answers(number: int, chance: random.Random) -> list[str | int | float]:
    """One respondent: an id, a province, 37 codes and a weight."""
    codes = [chance.randrange(1, 6) for _ in range(COLUMNS - 3)]
    return [f"P{number:06d}", PROVINCES[number % 4], *codes, chance.random()]


def header() -> list[str]:
    """Names of the columns of the survey."""
    return ["id", "tinh", *(f"q{at}" for at in range(COLUMNS - 3)), "weight"]


def survey_csv(path: Path) -> None:
    """200,000 respondents by 40 columns as CSV."""
    chance = random.Random(2)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join(header()) + "\n")
        for number in range(ROWS):
            stream.write(",".join(map(str, answers(number, chance))) + "\n")


def survey_xlsx(path: Path) -> None:
    """The same as a workbook, written as XML: a library would take minutes."""
    chance = random.Random(2)
    letters = [column_letters(at) for at in range(1, COLUMNS + 1)]
    parts = xlsx_parts({"Data": ""}, shared="".join(f"<si><t>{name}</t></si>" for name in PROVINCES))
    first, last = sheet_xml("").split("<sheetData></sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            if "sheet1" not in name:
                archive.writestr(name, part)
        with archive.open("xl/worksheets/sheet1.xml", "w") as stream:
            stream.write(f"{first}<sheetData><row r='1'>{_texts(header(), letters, 1)}</row>".encode())
            for number in range(ROWS):
                stream.write(_row(answers(number, chance), letters, number + 2).encode())
            stream.write(f"</sheetData>{last}".encode())


def _texts(texts: list[str], letters: list[str], row: int) -> str:
    cells = zip(letters, texts, strict=False)
    return "".join(f'<c r="{at}{row}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in cells)


def _row(values: list[str | int | float], letters: list[str], row: int) -> str:
    shared = f'<c r="B{row}" t="s"><v>{(row - 2) % 4}</v></c>'
    numbers = "".join(
        f'<c r="{at}{row}"><v>{value}</v></c>' for at, value in zip(letters[2:], values[2:], strict=True)
    )
    return f'<row r="{row}">{_texts([str(values[0])], letters, row)}{shared}{numbers}</row>'


def _plain_excel(path: Path) -> object:
    return pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")


READINGS: dict[str, Callable[[Path], object]] = {
    "workbook": open_workbook,
    "columns": read_columns,
    "pandas_excel": _plain_excel,
    "pandas_csv": pd.read_csv,
}


def one(reading: str, path: Path) -> Cost:
    """What one reading costs in this process (`self`) and in the one that reads for it (`child`).

    Wall and processor seconds, the second being what a quiet machine would need; peak memory in MiB; `told`:
    the sentence of a file that is refused.
    """
    told = ""
    start, before = time.perf_counter(), _processor()
    try:
        READINGS[reading](path)
    except SourceError as error:
        told = error.problems[0].what
    wall = time.perf_counter() - start
    cpu = _processor() - before
    self_peak, child_peak = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {"wall": wall, "cpu": cpu, "self": self_peak, "child": child_peak, "told": told}


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def apart(reading: str, path: Path) -> Cost:
    """`one` in a process of its own."""
    command = [sys.executable, "-m", "bench.intake", reading, str(path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: Cost = json.loads(done.stdout.splitlines()[-1])
    return found


def report() -> None:
    """Print every reading beside plain pandas, then what the worst of the hostile files costs."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"scores": Path(folder) / "scores.xlsx", "xlsx": Path(folder) / "survey.xlsx",
                 "csv": Path(folder) / "survey.csv"}  # fmt: skip
        scorecard(files["scores"])
        survey_xlsx(files["xlsx"])
        survey_csv(files["csv"])
        size = f"{SHEETS} sheets × {UNITS} × {COMPONENTS}"
        _line(f"scorecard, {size} (limit 1 s, 512 MiB)", apart("workbook", files["scores"]))
        _line("  the same, pandas and openpyxl", apart("pandas_excel", files["scores"]))
        _line(f"survey {ROWS:,} × {COLUMNS}, XLSX (limit 15 s, 1024 MiB)", apart("columns", files["xlsx"]))
        _line("  the same, pandas and openpyxl", apart("pandas_excel", files["xlsx"]))
        _line(f"survey {ROWS:,} × {COLUMNS}, CSV (limit 3 s, 1024 MiB)", apart("columns", files["csv"]))
        _line("  the same, pandas", apart("pandas_csv", files["csv"]))
        _hostile(Path(folder))


def _hostile(folder: Path) -> None:
    """The slowest and the largest of the files that are refused."""
    costs: dict[str, Cost] = {}
    for hostile in HOSTILE:
        path = folder / hostile.name
        path.write_bytes(hostile.content())
        costs[hostile.name] = apart("workbook", path)
        assert costs[hostile.name]["told"], f"{hostile.name} was not refused"
    for measure, worst in (("cpu", "slowest"), ("child", "largest")):
        name = max(costs, key=lambda name: float(costs[name][measure]))
        _line(f"{worst} of {len(costs)} hostile files (limit 10 s, 512 MiB): {name}", costs[name])


def _line(label: str, cost: Cost) -> None:
    reader = f"reader {cost['child']:6.0f} MiB" if cost["child"] else "no process of its own"
    spent = f"{cost['wall']:8.3f} s  {cost['cpu']:8.3f} s cpu"
    print(f"{label:72} {spent}  {reader}, asking {cost['self']:6.0f} MiB", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(one(sys.argv[1], Path(sys.argv[2]))))
    else:
        report()
