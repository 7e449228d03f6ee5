"""Accounts, passwords, sessions: who gets in, who does not, and what ends it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from people import accounts, passwords, sessions
from people.accounts import Profile
from people.errors import RuleError
from tests.people.conftest import GOOD, added, settings
from workspace.accounts import Account, SignIn
from workspace.database import Workspace

LOCAL = settings()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("ngắn", "short"),
        ("x" * 201, "long"),
        ("Matkhau@123456", "common"),
        ("P@ssw0rd!2024", "common"),
        ("123456789012", "common"),
        ("quảng ninh 2025", "common"),
        ("abcdefghijklmnop", "common"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("mật khẩu của tôi", "common"),
        ("con nguyenan bay 9 dam", "login"),
    ],
)
def test_a_poor_password_is_refused_for_its_reason(password: str, code: str) -> None:
    with pytest.raises(RuleError) as error:
        passwords.check(password, "nguyenan@example.vn", 12)
    assert error.value.code == code


def test_a_good_password_is_kept_as_argon2_and_never_as_itself(workspace: Workspace) -> None:
    row = added(workspace, "An")
    assert row.login == "an"
    assert row.password is not None
    assert row.password.startswith("$argon2id$")
    assert passwords.matches(row.password, GOOD)
    assert not passwords.matches(row.password, GOOD + " ")
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches("no hash", GOOD)


@pytest.mark.parametrize(
    ("login", "profile", "code"),
    [
        ("an", Profile("Khác", "reader"), "taken"),
        ("AN ", Profile("Khác", "reader"), "taken"),
        ("a b", Profile("Khác", "reader"), "bad_login"),
        ("binh", Profile("Bình", "king"), "role"),
        ("binh", Profile("  ", "reader"), "name"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    workspace: Workspace, login: str, profile: Profile, code: str
) -> None:
    added(workspace, "an")
    with pytest.raises(RuleError) as error, workspace.writing() as session:
        accounts.add(session, login, profile, "test")
    assert error.value.code == code


def test_wrong_passwords_lock_for_a_growing_time_and_the_right_one_waits_too(workspace: Workspace) -> None:
    row = added(workspace, "an")

    def waits() -> float:
        with workspace.reading() as session:
            until = accounts.listed(session)[0].locked_until
        return 0 if until is None else round((until - datetime.now(UTC)).total_seconds() / 60)

    for _ in range(4):
        assert accounts.sign_in(workspace, "an", "wrong", LOCAL) is None
    assert waits() == 0
    accounts.sign_in(workspace, "an", "wrong", LOCAL)
    assert waits() == 1
    assert accounts.sign_in(workspace, "an", GOOD, LOCAL) is None
    for minutes in (2, 4):
        with workspace.writing() as session:
            accounts.get(session, row.id).locked_until = datetime.now(UTC) - timedelta(seconds=1)
        accounts.sign_in(workspace, "an", "wrong", LOCAL)
        assert waits() == minutes
    with workspace.writing() as session:
        accounts.unlock(session, row.id)
    assert accounts.sign_in(workspace, "an", GOOD, LOCAL) is not None
    assert accounts.sign_in(workspace, "nobody", GOOD, LOCAL) is None


def test_a_right_password_forgets_the_wrong_ones(workspace: Workspace) -> None:
    added(workspace, "an")
    for _ in range(2):
        for _ in range(4):
            accounts.sign_in(workspace, "an", "wrong", LOCAL)
        assert accounts.sign_in(workspace, "an", GOOD, LOCAL) is not None


def signed_in(workspace: Workspace, login: str = "an") -> str:
    """The token of a new session."""
    found = accounts.sign_in(workspace, login, GOOD, LOCAL)
    assert found is not None
    return found[1]


def test_every_sign_in_has_a_token_of_its_own_and_the_table_holds_none(workspace: Workspace) -> None:
    added(workspace, "an")
    one, two = signed_in(workspace), signed_in(workspace)
    assert one != two
    with workspace.reading() as session:
        kept = set(session.scalars(sa.select(SignIn.token)))
    assert kept == {sessions.digest(one), sessions.digest(two)}
    assert sessions.account_of(workspace, sessions.digest(one), LOCAL) is None
    found = sessions.account_of(workspace, one, LOCAL)
    assert found is not None
    assert found.login == "an"


@pytest.mark.parametrize("what", ["password", "disable", "end", "idle", "over"])
def test_what_ends_a_session(workspace: Workspace, what: str) -> None:
    row = added(workspace, "an")
    token = signed_in(workspace)
    past = datetime.now(UTC) - timedelta(hours=3)
    with workspace.writing() as session:
        if what == "password":
            accounts.set_password(session, row.id, GOOD + "!", 12, must_change=False)
        elif what == "disable":
            accounts.disable(session, row.id, True)
        elif what == "end":
            sessions.end(session, token)
        else:
            column = SignIn.seen_at if what == "idle" else SignIn.ends_at
            session.execute(sa.update(SignIn).values({column: past}))
    assert sessions.account_of(workspace, token, LOCAL) is None


def test_a_closed_account_does_not_get_in_and_opens_again(workspace: Workspace) -> None:
    row = added(workspace, "an")
    for disabled in (True, False):
        with workspace.writing() as session:
            accounts.disable(session, row.id, disabled)
        assert (accounts.sign_in(workspace, "an", GOOD, LOCAL) is None) is disabled


def test_being_there_is_written_down_so_that_work_does_not_end(workspace: Workspace) -> None:
    added(workspace, "an")
    token, ago = signed_in(workspace), datetime.now(UTC) - timedelta(minutes=90)
    with workspace.writing() as session:
        session.execute(sa.update(SignIn).values(seen_at=ago))
    assert sessions.account_of(workspace, token, LOCAL) is not None
    with workspace.reading() as session:
        assert session.scalar(sa.select(SignIn.seen_at)) > ago


def test_the_last_administrator_stays(workspace: Workspace) -> None:
    chief, other = added(workspace, "chief", "administrator"), added(workspace, "other", "administrator")
    with workspace.writing() as session:
        accounts.disable(session, other.id, True)
    for act in (
        lambda session: accounts.disable(session, chief.id, True),
        lambda session: accounts.change(session, chief.id, Profile("Chief", "reader")),
    ):
        with pytest.raises(RuleError) as error, workspace.writing() as session:
            act(session)
        assert error.value.code == "last"
    with workspace.reading() as session:
        held = session.get(Account, chief.id)
    assert held is not None
    assert (held.role, held.disabled) == ("administrator", False)
