"""Sentences made from data: what changed, how far from others, the headline."""

from indices.rounding import rounded
from layouts.target_words import goal, is_rank, needed
from layouts.text import arrow, has, listing, number, rank_of, short_name, t, tn, upper_first
from layouts.views import CardView, Row, Scale

HEADLINE_YEARS = 3  # an older figure is history, not where a province stands


def score_unit(scale: Scale, lang: str) -> str:
    """The word after a difference of scores: điểm, điểm %."""
    return t(f"unit.change_{scale.unit}", lang)


def out_of(scale: Scale, lang: str) -> str:
    """What a score is out of: "/100", "%", "/80"; nothing when the maximum is not known."""
    if scale.unit == "percent":
        return "%"
    return f"/{number(scale.maximum, 0, lang)}" if has(scale.maximum) else ""


def change_parts(card: CardView, lang: str) -> list[tuple[str, float | None]]:
    """(text, direction) of the change in score and in rank; empty when there is no earlier year."""
    row = card.row or {}
    parts: list[tuple[str, float | None]] = []
    if has(row.get("change")):
        moved = rounded(row["change"], card.scale.decimals)
        parts.append((f"{arrow(moved, card.scale.decimals, lang)} {score_unit(card.scale, lang)}", moved))
    if has(row.get("rank_change")):
        parts.append((rank_move(row["rank_change"], lang), row["rank_change"]))
    return parts


def rank_move(places: float, lang: str) -> str:
    """ "▲ 2 bậc", "▼ 1 bậc", "giữ hạng"."""
    if not places:
        return t("card.same_rank", lang)
    return f"{'▲' if places > 0 else '▼'} {tn('common.places', abs(int(places)), lang)}"


def compared_with(card: CardView, lang: str) -> str:
    """Against which year a change is, and what it may not be compared with."""
    row = card.row or {}
    kind = row.get("comparability")
    if kind in (None, "no_previous") or not has(row.get("prev_year")):
        return t("card.no_previous", lang)
    year, skipped = row["prev_year"], _skipped(row, card.withheld)
    if kind == "not_comparable":
        return t("card.not_comparable", lang, year=year)
    words = t(f"card.{kind}", lang, year=year)
    return f"{words} {t('card.skipped', lang, years=listing(skipped, lang))}" if skipped else words


def _skipped(row: Row, withheld: tuple[Row, ...]) -> list[str]:
    between = range(int(row["prev_year"]) + 1, int(row["year"]))
    return [str(year) for year in between if year in {w["year"] for w in withheld}]


def standing(card: CardView, lang: str) -> tuple[str, str]:
    """(headline, rest) of where the province stands: group first where the index says so, else rank of n."""
    row = card.row or {}
    known = has(row.get("rank"))
    rank = t("card.rank", lang, rank=rank_of(row["rank"], row["n_ranked"])) if known else ""
    computed = t("card.rank_computed", lang) if known and row["rank_kind"] == "computed" else ""
    group = t("card.group", lang, group=card.group) if card.group else ""
    if group and card.scale.headline == "group":
        return group, f"{rank} {computed}".strip()
    if not known:
        return t("card.rank_unknown", lang), group
    return rank, " · ".join(part for part in (computed, group) if part)


def gap_sentence(card: CardView, lang: str) -> str:
    """How far from the mean and from the leader (or from the second when leading)."""
    row = card.row or {}
    told = [part for part in (_mean_gap(row, card.scale, lang), _leader_gap(card, lang)) if part]
    return upper_first("; ".join(told)) + "." if told else ""


def mean_name(row: Row, lang: str, short: bool = False) -> str:
    """Which mean it is: published, of all units, or of those in the data."""
    form = "short" if short else "long"
    return t(f"mean.{row['mean_kind']}.{form}", lang, n=row.get("n_values"))


def _mean_gap(row: Row, scale: Scale, lang: str) -> str:
    if not has(row.get("gap_mean")):
        return ""
    values = {
        "mean": number(row["mean"], scale.decimals, lang),
        "name": mean_name(row, lang),
        "unit": score_unit(scale, lang),
    }
    gap = rounded(row["gap_mean"], scale.decimals)
    key = "above" if gap > 0 else "below" if gap < 0 else "equal"
    return t(f"gap.mean_{key}", lang, gap=number(abs(gap), scale.decimals, lang), **values)


def _leader_gap(card: CardView, lang: str) -> str:
    """Behind the first, or ahead of the second; with scores of a part only, "of those in the data"."""
    row, scale, unit = card.row or {}, card.scale, score_unit(card.scale, lang)
    if has(row.get("gap_leader")) and row["gap_leader"] < 0:
        gap = number(-row["gap_leader"], scale.decimals, lang)
        told = {"leader": _leader(row, lang), "value": number(row["leader_value"], scale.decimals, lang)}
        key = "gap.leader_below" if card.first_known else "gap.highest_below"
        return t(key, lang, gap=gap, unit=unit, **told)
    if card.runner_up:
        ahead = number(row["value"] - card.runner_up.value, scale.decimals, lang)
        return t("gap.second", lang, second=card.runner_up.name, gap=ahead, unit=unit)
    return ""


def _leader(row: Row, lang: str) -> str:
    return str(row[f"leader_name_{lang}"] or row["leader_name_vi"])


def card_notes(card: CardView, lang: str) -> list[str]:
    """What a reader must know beside the figures: later ranks, withheld years, partial data."""
    row = card.row
    notes = [
        t("card.later_rank", lang, year=later["year"], rank=rank_of(later["rank"], later["n_ranked"]))
        for later in card.later_ranks[-1:]
    ]
    notes += [
        t("card.withheld", lang, year=w["year"]) + (f" {w['reason']}." if w["reason"] else "")
        for w in card.withheld
        if not row or w["year"] > row["year"]
    ]
    if row and row["value_kind"] == "recomputed":
        notes.append(t("card.recomputed", lang))
    if row and row.get("mean_kind") == "partial":
        held, total = len(card.strip.values) if card.strip else 1, row["n_units"]
        key = "partial_over" if has(total) and held > total else "partial"
        notes.append(t(f"card.{key}", lang, n=held, total=total or "?"))
    if row and row.get("comparability") == "not_comparable" and card.reason:
        notes.append(t("card.reason", lang, reason=card.reason))
    return notes


def leads(card: CardView) -> bool:
    """First of those ranked in the latest year whose rank is known."""
    return bool(card.standing) and card.standing.get("rank") == 1  # type: ignore[union-attr]


def headline(province: str, cards: tuple[CardView, ...], lang: str) -> str:
    """The overview in words: where it leads, what rose and fell, where it stands worst."""
    measured = recent(cards)
    if not measured:
        return t("headline.nothing", lang, province=province)
    first = [card for card in measured if leads(card)]
    if first:
        opening = t("headline.leads", lang, province=province, indices=by_year(first, lang))
    else:
        opening = _best(province, measured, lang)
    sentences = [opening, _movers(measured, lang), _worst(measured, lang)]
    return " ".join(sentence for sentence in sentences if sentence)


def recent(cards: tuple[CardView, ...]) -> tuple[CardView, ...]:
    """Cards worth a headline: measured or ranked within a few years of the newest one on the page."""
    known = [(card.standing["year"], card) for card in cards if card.standing]
    newest = max((year for year, _ in known), default=0)
    return tuple(card for year, card in known if newest - year <= HEADLINE_YEARS)


def by_year(cards: list[CardView], lang: str) -> str:
    """ "A, B 2023 và C 2024": names grouped under their measured year."""
    years: dict[int, list[str]] = {}
    for card in cards:
        years.setdefault((card.standing or {})["year"], []).append(short_name(card.info, lang))
    return listing([f"{', '.join(names)} {year}" for year, names in years.items()], lang)


def _ranked(cards: tuple[CardView, ...]) -> list[tuple[float, CardView]]:
    """Cards with a rank, the best place first. Places, not shares: a list cut at its top is no short list."""
    known = [(card.standing["rank"], card) for card in cards if card.standing and has(card.standing["rank"])]
    return sorted(known, key=lambda pair: pair[0])


def _placed(card: CardView, lang: str) -> dict[str, str]:
    """Index with the year of its latest rank, and that rank."""
    row = card.standing or {}
    return {
        "index": f"{short_name(card.info, lang)} {row.get('year')}",
        "rank": rank_of(row.get("rank"), row.get("n_ranked")),
    }


def _best(province: str, cards: tuple[CardView, ...], lang: str) -> str:
    ranked = _ranked(cards)
    if not ranked:
        return t("headline.no_rank", lang, province=province)
    best = ranked[0][1]
    return t("headline.best", lang, province=province, **_placed(best, lang))


def _worst(cards: tuple[CardView, ...], lang: str) -> str:
    """The lowest standing, with the rank target it misses when there is one."""
    ranked = _ranked(cards)
    if len(ranked) < 2 or leads(ranked[-1][1]):
        return ""
    card = ranked[-1][1]
    year = (card.standing or {})["year"]
    aims = [aim for aim in card.targets if is_rank(aim) and aim["measured_year"] == year]
    missed = [aim for aim in aims if needed(aim, lang)]
    told = {"needed": needed(missed[0], lang), "goal": goal(missed[0], lang)} if missed else {}
    target = t("headline.worst_target", lang, **told) if told else ""
    return t("headline.worst", lang, **_placed(card, lang), target=target)


def _movers(cards: tuple[CardView, ...], lang: str) -> str:
    """Rises and falls in score since the year before; in full where the rank went the other way."""
    up, down, against = [], [], []
    for card in cards:
        by = rounded((card.row or {}).get("change") or 0, card.scale.decimals)
        if by and _contrary(card, by):
            against.append(_moved_but(card, by, lang))
        elif by:
            (up if by > 0 else down).append(short_name(card.info, lang))
    told = [
        t(f"headline.{way}", lang, indices=listing(names, lang))
        for way, names in (("up", up), ("down", down))
        if names
    ]
    clauses = [", ".join(told), *against]
    return upper_first("; ".join(clause for clause in clauses if clause)) + "." if told or against else ""


def _contrary(card: CardView, by: float) -> bool:
    places = (card.row or {}).get("rank_change")
    return has(places) and places * by < 0


def _moved_but(card: CardView, by: float, lang: str) -> str:
    row, way, other = card.row or {}, *(("up", "down") if by > 0 else ("down", "up"))
    places = t(f"headline.places_{other}", lang, count=abs(int(row["rank_change"])), rank=row["rank"])
    amount = f"{number(abs(by), card.scale.decimals, lang)} {score_unit(card.scale, lang)}"
    return t(f"headline.{way}_but", lang, index=short_name(card.info, lang), amount=amount, places=places)
