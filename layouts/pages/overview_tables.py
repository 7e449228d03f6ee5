"""The table twins of the overview: the cards, the strips, the trends, the components, the gains."""

from layouts import narrative
from layouts.components.twin import Column, Table, plain
from layouts.pages.overview_parts import why
from layouts.text import name, short_name, t
from layouts.views import CardView, OverviewView

_SAME = ("rank", "n_ranked", "leader_value", "gap_leader")


def tables(view: OverviewView, lang: str) -> list[Table]:
    """The tables, with the same figures as the drawings and sentences above them."""
    made = [_cards(view, lang), _strips(view, lang), _trends(view, lang)]
    made += [_components(view, lang)] if view.components else []
    return [*made, _gains(view, lang)] if view.outlook.levers or view.outlook.risks else made


def _table(
    key: str, view: OverviewView, parts: tuple[list[Column], list[dict[str, object]]], lang: str
) -> Table:
    title = t(f"overview.table.{key}", lang, province=view.province)
    return Table(
        f"overview-{key}",
        title,
        parts[0],
        parts[1],
        note=t(f"overview.table.{key}_note", lang),
        meta=view.meta,
    )


def _columns(keys: dict[str, int | None], lang: str) -> list[Column]:
    return [Column(key, t(f"overview.column.{key}", lang), decimals) for key, decimals in keys.items()]


def _cards(view: OverviewView, lang: str) -> Table:
    keys = {
        "index": None, "year": None, "score": 4, "maximum": 0, "rank": 0, "n_ranked": 0, "group": None,
        "change": 4, "prev_year": None, "comparability": None, "rank_change": 0, "mean": 4, "mean_kind": None,
        "gap_mean": 4, "best": None, "leader_value": 4, "gap_leader": 4,
    }  # fmt: skip
    rows = [_card_row(card, lang) for card in view.cards]
    return _table("cards", view, (_columns(keys, lang), rows), lang)


def _card_row(card: CardView, lang: str) -> dict[str, object]:
    row = card.row or {}
    same = [*_SAME, "change", "prev_year", "rank_change", "mean", "gap_mean"]
    told = {
        "index": short_name(card.info, lang), "year": row.get("year"), "score": row.get("value"),
        "maximum": card.scale.maximum, "group": card.group or None,
        "comparability": narrative.compared_with(card, lang) if row else None,
        "mean_kind": narrative.mean_name(row, lang) if row.get("mean_kind") else None,
        "best": name(row, lang, "leader_name") if row.get("leader_name_vi") else None,
    }  # fmt: skip
    return {key: plain(value) for key, value in (told | {key: row.get(key) for key in same}).items()}


def _strips(view: OverviewView, lang: str) -> Table:
    drawn = [card for card in view.cards if card.strip]
    # The fullest strip gives the alphabetical order (that of the query), the others add what it lacks.
    fullest_first = sorted(drawn, key=lambda card: -len(card.strip.values))  # type: ignore[union-attr]
    names = dict.fromkeys(unit for card in fullest_first for unit, _ in card.strip.values)  # type: ignore[union-attr]
    scores = {card.code: dict(card.strip.values) for card in drawn}  # type: ignore[union-attr]
    columns = [
        Column("unit", t("common.province", lang)),
        *[Column(card.code, card.label(lang), card.scale.decimals) for card in drawn],
    ]
    rows: list[dict[str, object]] = [
        {"unit": unit} | {code: held.get(unit) for code, held in scores.items()} for unit in names
    ]
    return _table("strips", view, (columns, rows), lang)


def _trends(view: OverviewView, lang: str) -> Table:
    drawn = [card for card in view.cards if card.trend]
    values = {card.code: {p.year: p.value for p in card.trend} for card in drawn}
    years = sorted({year for held in values.values() for year in held})
    columns = [
        Column("year", t("common.year", lang)),
        *[Column(c.code, short_name(c.info, lang), c.scale.decimals) for c in drawn],
    ]
    rows: list[dict[str, object]] = [
        {"year": str(year)} | {code: held.get(year) for code, held in values.items()} for year in years
    ]
    return _table("trends", view, (columns, rows), lang)


def _components(view: OverviewView, lang: str) -> Table:
    """All components right under a total, those of the table of weakest and strongest among them."""
    keys = {
        "component": None, "index": None, "score": 4, "maximum": 2, "lost_part": 4, "rank": 0, "n_ranked": 0,
        "change": 4, "prev_year": None, "best": None, "leader_value": 4, "gap_leader": 4, "why": None,
    }  # fmt: skip
    rows = []
    for item in view.components:
        row = item.row
        told = {
            "component": name(row, lang, "component_name"),
            "index": item.card.label(lang), "score": row["value"],
            "maximum": row["max_score"], "lost_part": item.lost_part, "why": why(row, lang) or None,
            "best": name(row, lang, "leader_name") if row["leader_name_vi"] else None,
        }  # fmt: skip
        same = {key: row[key] for key in (*_SAME, "change", "prev_year")}
        rows.append({key: plain(value) for key, value in (told | same).items()})
    return _table("components", view, (_columns(keys, lang), rows), lang)


def _gains(view: OverviewView, lang: str) -> Table:
    """What would gain and lose places: a row a lever or a risk."""
    kinds = {
        "component": None,
        "index": None,
        "now": 4,
        "to": 4,
        "to_what": None,
        "points": 4,
        "places": 0,
        "most": 0,
    }
    levers = [
        {
            "component": name(one.component, lang),
            "index": one.card.label(lang), "now": one.value, "to": one.best,
            "to_what": one.holder, "points": one.gain, "places": one.places, "most": one.most,
        }
        for one in view.outlook.levers
    ]  # fmt: skip
    dangers = [
        {
            "component": name(one.component, lang),
            "index": one.card.label(lang), "now": one.value, "to": one.to,
            "to_what": t(f"outlook.basis_{one.basis}", lang), "points": -one.loss, "places": -one.places,
            "most": None,
        }
        for one in view.outlook.risks
    ]  # fmt: skip
    columns = [Column(key, t(f"outlook.twin.{key}", lang), places) for key, places in kinds.items()]
    return _table("gains", view, (columns, [*levers, *dangers]), lang)
