"""Stores consents: the refresh token, in the same place as passwords."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.mail.oauth.exchange import Token
from inbox_bot.settings.accounts import OAuthService
from inbox_bot.settings.passwords import Login, Secret, keep as keep_secret, look_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`client_secret` is empty where the service has none; `ends` is None where it is unknown."""

    refresh_token: Secret
    client_secret: Secret
    ends: datetime | None = None

    def after(self, token: Token, now: datetime) -> Grant:
        """Updated from a refresh; most services keep the refresh token."""
        lasts = token.refresh_token_expires_in
        return Grant(
            refresh_token=Secret(token.refresh_token)
            if token.refresh_token
            else self.refresh_token,
            client_secret=self.client_secret,
            ends=self.ends if lasts is None else now + timedelta(seconds=lasts),
        )


def keep(login: Login, service: OAuthService, grant: Grant) -> str:
    """Store it; returns a name for the place."""
    written = {
        "refresh_token": grant.refresh_token.reveal(),
        "client_secret": grant.client_secret.reveal(),
        "ends": grant.ends.isoformat() if grant.ends else "",
    }
    return keep_secret(login, _name(service), Secret(json.dumps(written)))


def load(login: Login, service: OAuthService) -> Grant | None:
    """None where there is none that can be read: the author logs in again."""
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
