"""Fixtures that the tests of builds and imports share."""

from __future__ import annotations

import pytest

from etl.build import build
from etl.settings import Settings
from tests.fixtures.etl.packs import small_pack


@pytest.fixture(scope="session")
def built_pack(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small pack with its release in service; tests work in copies of it (`copy_of`)."""
    settings = small_pack(tmp_path_factory.mktemp("built") / "pack")
    build(settings)
    return settings
