"""Posts a form to a token server and parses the answer (RFC 6749, 5)."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inbox_bot.errors import MailboxUnavailable, SettingsError
from inbox_bot.settings.accounts import is_loopback

_TIMEOUT = 30.0
_MOST = 1024 * 1024


class Answer(BaseModel):
    """Unknown fields are ignored; values are hidden in repr and errors."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Token(Answer):
    """Times are in seconds from now. `refresh_token` is empty where the old one stays valid.

    Google sends `refresh_token_expires_in` where the consent itself expires.
    """

    access_token: str = Field(min_length=1, repr=False)
    expires_in: float = 3600.0
    refresh_token: str = Field(default="", repr=False)
    refresh_token_expires_in: float | None = None


class Refusal(Answer):
    """`error` is a code of the standard, `error_description` a text for people."""

    error: str
    error_description: str = ""

    def words(self) -> str:
        """One line; Microsoft adds trace numbers on lines of their own."""
        first = next(iter(self.error_description.splitlines()), "")
        told = "".join(one for one in first if one.isprintable())
        return told[:200] or self.error[:60]


A = TypeVar("A", bound=Answer)


def post(url: str, form: Mapping[str, str], wanted: type[A]) -> A | Refusal:
    """MailboxUnavailable when the server cannot be reached or its answer is no valid JSON."""
    host = _host(url)
    request = urllib.request.Request(  # noqa: S310 - https or loopback, see _host
        url, data=urlencode(form).encode(), headers={"Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310
            body = response.read(_MOST)
    except urllib.error.HTTPError as error:
        with error:
            return _refusal(host, error.code, _json(host, error.read(_MOST)))
    except (OSError, http.client.HTTPException) as error:
        raise MailboxUnavailable(f"can't reach {host}: {_reason(error)}") from error
    return _read(host, _json(host, body), wanted)


def _host(url: str) -> str:
    """The host; SettingsError unless the URL is https or on loopback."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise SettingsError(f"{url} is not an https address")
    return host


def _json(host: str, body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        # from None: the parser's error contains the answer, maybe with tokens
        raise MailboxUnavailable(f"{host} sent an unreadable answer") from None


def _refusal(host: str, status: int, told: object) -> Refusal:
    if status >= 500 or status == 429:
        raise MailboxUnavailable(f"{host} has a problem ({status}); trying again later")
    return _read(host, told, Refusal)


def _read(host: str, told: object, wanted: type[A]) -> A:
    try:
        return wanted.model_validate(told)
    except ValidationError:
        raise MailboxUnavailable(f"{host} sent an unreadable answer") from None


def _reason(error: Exception) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    return " ".join(str(reason).split())[:200] or type(error).__name__
