"""Connection settings of the mail servers: host, login, and verified TLS unless on loopback."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol

from inbox_bot.errors import SettingsError


class Tls(StrEnum):
    """`tls` from the first byte, `starttls` before the password, `none` on loopback alone."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class OAuthService(StrEnum):
    """Provider that takes OAuth2 tokens; `none` for a password."""

    NONE = "none"
    GOOGLE = "google"
    MICROSOFT = "microsoft"


class Bearer(Protocol):
    """Source of OAuth2 tokens, used in place of a password. Safe for threads."""

    @property
    def remedy(self) -> str:
        """Advice for the author when the servers refuse the tokens."""

    def token(self) -> str:
        """A token that is still valid; LoginRefused or MailboxUnavailable."""

    def renew(self) -> str:
        """A new token, after the last one was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAccount:
    """The account at one server. Times are in seconds, sizes in bytes.

    `address` is the author's own and names the mailbox. `ca_file` is a PEM file of authorities to
    trust in place of the system's. With a `bearer` the password is not used.
    """

    address: str
    host: str
    port: int
    tls: Tls
    username: str = ""
    password: str = field(default="", repr=False)
    bearer: Bearer | None = field(default=None, repr=False)
    ca_file: str = ""
    timeout: float = 30.0

    def __post_init__(self) -> None:
        if self.tls is Tls.NONE and not is_loopback(self.host):
            raise SettingsError(
                f"{self.host}: tls: none would send the password unencrypted; "
                "use tls: tls or starttls"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount(ServerAccount):
    """`drafts` and `sent` name folders that flags and names do not reveal.

    Of letters above `whole_up_to` only headers and text parts are fetched. IDLE is renewed after
    `renew_idle`, well before the half hour of RFC 2177.
    """

    drafts: str = ""
    sent: str = ""
    whole_up_to: int = 4 * 1024 * 1024
    renew_idle: float = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpAccount(ServerAccount):
    """Without `username` there is no login.

    `answer_timeout` is for the answer after the data, which decides between sent and uncertain
    (RFC 5321, 4.5.3.2.6, grants ten minutes).
    """

    answer_timeout: float = 60.0


def tls_context(ca_file: str) -> ssl.SSLContext:
    """Verifies chain and host name, always; SettingsError when `ca_file` cannot be used.

    One for all connections that trust the same file: making one takes 20 ms and 800 kB.
    """
    paths = ssl.get_default_verify_paths()
    trusted = (ca_file,) if ca_file else (paths.cafile, paths.capath)
    return _context(ca_file, tuple(_stamp(path) for path in trusted))


def _stamp(path: str | None) -> tuple[str, int, int]:
    """Changes with the file, as when the system's authorities are updated."""
    try:
        status = Path(path or "").stat()
    except OSError:
        return (path or "", 0, 0)
    return (path or "", status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _context(ca_file: str, _stamps: tuple[tuple[str, int, int], ...]) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise SettingsError(
            f"ca_file {ca_file}: {error.strerror or error}; use a PEM file"
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def is_loopback(host: str) -> bool:
    """Whether this host is the machine itself: no network in between."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
