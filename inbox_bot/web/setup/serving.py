"""Serves setup on a free port of this machine alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from inbox_bot.web.serving import Server
from inbox_bot.web.setup.app import make_app
from inbox_bot.web.setup.desk import Desk


@contextmanager
def serving(desk: Desk) -> Iterator[str]:
    """The one-time link into setup, which is served while the block runs."""
    with Server(make_app(desk), "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.port}/open/{desk.ticket}"
