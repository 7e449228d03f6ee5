"""The targets page: every target, its arithmetic redone, filters, and what is not known said plainly."""

from __future__ import annotations

from typing import Any

import pytest

from callbacks import engine, target_more, targets
from callbacks.services import Services
from callbacks.url_state import Facts
from etl.warehouse.queries import Warehouse
from indices.forecast import Forecast, ForecastSettings, forecast
from indices.trend import comparable_run
from layouts import target_words as words
from layouts.figures.bullet import bullet, rank_scale, scale
from layouts.pages.targets import GROUPS, NO_FIGURE, group_of, pace_line
from layouts.text import span
from layouts.views import TargetsView
from tests.app.conftest import of_type, shown, state_of

EXTRAS = (targets.AREA, targets.STATUS)


@pytest.fixture(scope="module")
def view(warehouse: Warehouse, facts: Facts) -> TargetsView:
    """All targets of Quảng Ninh."""
    return targets.build_view(warehouse, state_of("?tinh=quang-ninh", facts, extras=EXTRAS), facts)


def page_of(search: str, services: Services, facts: Facts) -> Any:
    """The drawn page."""
    return targets.render(services, state_of(search, facts, extras=EXTRAS)).children


def by_id(view: TargetsView) -> dict[str, Any]:
    """Target rows by id."""
    return {item.row["target_id"]: item.row for item in view.items}


def test_every_target_is_there_and_counted_once(view: TargetsView, warehouse: Warehouse) -> None:
    own = warehouse.targets("63:22")
    assert len(view.items) == view.total == len(own)
    assert sum(view.counts.values()) == view.total
    assert [group_of(item.row) for item in view.items] == sorted(
        (group_of(item.row) for item in view.items), key=(*GROUPS, NO_FIGURE).index
    )


def test_the_score_to_hold_is_met(view: TargetsView) -> None:
    row = by_id(view)["QN-PAR-BEST"]
    assert row["status"] == "met"
    assert "92,18 điểm" in words.arithmetic(row, "vi")
    assert words.goal(row, "vi") == "từ 92,18 điểm"


def test_the_rank_target_says_what_is_missing(view: TargetsView) -> None:
    row = by_id(view)["QN25-DTI"]
    assert row["status"] == "behind"
    assert words.needed(row, "vi") == "còn 14 bậc"
    assert "hạng 17" in words.arithmetic(row, "vi")
    assert "14 places" in words.arithmetic(row, "en")


def test_each_gap_follows_from_the_numbers_beside_it(view: TargetsView) -> None:
    for item in view.items:
        row = item.row
        if row["gap"] is None or row["operator"] == words.RISE:
            continue
        sign = 1 if words.is_rank(row) or row["operator"] == "<=" else -1
        assert row["gap"] == pytest.approx(max(0.0, sign * (row["measured_value"] - row["value"])))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_target_can_be_said(warehouse: Warehouse, lang: str) -> None:
    from callbacks.records import records

    for row in records(warehouse.targets()):
        assert words.goal(row, lang)
        assert words.status(row, lang)
        assert words.reason(row, lang) != row["reason_code"], f"no words for {row['reason_code']}"
        assert words.word("area", row["area"], lang) != row["area"]
        assert "None" not in words.arithmetic(row, lang) + words.result(row, lang) + words.due(row, lang)


def test_targets_without_a_figure_are_listed_plainly(services: Services, facts: Facts) -> None:
    page = page_of("?tinh=quang-ninh", services, facts)
    assert "Chưa có số liệu" in shown(page)
    assert "Doanh nghiệp thành lập mới" in shown(page)
    assert "10.000 doanh nghiệp" in shown(page)
    assert "124/NQ-HĐND" in shown(page)


def test_related_figures_stand_beside_and_are_not_the_result(services: Services, facts: Facts) -> None:
    page = page_of("?tinh=quang-ninh&lv=satisfaction", services, facts)
    related = [shown(fold) for fold in of_type(page, "Details") if "90,61%" in shown(fold)]
    assert related
    assert "không dùng để kết luận" in related[0]


def test_filters_narrow_and_say_so(services: Services, facts: Facts, warehouse: Warehouse) -> None:
    state = state_of("?tinh=quang-ninh&lv=index&tt=behind", facts, extras=EXTRAS)
    view = targets.build_view(warehouse, state, facts)
    assert {item.row["area"] for item in view.items} == {"index"}
    assert {group_of(item.row) for item in view.items} == {"behind"}
    assert [one.chosen for one in view.statuses].count(True) == 1
    assert "lv=index" in view.meta["filters"]


def test_an_unknown_filter_is_dropped_with_a_repair(services: Services, facts: Facts) -> None:
    rendered = targets.render(services, state_of("?lv=abc&tt=met", facts, extras=EXTRAS))
    assert [repair.asked for repair in rendered.repairs] == ["abc"]


def test_a_province_without_targets_leads_to_those_with(services: Services, facts: Facts) -> None:
    page = page_of("?tinh=ha-noi", services, facts)
    hrefs = [getattr(link, "href", "") for link in of_type(page, "A")]
    assert "/muc-tieu?tinh=quang-ninh" in hrefs
    assert "/muc-tieu?tinh=binh-dinh" in hrefs


def test_bullets_place_value_and_target() -> None:
    assert scale(50, 80, 0, 100) == (0.5, 0.8)
    assert scale(150, 80, 0, 100) == (1.0, 0.8)
    assert scale(None, 80, 0, 100) == (None, 0.8)
    assert rank_scale(1, 63, 63) == (1.0, pytest.approx(1 / 63))
    drawn = bullet(words.Bullet(None, 0.5, "cannot_say", "no figure"))
    assert len(drawn.children) == 1
    assert getattr(drawn, "aria-label") == "no figure"


@pytest.mark.parametrize(
    ("iso", "vi", "en"),
    [
        ("2024-01..2024-04", "01–04/2024", "January–April 2024"),
        ("2023-12..2024-04", "12/2023–04/2024", "December 2023–April 2024"),
        ("2022-06", "06/2022", "June 2022"),
        ("2021", "2021", "2021"),
        ("2021..2023", "2021–2023", "2021–2023"),
    ],
)
def test_periods_read_as_people_write_them(iso: str, vi: str, en: str) -> None:
    assert (span(iso, "vi"), span(iso, "en")) == (vi, en)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_note_calls_other_targets_by_their_names(
    view: TargetsView, services: Services, facts: Facts, lang: str
) -> None:
    said = str(shown(page_of(f"?tinh=quang-ninh&lang={lang}", services, facts)))
    rows = by_id(view)
    assert not [one for one in rows if one in said]
    naming = next(row for row in rows.values() if "QN25-DTI" in str(row["note_vi"]))
    assert f"“{words.name(rows['QN25-DTI'], lang)}”" in words.note(
        naming, {one: words.name(row, lang) for one, row in rows.items()}, lang
    )


@pytest.mark.parametrize("points", [1, 2])
def test_a_series_too_short_is_told_without_a_wrong_plural(view: TargetsView, points: int) -> None:
    said = words.outlook(Forecast(2025, points, "too_short"), by_id(view)["QN25-DTI"], "en")
    assert said == f"No forecast: {points} of the 6 comparable years that one needs."


def test_forecasts_are_the_engine_s_or_say_why_not(
    services: Services, facts: Facts, view: TargetsView
) -> None:
    full = targets.explained(services, view)
    items = {item.row["target_id"]: item for item in full.items}
    assert items["QN25-DTI"].forecast.reason == target_more.RANK
    assert items["QN25-COMP-UP"].forecast.reason == target_more.COUNT
    score = items["QN-PAR-BEST"]
    rows = services.warehouse.scores("PAR", unit_id="63:22", component_code="PAR", view="main")
    held = rows[rows["value"].notna()].set_index("year")["value"].sort_index()
    run = comparable_run(engine.read_registry(services, "PAR"), ("PAR", "PAR"), [int(y) for y in held.index])
    if len(run) >= 6:
        assert score.forecast == forecast(run, [float(held[y]) for y in run], run[-1] + 1, score_settings())
    else:
        assert (score.forecast.reason, score.forecast.points) == ("too_short", len(run))
    assert words.outlook(score.forecast, score.row, "vi")


def score_settings() -> ForecastSettings:
    """The ends of the scale of PAR Index."""
    return ForecastSettings(low=0.0, high=100.0)


def test_a_long_series_is_forecast_with_interval_and_error(services: Services, view: TargetsView) -> None:
    row = {**by_id(view)["QN-PAR-BEST"], "measure": "observed", "due_year": 2012, "measured_year": 2011}
    seen = [{"relation": "measures", "year": 2000 + n, "value": 50.0 + n + n % 2} for n in range(12)]
    found = target_more.read_forecast(services, row, seen)
    direct = forecast([one["year"] for one in seen], [one["value"] for one in seen], 2012)
    assert found == direct
    told = words.outlook(found, row, "vi")
    assert words.amount(direct.value, row, "vi") in told
    assert words.amount(direct.error, row, "vi") in told


def test_every_measured_target_names_its_evidence(services: Services, view: TargetsView) -> None:
    for item in targets.explained(services, view).items:
        kind = str(item.row["measure"]).partition(":")[0]
        if item.row["measured_value"] is not None and kind in ("score", "rank", "observed"):
            assert "(S" in item.evidence or "(P" in item.evidence, item.row["target_id"]


def test_the_pace_line_has_both_paces(services: Services, facts: Facts, view: TargetsView) -> None:
    row = by_id(view)["QN25-DTI"]
    drawn = pace_line(row, "vi")
    widths = [part.style["width"] for part in of_type(drawn, "Span") if getattr(part, "style", None)]
    assert widths == ["100.0%", f"{abs(row['recent_pace']) / row['required_pace'] * 100:.1f}%"]
    assert pace_line(by_id(view)["QN-PAR-BEST"], "vi") is None
    told = shown(page_of("?tinh=quang-ninh", services, facts))
    assert "Không dự báo hạng" in told
    assert "Đầu mối" in told
