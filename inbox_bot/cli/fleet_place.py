"""Where the fleet is, from the environment, and the fleet opened there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from inbox_bot.errors import SettingsError, WrongUse
from inbox_bot.letters.reading import Sandbox
from inbox_bot.service.knowledge import user_cache
from inbox_bot.service.wiring import collect_rarely

try:
    from inbox_bot.fleet.authors import Fleet, open_fleet
    from inbox_bot.fleet.safe import safe_from
except ImportError as error:
    raise WrongUse("A fleet needs more packages: pip install 'inbox-bot[fleet]'") from error

DATABASE = "INBOX_BOT_FLEET_DATABASE"
DIRECT = "INBOX_BOT_FLEET_DIRECT"
CACHE = "INBOX_BOT_FLEET_CACHE"
URL = "INBOX_BOT_FLEET_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the fleet is, from the environment: URLs hold passwords, which no command line should.

    `url` is the workers' one; `direct` reaches the server itself where `url` is a pooler's.
    `page_url` is the page's address for browsers.
    """

    url: str
    direct: str
    cache: Path
    page_url: str


def place(environ: Mapping[str, str] = os.environ) -> Place:
    url = environ.get(DATABASE, "")
    if not url:
        raise SettingsError(
            f"set {DATABASE} to the workers' database, like postgresql://worker:…@db/fleet"
        )
    return Place(
        url=url,
        direct=environ.get(DIRECT) or url,
        page_url=environ.get(URL, ""),
        cache=Path(environ.get(CACHE) or user_cache() / "fleet"),
    )


@contextmanager
def opened() -> Iterator[Fleet]:
    """The fleet of the environment, with sandboxes whose children start with the first use.

    Attachments have their own, so that a large picture does not hold up a poll.
    """
    at = place()
    collect_rarely()
    with (
        Sandbox() as sandbox,
        Sandbox() as pictures,
        open_fleet(
            at.url, safe_from(os.environ), at.cache, sandbox.read, at.direct, at.page_url
        ) as fleet,
    ):
        yield replace(fleet, attachment=pictures.open)
