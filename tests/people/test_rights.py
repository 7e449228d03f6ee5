"""Roles and rights as data, and what a person may do with them."""

from __future__ import annotations

import pytest
from flask import Flask, g

from callbacks import people
from people import rights
from people.rights import Person


def test_every_right_is_of_some_role_and_every_role_may_look() -> None:
    given = {right for held in rights.roles().values() for right in held}
    assert given == set(rights.rights())
    assert [role for role, held in rights.roles().items() if rights.VIEW not in held] == []
    assert list(rights.roles()) == ["reader", "editor", "analyst", "publisher", "administrator"]


def test_the_constants_are_rights_and_roles_of_the_data() -> None:
    named = {value for name, value in vars(rights).items() if name.isupper() and isinstance(value, str)}
    assert {rights.VIEW, rights.EXPORT} < named
    assert named <= {*rights.roles(), *rights.rights()}


@pytest.mark.parametrize(
    ("role", "department", "lead", "allowed"),
    [
        ("reader", "Sở Y tế", "Sở Y tế", False),
        ("editor", "Sở Y tế", "sở  y tế ", True),
        ("editor", "Sở Y tế", "Sở Nội vụ", False),
        ("editor", "", "", False),
        ("analyst", "", "Sở Nội vụ", True),
        ("publisher", "", "Sở Nội vụ", True),
        ("administrator", "", "Sở Nội vụ", True),
        ("no such role", "Sở Y tế", "Sở Y tế", False),
    ],
)
def test_who_may_write_on_an_assignment(role: str, department: str, lead: str, allowed: bool) -> None:
    assert Person("1", "an", "An", role, department).may_write_for(lead) is allowed


def test_without_sign_in_the_single_user_may_everything_under_a_typed_name() -> None:
    assert all(people.may(right) for right in rights.rights())
    assert people.author(" An ") == "An"
    with Flask("x").test_request_context():
        assert people.current() == rights.SINGLE_USER
        g.person = Person("1", "binh", "Bình", "reader")
        assert people.author("An") == "Bình"
        assert people.may(rights.EXPORT)
        assert not people.may(rights.PUBLISH)
