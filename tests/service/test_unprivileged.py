"""As a user without rights, the project's folder read-only, only the folder of data to write: all works."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from openpyxl import load_workbook

from etl.build import build
from tests.browser.conftest import wait_for
from tests.fixtures.etl.packs import small_pack
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
READ_ONLY = (
    'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" '
    '&& exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"'
)
# Where the Python of this computer lies in a folder that only root may enter: seen through an open one.
OPENED = (
    'mkdir -p "$1" && mount --bind "$3" "$1" && mount -t tmpfs -o mode=755 none "$2" '
    '&& mkdir -p "$3" && mount --bind "$1" "$3" && shift 3 && '
)
PAGES = ("/", "/xep-hang", "/thanh-phan", "/du-lieu", "/nap-du-lieu", "/hoi-nghi", "/ke-hoach")


def confined(*command: str) -> list[str]:
    """A command line for the user without rights who sees the project's folder read-only."""
    python = Path(sys.base_prefix).resolve()
    closed = [str(folder) for folder in python.parents if not folder.stat().st_mode & 0o001]
    if not closed:
        return ["unshare", "--mount", "sh", "-c", READ_ONLY, str(ROOT), *command]
    spare = Path(tempfile.gettempdir()) / "cchc-python"
    opening = (str(spare), closed[-1], str(python))
    return ["unshare", "--mount", "sh", "-c", OPENED + READ_ONLY, str(ROOT), *opening, *command]


def possible() -> bool:
    """Whether this computer lets us make such a view of its folders."""
    if os.geteuid() != 0 or not all(shutil.which(name) for name in ("unshare", "setpriv")):
        return False
    return subprocess.run(confined("true"), capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not possible(), reason="needs root and mount namespaces to give rights away")


@pytest.fixture(scope="module")
def data(release_dir: Path) -> Iterator[Path]:
    """A folder of that user with the release in it."""
    folder = Path(tempfile.mkdtemp(prefix="cchc-data-"))
    (folder / "releases").mkdir()
    pointer = json.loads((release_dir / "current.json").read_text("utf-8"))
    for name in ("current.json", pointer["file"]):
        shutil.copy(release_dir / name, folder / "releases")
    (folder / "tmp").mkdir()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def environ(data: Path) -> dict[str, str]:
    """Settings that send all writing into the folder of data."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CCHC_")}
    told = {
        "RELEASES_DIR": "releases", "IMPORTS_DIR": "imports", "DOSSIERS_DIR": "dossiers",
        "WORKSPACE_PATH": "workspace/w.sqlite",
    }  # fmt: skip
    places = {f"CCHC_{name}": str(data / place) for name, place in told.items()}
    own = {"HOME": "/nonexistent", "TMPDIR": str(data / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **places, **own, "CCHC_WORKSPACE": "true", "CCHC_WARM": "false", "CCHC_DATABASE_URL": ""}


def ran(environ: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """A program of the product as that user."""
    return subprocess.run(
        confined(sys.executable, "-m", *command),
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_the_project_cannot_be_written(environ: dict[str, str]) -> None:
    done = subprocess.run(
        confined("touch", str(ROOT / "x")), env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert not (ROOT / "x").exists()


def test_pages_are_served(environ: dict[str, str]) -> None:
    port = free_port()
    command = ("gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "2", "--preload")
    process = subprocess.Popen(
        confined(sys.executable, "-m", *command, "--no-control-socket", "app:server"), cwd=ROOT, env=environ
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz", process)
        assert Path(f"/proc/{process.pid}").stat().st_uid == NOBODY
        assert requests.get(f"{address}/readyz", timeout=60).json()["workspace"] == "ok"
        assert {
            page: requests.get(address + page, timeout=60).status_code for page in PAGES
        } == dict.fromkeys(PAGES, 200)
        assert [drawn(address, page) for page in PAGES] == [200] * len(PAGES)
        assert requests.get(f"{address}/api/v1/indices", timeout=60).status_code == 200
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=90)


def drawn(address: str, path: str) -> int:
    """The status of the callback that draws a page."""
    held = requests.get(f"{address}/_dash-dependencies", timeout=60).json()
    found = next(one for one in held if "page.children" in one["output"] and one["inputs"])

    def filled(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "value": {"pathname": path, "search": ""}.get(one["property"])}

    outputs = [
        dict(zip(("id", "property"), name.rsplit(".", 1), strict=True))
        for name in found["output"].strip(".").split("...")
    ]
    body = {
        "output": found["output"], "outputs": outputs, "changedPropIds": [],
        "inputs": [filled(one) for one in found["inputs"]], "state": [filled(one) for one in found["state"]],
    }  # fmt: skip
    return requests.post(f"{address}/_dash-update-component", json=body, timeout=120).status_code


@pytest.fixture
def small(environ: dict[str, str], data: Path) -> dict[str, str]:
    """The same settings over a small pack and its release, which lie in the folder of data."""
    pack = small_pack(data / "small")
    build(pack)
    for path in (pack.data_dir.parent, *pack.data_dir.parent.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    names = ("data_dir", "definitions_dir", "releases_dir", "imports_dir")
    return environ | {f"CCHC_{name.upper()}": str(getattr(pack, name)) for name in names}


def test_a_file_is_imported(small: dict[str, str], data: Path) -> None:
    environ, place = small, data / "small"
    form = data / "tmp" / "form.xlsx"
    done = ran(environ, "etl", "template", "--index", "PCI", "--year", "2020", "--out", str(form))
    assert done.returncode == 0, done.stderr
    book = load_workbook(form)
    sheet = book["Số liệu"]
    column = next(cell.column for cell in sheet[7] if cell.value == "PCI")
    row = next(cell.row for cell in sheet["A"] if cell.value == "Quảng Ninh")
    sheet.cell(row, column).value = 71.25
    book["Nguồn"]["B5"] = "Báo cáo thử"
    book.save(form)
    done = ran(environ, "etl", "import", str(form), "--json")
    draft = json.loads(done.stdout)
    assert draft["state"] == "staged", done.stdout + done.stderr
    assert list(Path(environ["CCHC_IMPORTS_DIR"]).rglob("*.xlsx"))
    before = pointed(place)
    done = ran(environ, "etl", "imports", "publish", draft["id"], "--who", "thu", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert pointed(place) == json.loads(done.stdout)["published_release"] != before
    assert (place / "releases" / f"release_{pointed(place)}.duckdb").stat().st_uid == NOBODY
    done = ran(environ, "etl", "imports", "undo", draft["id"], "--who", "thu", "--json")
    assert (done.returncode, pointed(place)) == (0, before), done.stdout + done.stderr


def pointed(data: Path) -> str:
    """The id of the release that is served."""
    told: str = json.loads((data / "releases" / "current.json").read_text("utf-8"))["release_id"]
    return told


def test_a_briefing_is_made(environ: dict[str, str], data: Path) -> None:
    options = (
        "--province",
        "Quảng Ninh",
        "--year",
        "2023",
        "--format",
        "docx,xlsx",
        "--out",
        str(data / "out"),
    )
    done = ran(environ, "exports", "briefing", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.suffix for path in (data / "out").iterdir()} == {".docx", ".xlsx"}


def test_a_copy_is_made(environ: dict[str, str], data: Path) -> None:
    done = ran(environ, "service", "backup", str(data / "copy.zip"))
    assert done.returncode == 0, done.stderr
