"""The parts of README.md and docs/ that are made from the release, so that they cannot go stale.

A generated part stands between `<!-- generated:NAME -->` and `<!-- /generated -->`.
`make docs` writes them; a test compares.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def spans(years: list[int]) -> str:
    """Years as ranges: [2012, 2013, 2015] -> '2012-2013, 2015'."""
    parts: list[list[int]] = []
    for year in sorted(years):
        if parts and year == parts[-1][1] + 1:
            parts[-1][1] = year
        else:
            parts.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def coverage_table(warehouse: Any) -> str:
    """Index by index: publisher, years with figures, years complete, decisions defined."""
    indices, coverage, frameworks = warehouse.indices(), warehouse.coverage(), warehouse.frameworks()
    rows = [
        "| Index | Publisher | Years with figures | Complete for all units published | Frameworks |",
        "|---|---|---|---|---|",
    ]
    for index in indices.itertuples():
        mine = coverage[coverage["index_code"] == index.index_code]
        years = spans(sorted(set(mine["year"])))
        whole = spans(sorted(set(mine.loc[mine["complete"].astype(bool), "year"]))) or "-"
        count = int((frameworks["index_code"] == index.index_code).sum())
        rows.append(
            f"| {index.short_name_vi}: {index.name_en} | {index.publisher_en} | {years} | {whole} | {count} |"
        )
    return "\n".join(rows)


def reconciliation_table(warehouse: Any) -> str:
    """Published against recomputed, summed over each index."""
    frame = warehouse.reconciliation()
    columns = ["cells", "exact", "within_rounding", "within_tolerance", "approximate", "differs", "summed"]
    total = frame.groupby("index_code", sort=False)[columns].sum()
    rows = [
        "| Index | Cells compared | Exact | In rounding | In tolerance | Approximate | Differs | Sums |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows += [
        f"| {code} | " + " | ".join(f"{int(v):,}" for v in values) + " |"
        for code, values in zip(total.index, total.to_numpy(), strict=True)
    ]
    return "\n".join(rows)


def known_difference_table(warehouse: Any) -> str:
    """Every accepted difference between the published and the recomputed, with its reason."""
    frame = warehouse.known_differences()
    rows = ["| Index | Year | Component | At most | Why |", "|---|---|---|---|---|"]
    rows += [
        f"| {r.index_code} | {int(r.year)} | {r.component_code} | {r.max_abs:g} | {r.reason_en} |"
        for r in frame.itertuples()
    ]
    return "\n".join(rows)


def check_table(_: Any) -> str:
    """Every check on figures that are brought in: id, level, what it says, when, what to do."""
    from etl.intake.checks import CHECKS
    from etl.intake.checks.texts import told

    rows = ["| Check | Level | Says | When | To do |", "|---|---|---|---|---|"]
    for check in CHECKS:
        texts = told(check.id, "en")
        assert texts is not None
        rows.append(f"| `{check.id}` | {check.level} | {texts.title} | {check.meaning} | {texts.mend} |")
    return "\n".join(rows)


PARTS: dict[str, dict[str, Callable[[Any], str]]] = {
    "README.md": {"coverage": coverage_table},
    "docs/checks.md": {"checks": check_table},
    "docs/reconciliation.md": {
        "reconciliation": reconciliation_table,
        "known-differences": known_difference_table,
    },
}


def with_part(text: str, name: str, body: str) -> str:
    """The document with the named part replaced."""
    pattern = re.compile(rf"(<!-- generated:{name} -->\n).*?(<!-- /generated -->)", flags=re.S)
    assert pattern.search(text), f"no place for the generated part {name}"
    return pattern.sub(lambda m: f"{m.group(1)}{body}\n{m.group(2)}", text)


def documents(warehouse: Any) -> dict[str, str]:
    """Each document with generated parts as it should read for this release."""
    texts = {}
    for path, parts in PARTS.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        for name, make in parts.items():
            text = with_part(text, name, make(warehouse))
        texts[path] = text
    return texts


def main() -> None:
    """Write every generated part from the current release."""
    from etl.settings import Settings
    from etl.warehouse.queries import Warehouse

    for path, text in documents(Warehouse(Settings().releases_dir / "current.json")).items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if "--write" not in sys.argv:
        sys.exit("say --write to write the generated parts")
    main()
