"""What is kept of a consent: the refresh token, where passwords are kept, and never elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.mail.oauth.exchange import Token
from inbox_bot.settings.accounts import OAuthService
from inbox_bot.settings.passwords import Login, Secret, keep_named, look_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`client_secret` is empty where the service has none, `ends` None where it does not say."""

    refresh_token: Secret
    client_secret: Secret
    ends: datetime | None = None

    def after(self, token: Token, now: datetime) -> Grant:
        """The same with what a refresh told anew; most services go on with the old one."""
        lasts = token.refresh_token_expires_in
        return Grant(
            refresh_token=Secret(token.refresh_token)
            if token.refresh_token
            else self.refresh_token,
            client_secret=self.client_secret,
            ends=self.ends if lasts is None else now + timedelta(seconds=lasts),
        )


def keep(login: Login, service: OAuthService, grant: Grant) -> str:
    """Store it; the answer names the place."""
    written = {
        "refresh_token": grant.refresh_token.reveal(),
        "client_secret": grant.client_secret.reveal(),
        "ends": grant.ends.isoformat() if grant.ends else "",
    }
    return keep_named(login, _name(service), Secret(json.dumps(written)))


def load(login: Login, service: OAuthService) -> Grant | None:
    """None where there is none, or none that can be read: the author logs in anew."""
    found = look_up(login, _name(service))
    if found is None:
        return None
    try:
        written = json.loads(found.reveal())
        return Grant(
            refresh_token=Secret(written["refresh_token"]),
            client_secret=Secret(written["client_secret"]),
            ends=datetime.fromisoformat(written["ends"]) if written["ends"] else None,
        )
    except (ValueError, KeyError, TypeError):
        return None


def _name(service: OAuthService) -> str:
    return f"oauth-{service}"
