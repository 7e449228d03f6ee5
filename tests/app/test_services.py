"""What handlers share: what is kept of a release, and for how long."""

from __future__ import annotations

from typing import cast

from callbacks.services import Services
from callbacks.url_state import Facts
from etl.warehouse.queries import Warehouse


def test_views_of_another_release_are_forgotten() -> None:
    """A release takes much memory: nothing of the one before is kept once the next is shown."""

    class Served:
        now = "one"

        def release_id(self) -> str:
            return self.now

    served = Served()
    services = Services(cast(Warehouse, served), "quang-ninh")
    made: list[str] = []

    def make() -> str:
        made.append(served.now)
        return served.now

    assert [services.kept(("view",), make) for _ in range(2)] == ["one", "one"]
    served.now = "two"
    assert services.kept(("view",), make) == "two"
    served.now = "one"
    assert services.kept(("view",), make) == "one"
    assert made == ["one", "two", "one"]


def test_every_choice_has_a_name_in_both_languages(facts: Facts) -> None:
    for choice in (*facts.indices, *facts.provinces):
        assert all(isinstance(name, str) and name for name in choice.names()), choice.key
    internal = next(choice for choice in facts.indices if choice.key == "IPAR")
    assert (internal.name("vi"), internal.name("en")) == ("PAR nội bộ", "Internal PAR")
