"""What every part of the review page needs, as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app, request

from inbox_bot.bot import Bot
from inbox_bot.web.password import Gatekeeper

NAME = "inbox_bot"


def _nothing() -> None:
    """Whoever serves the page may have nothing to wake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`hosts` are the names under which a browser may call it; `key` signs its cookies.

    `faq` and `templates` are the folders of the author's FAQ and wording.
    `look_now` asks the bot to look at the mailbox soon.
    """

    bot: Bot
    clock: Callable[[], datetime]
    hosts: frozenset[str]
    key: str
    faq: Path
    templates: Path = Path()
    authserv_id: str = ""
    look_now: Callable[[], None] = _nothing
    gatekeeper: Gatekeeper = field(default_factory=Gatekeeper)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.bot.author.timezone)


def number_asked(name: str, otherwise: int = 0) -> int:
    """A number behind the "?" of the address, of a size that the store may hold."""
    asked = request.args.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 12 else otherwise


def here() -> Page:
    """The page that the request at hand was made to."""
    return cast("Page", current_app.extensions[NAME])
