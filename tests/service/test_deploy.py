"""What is in deploy/ says what it should: pinned, without rights or secrets, with settings that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from configuration.report import known
from service.settings import KINDS, complain
from tests.architecture.test_house import PARTS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PINNED = re.compile(r"^[a-z./]+:\d+\.\d+(\.\d+)?[\w.-]*(@sha256:[0-9a-f]{64})?$")
SECRET = re.compile(r"(?i)(password|secret|token|key)\w*\s*[=:]\s*[^\s/{\[]")


def unit() -> dict[str, list[str]]:
    """Directives of the unit by name."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in (DEPLOY / "cchc.service").read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found[name].append(value)
    return found


def instructions() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile in order, continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (DEPLOY / "Dockerfile").read_text("utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def compose() -> dict[str, Any]:
    """The compose file."""
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def test_settings_named_for_servers_exist() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in DEPLOY.iterdir() if path.is_file())
    named = set(re.findall(r"\bCCHC_[A-Z_]+\b", texts))
    assert len(named) > 10
    assert sorted(named - known(KINDS)) == []


def test_the_shipped_file_of_settings_starts_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "CCHC_SECRET_KEY").write_text("k" * 40, "utf-8")
    monkeypatch.setenv("CCHC_CONFIG", str(DEPLOY / "cchc.env"))
    monkeypatch.setenv("CCHC_SECRETS_DIR", str(tmp_path))
    complain()


def test_the_unit_leaves_no_rights() -> None:
    told = unit()
    assert told["User"] == ["cchc"]
    wanted = {
        "ProtectSystem": "strict", "ProtectHome": "true", "PrivateTmp": "true", "PrivateDevices": "true",
        "NoNewPrivileges": "true", "CapabilityBoundingSet": "", "StateDirectory": "cchc",
        "RestrictSUIDSGID": "true",
        "SystemCallFilter": "@system-service", "RestrictNamespaces": "true",
    }  # fmt: skip
    assert {name: told[name] for name in wanted} == {name: [value] for name, value in wanted.items()}
    assert "ReadWritePaths" not in told
    assert "--bind 127.0.0.1:" in told["ExecStart"][0]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this computer")
def test_systemd_takes_the_unit_and_finds_little_exposed(tmp_path: Path) -> None:
    text = re.sub(r"/opt/cchc/\.venv/bin/\w+", "/bin/true", (DEPLOY / "cchc.service").read_text("utf-8"))
    file = tmp_path / "cchc.service"
    file.write_text(text, "utf-8")

    def ran(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["systemd-analyze", *command, str(file)],
            env={"SYSTEMD_COLORS": "0", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    verified = ran("verify")
    assert (verified.returncode, verified.stderr + verified.stdout) == (0, "")
    exposed = ran("security", "--offline=true", "--threshold=25")
    assert exposed.returncode == 0, exposed.stdout[-600:]


def test_the_image_is_pinned_and_runs_as_nobody_in_particular() -> None:
    told = instructions()
    words = [word for word, _ in told]
    base = dict(told)["ARG"].partition("=")
    assert base[0] == "BASE"
    assert PINNED.match(base[2])
    assert [value for word, value in told if word == "FROM"] == ["${BASE} AS build", "${BASE} AS run"]
    assert "ADD" not in words
    users = [value for word, value in told if word == "USER"]
    assert users == ["10001:10001"]
    assert words.index("USER") < words.index("CMD")
    install = next(value for word, value in told if word == "RUN" and "pip install" in value)
    assert "--require-hashes" in install
    assert "--only-binary=:all:" in install
    assert [v for w, v in told if w in ("ENV", "ARG") and SECRET.search(v)] == []


def test_the_image_holds_the_whole_program_and_nothing_of_people() -> None:
    copied = [v.split()[0].rstrip("/") for w, v in instructions() if w == "COPY" and "--from" not in v]
    files = [v.split()[:-1] for w, v in instructions() if w == "COPY" and v.endswith("./")]
    names = {*copied, *(name for line in files for name in line)}
    assert {*PARTS, "app.py", "gunicorn.conf.py", "pyproject.toml", "requirements.txt"} <= names
    pack = {f"data/{path.name}" for path in (ROOT / "data").iterdir() if path.is_dir()}
    own = {f"data/{name}" for name in ("releases", "imports", "dossiers", "workspace")}
    assert pack - own <= names
    assert not own & names
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert ignored[1] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == names
    assert [name for name in names if "*" not in name and not (ROOT / name).exists()] == []


def test_the_composition_is_pinned_locked_and_tells_no_secret() -> None:
    told = compose()
    services, text = told["services"], (DEPLOY / "compose.yaml").read_text("utf-8")
    images = {name: one["image"] for name, one in services.items() if name != "app"}
    assert set(images) == {"database", "proxy"}
    assert [image for image in images.values() if not PINNED.match(image)] == []
    app = services["app"]
    assert (app["read_only"], app["user"], app["cap_drop"]) == (True, "10001:10001", ["ALL"])
    assert [v for v in app["volumes"] if not v.startswith("data:/data")] == []
    assert all("no-new-privileges:true" in one["security_opt"] for one in services.values())
    assert all("mem_limit" in one for one in services.values())
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]
    assert told["networks"]["inside"]["internal"] is True
    assert services["database"]["networks"] == ["inside"]
    used = {name for one in services.values() for name in one.get("secrets", [])}
    assert used == set(told["secrets"])
    environment = {k: v for one in services.values() for k, v in one.get("environment", {}).items()}
    open_told = [
        k for k in environment if re.search("PASSWORD|SECRET_KEY|DATABASE_URL", k) and not k.endswith("_FILE")
    ]
    assert open_told == []
    assert "latest" not in text
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {"/deploy/secrets/", "/deploy/tls/"} <= set(ignored)


def test_the_proxy_speaks_tls_limits_and_tells_who_calls() -> None:
    text = re.sub(r"#.*", "", (DEPLOY / "nginx.conf").read_text("utf-8"))
    assert text.count("{") == text.count("}")
    statements = re.split(r"[;{}]", text)
    told = {tuple(s.split()[:2]): " ".join(s.split()[2:]) for s in statements if len(s.split()) > 1}
    assert told[("ssl_protocols", "TLSv1.2")] == "TLSv1.3"
    assert (
        int(re.search(r"max-age=(\d+)", told[("add_header", "Strict-Transport-Security")])[1]) >= 31_536_000
    )
    assert told[("proxy_set_header", "X-Forwarded-For")] == "$remote_addr"
    assert told[("proxy_set_header", "X-Forwarded-Proto")] == "$scheme"
    assert ("proxy_buffering", "on") in told
    assert ("client_max_body_size", "64m") in told
    upload = next(kind for kind in KINDS if "most_upload_mb" in kind.model_fields)
    assert upload.model_fields["most_upload_mb"].default * 2 == 64
    assert any(name == "limit_req" for name, _ in told)
    assert re.search(r"location = /metrics\s*{\s*return 404", text)
    log = next(s for s in statements if s.split()[:1] == ["log_format"])
    assert not re.search(
        r"remote_addr|request_uri|\$request\b|args|remote_user|http_", log.replace("sent_http", "")
    )


def test_nothing_here_names_a_secret() -> None:
    for path in (DEPLOY / "cchc.env", DEPLOY / "cchc.service"):
        values = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
        assert [v for v in values if re.search(r"(PASSWORD|SECRET_KEY|TOKEN|DATABASE_URL)=", v)] == []
