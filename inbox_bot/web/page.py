"""Shared state of the review page, as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app, request

from inbox_bot.bot import Bot
from inbox_bot.web.follow_ups import FollowUps
from inbox_bot.web.password import Gatekeeper

NAME = "inbox_bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`hosts` are the host names that a browser may use; `key` signs the cookies.

    `faq` and `templates` are the folders of the author's FAQ and wording. `poll_now` wakes the
    scheduler. `own_network` is whether an article may be on the network that the program runs in.
    """

    bot: Bot
    clock: Callable[[], datetime]
    hosts: frozenset[str]
    key: str
    faq: Path
    templates: Path = Path()
    poll_now: Callable[[], None] = lambda: None
    own_network: bool = True
    gatekeeper: Gatekeeper = field(default_factory=Gatekeeper)
    follow_ups: FollowUps = field(default_factory=FollowUps)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.bot.author.timezone)

    @property
    def locale(self) -> str:
        """Decides how days and times are written."""
        return self.bot.author.locale


def number_asked(name: str, otherwise: int = 0) -> int:
    """A number from the query string, small enough for the store."""
    asked = request.args.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 12 else otherwise


def here() -> Page:
    """The page of the current request, with the settings as they are now."""
    page = cast("Page", current_app.extensions[NAME])
    bot = page.bot.heeding()
    return page if bot is page.bot else replace(page, bot=bot)
