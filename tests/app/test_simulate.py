"""The simulation page on the real release: figures of the engine, repairs, paths that lead where they say."""

from __future__ import annotations

import json

import pytest

from callbacks import shell, simulate
from callbacks.engine import read_engine, read_history
from callbacks.services import Services
from callbacks.simulate_path import _caps, find_route, usual_goal
from callbacks.simulate_setup import Setup, places_of, read_setup
from callbacks.simulate_state import (
    plain_name,
    read_changes,
    read_compared,
    read_goal,
    read_number,
    write_changes,
    write_compared,
    write_number,
)
from callbacks.url_state import Facts, ViewState
from indices.benchmarks import caps
from indices.path import Goal as Aim
from indices.path import least_effort
from layouts.pages.simulate_results import everyone_table, near, nearby
from layouts.pages.simulate_saved import changed_levers, compare_table
from layouts.pages.simulate_view import Goal, SimulateView
from layouts.text import number
from tests.app.conftest import of_type, parts, shown, state_of

PATH = simulate.PAGE.path
PAPI = "?cs=PAPI&nam=2024&tinh=bac-ninh"
PCI = "?cs=PCI&nam=2019&tinh=ha-noi"


def asked(search: str, facts: Facts) -> ViewState:
    """The state of an address of this page."""
    return state_of(search, facts, True, simulate.PAGE.extras)


def set_up(services: Services, search: str) -> Setup:
    """The setup of an address that has one."""
    setup, _ = read_setup(services, asked(search, services.facts()))
    assert setup is not None
    return setup


def view_of(services: Services, search: str) -> SimulateView:
    """The view of an address."""
    state = asked(search, services.facts())
    return simulate.build_view(services, state, set_up(services, search))[0]


@pytest.mark.parametrize("search", [PAPI, PCI, "?cs=DTI&nam=2022&tinh=quang-ninh", "?cs=PAR&nam=2023"])
def test_nothing_changed_moves_nobody(services: Services, search: str) -> None:
    view = view_of(services, search)
    assert view.result.scenario.empty
    assert all(p.rank_before == p.rank_after and p.before == p.after for p in view.result.places)
    assert view.result.overtaken() == view.result.level() == view.result.overtaking() == []


@pytest.mark.parametrize(
    ("search", "values", "weights"),
    [
        (f"{PAPI}&gd=D1.1:1,5;D2:6", {"D1.1": 1.5, "D2": 6.0}, {}),
        (f"{PCI}&gd=1.01:4;PCI.2:9&ts=PCI.3:30", {"1.01": 4.0, "PCI.2": 9.0}, {"PCI.3": 30.0}),
        (f"{PCI}&ts=PCI.3:0;PCI.10:40", {}, {"PCI.3": 0.0, "PCI.10": 40.0}),
    ],
)
def test_figures_are_the_engines(
    services: Services, search: str, values: dict[str, float], weights: dict[str, float]
) -> None:
    view, setup = view_of(services, search), set_up(services, search)
    assert view.result.scenario.values == values
    assert view.result.scenario.weights == weights
    own = setup.case.unit
    table = read_engine(services, str(setup.subject.index["index_code"]), setup.subject.year).run(
        {(own, code): value for code, value in values.items()}, weights or None
    )
    known = table[table["before"].notna()]
    assert len(view.result.places) == len(known)
    for place in view.result.places:
        row = known.loc[place.unit_id]
        assert place.after == pytest.approx(row["after"], abs=1e-12)
        told = (place.rank_before, place.rank_after, place.low, place.high)
        assert told == tuple(
            int(row[name]) for name in ("rank_before", "rank_after", "rank_low", "rank_high")
        )


def test_the_finding_names_whom_we_pass(services: Services) -> None:
    search = f"{PAPI}&gd=D1.1:1,9"
    view = view_of(services, search)
    before = {p.name for p in view.result.places if p.rank_before < view.result.own.rank_before}
    after = {p.name for p in view.result.places if p.rank_after < view.result.own.rank_after}
    assert set(view.result.overtaken()) == before - after - set(view.result.level())
    heading = shown(of_type(shell.show(PATH, search, services).page, "H1")[0])
    assert number(view.result.own.after, 2, "vi") in heading
    assert all(name in heading for name in view.result.overtaken())
    assert f"từ hạng {view.result.own.rank_before} lên hạng {view.result.own.rank_after}" in heading


def test_an_area_follows_its_parts(services: Services) -> None:
    setup = set_up(services, PAPI)
    view = view_of(services, f"{PAPI}&gd=D1.1:2")
    rise = 2 - setup.levers["D1.1"].base
    assert view.result.inner["D1"] == pytest.approx(setup.levers["D1"].base + rise)
    assert view.result.inner["D2"] == pytest.approx(setup.levers["D2"].base)


def test_stale_codes_and_wild_numbers_are_repaired_with_a_notice(services: Services, facts: Facts) -> None:
    levers = set_up(services, PAPI).levers
    found, repairs = read_changes("D9.9:1;D1.1:abc;D2:99;D2.1:1;D4.1:;;D3.1:-5", levers, "vi")
    assert found == {"D2": levers["D2"].high, "D3.1": levers["D3.1"].low}
    assert [repair.parameter for repair in repairs] == ["change", "range"]
    assert repairs[0].asked == "D9.9:1; D1.1:abc; D4.1:; D2.1:1"
    assert repairs[1].asked == "D2:99; D3.1:-5"
    screen = shell.show(PATH, f"{PAPI}&gd=D9.9:1;D2:99&dich=xyz&tran=abc&kieu=la", services)
    assert len(screen.notices) == 5
    assert "D9.9:1" in shown(screen.notices[0])
    assert shown(of_type(screen.page, "H1")[0]).startswith("Theo kịch bản này")


def test_reach_of_this_year_is_that_of_all_years(services: Services) -> None:
    setup = set_up(services, PAPI)
    history = read_history(services, "PAPI", 2024)
    light = _caps(services, setup, "vung")
    assert light == {
        code: min(max(value, setup.levers[code].low), setup.levers[code].high)
        if code in setup.levers
        else value
        for code, value in caps(history, setup.case.unit, "regional_best").items()
    }


def test_a_value_as_it_stands_is_no_change(services: Services) -> None:
    levers = set_up(services, PAPI).levers
    base = levers["D1.1"].base
    assert read_changes(f"D1.1:{write_number(base, 2)}", levers, "vi") == ({}, [])


@pytest.mark.parametrize(
    ("text", "value"), [("0,5", 0.5), ("0.5", 0.5), ("−1", -1.0), ("12", 12.0), ("1e9", None), ("nan", None)]
)
def test_numbers_of_an_address(text: str, value: float | None) -> None:
    assert read_number(text) == value


def test_what_is_written_is_read_again(services: Services) -> None:
    levers = set_up(services, PCI).levers
    changes = {"1.01": 3.5, "PCI.2": 8.0}
    assert write_changes(changes) == "1.01:3,5;PCI.2:8"
    assert read_changes(write_changes(changes), levers, "vi") == (changes, [])
    entries = [("Một", "1.01:2,5", ""), ("Hai", "", "PCI.3:30")]
    assert read_compared(write_compared(entries)) == entries
    assert plain_name("a~b!  c") == "a b c"


@pytest.mark.parametrize("text", ["hang:0", "hang:2,5", "hang:", "bac:3", "diem:x"])
def test_a_goal_that_is_none_is_told(text: str) -> None:
    goal, repairs = read_goal(text, "")
    assert goal is None
    assert len(repairs) == 1


@pytest.mark.parametrize("reach", ["toi-da", "ky-luc", "vung", "minh"])
@pytest.mark.parametrize("rank", [7, 4, 1])
def test_a_path_applied_gives_what_it_says(services: Services, reach: str, rank: int) -> None:
    setup = set_up(services, PAPI)
    route = find_route(services, setup, Goal("hang", rank, reach))
    assert route is not None
    told = simulate.aimed(("hang", rank, reach), PAPI, None, services)
    link = next(link for link in of_type(told, "A") if "gd=" in link.href)
    applied = view_of(services, link.href.partition("?")[2])
    assert applied.result.own.rank_after == route.rank
    assert applied.result.own.after == pytest.approx(route.total, abs=1e-4)
    assert route.feasible == (applied.result.own.rank_after <= rank)


def test_a_path_is_the_engines(services: Services) -> None:
    setup = set_up(services, PAPI)
    route = find_route(services, setup, Goal("diem", 47.0, "toi-da"))
    exact = least_effort(setup.case, Aim(total=47.0))
    assert route is not None
    assert exact.total <= route.total < exact.total + 0.01 * len(exact.steps)
    assert [step.code for step in route.steps] == exact.steps["code"].tolist()
    told = shown(of_type(simulate.aimed(("diem", 47, "toi-da"), PAPI, None, services), "Ol")[0])
    assert all(number(step.end, 2, "vi") in told for step in route.steps)


def test_the_usual_goal_is_the_next_rank_and_the_first_has_none(services: Services) -> None:
    goal = usual_goal(set_up(services, PAPI))
    assert goal is not None
    assert goal.value == set_up(services, PAPI).case.rank - 1
    assert usual_goal(set_up(services, "?cs=PAPI&nam=2024&tinh=quang-ninh")) is None


def test_targets_of_the_province_are_offered(services: Services) -> None:
    view = view_of(services, "?cs=PAPI&nam=2024&tinh=quang-ninh")
    assert any("PAPI" in ready.label and "dich=hang:5" in ready.href for ready in view.ready)


def test_raw_figures_count_effort_in_shares_and_stay_within_what_was_seen(services: Services) -> None:
    setup = set_up(services, PCI)
    route = find_route(services, setup, Goal("hang", 3, "toi-da"))
    assert route is not None
    assert not route.by_points
    for step in route.steps:
        lever = setup.levers[step.code]
        assert lever.low - 1e-9 <= step.end <= lever.high + 1e-9


def test_weights_move_everybody(services: Services) -> None:
    view = view_of(services, f"{PCI}&kieu=trong-so&ts=PCI.3:40")
    assert view.shown is view.weighted
    assert sum(p.before != p.after for p in view.result.places) > 50
    assert set(view.weighted) >= {f"PCI.{number}" for number in range(1, 11)}
    assert view_of(services, PAPI).weighted == {}


def test_neighbours_near_us_or_all(services: Services) -> None:
    view = view_of(services, f"{PAPI}&gd=D2:6")
    own = view.result.own
    beside = nearby(view)
    assert own in beside
    marks = (own.rank_before, own.rank_after)
    assert all(min(abs(p.rank_after - mark) for mark in marks) <= 3 for p in beside)
    everyone = view_of(services, f"{PAPI}&gd=D2:6&bang=du")
    table = everyone_table(everyone, list(everyone.result.places), "vi")
    assert len(table.rows) == everyone.known == 61
    assert any("→" in note for note in table.meta["notes"])


def test_names_near_us_lead_to_all_that_is_known_of_them(services: Services) -> None:
    view = view_of(services, f"{PAPI}&gd=D2:6")
    section = near(view, "vi")
    rows = {place.name: place.unit_id for place in nearby(view)}
    links = {str(link.children): link.href for link in of_type(section, "A")}
    assert links == {name: view.unit_hrefs[unit] for name, unit in rows.items()}
    assert all(href.startswith("/tieu-chi?") and "cs=PAPI" in href for href in links.values())
    drawn = of_type(section, "Graph")[0].figure["data"]
    assert {line["customdata"][0][2] for line in drawn} <= set(rows)  # what a mark says is a row's name


def test_a_moved_lever_draws_results_only(services: Services) -> None:
    made = simulate.moved({"gd": "D1.1:1,9", "ts": "", "bang": ""}, PAPI, services)
    assert made is not None
    heading, band, beside, inner = made
    view = view_of(services, f"{PAPI}&gd=D1.1:1,9")
    assert number(view.result.own.after, 2, "vi") in heading
    assert f"{view.result.own.rank_after}/61" in shown(band)
    assert len(of_type(beside, "Graph")) == 1
    assert inner == view.result.inner
    assert simulate.moved({}, "?cs=PAPI&nam=2023&tinh=quang-ninh", services) is None


def test_levers_say_what_the_release_says(services: Services) -> None:
    page = shell.show(PATH, PAPI, services).page
    slots = [json.loads(p.to_plotly_json()["props"]["data-lever"]) for p in parts(page) if has_lever(p)]
    rows = services.warehouse.scores("PAPI", 2024, view="main").set_index(["unit_slug", "component_code"])
    assert len(slots) > 30
    for slot in slots:
        assert slot["base"] == pytest.approx(rows.loc[("bac-ninh", slot["code"]), "value"])
        assert slot["high"] == rows.loc[("bac-ninh", slot["code"]), "max_score"]


def has_lever(part: object) -> bool:
    """Whether a component is the place of a slider."""
    return "data-lever" in getattr(part, "to_plotly_json", lambda: {"props": {}})()["props"]


def test_scenarios_side_by_side(services: Services) -> None:
    view = view_of(services, f"{PCI}&so=Một~PCI.2:9!Hai~PCI.3:8~PCI.3:30")
    assert [result.scenario.name for result in view.compared] == ["Một", "Hai"]
    for result, changes in zip(view.compared, ("&gd=PCI.2:9", "&gd=PCI.3:8&ts=PCI.3:30"), strict=True):
        assert result.own == view_of(services, PCI + changes).result.own
    assert [(lever.code, kind) for lever, kind in changed_levers(view)] == [
        ("PCI.2", "values"), ("PCI.3", "values"), ("PCI.3", "weights"),
    ]  # fmt: skip
    rows = compare_table(view, "vi").rows
    assert [row["total"] for row in rows[1:]] == [result.own.after for result in view.compared]


def test_kept_scenarios_are_listed_and_those_of_another_release_say_so(services: Services) -> None:
    kept = [
        {"name": "Nay", "search": f"{PAPI}&gd=D1:6", "release": services.release_id()},
        {"name": "Xưa", "search": f"{PCI}&gd=PCI.2:9", "release": "abc"},
        "rác",
    ]
    listed = simulate.saved_rows(kept, PAPI, services)
    said = shown(listed)
    assert "Nay" in said
    assert number(view_of(services, f"{PAPI}&gd=D1:6").result.own.after, 2, "vi") in said
    assert "abc" in said
    links = {shown(link): link.href for link in of_type(listed, "A")}
    assert "bp=abc" in links["Xưa"]
    assert "abc" in shown(shell.show(PATH, links["Xưa"].partition("?")[2], services).page)
    assert "Chưa có" in shown(simulate.saved_rows(None, PAPI, services))


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("?cs=PAPI&nam=2023&tinh=quang-ninh", "không được công bố"),
        ("?cs=DDCI", "sở, ngành"),
        ("?cs=PAR&nam=2023", "chỉ thử được trên tổng điểm"),
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_year_with_too_few_figures_says_why(services: Services, search: str, said: str, lang: str) -> None:
    page = shell.show(PATH, f"{search}&lang={lang}", services).page
    assert (said in shown(page)) == (lang == "vi")


def test_ranks_among_some_say_among_how_many(services: Services) -> None:
    view = view_of(services, "?cs=PAR&nam=2023&tinh=quang-ninh&gd=PAR:80")
    assert view.known < view.announced
    said = shown(shell.show(PATH, "?cs=PAR&nam=2023&tinh=quang-ninh", services).page)
    assert f"{view.known} tỉnh" in said
    assert view.result.own.rank_after > 1


def test_another_province_starts_without_the_scenario_but_keeps_weights(
    services: Services, facts: Facts
) -> None:
    search = f"{PCI}&gd=PCI.2:9&ts=PCI.3:30&so=A~PCI.2:9"
    wanted = shell.rewritten(("bac-ninh", "PCI", "2019"), PATH, search, facts)
    assert wanted is not None
    state = asked(wanted, facts)
    assert (state.province, dict(state.extras)) == ("bac-ninh", {"ts": "PCI.3:30"})
    assert shell.rewritten(("ha-noi", "PCI", "2019"), PATH, search, facts) is None


def test_the_address_written_by_the_page_draws_the_header_only(services: Services) -> None:
    header = shell.header_after(PATH, f"{PAPI}&gd=D1:6", services)
    english = [
        link.href for link in of_type(header, "A") if "lang=en" in link.href and "mo-phong" in link.href
    ]
    assert english
    assert "gd=D1:6" in english[-1]


@pytest.mark.parametrize(("span", "places"), [(10, 2), (100, 1), (1, 3), (0.05, 4), (5000, 0), (0, 2)])
def test_decimals_of_a_lever(span: float, places: int) -> None:
    assert places_of(span) == places
