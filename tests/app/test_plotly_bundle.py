"""The smaller build of Plotly: sent when it is there, of the right version and the file that was pinned."""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path

import plotly
import plotly.graph_objects as go
import pytest
from flask import Flask
from plotly.basedatatypes import BaseTraceType
from plotly.offline import get_plotlyjs_version

from callbacks import plotly_bundle
from layouts import shell

ROOT = Path(__file__).resolve().parents[2]
FLAT = {"scatter", "bar", "heatmap"}


def test_it_is_the_version_that_dash_would_send() -> None:
    assert get_plotlyjs_version() == plotly_bundle.VERSION
    full = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert full.is_file()
    assert shell.PLOTLY.endswith("plotly/package_data/plotly.min.js")


def test_every_chart_is_of_a_kind_that_it_draws() -> None:
    kinds = [kind for name in go.__all__ if isinstance(kind := getattr(go, name), type)]
    drawn = {kind.__name__.lower() for kind in kinds if issubclass(kind, BaseTraceType)}
    files = [*(ROOT / "layouts").rglob("*.py"), *(ROOT / "callbacks").rglob("*.py")]
    named = {found for path in files for found in re.findall(r'"type": "(\w+)"', path.read_text("utf-8"))}
    assert {"scatterpolar", "choropleth", *FLAT} <= drawn
    assert named & drawn == FLAT


def test_it_is_sent_where_it_is_and_left_to_dash_where_it_is_not(tmp_path: Path) -> None:
    server, place = Flask(__name__), tmp_path / "plotly.js"
    assert not plotly_bundle.add_route(server, place)
    assert server.test_client().get(shell.PLOTLY).data == plotly_bundle.WHOLE.read_bytes()
    place.write_text("window.Plotly = {};", encoding="utf-8")
    server = Flask(__name__)
    assert plotly_bundle.add_route(server, place)
    sent = server.test_client().get(shell.PLOTLY)
    assert (sent.data, sent.mimetype) == (place.read_bytes(), "text/javascript")
    again = server.test_client().get(shell.PLOTLY, headers={"If-None-Match": sent.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_another_version_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "plotly.js"
    place.write_text("x", encoding="utf-8")
    monkeypatch.setattr(plotly_bundle, "VERSION", "0.0.1")
    assert not plotly_bundle.add_route(Flask(__name__), place)


def test_a_package_other_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    package, place = tmp_path / "x.tgz", tmp_path / "vendor" / "plotly.js"
    with tarfile.open(package, "w:gz") as packed:
        told = tarfile.TarInfo(plotly_bundle.MEMBER)
        told.size = 3
        packed.addfile(told, io.BytesIO(b"bad"))
    assert "not the file that was pinned" in plotly_bundle.take(package, place)
    assert not place.exists()


def test_without_npm_the_reader_is_told_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "npm is not installed" in plotly_bundle.fetch(tmp_path / "plotly.js")
