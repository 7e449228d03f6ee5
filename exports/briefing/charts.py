"""The charts of a briefing as numbers and words; native in slides and workbooks, pictures elsewhere."""

from __future__ import annotations

from itertools import cycle

from exports.briefing.losses import own_scales
from exports.briefing.model import Chapter, Chart, Row, Series, Table
from exports.briefing.parts import Part
from exports.briefing.words import Words, has
from indices.rounding import rounded

SHOWN = 10
LONGEST = 72
STEPS = 6  # of an axis of ranks
# The line that the title names stands out; the palest comes last.
OTHER_TONES = ("other", "down", "ink", "up", "faint")


def clipped(name: str, longest: int = LONGEST) -> str:
    """A name short enough to stand beside a bar, cut between words."""
    if len(name) <= longest:
        return name
    return name[: longest - 1].rsplit(" ", 1)[0].rstrip(",;( ") + "…"


def fields_chart(table: Table | None, part: Part) -> Chart | None:
    """The share of the maximum of every top component, this year and the last where comparable."""
    rows = [row for row in table.rows if not row.get("_strong") and has(row["max"])] if table else []
    if len(rows) < 2:
        return None
    w, keys = part.words, {col.key for col in (table.cols if table else ())}
    now = tuple(_share(row["value"], row["max"]) for row in rows)
    series = [Series(str(part.frames.year), now, "own")]
    same = all(has(row["change"]) for row in rows)
    if "before" in keys and same:
        before = tuple(_share(row["before"], row["max"]) for row in rows)
        series.insert(0, Series(_label(table, "before", w), before, "faint"))
    worst = min(range(len(rows)), key=lambda n: now[n] if now[n] is not None else 9)
    lowest = {"name": clipped(str(rows[worst]["name"]), 60), "share": w.percent(now[worst])}
    finding = w.t("fig.fields_lead", partial=part.partial, **lowest)
    sub = w.t("fig.fields_sub" if len(series) > 1 else "fig.fields_one")
    title = w.t("fig.fields", index=part.short, finding=finding)
    return _told(Chart("fields", "bars", title, sub, _names(rows), tuple(series), 1, percent=True), w)


def _label(table: Table | None, key: str, w: Words) -> str:
    label = next((col.label for col in (table.cols if table else ()) if col.key == key), "")
    return label.replace(w.t("c.score_of", year="").strip(), "").strip() or label


def _share(value: float | None, most: float | None) -> float | None:
    return value / most if has(value) and has(most) and most else None  # type: ignore[operator]


def _names(rows: list) -> tuple[str, ...]:
    return tuple(clipped(str(row["name"])) for row in rows)


def lost_chart(table: Table | None, part: Part) -> Chart | None:
    """Lost points, the most first; where components have scales of their own, shares of all lost points."""
    if table is None or len(table.rows) < 2:
        return None
    w, rows = part.words, list(table.rows[:SHOWN])
    apart = own_scales([{"lost": row["lost"], "lost_share": row["share"]} for row in table.rows])
    key, name, sub = ("share", "c.lost_share", "fig.lost_share_sub") if apart else (
        "lost", "c.lost", "fig.lost_sub")  # fmt: skip
    first = w.percent(rows[0][key]) if apart else w.number(rows[0][key], part.decimals)
    series = (Series(w.t(name), tuple(row[key] for row in rows), "down"),)
    told = {"name": clipped(str(rows[0]["name"]), 60), "lost": first, "partial": part.partial}
    title, places = w.t("fig.lost", index=part.short, **told), 1 if apart else part.decimals
    return _told(Chart("lost", "bars", title, w.t(sub), _names(rows), series, places, percent=apart), w)


def leaders_chart(table: Table | None, part: Part) -> Chart | None:
    """Ours, the mean and the best of every component."""
    if table is None or len(table.rows) < 2:
        return None
    w, rows = part.words, list(table.rows[:SHOWN])
    series = [Series(w.name(part.frames.unit or {}), tuple(row["value"] for row in rows), "own")]
    if all(has(row["mean"]) for row in rows):
        series.append(Series(w.t("fig.mean"), tuple(row["mean"] for row in rows), "faint"))
    series.append(Series(w.t("fig.best"), tuple(row["leader_value"] for row in rows), "other"))
    lead = rounded(rows[0]["gap"], part.decimals) >= 0
    finding = (
        w.t("fig.leaders_all") if lead else w.t("fig.leaders_lead", name=clipped(str(rows[0]["name"]), 60))
    )
    title = w.t("fig.leaders", index=part.short, finding=finding)
    chart = Chart(
        "leaders", "bars", title, w.t("fig.leaders_sub"), _names(rows), tuple(series), part.decimals
    )
    return _told(chart, w)


def sources_chart(table: Table | None, part: Part) -> Chart | None:
    """Points obtained and lost by source."""
    if table is None:
        return None
    w, rows = part.words, list(table.rows)
    series = (
        Series(w.t("fig.obtained"), tuple(row["value"] for row in rows), "own"),
        Series(w.t("fig.lost_name"), tuple(row["lost"] for row in rows), "down"),
    )
    most = max(rows, key=lambda row: row["lost"])
    told = {"name": most["name"], "lost": w.number(most["lost"], part.decimals)}
    title = w.t("fig.sources", index=part.short, **told)
    return _told(
        Chart("sources", "bars", title, w.t("fig.sources_sub"), _names(rows), series, part.decimals), w
    )


def standing_chart(chapters: list[Chapter], province: str, w: Words, year: int) -> Chart | None:
    """Every index as a share of its maximum, ours beside the mean and the leader where known."""
    held = [c for c in chapters if c.status == "published" and has(c.total["share"])]
    if not held:
        return None
    own = tuple(float(c.total["share"]) for c in held)
    series = [Series(province, own, "own")]
    means = tuple(_part_of(c, "mean") if c.total["mean_kind"] != "partial" else None for c in held)
    best = tuple(_part_of(c, "leader_value") for c in held)
    series += [Series(w.t("fig.mean"), means, "faint")] if any(has(v) for v in means) else []
    series += [Series(w.t("fig.leader"), best, "other")] if any(has(v) for v in best) else []
    order = sorted(range(len(held)), key=lambda n: -own[n])
    finding = (
        w.t("fig.standing_lead", index=held[order[0]].short, last=held[order[-1]].short)
        if len(held) > 1
        else w.t("fig.standing_one", index=held[0].short, share=w.percent(own[0]))
    )
    names = tuple(c.short for c in held)
    chart = Chart(
        "standing", "columns", finding, w.t("fig.standing_sub", year=year), names, tuple(series), 1, True
    )
    return _told(chart, w)


def _part_of(chapter: Chapter, key: str) -> float | None:
    """A score of the total as a part of the way from the lowest to the highest possible, like `share`."""
    value, low, most = chapter.total[key], chapter.total["min_score"], chapter.total["max_score"]
    own, share = chapter.total["value"], chapter.total["share"]
    if not has(value) or not has(most) or not most:
        return None
    floor = low if has(low) and has(own) and abs((own - low) / (most - low) - share) < 1e-6 else 0.0
    return float((value - floor) / (most - floor))


def ranks_chart(table: Table | None, province: str, w: Words) -> Chart | None:
    """The rank of every index over the years; a gap where nothing was published."""
    if table is None:
        return None
    years = [col.key.partition(":")[2] for col in table.cols if col.key.startswith("score:")]
    held = [row for row in table.rows if sum(has(row.get(f"_rank:{year}")) for year in years) > 1]
    if not held or len(years) < 2:
        return None
    moved = _moved(held, years)
    tones = cycle(OTHER_TONES)
    series = [
        Series(
            str(row["name"]),
            tuple(row.get(f"_rank:{year}") for year in years),
            "own" if row is (moved or held[0]) else next(tones),
        )
        for row in held
    ]
    title, sub = _moved_words(moved, years, w), w.t("fig.ranks_sub", province=province)
    return _told(Chart("ranks", "lines", title, sub, tuple(years), tuple(series), 0, reverse=True), w)


def _moved(rows: list[Row], years: list[str]) -> Row | None:
    """The index that moved by most places since the year before; None where no rank of both is known."""
    before, after = f"_rank:{years[-2]}", f"_rank:{years[-1]}"
    known = [row for row in rows if has(row.get(before)) and has(row.get(after))]
    return max(known, key=lambda one: abs(one[before] - one[after]), default=None)


def _moved_words(row: Row | None, years: list[str], w: Words) -> str:
    """How it moved, or that none did; the bare title without one."""
    if row is None:
        return w.t("fig.ranks")
    before, after = f"_rank:{years[-2]}", f"_rank:{years[-1]}"
    by = row[before] - row[after]
    ranks = {"before": int(row[before]), "after": int(row[after]), "prev": years[-2]}
    key = "fig.ranks_up" if by > 0 else "fig.ranks_down" if by < 0 else "fig.ranks_same"
    return w.t(key, index=row["name"], **ranks)


def ticks(chart: Chart) -> tuple[int, int]:
    """(the lowest rank that the axis shows, whole steps of it) of a chart of ranks."""
    worst = max((int(v) for one in chart.series for v in one.values if v is not None and has(v)), default=2)
    step = max(1, -(-(worst - 1) // STEPS))
    return 1 + step * max(1, -(-(worst - 1) // step)), step


def amount(value: float | None, chart: Chart, w: Words) -> str:
    """A value of a chart in words."""
    return w.percent(value) if chart.percent else w.number(value, chart.decimals)


def _told(chart: Chart, w: Words) -> Chart:
    """The chart with its numbers in words, for those who cannot see it."""
    values = []
    for n, category in enumerate(chart.categories):
        parts = [
            f"{one.name} {amount(one.values[n], chart, w)}" for one in chart.series if has(one.values[n])
        ]
        values += [f"{category}: {', '.join(parts)}"] if parts else []
    alt = w.t("fig.alt", title=chart.title, subtitle=chart.subtitle, values="; ".join(values))
    return Chart(**{**chart.__dict__, "alt": alt})
