"""The digest as an e-mail, where a mail server is named; off otherwise."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from pydantic import Field, SecretStr

from configuration.sources import Configured
from indices.errors import Problem
from workspace.digest import Letter, to_html, to_text
from workspace.errors import WorkspaceError

WAIT = 30  # seconds for the mail server to answer


class MailSettings(Configured):
    """Settings of e-mail; each may be given with the prefix CCHC_ (configuration.sources).

    `smtp_host`: the mail server, blank: no e-mail leaves; `smtp_port`; `smtp_tls`: whether the connection
    must be encrypted (STARTTLS) before anything is said; `smtp_user`, `smtp_password`: who signs in, where
    the server asks for it; `smtp_from`: who sends; `smtp_to`: who receives, separated by commas.
    """

    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_tls: bool = True
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    smtp_to: str = ""

    def receivers(self) -> list[str]:
        """Everybody who receives it."""
        return [one.strip() for one in self.smtp_to.split(",") if one.strip()]


def message(found: Letter, sender: str, receivers: list[str]) -> EmailMessage:
    """The letter as a message: plain text, and HTML for who prefers it."""
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = found.title, sender, ", ".join(receivers)
    made["Date"], made["Message-ID"] = formatdate(), make_msgid(domain="cchc.invalid")
    made.set_content(to_text(found))
    made.add_alternative(to_html(found), subtype="html")
    return made


def send(found: Letter, settings: MailSettings) -> int:
    """Send the letter; how many received it. Raises WorkspaceError: no server named, or it refused."""
    receivers = settings.receivers()
    if not (settings.smtp_host and settings.smtp_from and receivers):
        hint = "Set CCHC_SMTP_HOST, CCHC_SMTP_FROM and CCHC_SMTP_TO"
        raise WorkspaceError([Problem("E-mail is off: no mail server is named", hint=hint)])
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=WAIT) as server:
            if settings.smtp_tls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message(found, settings.smtp_from, receivers))
    except (OSError, smtplib.SMTPException) as error:
        raise WorkspaceError([Problem("The e-mail was not sent", place, found=str(error))]) from error
    return len(receivers)
