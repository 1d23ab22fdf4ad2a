"""SASL messages for OAuth2 tokens: OAUTHBEARER (RFC 7628), or the older XOAUTH2."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from inbox_bot.errors import LoginRefused
from inbox_bot.settings.accounts import ImapAccount, SmtpAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The first message, and the answer to an error, which the server sends as a challenge."""

    mechanism: str
    first: str = field(repr=False)
    after_error: str


def opening(offered: Container[str], username: str, token: str) -> Opening:
    """XOAUTH2 first, as Google and Microsoft document it. LoginRefused where neither is offered."""
    if "XOAUTH2" in offered:
        said = f"user={username}\x01auth=Bearer {token}\x01\x01"
        return Opening(mechanism="XOAUTH2", first=said, after_error="")
    if "OAUTHBEARER" in offered:
        name = username.replace("=", "=3D").replace(",", "=2C")
        said = f"n,a={name},\x01auth=Bearer {token}\x01\x01"
        return Opening(mechanism="OAUTHBEARER", first=said, after_error="\x01")
    raise LoginRefused("the server doesn't offer OAuth2; check host and port")


def only_tokens(host: str) -> LoginRefused:
    return LoginRefused(f"{host} doesn't accept passwords from apps; see OAuth2 in docs/author.md")


def login_refused(account: ImapAccount | SmtpAccount, answer: str) -> LoginRefused:
    what = "password" if account.bearer is None else "login"
    remedy = account.bearer.remedy if account.bearer else "check it, or create an app password"
    return LoginRefused(
        f"{account.host} refuses the {what} for {account.username} ({answer}); {remedy}"
    )
