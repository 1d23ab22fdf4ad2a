"""The settings as frozen values: one class for each section of `settings.yaml`.

What a key means stands in the comments of that file. A value that cannot be used raises
ValueError with the second half of a sentence: "… is not a duration; try 5m".
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from inbox_bot import humanize
from inbox_bot.bot import Digest, SentCopy
from inbox_bot.errors import SettingsError
from inbox_bot.model import Author
from inbox_bot.promises.calendar import parse_letter_time
from inbox_bot.settings.accounts import OAuthService, Tls, is_loopback
from inbox_bot.settings.durations import parse_duration, parse_period
from inbox_bot.yaml_files import Shape

_Item = TypeVar("_Item")

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,250}")
_COUNTRY = re.compile(r"([A-Z]{2})?")


def read_address(value: object) -> str:
    """A bare address with its domain in lower case."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value.strip()):
        raise ValueError("is not an email address; try steve@example.com")
    local, _, domain = value.strip().rpartition("@")
    return f"{local}@{domain.lower()}"


def read_sender(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"@[^\s@]{1,250}", value):
        return value.lower()
    return read_address(value)


def _read_duration(value: object) -> timedelta:
    return value if isinstance(value, timedelta) else parse_duration(str(value))


def _read_timezone(value: object) -> str:
    name = str(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = get_close_matches(name, sorted(available_timezones()), n=1)
        hint = f"did you mean {near[0]}?" if near else "try America/New_York"
        raise ValueError(f"is not a time zone; {hint}") from error
    return name


def _read_country(value: object) -> str:
    if not isinstance(value, str) or not _COUNTRY.fullmatch(value.upper()):
        raise ValueError("is not a country; use its two-letter code, like US, or leave it out")
    return value.upper()


def _read_locale(value: object) -> str:
    name = str(value).replace("-", "_")
    if name and not humanize.is_locale(name):
        raise ValueError("is not a locale; try en_US or en_GB, or leave it out")
    return name


def _read_threshold(value: object) -> object:
    if value != "auto" and not (isinstance(value, int | float) and 0 < value < 1):
        raise ValueError("is not a threshold; use auto, or a number between 0 and 1")
    return value


def read_letter_time(text: str) -> str:
    """The text unchanged; ValueError where it is no letter time."""
    try:
        parse_letter_time(text)
    except SettingsError as error:
        raise ValueError(
            "is not a letter time; try Tuesday evening, Saturday 9:00-12:30"
        ) from error
    return text


def _not_empty(values: tuple[_Item, ...]) -> tuple[_Item, ...]:
    if not values:
        raise ValueError("is an empty list; at least one is needed")
    return values


EmailAddress = Annotated[str, BeforeValidator(read_address)]
Sender = Annotated[str, BeforeValidator(read_sender)]
Duration = Annotated[timedelta, BeforeValidator(_read_duration)]
Timezone = Annotated[str, BeforeValidator(_read_timezone)]
Country = Annotated[str, BeforeValidator(_read_country)]
LocaleName = Annotated[str, BeforeValidator(_read_locale)]
Threshold = Annotated[float | Literal["auto"], BeforeValidator(_read_threshold)]
Port = Annotated[int, Field(ge=1, le=65_535)]


class Section(Shape):
    """Lenient types: `yes` is a bool here, although YAML 1.2 reads it as text.

    Input is hidden in pydantic's errors: it could be a password.
    """

    model_config = ConfigDict(strict=False, hide_input_in_errors=True)


class AuthorSettings(Section):
    name: Annotated[str, Field(min_length=1)]
    signature: str = ""
    timezone: Timezone = "UTC"
    country: Country = ""
    locale: LocaleName = ""

    def as_author(self) -> Author:
        """As the core's value; the name stands in for an empty signature, the country's English
        for an empty locale."""
        return Author(
            name=self.name,
            signature=self.signature or self.name,
            timezone=self.timezone,
            country=self.country,
            locale=self.locale or humanize.english_in(self.country),
        )


class ServerSettings(Section):
    """One server and the login there. An empty `username` stands for the main address."""

    host: Annotated[str, Field(min_length=1)]
    port: Port
    tls: Tls = Field(default=Tls.TLS, validate_default=True)
    username: str = ""

    @field_validator("tls")
    @classmethod
    def _is_safe(cls, tls: Tls, known: ValidationInfo) -> Tls:
        host, port = known.data.get("host", ""), known.data.get("port")
        if tls is Tls.NONE and host and not is_loopback(host):
            raise ValueError(f"would send the password to {host} unencrypted; use tls: tls")
        if tls is Tls.TLS and port in {143, 587}:
            raise ValueError(f"doesn't go with port {port}; use tls: starttls")
        if tls is Tls.STARTTLS and port in {993, 465}:
            raise ValueError(f"doesn't go with port {port}; use tls: tls")
        return tls


class ImapSettings(ServerSettings):
    port: Port = 993


class SmtpSettings(ServerSettings):
    port: Port = 465


class OAuthSettings(Section):
    """`client_id` names the author's own project at the service; it is no secret."""

    service: OAuthService = OAuthService.NONE
    client_id: str = ""
    tenant: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$")] = "common"


class MailboxSettings(Section):
    addresses: Annotated[tuple[EmailAddress, ...], AfterValidator(_not_empty)]
    imap: ImapSettings
    smtp: SmtpSettings
    sent_copy: SentCopy = SentCopy.AUTO
    oauth: OAuthSettings = OAuthSettings()

    @property
    def address(self) -> str:
        """The main address: it names the mailbox."""
        return self.addresses[0]

    @property
    def imap_username(self) -> str:
        return self.imap.username or self.address

    @property
    def smtp_username(self) -> str:
        return self.smtp.username or self.address


class ReadersSettings(Section):
    to: tuple[EmailAddress, ...] = ()
    folders: Annotated[tuple[str, ...], AfterValidator(_not_empty)] = ("INBOX",)
    never: tuple[Sender, ...] = ()


class PollSettings(Section):
    every: Duration = timedelta(minutes=5)
    since: Duration = timedelta(days=14)


class DraftsSettings(Section):
    in_mailbox: bool = True
    at_once: Annotated[int, Field(ge=1)] = 50
    folder: str = ""


class SentSettings(Section):
    folder: str = ""


class MatchingSettings(Section):
    answer_at: Threshold = "auto"


class PromiseSettings(Section):
    text: str = "I will get back to you just as soon as I can."
    within: Duration = timedelta(weeks=1)
    name_a_date: bool = True
    letter_time: Annotated[str, AfterValidator(read_letter_time)] = ""


class SendSettings(Section):
    undo: Duration = timedelta(seconds=60)


class PageSettings(Section):
    host: str = "127.0.0.1"
    port: Port = 8025
    url: str = ""
    hosts: tuple[str, ...] = ()


def _read_period(value: object) -> object:
    return value if isinstance(value, tuple) else parse_period(str(value))


Period = Annotated[tuple[date, date], BeforeValidator(_read_period)]


class Settings(Section):
    """All of `settings.yaml`. `load` makes the paths and a SQLite store absolute."""

    author: AuthorSettings
    mailboxes: Annotated[tuple[MailboxSettings, ...], AfterValidator(_not_empty)]
    readers: ReadersSettings = ReadersSettings()
    poll: PollSettings = PollSettings()
    drafts: DraftsSettings = DraftsSettings()
    sent: SentSettings = SentSettings()
    faq: Path = Path("faq")
    templates: Path = Path("templates")
    store: str = "sqlite:///inbox_bot.db"
    matching: MatchingSettings = MatchingSettings()
    promise: PromiseSettings = PromiseSettings()
    away: tuple[Period, ...] = ()
    send: SendSettings = SendSettings()
    page: PageSettings = PageSettings()
    digest: Digest = Digest.DAILY
    forms: tuple[Sender, ...] = ()
    authserv_id: str = ""
    retention: Duration | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """All of the author's addresses, over all mailboxes."""
        return tuple(address for mailbox in self.mailboxes for address in mailbox.addresses)
