"""Table of the large mail providers: hosts, login names, and where to make app passwords.

A provider is found by the domain of the address. For an address at a domain of her own (Google
Workspace, Microsoft 365 …) the author names the hosts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from inbox_bot.settings import ImapSettings, OAuthService, SmtpSettings, Tls


class LoginName(StrEnum):
    """The user name that the provider expects."""

    ADDRESS = "the whole address"
    LOCAL_PART = "the part before the @"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """`before_login` says how to get a password, `page` where. `oauth` is set where the provider
    takes no password."""

    name: str
    domains: tuple[str, ...]
    imap_host: str
    smtp_host: str
    smtp_port: int = 465
    login: LoginName = LoginName.ADDRESS
    before_login: str = ""
    page: str = ""
    oauth: OAuthService = OAuthService.NONE

    def username(self, address: str) -> str:
        if self.login is LoginName.LOCAL_PART:
            return address.rpartition("@")[0]
        return address

    def imap(self, address: str) -> ImapSettings:
        return ImapSettings(host=self.imap_host, username=self.username(address))

    def smtp(self, address: str) -> SmtpSettings:
        """For SMTP every provider takes the whole address, iCloud too."""
        tls = Tls.TLS if self.smtp_port == 465 else Tls.STARTTLS
        return SmtpSettings(host=self.smtp_host, port=self.smtp_port, tls=tls, username=address)


PROVIDERS = (
    Provider(
        name="Gmail",
        domains=("gmail.com", "googlemail.com"),
        imap_host="imap.gmail.com",
        smtp_host="smtp.gmail.com",
        before_login="Gmail needs an app password, and 2-Step Verification before it",
        page="https://myaccount.google.com/apppasswords",
    ),
    Provider(
        name="Outlook",
        domains=("outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de", "hotmail.de"),
        imap_host="outlook.office365.com",
        smtp_host="smtp-mail.outlook.com",
        smtp_port=587,
        before_login="Outlook takes no password from programs; `inbox-bot login microsoft` asks "
        "for your yes, with a project of your own at Microsoft",
        page="https://entra.microsoft.com",
        oauth=OAuthService.MICROSOFT,
    ),
    Provider(
        name="iCloud",
        domains=("icloud.com", "me.com", "mac.com"),
        imap_host="imap.mail.me.com",
        smtp_host="smtp.mail.me.com",
        smtp_port=587,
        login=LoginName.LOCAL_PART,
        before_login="iCloud needs an app-specific password (Sign-In and Security)",
        page="https://account.apple.com",
    ),
    Provider(
        name="Fastmail",
        domains=("fastmail.com", "fastmail.fm", "fastmail.org"),
        imap_host="imap.fastmail.com",
        smtp_host="smtp.fastmail.com",
        before_login="Fastmail needs an app password with access to mail",
        page="https://app.fastmail.com/settings/security/apps",
    ),
    Provider(
        name="Yahoo",
        domains=("yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "ymail.com", "rocketmail.com"),
        imap_host="imap.mail.yahoo.com",
        smtp_host="smtp.mail.yahoo.com",
        before_login="Yahoo needs an app password",
        page="https://login.yahoo.com/account/security",
    ),
    Provider(
        name="GMX",
        domains=("gmx.net", "gmx.de", "gmx.at", "gmx.ch"),
        imap_host="imap.gmx.net",
        smtp_host="mail.gmx.net",
        before_login="GMX wants IMAP switched on in its settings, and an app password where "
        "two-factor sign-in is on",
        page="https://hilfe.gmx.net/pop-imap/einschalten.html",
    ),
    Provider(
        name="GMX",
        domains=("gmx.com", "gmx.us", "gmx.co.uk"),
        imap_host="imap.gmx.com",
        smtp_host="mail.gmx.com",
        before_login="GMX wants IMAP switched on in its settings, and an app password where "
        "two-factor sign-in is on",
        page="https://support.gmx.com/pop-imap/toggle.html",
    ),
    Provider(
        name="WEB.DE",
        domains=("web.de",),
        imap_host="imap.web.de",
        smtp_host="smtp.web.de",
        smtp_port=587,
        before_login="WEB.DE wants IMAP switched on in its settings, and an app password where "
        "two-factor sign-in is on",
        page="https://hilfe.web.de/pop-imap/einschalten.html",
    ),
    Provider(
        name="Posteo",
        domains=("posteo.de", "posteo.net", "posteo.org", "posteo.eu", "posteo.at", "posteo.ch"),
        imap_host="posteo.de",
        smtp_host="posteo.de",
        before_login="Posteo takes your password, unless its additional email account protection "
        "is on",
        page="https://posteo.de/en/help",
    ),
    Provider(
        name="mailbox.org",
        domains=("mailbox.org",),
        imap_host="imap.mailbox.org",
        smtp_host="smtp.mailbox.org",
        before_login="mailbox.org takes your password, or a mail app password where two-factor "
        "sign-in is on",
        page="https://kb.mailbox.org/en/private/security-and-privacy/e-mail-password",
    ),
)


def for_address(address: str) -> Provider | None:
    """The provider of the address's domain, or None."""
    domain = address.rpartition("@")[2].lower()
    return next((found for found in PROVIDERS if domain in found.domains), None)


def oauth_at(imap_host: str) -> OAuthService:
    """The OAuth2 service of that host; `none` where it takes passwords."""
    found = (each.oauth for each in PROVIDERS if each.imap_host == imap_host.lower())
    return next(found, OAuthService.NONE)
