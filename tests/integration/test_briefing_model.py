"""The briefing as numbers and sentences, on the real release: they agree, and every case is told rightly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etl.warehouse.briefing import find_province
from etl.warehouse.queries import Warehouse
from exports.briefing.deck import deck
from exports.briefing.model import Assignment, Cause, NothingToBriefError, Written
from exports.briefing.report import foot
from exports.briefing.words import has
from layouts.text import day, loose_day
from tests.fixtures.briefing import briefing_of, chapter, numbers, printed_numbers, told_otherwise

QN = "quang-ninh"
SAMPLES = [(QN, 2023), (QN, 2022), (QN, 2021), ("da-nang", 2022), ("ha-giang", 2019), ("lai-chau", 2013)]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("slug", "year"), SAMPLES)
def test_every_number_of_a_sentence_stands_in_a_table(
    warehouse: Warehouse, slug: str, year: int, lang: str
) -> None:
    made = briefing_of(warehouse, slug, year, lang=lang)
    checked = 0
    for one in made.chapters:
        held = printed_numbers([*one.tables.values(), *made.tables.values()], lang)
        names = {n for text in [one.short, one.name] for n in numbers(text)}
        for slot, text in one.sentences.items():
            known = held | names | told_otherwise(one, text)
            loose = {number for number in numbers(text) - known if set(number.split("/")) - known}
            assert loose == set(), (one.code, slot, text)
            checked += 1
    assert checked > 3


def test_first_rise_and_mean_of_the_published_index(warehouse: Warehouse) -> None:
    par = chapter(briefing_of(warehouse, QN, 2023), "PAR")
    assert par.sentences["position"].startswith("PAR Index năm 2023 đạt 92,18 điểm, xếp thứ 1/63, dẫn đầu")
    assert "tăng 2,08 điểm, giữ nguyên thứ hạng" in par.sentences["change"]
    assert par.sentences["gap"] == "Cao hơn trung bình cả nước 5,20 điểm."


def test_fall_and_lead_of_part_of_the_units(warehouse: Warehouse) -> None:
    pci = chapter(briefing_of(warehouse, QN, 2023), "PCI")
    assert "giảm 1,70 điểm" in pci.sentences["change"]
    assert "1/30" in pci.sentences["position"]
    assert "gap" not in pci.sentences  # the mean of thirty leaders is no national mean


def test_rise_in_score_fall_in_rank_under_other_weights(warehouse: Warehouse) -> None:
    dti = chapter(briefing_of(warehouse, QN, 2023), "DTI")
    assert "tăng 0,0142 nhưng giảm 9 bậc" in dti.sentences["change"]
    assert "Trọng số" in dti.sentences["change"]
    assert "1/4 tăng điểm, tăng hạng" in dti.sentences["fourway"]


def test_withheld_is_told_with_the_latest_result(warehouse: Warehouse) -> None:
    papi = chapter(briefing_of(warehouse, QN, 2023), "PAPI")
    assert papi.status == "withheld"
    assert "không công bố" in papi.sentences["position"]
    assert "năm 2022: 47,88 điểm, hạng 1/61" in papi.sentences["position"]
    assert not papi.evidence


def test_changed_framework_is_not_compared(warehouse: Warehouse) -> None:
    made = briefing_of(warehouse, QN, 2022)
    for code in ("PAR", "SIPAS"):
        assert "Không so sánh trực tiếp với năm 2021" in chapter(made, code).sentences["change"]
    row = next(r for r in made.tables["overview"].rows if r["_code"] == "SIPAS")
    assert row["change"] is None


def test_last_and_tie(warehouse: Warehouse) -> None:
    rows = warehouse.scores(unit_id=None, level="index", view="main", index_code="PCI", year=2016)
    last = rows[rows["rank"] == rows["n_ranked"]].iloc[0]
    told = chapter(briefing_of(warehouse, last["unit_slug"], 2016), "PCI").sentences["position"]
    assert "cuối bảng xếp hạng" in told
    totals = warehouse.scores(["PCI", "PAPI", "DTI"], level="index", view="main", unit_id=None)
    totals = totals[(totals["component_code"] == totals["index_code"]) & (totals["unit_set"] == "63")]
    same = totals[totals.duplicated(["index_code", "year", "rank"], keep=False) & totals["rank"].notna()]
    assert len(same) > 1
    one = same.iloc[0]
    told = chapter(briefing_of(warehouse, one["unit_slug"], int(one["year"])), one["index_code"])
    assert "đồng hạng thứ" in told.sentences["position"]


def test_an_estimate_is_called_one(warehouse: Warehouse) -> None:
    made = briefing_of(warehouse, "phu-tho-34", 2023)
    dti = chapter(made, "DTI")
    assert dti.status == "estimate"
    assert "ước tính 0,6456 từ 3 tỉnh cũ" in dti.sentences["position"]
    assert not dti.evidence


def test_only_what_is_written_stands_under_causes(warehouse: Warehouse) -> None:
    empty = briefing_of(warehouse, QN, 2023)
    assert all(
        not has(row.get(key)) for row in empty.tables["causes"].rows for key in ("objective", "subjective")
    )
    blank = ("task", "target", "lead", "partners", "deadline", "product", "authority")
    assert all(not has(row.get(key)) for row in empty.tables["assign"].rows for key in blank)
    written = Written(
        (Cause("DTI", "HDKTS", "objective", "Doanh nghiệp nhỏ"),),
        (Assignment("DTI", "HDKTS", task="Hỗ trợ doanh nghiệp", lead="Sở Khoa học và Công nghệ"),),
    )
    task = replace(written.assignments[0], deadline="2024-03-05")
    for lang, told in (("vi", "05/03/2024"), ("en", "5 March 2024")):
        due = briefing_of(warehouse, QN, 2023, Written((), (task,)), lang=lang).tables["assign"].rows[0]
        assert due["deadline"] == told
    made = briefing_of(warehouse, QN, 2023, written)
    assert [r["objective"] for r in made.tables["causes"].rows if r.get("objective")] == ["Doanh nghiệp nhỏ"]
    assert [r["lead"] for r in made.tables["assign"].rows if r.get("lead")] == ["Sở Khoa học và Công nghệ"]


def test_scope_of_one_index_and_of_one_department(warehouse: Warehouse) -> None:
    assert [c.code for c in briefing_of(warehouse, QN, 2023, indices=("DTI",)).chapters] == ["DTI"]
    written = Written(
        (), (Assignment("DTI", "HDKTS", task="x", lead="Sở A"), Assignment("PCI", "PCI.8", lead="Sở B"))
    )
    made = briefing_of(warehouse, QN, 2023, written, department="Sở A")
    assert [(e.index, e.code) for e in made.evidence] == [("DTI", "HDKTS")]
    assert len(made.tables["assign"].rows) == 1
    with pytest.raises(NothingToBriefError):
        briefing_of(warehouse, QN, 2023, written, department="Sở C")


def test_a_pack_of_one_index_has_its_own_targets(warehouse: Warehouse) -> None:
    every = briefing_of(warehouse, QN, 2023).tables["targets"].rows
    own = briefing_of(warehouse, QN, 2023, indices=("DTI",)).tables["targets"].rows
    assert 0 < len(own) < len(every)
    assert all("DTI" in row["name"] for row in own)


def test_evidence_holds_facts_of_the_release(warehouse: Warehouse) -> None:
    made = briefing_of(warehouse, QN, 2023)
    item = next(e for e in made.evidence if e.code == "HDKTS")
    row = warehouse.scores("DTI", 2023, unit_id="63:22", component_code="HDKTS", view="main").iloc[0]
    assert (item.value, item.lost) == (row["value"], row["lost"])
    text = " ".join(item.lines)
    assert "Hà Nội (0,8667)" in text
    assert "từ năm" not in text  # nobody reaches that maximum: no year is counted below it


def test_slides_are_twelve_to_eighteen(warehouse: Warehouse) -> None:
    for slug, year in SAMPLES[:3]:
        assert 12 <= len(deck(briefing_of(warehouse, slug, year))) <= 18


@pytest.mark.parametrize(("slug", "year"), [("nowhere", 2023), (QN, 1999)])
def test_refused_with_the_reason(warehouse: Warehouse, slug: str, year: int) -> None:
    with pytest.raises(NothingToBriefError) as refusal:
        briefing_of(warehouse, slug, year)
    assert refusal.value.exit_code == 7
    assert refusal.value.problems[0].hint


def test_provinces_are_found_by_any_name(warehouse: Warehouse) -> None:
    assert find_province(warehouse, "Quảng Ninh") == QN
    assert find_province(warehouse, "quang-ninh") == QN
    assert find_province(warehouse, "Quảng Ninh", "34") == "quang-ninh-34"
    assert find_province(warehouse, "Quảng Nin") is None


def test_the_foot_says_how_new_the_figures_are_and_nothing_where_nobody_knows(warehouse: Warehouse) -> None:
    made = briefing_of(warehouse, QN, 2023)
    release = warehouse.release()
    assert f"Nguồn số liệu mới nhất {'/'.join(reversed(release.pack_date.split('-')))} · " in foot(made)
    english = briefing_of(warehouse, QN, 2023, lang="en")
    assert f"built {day(release.built_at, 'en')} · " in foot(english)
    assert f"Newest source of figures {loose_day(release.pack_date, 'en')} · " in foot(english)
    undated = foot(replace(made, pin=replace(made.pin, pack_date="")))
    assert "mới nhất" not in undated
    assert undated.endswith(f" · {release.sources_count} nguồn")
