"""Table of the large mail providers: hosts, login names, and where to make app passwords.

A provider is found by the domain of the address. For an address at a domain of her own (Google
Workspace, Microsoft 365 …) the author names the hosts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from enum import StrEnum
from importlib.resources import files

from inbox_bot.settings import ImapSettings, OAuthService, SmtpSettings, Tls
from inbox_bot.settings.model import Section


class LoginName(StrEnum):
    """The user name that the provider expects."""

    ADDRESS = "address"
    LOCAL_PART = "local part"


class Provider(Section):
    """A row of `providers.toml`."""

    name: str
    domains: tuple[str, ...]
    imap_host: str
    imap_port: int = 993
    smtp_host: str
    smtp_port: int = 465
    login: LoginName = LoginName.ADDRESS
    before_login: str = ""
    page: str = ""
    oauth: OAuthService = OAuthService.NONE
    authserv_id: str = ""

    def username(self, address: str) -> str:
        if self.login is LoginName.LOCAL_PART:
            return address.rpartition("@")[0]
        return address

    def imap(self, address: str) -> ImapSettings:
        return ImapSettings(
            host=self.imap_host, port=self.imap_port, username=self.username(address)
        )

    def smtp(self, address: str) -> SmtpSettings:
        """For SMTP every provider takes the whole address, iCloud too."""
        tls = Tls.STARTTLS if self.smtp_port == 587 else Tls.TLS
        return SmtpSettings(host=self.smtp_host, port=self.smtp_port, tls=tls, username=address)


def _shipped() -> tuple[Provider, ...]:
    table = files(__package__).joinpath("providers.toml").read_text(encoding="utf-8")
    return tuple(Provider.model_validate(row) for row in tomllib.loads(table)["provider"])


PROVIDERS = _shipped()


def for_address(address: str) -> Provider | None:
    """The provider of the address's domain, or None."""
    domain = address.rpartition("@")[2].lower()
    return next((found for found in PROVIDERS if domain in found.domains), None)


def oauth_at(imap_host: str) -> OAuthService:
    """The OAuth2 service of that host; `none` where it takes passwords."""
    found = (each.oauth for each in PROVIDERS if each.imap_host == imap_host.lower())
    return next(found, OAuthService.NONE)


def authserv_id_at(imap_hosts: Collection[str]) -> str:
    """The name that this provider's servers have in Authentication-Results; "" if it is unknown, or
    if mailboxes are at several providers: what one of them never wrote, a sender could."""
    known = {each.imap_host: each.authserv_id for each in PROVIDERS}
    found = {known.get(host.lower(), "") for host in imap_hosts}
    return found.pop() if len(found) == 1 else ""
