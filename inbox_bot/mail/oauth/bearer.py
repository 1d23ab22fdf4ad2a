"""Tokens for the mail servers, made from a consent and renewed before they expire."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from inbox_bot import humanize
from inbox_bot.errors import LoginRefused
from inbox_bot.humanize import AMERICAN
from inbox_bot.mail.oauth.exchange import Refusal, Token, post
from inbox_bot.mail.oauth.grants import Grant, keep, load
from inbox_bot.mail.oauth.services import Client
from inbox_bot.settings.passwords import Login, Secret

WARN_BEFORE = timedelta(days=2)
_AT_LEAST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    token: Secret
    ends: datetime


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class OAuthBearer:
    """A `Bearer` (accounts.py) for all connections of one mailbox. Safe for threads.

    Each refresh reads the consent again: `inbox-bot login` may have replaced it meanwhile.
    """

    def __init__(
        self, client: Client, login: Login, clock: Callable[[], datetime] = _wall_clock
    ) -> None:
        self._client = client
        self._login = login
        self._clock = clock
        self._held: _Held | None = None
        self._lock = threading.Lock()

    @property
    def remedy(self) -> str:
        return f"run: {how_to_log_in(self._client, self._login)}"

    def token(self) -> str:
        """Valid for at least a minute; LoginRefused or MailboxUnavailable."""
        with self._lock:
            if self._held is None or self._held.ends <= self._clock() + _AT_LEAST:
                self._held = self._refresh()
            return self._held.token.reveal()

    def renew(self) -> str:
        """A new token, after the mail server refused the last one."""
        with self._lock:
            self._held = None
            self._held = self._refresh()
            return self._held.token.reveal()

    def _refresh(self) -> _Held:
        service = self._client.service
        grant = load(self._login, service.name)
        if grant is None:
            raise LoginRefused(f"no {service.title} login for {self._login.address}; {self.remedy}")
        now = self._clock()
        answer = post(service.token_url, _form(self._client, grant), Token)
        if isinstance(answer, Refusal):
            raise LoginRefused(
                f"{service.title} ended the login for {self._login.address} ({answer.words()}); "
                f"{self.remedy}"
            )
        later = grant.after(answer, now)
        if later != grant:
            keep(self._login, service.name, later)
        return _Held(
            token=Secret(answer.access_token), ends=now + timedelta(seconds=answer.expires_in)
        )


def warning(client: Client, login: Login, now: datetime, locale: str = AMERICAN) -> str:
    """A sentence for the author when her log-in is missing or ends soon, else ""."""
    grant = load(login, client.service.name)
    how = how_to_log_in(client, login)
    if grant is None:
        return f"There's no {client.service.title} login for {login.address} yet. Run: {how}"
    if grant.ends is None or grant.ends > now + WARN_BEFORE:
        return ""
    day = humanize.full(grant.ends.date(), locale)
    ends = "has expired" if grant.ends <= now else f"expires on {day}"
    return f"Your {client.service.title} login for {login.address} {ends}. Run: {how}"


def how_to_log_in(client: Client, login: Login) -> str:
    return f"inbox-bot -C {login.directory} login {client.service.name}"


def _form(client: Client, grant: Grant) -> dict[str, str]:
    form = {
        "grant_type": "refresh_token",
        "client_id": client.client_id,
        "refresh_token": grant.refresh_token.reveal(),
    }
    secret = grant.client_secret.reveal()
    return form | {"client_secret": secret} if secret else form
