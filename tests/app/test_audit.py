"""The audit page: every figure is that of the engine's audit, every finding is said in words first."""

from __future__ import annotations

import pytest

from callbacks import audit, audit_compared, audit_reads
from callbacks.engine import read_year
from callbacks.services import Services
from callbacks.url_state import Facts, ViewState
from etl.framework_diff import compare
from etl.warehouse.queries import Warehouse
from indices.audit import alphas, correlation_flags, index_correlations, oriented
from indices.audit_pca import components_to_keep, principal_components
from indices.audit_weights import leave_one_out, variance_shares
from layouts.pages.audit_parts import parts_blocks
from layouts.pages.audit_recon import recon_blocks
from layouts.pages.audit_versions import versions_blocks
from layouts.pages.audit_weights import short_percent, top_parts, weights_blocks
from layouts.text import LANGS
from tests.app.conftest import of_type, shown, state_of


def asked(search: str, facts: Facts) -> ViewState:
    """The state of an address of the page."""
    return state_of(search, facts, True, audit.PAGE.extras)


@pytest.fixture(scope="module")
def state(facts: Facts) -> ViewState:
    """An index and year with every province and every raw indicator."""
    return asked("?tinh=quang-ninh&cs=PCI&nam=2019", facts)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("part", audit.PARTS)
def test_every_part_begins_with_a_finding_and_explains_itself(
    services: Services, facts: Facts, part: str, lang: str
) -> None:
    for index, year in (("PCI", 2019), ("PAPI", 2024), ("PAR", 2023), ("SIPAS", 2024), ("IPAR", 2024)):
        found = audit.render(services, asked(f"?cs={index}&nam={year}&phan={part}&lang={lang}", facts))
        heads = of_type(found.children, "H1")
        assert len(heads) == 1
        assert shown(heads[0]).strip().endswith((".", ")"))
        assert found.repairs == ()
        tables = {store.id["table"] for store in of_type(found.children, "Store")}
        assert {b.id["table"] for b in of_type(found.children, "Button") if hasattr(b, "id")} == tables


def test_an_unknown_part_is_repaired(services: Services, facts: Facts) -> None:
    found = audit.render(services, asked("?cs=PCI&phan=xyz", facts))
    assert [(r.asked, r.shown) for r in found.repairs] == [("xyz", "Công bố và tính lại")]


def test_links_of_the_parts_keep_index_and_year(services: Services, state: ViewState) -> None:
    links = audit.part_links(services, state, "doi-chieu")
    assert [chosen for _, _, chosen in links].count(True) == 1
    assert all("cs=PCI" in address and "nam=2019" in address for _, address, _ in links)
    assert any(address.endswith("phan=trong-so") for _, address, _ in links)


def test_without_a_year_the_last_complete_one_is_shown(services: Services, facts: Facts) -> None:
    assert audit.year_of(services, asked("?cs=PCI", facts)) == 2021
    assert audit.year_of(services, asked("?cs=PAPI", facts)) == 2024


def test_reconciliation_counts_are_those_of_the_release(
    services: Services, warehouse: Warehouse, state: ViewState
) -> None:
    view = audit_reads.recon_view(services, state, 2019)
    rows = warehouse.reconciliation("PCI")
    now = next(row for row in view.yearly if row["year"] == 2019)
    for name in ("cells", "exact", "differs", "listed", "not_computable"):
        assert now[name] == rows[rows["year"] == 2019][name].sum()
    scores = warehouse.scores("PCI", 2019)
    beyond = scores[scores["residual"].notna() & ~scores["residual_class"].isin(audit_reads.AGREES)]
    assert abs(view.largest[0]["residual"]) == beyond["residual"].abs().max()
    good = sum(now[name] for name in ("exact", "within_rounding", "within_tolerance"))
    finding = recon_blocks(view, "vi")[0].finding
    assert f"{good}/{now['cells']} ô" in finding
    assert good + now["approximate"] + now["differs"] == now["cells"]


def test_a_year_with_known_differences_counts_them_once(services: Services, state: ViewState) -> None:
    view = audit_reads.recon_view(services, state, 2011)
    now = next(row for row in view.yearly if row["year"] == 2011)
    finding = recon_blocks(view, "vi")[0].finding
    assert f"{now['differs']} ô khác dù quy tắc đã kiểm chứng, đều đã biết lý do" in finding
    assert 0 < now["listed"] == now["differs"]


def test_correlations_alpha_and_components_are_those_of_the_engine(
    services: Services, state: ViewState
) -> None:
    view, year = audit_reads.parts_view(services, state, 2019), read_year(services, "PCI", 2019)
    assert year is not None
    expected = correlation_flags(year.tree, year.values)
    assert view.flags["r"].tolist() == pytest.approx(expected["r"].tolist(), nan_ok=True)
    assert view.flags["flag"].tolist() == expected["flag"].tolist()
    alpha = alphas(year.tree, year.values).set_index("code")["alpha"]
    assert view.alphas.set_index("code")["alpha"]["PCI"] == pytest.approx(alpha["PCI"])
    top = list(year.tree.nodes["PCI"].children)
    pca = principal_components(oriented(year.tree, year.values)[top])
    assert view.pca["share"].tolist() == pytest.approx(pca.table["share"].tolist())
    assert (view.kept, view.units) == (components_to_keep(pca), 63)
    blocks = parts_blocks(view, "vi")
    flagged = int((expected["flag"] != "").sum())
    assert len(blocks[0].rows) == flagged > 0
    assert str(int((expected["flag"] == "weak").sum())) in blocks[0].finding
    assert all(block.explain for block in blocks if block.rows)


def test_weights_are_those_of_the_engine(services: Services, facts: Facts) -> None:
    state = asked("?cs=PCI&nam=2021", facts)
    view, year = audit_reads.weights_view(services, state, 2021), read_year(services, "PCI", 2021)
    assert year is not None
    expected = variance_shares(year.tree, year.values).set_index("code")
    top = top_parts(view.weights).set_index("code")
    assert top["importance"].tolist() == pytest.approx(expected.loc[top.index, "importance"].tolist())
    assert top.loc["PCI.9", "stated"] == pytest.approx(0.2)
    left = leave_one_out(year.tree, year.values)
    assert view.left_out["mean_shift"].tolist() == pytest.approx(left["mean_shift"].tolist())
    blocks = weights_blocks(view, "vi")
    most = left.loc[left["mean_shift"].idxmax()]
    assert f"{int(most['moved'])}/63" in blocks[1].finding
    assert blocks[0].chart is not None
    assert "trọng số 20% nhưng tạo 29,1%" in blocks[0].finding
    assert short_percent(0.125, "vi") == "12,5%"


def test_a_tree_is_cut_where_parts_are_missing(services: Services) -> None:
    year = read_year(services, "PCI", 2019)
    assert year is not None
    short = audit_reads.cut(year.tree, ("PCI.1",))
    assert short.nodes["PCI.1"].children == ()
    assert "1.01" not in short.nodes
    assert set(short.leaves()) < set(year.tree.nodes)
    assert "PCI.1" in short.leaves()


def test_what_few_provinces_have_is_left_out_of_the_audit(services: Services) -> None:
    year = read_year(services, "DTI", 2022)
    assert year is not None
    found = audit_reads.read_parts(services, "DTI", 2022)
    assert found is not None
    assert (found.flags["n"] >= audit_reads.FEWEST).all()
    assert found.alphas["code"].tolist() == ["HD"]
    weights = audit_reads.read_weights(services, "DTI", 2022)
    shares = weights.weights.set_index("code")["importance"]
    assert year.values["HD"].count() >= audit_reads.FEWEST > year.values["NTS"].count()
    assert shares.notna()["HD"]
    assert shares.isna()["NTS"]
    assert (weights.why, weights.why_left_out) == ("", "parts_missing")


def test_too_few_provinces_are_said_not_shown(services: Services, facts: Facts) -> None:
    state = asked("?cs=PAR&nam=2023", facts)
    view = audit_reads.weights_view(services, state, 2023)
    assert view.why == "few_units"
    assert "ít hơn" not in weights_blocks(view, "vi")[0].finding
    assert "10 tỉnh" in weights_blocks(view, "vi")[0].nothing


def test_versions_are_those_of_frameworks_diff(
    services: Services, facts: Facts, warehouse: Warehouse
) -> None:
    state = asked("?cs=PAPI&nam=2020&phan=cach-tinh", facts)
    pair = audit_compared.chosen_pair(services, state, 2020)
    assert pair is not None
    view = audit_compared.versions_view(services, state, 2020)
    expected = compare(*pair, warehouse.registry("PAPI").links)
    assert view.changes.equals(expected)
    split = warehouse.decomposition("PAPI", max(pair[0].years), min(pair[1].years))
    assert view.reason == split.reason
    assert view.split["framework"].tolist() == pytest.approx(split.table["framework"].tolist())
    blocks = versions_blocks(view, "vi")
    assert blocks[0].finding.startswith("Từ ")


def test_what_a_change_alone_did_to_ranks(services: Services, facts: Facts, warehouse: Warehouse) -> None:
    held = [
        (index, pair)
        for index in ("PCI", "PAPI", "DTI")
        for pair in zip(
            audit_compared.versions(services, index),
            audit_compared.versions(services, index)[1:],
            strict=False,
        )
        if len(audit_compared.read_split(services, index, (max(pair[0].years), min(pair[1].years))).table)
    ]
    assert held
    index, pair = held[0]
    state = asked(f"?cs={index}&phan=cach-tinh&khung={pair[0].id}..{pair[1].id}", facts)
    view = audit_compared.versions_view(services, state, max(pair[1].years))
    table = warehouse.decomposition(index, *view.years).table
    moved = int((table["rank_old_framework"] != table["rank_after"]).sum())
    block = versions_blocks(view, "vi")[1]
    assert f"{moved}/{len(table)} tỉnh" in block.finding or moved == 0
    assert len(block.rows) == len(table)
    row = block.rows[0]
    assert row["shift"] == row["rank_old_framework"] - row["rank_after"]


def test_the_matrix_of_indices_is_that_of_the_engine(
    services: Services, facts: Facts, warehouse: Warehouse
) -> None:
    state = asked("?cs=PCI&nam=2021&phan=lien-chi-so", facts)
    view = audit_compared.cross_view(services, state, 2021)
    rows = warehouse.scores(year=2021, level="index", view="main")
    expected = index_correlations(rows, 2021)
    assert view.pairs["r"].tolist() == pytest.approx(expected["r"].tolist(), nan_ok=True)
    known = expected[expected["r"].notna()]
    assert len(known) > 0


def test_themes_are_those_of_the_release(services: Services, facts: Facts, warehouse: Warehouse) -> None:
    state = asked("?tinh=quang-ninh&cs=PAPI&nam=2022&phan=chu-de", facts)
    view = audit_compared.themes_view(services, state, 2022)
    weak = warehouse.theme_weaknesses(as_of_year=2022)
    assert sum(row["flagged"] for row in view.national) == int(weak["flagged"].sum())
    assert sum(row["seen"] for row in view.national) == len(weak)
    own = weak[weak["unit_slug"] == "quang-ninh"]
    assert [row["flagged"] for row in view.own] == own["flagged"].tolist()
    evidence = warehouse.theme_evidence("63:22", 2022)
    assert len(view.evidence) == len(evidence) > 0
    assert len(view.crosswalk) == len(warehouse.themes())


def test_heavy_figures_are_kept(services: Services) -> None:
    assert audit_reads.read_parts(services, "PCI", 2019) is audit_reads.read_parts(services, "PCI", 2019)
    assert audit_reads.read_weights(services, "PCI", 2019) is audit_reads.read_weights(services, "PCI", 2019)
    assert audit_compared.read_cross(services, 2021) is audit_compared.read_cross(services, 2021)
