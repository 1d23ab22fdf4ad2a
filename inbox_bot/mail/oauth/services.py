"""Table of OAuth2 services: addresses, scopes and flows.

Google allows mail scopes only in the loopback flow. Microsoft has both flows; the device flow
needs no browser on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from inbox_bot.settings.accounts import OAuthService


class Flow(StrEnum):
    """The way of the consent: a code that she types, or her browser."""

    DEVICE = "device"
    LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The flow begins at `ask_url`; `extra` are parameters beyond the standard.

    `has_secret`: installed programs have a client secret, too (RFC 8252, 8.5). At `console` the
    author makes her own project.
    """

    name: OAuthService
    title: str
    flow: Flow
    ask_url: str
    token_url: str
    scope: str
    console: str
    extra: tuple[tuple[str, str], ...] = ()
    has_secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The author's own project at a service. Its id is public."""

    service: Service
    client_id: str


_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"

SERVICES = (
    Service(
        name=OAuthService.GOOGLE,
        title="Google",
        flow=Flow.LOOPBACK,
        ask_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        scope="https://mail.google.com/",
        console="https://console.cloud.google.com/auth/clients",
        extra=(("access_type", "offline"), ("prompt", "consent")),
        has_secret=True,
    ),
    Service(
        name=OAuthService.MICROSOFT,
        title="Microsoft",
        flow=Flow.DEVICE,
        ask_url=f"{_MICROSOFT}/devicecode",
        token_url=f"{_MICROSOFT}/token",
        scope="https://outlook.office.com/IMAP.AccessAsUser.All "
        "https://outlook.office.com/SMTP.Send offline_access",
        console="https://entra.microsoft.com (App registrations)",
    ),
)


def find(name: OAuthService, tenant: str) -> Service:
    """The service of that name; `tenant` is an organisation's at Microsoft, or "common"."""
    found = next(service for service in SERVICES if service.name is name)
    return replace(
        found,
        ask_url=found.ask_url.replace("{tenant}", tenant),
        token_url=found.token_url.replace("{tenant}", tenant),
    )
