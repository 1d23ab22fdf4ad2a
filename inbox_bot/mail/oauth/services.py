"""Who lets programs in by OAuth2, as data: where to ask, and for what.

Google takes mail scopes in the loopback flow alone, not in the device flow; Microsoft has both,
and the device flow needs no browser on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from inbox_bot.settings.accounts import OAuthService


class Flow(StrEnum):
    """How the author's yes reaches us: a code that she types, or her browser that comes back."""

    DEVICE = "device"
    LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """`ask_url` is where the flow begins, `extra` what Google wants beside the standard.

    `has_secret` where even an installed program has a client secret (which then is none: RFC
    8252, 8.5). `console` is where the author makes a project of her own.
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
    """The author's own project at a service. Its id is no secret."""

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
