"""The manual says what the engine does: docs/method.md is the generated one and names every code."""

from __future__ import annotations

from indices.gaps import LINKED, PARTIAL
from indices.method_doc import method_markdown
from indices.reconcile import (
    APPROXIMATE,
    DIFFERS,
    EXACT,
    NOT_COMPUTABLE,
    NOT_PUBLISHED,
    WITHIN_ROUNDING,
    WITHIN_TOLERANCE,
)
from indices.registry import CLASSES, NO_PREVIOUS
from indices.rules import RULES
from indices.targets import REASONS
from indices.weak import FLAGS, KEPT_FULL
from tests.spec.write_method import TARGET, text


def test_the_manual_is_the_generated_one() -> None:
    found = TARGET.read_text(encoding="utf-8")
    assert found == text(), "docs/method.md is stale: python -m tests.spec.write_method"


def test_every_rule_has_its_formula_units_and_source() -> None:
    manual = text()
    for rule in RULES.values():
        assert f"(`{rule.name}`)" in manual
        assert all(part in manual for part in (rule.formula, rule.units, rule.source))


def test_every_code_of_the_score_table_is_explained() -> None:
    manual = text()
    classes = (EXACT, WITHIN_ROUNDING, WITHIN_TOLERANCE, APPROXIMATE, DIFFERS, NOT_COMPUTABLE, NOT_PUBLISHED)
    codes = [*classes, *CLASSES, NO_PREVIOUS, *LINKED, PARTIAL, *FLAGS, KEPT_FULL, *REASONS]
    codes += [reason for reasons in REASONS.values() for reason in reasons]
    assert [code for code in codes if code not in manual] == []


def test_rules_without_a_spec_are_told_too() -> None:
    assert "| case |" not in method_markdown(RULES.values())
