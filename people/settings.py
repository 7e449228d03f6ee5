"""Settings of sign-in, checked when the server starts: everything wrong is told in one list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from limits import parse_many
from pydantic import AfterValidator, SecretStr, ValidationError

from configuration.sources import Configured
from indices.errors import Problem
from people import exposure
from people.errors import PeopleError
from people.rights import roles

SHORTEST_KEY = 32  # characters
FEWEST_LETTERS = 8
YOUNGEST_LOG = 30  # days; the database itself refuses to drop younger lines


def _readable(rate: str) -> str:
    """A rate as it stands. Raises ValueError for one that cannot be read."""
    try:
        parse_many(rate)
    except ValueError:
        raise ValueError('"30 per minute", or several as "5 per second; 100 per hour"') from None
    return rate


Rate = Annotated[str, AfterValidator(_readable)]


class Settings(Configured):
    """Settings of people; each may be given with the prefix CCHC_ (docs/roles.md).

    `sign_in`: off (one user who may everything), local (accounts here), oidc (a provider), both.
    `open_to_network`: the server may listen to a network with sign-in off. `secret_key`: signs cookies.
    `public_url`: the address people type. `proxies`: how many proxies of one's own stand before the server.
    `hsts_days`: how long browsers that came over TLS ask by TLS only.
    """

    sign_in: Literal["off", "local", "oidc", "both"] = "off"
    open_to_network: bool = False
    secret_key: SecretStr = SecretStr("")
    secret_key_file: Path | None = None
    public_url: str = ""
    proxies: int = 0
    hsts_days: int = 365
    session_hours: float = 10
    session_idle_minutes: float = 120
    lock_after: int = 5
    password_length: int = 12
    sign_in_rate: Rate = "30 per minute"
    api_rate: Rate = "300 per minute"
    download_rate: Rate = "60 per minute"
    upload_rate: Rate = "30 per minute"
    briefing_rate: Rate = "10 per minute"
    audit_days: int = 730
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_client_secret_file: Path | None = None
    oidc_scope: str = "openid profile email"
    oidc_role_claim: str = "groups"
    oidc_roles: dict[str, str] = {}
    oidc_department_claim: str = ""
    oidc_email_trusted: bool = False

    @property
    def on(self) -> bool:
        """Whether people must sign in."""
        return self.sign_in != "off"

    def rates(self) -> dict[str, str]:
        """How often somebody may ask, by what they ask for: the settings that end in `_rate`."""
        end = "_rate"
        return {
            name.removesuffix(end): getattr(self, name)
            for name in type(self).model_fields
            if name.endswith(end)
        }

    @property
    def local(self) -> bool:
        """Whether accounts of this server open it."""
        return self.sign_in in ("local", "both")

    @property
    def oidc(self) -> bool:
        """Whether a provider opens it."""
        return self.sign_in in ("oidc", "both")

    def key(self) -> str:
        """The secret that signs cookies."""
        return _secret(self.secret_key, self.secret_key_file)

    def client_secret(self) -> str:
        """What this server proves itself with to the provider; "" for a public client."""
        return _secret(self.oidc_client_secret, self.oidc_client_secret_file)


def _secret(value: SecretStr, file: Path | None) -> str:
    held = value.get_secret_value()
    if held or file is None:
        return held
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def read() -> Settings:
    """The settings of the environment. Raises PeopleError with everything that is wrong about them."""
    try:
        settings = Settings()
    except ValidationError as error:
        problems = [
            Problem("A setting cannot be read", f"CCHC_{one['loc'][0]}".upper(), expected=one["msg"])
            for one in error.errors()
        ]
        raise PeopleError(problems) from None
    if found := problems_of(settings):
        raise PeopleError(found)
    return settings


def problems_of(settings: Settings) -> list[Problem]:
    """All that keeps a server from starting with these settings; nothing while sign-in is off."""
    if not settings.on:
        return []
    found = [*_key(settings), *_limits(settings)]
    return found + (_provider(settings) if settings.oidc else [])


def _key(settings: Settings) -> list[Problem]:
    if len(settings.key()) >= SHORTEST_KEY:
        return []
    hint = 'python -c "import secrets; print(secrets.token_hex(32))" makes one; keep it out of the repository'
    return [
        Problem(
            "Sign-in needs a secret key",
            "CCHC_SECRET_KEY or CCHC_SECRET_KEY_FILE",
            found=f"{len(settings.key())} characters",
            expected=f"{SHORTEST_KEY} at least",
            hint=hint,
        )
    ]


def _limits(settings: Settings) -> list[Problem]:
    asked = (
        ("lock_after", settings.lock_after, 1),
        ("password_length", settings.password_length, FEWEST_LETTERS),
        ("audit_days", settings.audit_days, YOUNGEST_LOG),
        ("session_hours", settings.session_hours, 0.01),
        ("session_idle_minutes", settings.session_idle_minutes, 0.01),
        ("proxies", settings.proxies, 0),
        ("hsts_days", settings.hsts_days, 0),
    )
    return [
        Problem(
            "A setting is too small", f"CCHC_{name.upper()}", found=str(value), expected=f"{least:g} or more"
        )
        for name, value, least in asked
        if value < least
    ]


def _provider(settings: Settings) -> list[Problem]:
    found = [
        Problem("Sign-in by a provider needs this setting", f"CCHC_{name.upper()}")
        for name in ("oidc_issuer", "oidc_client_id")
        if not getattr(settings, name)
    ]
    issuer = settings.oidc_issuer
    parts = urlsplit(issuer)
    if issuer and parts.scheme != "https" and not exposure.here_only(parts.hostname or ""):
        found.append(Problem("The provider must be asked over TLS", "CCHC_OIDC_ISSUER", found=issuer))
    for group, role in settings.oidc_roles.items():
        if role not in roles():
            expected = ", ".join(roles())
            found.append(
                Problem("There is no such role", f"CCHC_OIDC_ROLES {group}", found=role, expected=expected)
            )
    return found
