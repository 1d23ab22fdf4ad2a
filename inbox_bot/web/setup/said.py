"""What the author has said so far, kept in her directory until setup is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from inbox_bot.model import files
from inbox_bot.settings import ImapSettings, SmtpSettings, Tls, providers
from inbox_bot.settings.home import Answers
from inbox_bot.settings.interview import name_in, read_imap, read_smtp, with_guesses
from inbox_bot.settings.providers import Provider

FILE_NAME = "setup.json"
SINCE = "30d"
"""How far back the first look goes: readers who waited longer have given up."""


class Screen(StrEnum):
    """The screens in their order."""

    MAILBOX = "mailbox"
    ARTICLE = "article"
    LOOK = "look"
    START = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`reached` is the last screen that she may open. `imap` and `smtp` are "host" or "host:port",
    empty where the provider is known; `imap_tls` and `smtp_tls` are what odd ports turned out to
    want. `article` is a URL, `text` what she pasted, and `posts` are URLs that she chose from her
    site; `faq_files` were drawn from one of them.

    `store` is the URL of a store on a server, empty for a file in her directory.

    `password_for` are the servers for which the kept password was typed. No password is in it.
    """

    address: str = ""
    username: str = ""
    imap: str = ""
    smtp: str = ""
    imap_tls: Tls | None = None
    smtp_tls: Tls | None = None
    drafts: str = ""
    sent: str = ""
    client_id: str = ""
    authserv_id: str = ""
    name: str = ""
    is_name_known: bool = False
    signature: str = ""
    article: str = ""
    text: str = ""
    title: str = ""
    passages: int = 0
    posts: tuple[str, ...] = ()
    faq_files: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    store: str = ""
    reached: Screen = Screen.MAILBOX
    password_for: tuple[str, ...] = ()

    @property
    def provider(self) -> Provider | None:
        return providers.for_address(self.address)

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def may_open(self, screen: Screen) -> bool:
        order = list(Screen)
        return order.index(screen) <= order.index(self.reached)

    def up_to(self, screen: Screen) -> Said:
        """With this screen reached, if it was not before."""
        return self if self.may_open(screen) else replace(self, reached=screen)


def imap_of(said: Said) -> ImapSettings:
    """By the provider's row, else as she typed it. ValueError where that is no server."""
    if said.provider and not said.imap:
        return said.provider.imap(said.address)
    found = read_imap(said.imap or f"imap.{said.domain}", said.username or said.address)
    return found.model_copy(update={"tls": said.imap_tls or found.tls})


def smtp_of(said: Said) -> SmtpSettings:
    """As `imap_of`."""
    if said.provider and not said.smtp:
        return said.provider.smtp(said.address)
    found = read_smtp(said.smtp or f"smtp.{said.domain}", said.username or said.address)
    return found.model_copy(update={"tls": said.smtp_tls or found.tls})


def servers_of(said: Said) -> tuple[str, ...]:
    """Host and port for reading and for sending."""
    return tuple(f"{one.host}:{one.port}" for one in (imap_of(said), smtp_of(said)))


def answers_of(said: Said) -> Answers:
    """For the settings; what is still missing is guessed."""
    name = said.name or name_in(said.address)
    return with_guesses(
        Answers(
            address=said.address,
            name=name,
            signature=said.signature or name.split()[0],
            imap=imap_of(said),
            smtp=smtp_of(said),
            drafts=said.drafts,
            sent=said.sent,
            authserv_id=said.authserv_id,
            forms=said.forms,
            store=said.store,
            client_id=said.client_id,
            since=SINCE,
        )
    )


_SHAPE = TypeAdapter(Said)


def is_half_done(directory: Path) -> bool:
    return (directory / FILE_NAME).exists()


def load(directory: Path) -> Said:
    """What was said before; nothing where it is missing or damaged."""
    try:
        return _SHAPE.validate_json((directory / FILE_NAME).read_bytes())
    except (OSError, ValidationError):
        return Said()


def keep(directory: Path, said: Said) -> None:
    """NotWritten where the disk does not take it."""
    files.write_text(directory / FILE_NAME, _SHAPE.dump_json(said).decode(), files.PRIVATE)


def drop(directory: Path) -> None:
    files.remove(directory / FILE_NAME)
