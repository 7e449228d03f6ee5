"""Sign-in by a provider over real HTTP with signed tokens: PKCE, state, nonce, issuer, audience."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
import sqlalchemy as sa
from authlib.oidc.core.grants import code

from people import accounts
from people.accounts import Profile
from tests.people.conftest import GOOD
from tests.people.serving import csrf_of, new_app, sign_in, workspace_in
from workspace.accounts import Account, AuditLine

GROUPS = {"par-readers": "reader", "par-chiefs": "administrator"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider that lives as long as this module."""
    with oidc_provider_mock.run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workspace lies."""
    return tmp_path_factory.mktemp("provider")


@pytest.fixture(scope="module")
def app(release_dir: Path, folder: Path, issuer: str) -> Any:
    """The app that trusts this provider, and local accounts beside it."""
    return new_app(
        release_dir, folder, SIGN_IN="both", OIDC_ISSUER=issuer, OIDC_CLIENT_ID="cchc",
        OIDC_CLIENT_SECRET="s", OIDC_ROLES=json.dumps(GROUPS), OIDC_DEPARTMENT_CLAIM="ou",
    )  # fmt: skip


def known(issuer: str, sub: str, **claims: Any) -> None:
    """Tell the provider about a person."""
    requests.put(f"{issuer}/users/{sub}", json=claims, timeout=10).raise_for_status()


def leave(client: Any, wanted: str = "/") -> str:
    """Where the app sends a browser that wants to sign in by the provider."""
    answer = client.get("/dang-nhap/don-vi", query_string={"tiep": wanted})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def agree(address: str, sub: str) -> str:
    """Sign in at the provider; path and query that it sends the browser back to."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/dang-nhap/ve"
    return f"{back.path}?{back.query}"


def test_the_provider_is_asked_with_a_challenge_a_state_and_a_nonce(app: Any, issuer: str) -> None:
    asked = parse_qs(urlsplit(leave(app.server.test_client())).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert all(len(asked[name][0]) > 15 for name in ("state", "nonce"))
    assert asked["redirect_uri"] == ["http://localhost/dang-nhap/ve"]
    assert "openid" in asked["scope"][0]


def test_a_group_gives_the_role_and_one_is_where_one_wanted(app: Any, issuer: str, folder: Path) -> None:
    client = app.server.test_client()
    known(
        issuer, "u1", name="Trần Lan", email="Lan@x.vn", email_verified=True, groups=["par-readers", "z"],
        ou="Sở Y tế",
    )  # fmt: skip
    answer = client.get(agree(leave(client, "/xep-hang?tinh=ha-noi"), "u1"))
    assert (answer.status_code, answer.location) == (303, "/xep-hang?tinh=ha-noi")
    html = client.get("/xep-hang").get_data(as_text=True)
    assert "Trần Lan" in html
    assert 'data-may="export view"' in html
    known(issuer, "u1", name="Trần Lan", email="lan@x.vn", email_verified=True, groups=["par-chiefs"])
    client.get(agree(leave(app.server.test_client()), "u1"))  # of another browser: no state of ours
    again = app.server.test_client()
    assert again.get(agree(leave(again), "u1")).status_code == 303
    assert again.get("/nguoi-dung").status_code == 200
    assert csrf_of(again.get("/mat-khau").get_data(as_text=True) + again.get("/").get_data(as_text=True))
    held = workspace_in(folder)
    with held.reading() as session:
        rows = session.scalars(sa.select(Account).where(Account.email == "lan@x.vn")).all()
    held.close()
    assert [(row.login, row.role, row.department, row.password) for row in rows] == [
        ("lan@x.vn", "administrator", "Sở Y tế", None)
    ]


@pytest.mark.parametrize("verified", [True, False])
def test_a_local_account_of_the_same_checked_address_is_taken(
    app: Any, issuer: str, folder: Path, verified: bool
) -> None:
    email = f"ha{verified}@x.vn".lower()
    held = workspace_in(folder)
    with held.writing() as session:
        accounts.add(session, email, Profile("Hà", "analyst", email.upper()), "test")
    held.close()
    known(issuer, f"ha{verified}", name="Hà", email=email, email_verified=verified)
    client = app.server.test_client()
    answer = client.get(agree(leave(client), f"ha{verified}"))
    assert answer.status_code == (303 if verified else 401)
    assert client.get("/nguoi-dung").status_code == (403 if verified else 302)


def test_whoever_has_no_role_or_a_closed_account_is_told_so(app: Any, issuer: str, folder: Path) -> None:
    known(issuer, "u2", name="Lạ", email="la@x.vn", email_verified=True, groups=["others"])
    client = app.server.test_client()
    answer = client.get(agree(leave(client), "u2"))
    assert answer.status_code == 401
    assert "chưa được giao vai trò" in answer.get_data(as_text=True)
    known(issuer, "u3", name="Tư", email="tu@x.vn", email_verified=True, groups="par-readers")
    assert client.get(agree(leave(client), "u3")).status_code == 303
    held = workspace_in(folder)
    with held.writing() as session:
        row = accounts.find(session, "tu@x.vn")
        assert row is not None
        accounts.disable(session, row.id, True)
    with held.reading() as session:
        failed = session.scalars(sa.select(AuditLine.who).where(AuditLine.action == "failed")).all()
    held.close()
    assert "la@x.vn" in failed
    assert client.get("/").status_code == 302
    assert client.get(agree(leave(client), "u3")).status_code == 401


def test_a_group_taken_away_closes_the_account_it_made(app: Any, issuer: str) -> None:
    known(issuer, "u4", name="Năm", email="nam@x.vn", email_verified=True, groups=["par-readers"])
    client = app.server.test_client()
    assert client.get(agree(leave(client), "u4")).status_code == 303
    known(issuer, "u4", name="Năm", email="nam@x.vn", email_verified=True, groups=[])
    other = app.server.test_client()
    assert other.get(agree(leave(other), "u4")).status_code == 401


def test_a_code_of_another_browser_a_changed_state_and_a_used_code_are_refused(app: Any, issuer: str) -> None:
    known(issuer, "u5", name="Sáu", email="sau@x.vn", email_verified=True, groups=["par-readers"])
    mine, other = app.server.test_client(), app.server.test_client()
    back = agree(leave(mine), "u5")
    leave(other)
    assert other.get(back).status_code == 502
    assert mine.get(back.replace("state=", "state=x")).status_code == 502
    assert mine.get("/dang-nhap/ve?error=access_denied").status_code == 502
    assert mine.get(back).status_code == 303
    assert mine.get(back).status_code != 200
    assert mine.get("/dang-nhap/ve").status_code != 200


@pytest.mark.parametrize(
    ("spoiled", "why"),
    [
        ({"aud": ["somebody-else"], "azp": "cchc"}, "InvalidClaimError"),
        ({"iss": "https://evil.vn"}, "InvalidClaimError"),
        ({"nonce": "another"}, "InvalidClaimError"),
        ({"exp": 1}, "ExpiredTokenError"),
    ],
)
def test_a_token_for_somebody_else_is_refused(
    app: Any, issuer: str, spoiled: dict[str, Any], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The provider signs these for real: its claims are changed before it signs."""
    encode = code.jwt.encode

    def lying(header: Any, claims: Any, *rest: Any) -> Any:
        return encode(header, {**claims, **spoiled}, *rest)

    known(issuer, "u6", name="Bảy", email="bay@x.vn", email_verified=True, groups=["par-readers"])
    client = app.server.test_client()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code.jwt, "encode", lying)
        answer = client.get(agree(leave(client), "u6"))
    assert answer.status_code == 502
    assert why in caplog.text
    assert client.get("/").status_code == 302


def test_a_provider_that_does_not_answer_is_told(release_dir: Path, tmp_path: Path) -> None:
    told = {"SIGN_IN": "oidc", "OIDC_ISSUER": "http://127.0.0.1:9", "OIDC_CLIENT_ID": "x"}
    made = new_app(release_dir, tmp_path, **told)
    answer = made.server.test_client().get("/dang-nhap/don-vi")
    assert answer.status_code == 502
    assert "Chưa đăng nhập được bằng tài khoản đơn vị" in answer.get_data(as_text=True)


def test_with_only_a_provider_no_password_lets_anybody_in(
    release_dir: Path, tmp_path: Path, issuer: str
) -> None:
    held = workspace_in(tmp_path)
    with held.writing() as session:
        row = accounts.add(session, "an", Profile("An", "reader"), "test")
        accounts.set_password(session, row.id, GOOD, 12, must_change=False)
    held.close()
    made = new_app(release_dir, tmp_path, SIGN_IN="oidc", OIDC_ISSUER=issuer, OIDC_CLIENT_ID="x")
    client = made.server.test_client()
    form = client.get("/dang-nhap").get_data(as_text=True)
    assert 'type="password"' not in form
    assert "Đăng nhập bằng tài khoản đơn vị" in form
    assert client.post("/dang-nhap", data={"login": "an", "password": GOOD}).status_code == 403
    assert client.get("/").status_code == 302


def test_local_accounts_work_beside_the_provider(app: Any, folder: Path) -> None:
    held = workspace_in(folder)
    with held.writing() as session:
        row = accounts.add(session, "binh", Profile("Bình", "reader"), "test")
        accounts.set_password(session, row.id, GOOD, 12, must_change=False)
    held.close()
    assert sign_in(app.server.test_client(), "binh").status_code == 303
