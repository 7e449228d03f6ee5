"""What handlers share: what is kept of a release, and for how long."""

from __future__ import annotations

from typing import cast

from callbacks.services import Services
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
