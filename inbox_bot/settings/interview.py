"""The questions of `init`; defaults come from the author's address."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from inbox_bot.errors import WrongUse
from inbox_bot.settings import ImapSettings, SmtpSettings, Tls, providers
from inbox_bot.settings.home import Answers
from inbox_bot.settings.model import read_address, read_letter_time
from inbox_bot.settings.timezone import country_of, guess_locale, guess_timezone

_T = TypeVar("_T")
_HOST = re.compile(r"[^\s/@:]{1,255}")
_PORT = re.compile(r"[1-9][0-9]{0,4}")


class Ask(Protocol):
    """Show a question and a default; return what was typed, or the default for an empty line."""

    def __call__(self, question: str, default: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Interviewer:
    """Repeats a question until the answer is usable. `ask` must raise at the end of the input;
    `tell` shows a line."""

    ask: Ask
    tell: Callable[[str], None]

    def until_usable(self, question: str, default: str, read: Callable[[str], _T]) -> _T:
        while True:
            answer = self.ask(question, default)
            try:
                return read(answer.strip())
            except ValueError as error:
                self.tell(f'"{answer}" {error}')


def interview(interviewer: Interviewer, address: str = "") -> Answers:
    """Ask for everything that the settings need, except an address that is given.

    WrongUse when that is no address.
    """
    until_usable, tell = interviewer.until_usable, interviewer.tell
    address = _given(address) if address else until_usable("Your email address", "", read_address)
    imap, smtp = _servers(interviewer, address)
    name = until_usable("Your name, as readers will see it", _name_in(address), _some_text)
    article = until_usable("Your article or blog (URL, or Enter to skip)", "", _url)
    signature = until_usable("How you sign your letters", name.split()[0], _some_text)
    letter_time = until_usable(
        "When you usually write (like Tuesday evening, Saturday morning; Enter for any day)",
        "",
        read_letter_time,
    )
    timezone = guess_timezone()
    country = country_of(timezone)
    locale = guess_locale(os.environ, country)
    tell(f"Using the time zone {timezone} and the locale {locale}. Both are in settings.yaml.")
    return Answers(
        address=address,
        name=name,
        imap=imap,
        smtp=smtp,
        oauth=providers.oauth_at(imap.host),
        signature=signature,
        article=article,
        letter_time=letter_time,
        timezone=timezone,
        country=country,
        locale=locale,
    )


def _given(address: str) -> str:
    try:
        return read_address(address)
    except ValueError as error:
        raise WrongUse(f'"{address}" {error}') from error


def _servers(interviewer: Interviewer, address: str) -> tuple[ImapSettings, SmtpSettings]:
    provider = providers.for_address(address)
    if provider is None:
        return _asked_servers(interviewer, address)
    imap, smtp = provider.imap(address), provider.smtp(address)
    interviewer.tell(f"{provider.name}: {imap.host} and {smtp.host}.")
    interviewer.tell(f"{provider.before_login}: {provider.page}")
    return imap, smtp


def _asked_servers(interviewer: Interviewer, address: str) -> tuple[ImapSettings, SmtpSettings]:
    domain = address.rpartition("@")[2]
    username = interviewer.until_usable("Your login name at the mail server", address, _some_text)
    imap = interviewer.until_usable(
        "IMAP server (host or host:port)",
        f"imap.{domain}",
        lambda text: read_imap(text, username),
    )
    smtp = interviewer.until_usable(
        "SMTP server (host or host:port)",
        f"smtp.{domain}",
        lambda text: read_smtp(text, username),
    )
    return imap, smtp


def read_imap(text: str, username: str) -> ImapSettings:
    """`host` or `host:port`; port 143 turns to TLS by STARTTLS (RFC 8314, 3)."""
    host, port = _host_and_port(text, 993)
    tls = Tls.STARTTLS if port == 143 else Tls.TLS
    return ImapSettings(host=host, port=port, tls=tls, username=username)


def read_smtp(text: str, username: str) -> SmtpSettings:
    """`host` or `host:port`; port 587 turns to TLS by STARTTLS (RFC 8314, 3)."""
    host, port = _host_and_port(text, 465)
    tls = Tls.STARTTLS if port == 587 else Tls.TLS
    return SmtpSettings(host=host, port=port, tls=tls, username=username)


def _host_and_port(text: str, usual: int) -> tuple[str, int]:
    host, _, port = text.partition(":")
    fits = not port or (_PORT.fullmatch(port) and int(port) < 65_536)
    if not _HOST.fullmatch(host) or not fits:
        raise ValueError("is not a server; try imap.example.com")
    return host, int(port or usual)


def _name_in(address: str) -> str:
    local = address.partition("@")[0].partition("+")[0]
    return " ".join(word.capitalize() for word in local.replace("_", ".").split(".") if word)


def _some_text(text: str) -> str:
    if not text:
        raise ValueError("is empty; enter something")
    return text


def _url(text: str) -> str:
    """A URL, or empty; a bare host gets its https://."""
    if not text:
        return ""
    url = text if "://" in text else f"https://{text}"
    if not url.startswith(("https://", "http://")) or "." not in url or " " in url:
        raise ValueError("is not a web address; try https://example.com/article/")
    return url
