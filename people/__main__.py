"""`python -m people`: accounts and the log from the command line. Described in docs/roles.md."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy.orm import Session

from indices.errors import DataError, Problem
from people import accounts, audit
from people.accounts import Profile
from people.errors import PeopleError
from people.rights import READER, Person, roles
from people.settings import Settings
from workspace.accounts import Account
from workspace.settings import Settings as WorkspaceSettings

app = typer.Typer(help="Who may sign in, and who did what.", no_args_is_help=True, add_completion=False)
Login = Annotated[str, typer.Argument(help="The name one signs in with.")]
ALL = 1_000_000_000


@contextmanager
def opened() -> Iterator[Session]:
    """One transaction on the workspace; problems are told and end the program with their code."""
    try:
        workspace = WorkspaceSettings().opened()
        try:
            with workspace.writing() as session:
                yield session
        finally:
            workspace.close()
    except DataError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None


def settings() -> Settings:
    """The settings of people, not checked as a whole: the command line needs no secret key."""
    try:
        return Settings()
    except ValidationError as error:
        raise PeopleError([Problem("A setting cannot be read", found=str(error)[:200])]) from None


def typed() -> str:
    """A password: asked for twice on a terminal, else the first line of the standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first, again = getpass.getpass("Password: "), getpass.getpass("Again: ")
    if first != again:
        raise PeopleError([Problem("The two passwords are not the same")])
    return first


def _account(session: Session, login: str) -> Account:
    found = accounts.find(session, login)
    if found is None:
        raise PeopleError([Problem("Nobody signs in with this name", found=login)])
    return found


def _done(session: Session, row: Account, what: str) -> None:
    by = Person("", "", f"{getpass.getuser()} (command line)")
    session.add(audit.Entry(by, audit.PEOPLE, f"{what} {row.login}").line())
    typer.echo(f"{row.login}: {what}")


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="The person's name, as others see it.")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(roles())}.")] = READER,
    department: Annotated[
        str, typer.Option(help="Body whose assignments a department editor writes on.")
    ] = "",
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Only a provider lets this one in.")
    ] = False,
) -> None:
    """Add somebody; the password is asked for, or read from the standard input.

    A login that is an e-mail address is the one that a provider knows the person by, too.
    """
    email = login if "@" in login else ""
    with opened() as session:
        row = accounts.add(session, login, Profile(name, role, email, department), getpass.getuser())
        if not no_password:
            accounts.set_password(session, row.id, typed(), settings().password_length, must_change=False)
        _done(session, row, f"added as {role}")


@app.command("list")
def list_() -> None:
    """List accounts: login, role, state, name, department."""
    with opened() as session:
        for row in accounts.listed(session):
            state = "disabled" if row.disabled else "locked" if row.locked_until else "open"
            typer.echo("\t".join((row.login, row.role, state, row.name, row.department)))


@app.command()
def role(login: Login, role: Annotated[str, typer.Argument(help="The new role.")]) -> None:
    """Give somebody another role."""
    with opened() as session:
        row = _account(session, login)
        accounts.change(session, row.id, Profile(row.name, role, row.email, row.department))
        _done(session, row, f"role {role}")


@app.command()
def password(login: Login) -> None:
    """Give somebody another password; they must change it when they sign in. Their sessions end."""
    with opened() as session:
        row = _account(session, login)
        accounts.set_password(session, row.id, typed(), settings().password_length, must_change=True)
        _done(session, row, "password set")


@app.command()
def disable(login: Login) -> None:
    """Close an account; its sessions end."""
    with opened() as session:
        row = accounts.disable(session, _account(session, login).id, True)
        _done(session, row, "disabled")


@app.command()
def enable(login: Login) -> None:
    """Open an account again."""
    with opened() as session:
        row = accounts.disable(session, _account(session, login).id, False)
        _done(session, row, "enabled")


@app.command()
def unlock(login: Login) -> None:
    """Forget failed tries."""
    with opened() as session:
        row = accounts.unlock(session, _account(session, login).id)
        _done(session, row, "unlocked")


@app.command("audit")
def audit_(
    csv: Annotated[
        Path | None, typer.Option(help="Write the lines to this file; must not be there yet.")
    ] = None,
    action: Annotated[str, typer.Option(help=f"Only one of {', '.join(audit.ACTIONS)}.")] = "",
    last: Annotated[int, typer.Option(help="How many lines, the newest first; 0: all.")] = 50,
    prune: Annotated[
        bool, typer.Option("--prune", help="Drop lines older than CCHC_AUDIT_DAYS first.")
    ] = False,
) -> None:
    """Show the log, or write it to a file as CSV."""
    with opened() as session:
        if prune:
            typer.echo(f"dropped {audit.prune(session, settings().audit_days)}", err=True)
        found = audit.lines(session, audit.Wanted(action, limit=last or ALL))
        body = audit.to_csv(found)
        if csv is None:
            typer.echo(body.decode("utf-8-sig"), nl=False)
        elif csv.exists():
            raise PeopleError([Problem("The file is there already", str(csv))])
        else:
            csv.write_bytes(body)


if __name__ == "__main__":
    sys.exit(app())
