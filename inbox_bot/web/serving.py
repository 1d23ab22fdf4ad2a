"""Serves the page with waitress, on a port of this machine."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from threading import Event, Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

from waitress.channel import HTTPChannel
from waitress.server import create_server

from inbox_bot.bot import Bot
from inbox_bot.errors import SettingsError
from inbox_bot.model import facts
from inbox_bot.model.ports import Store
from inbox_bot.service.lock import page_served_at
from inbox_bot.settings import PageSettings, Settings
from inbox_bot.settings.accounts import is_loopback
from inbox_bot.web.app import make_app
from inbox_bot.web.page import Page
from inbox_bot.web.password import has_password
from inbox_bot.web.sessions import new_link

KEY = facts.text("page key")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
THREADS = 4
MOST_CONNECTIONS = 100
PATIENCE = 20  # seconds
LOOK_UP = 5  # seconds between looks for connections that are over, where nobody asks anything


def page_of(bot: Bot, chosen: Settings, poll_now: Callable[[], None]) -> Page:
    """The page of a running bot; SettingsError from `check_reach`."""
    check_reach(bot.store, chosen.page)
    return Page(
        bot=bot,
        clock=lambda: datetime.now(UTC),
        hosts=hosts_of(chosen.page),
        key=key_of(bot.store),
        faq=chosen.faq,
        templates=chosen.templates,
        poll_now=poll_now,
    )


def check_reach(store: Store, chosen: PageSettings) -> None:
    """SettingsError where other machines can reach the page without `hosts` and a password."""
    if is_loopback(chosen.host):
        return
    if not chosen.hosts:
        raise SettingsError(
            f"page.hosts: page.host {chosen.host} lets other computers in, so list the names in "
            "their address bars, like [letters.example.org]"
        )
    if not has_password(store):
        raise SettingsError(
            f"page.host {chosen.host} lets other computers in; set a password first with "
            "`inbox-bot password`"
        )


def hosts_of(chosen: PageSettings) -> frozenset[str]:
    """The host names that a browser may use: no others, against DNS rebinding."""
    named = [*chosen.hosts, urlsplit(chosen.url).hostname or ""]
    return frozenset(LOOPBACK) | {name.lower() for name in named if name}


def link_to(chosen: PageSettings, port: int, ticket: str) -> str:
    """The page's address with a one-time ticket."""
    host = chosen.host if is_loopback(chosen.host) else "127.0.0.1"
    base = chosen.url.rstrip("/") or f"http://{host}:{port}"
    return f"{base}/open/{ticket}"


@contextmanager
def review_page(
    bot: Bot, chosen: Settings, tell: Callable[[str], None], poll_now: Callable[[], None]
) -> Iterator[None]:
    """Serve the page of this bot while the block runs; `tell` gets a link to it."""
    page = page_of(bot, chosen, poll_now)
    with (
        Serving(page, chosen.page.host, chosen.page.port) as serving,
        page_served_at(bot.directory, serving.port) if bot.directory else nullcontext(),
    ):
        tell(f"review page: {serving.link(chosen.page)}")
        yield


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection with limits against slow and idle clients.

    The time-out of a request counts from its first byte, and beyond MOST_CONNECTIONS the one idle
    longest is closed: a browser opens another.
    """

    last_activity: float
    began = 0.0
    requests = ()  # read before waitress sets it

    def received(self, data: bytes) -> bool:
        is_new = self.request is None
        took: bool = super().received(data)
        if is_new:
            self.began = self.last_activity
        if self.request is not None:  # still incomplete
            self.last_activity = self.began
        return took

    def add_channel(self, map: dict[int, object] | None = None) -> None:  # noqa: A002  waitress's
        super().add_channel(map)
        idle = [one for one in self.server.active_channels.values() if not one.requests]
        if len(idle) > MOST_CONNECTIONS:
            oldest = min(idle, key=lambda one: float(one.last_activity))
            oldest.will_close = True


class Server:
    """Serves an app from its own threads while the block runs.

    SettingsError when the port is taken. Port 0 takes a free one, see `port`. `proxy` is the peer
    whose word on a request's scheme and origin is taken, "*" for any.
    """

    def __init__(
        self, app: WSGIApplication, host: str, port: int, proxy: str = "127.0.0.1"
    ) -> None:
        try:
            self._server = create_server(
                app,
                host=host.strip("[]"),
                port=port,
                threads=THREADS,
                connection_limit=4 * MOST_CONNECTIONS,
                channel_timeout=PATIENCE,
                cleanup_interval=1,
                asyncore_loop_timeout=LOOK_UP,
                ident="",
                clear_untrusted_proxy_headers=True,
                trusted_proxy=proxy,
                trusted_proxy_count=1,
                trusted_proxy_headers={"x-forwarded-proto", "x-forwarded-for"},
            )
        except OSError as error:
            raise SettingsError(
                f"can't use page.port {port} on {host} ({error.strerror}); stop the program "
                "that uses it, or set another port in settings.yaml"
            ) from error
        self._server.channel_class = _Channel
        self.port = int(self._server.effective_port)
        self._closing = Event()
        self._thread = Thread(target=self._serve, name="page", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.task_dispatcher.shutdown(timeout=5)  # finish running requests
        self._server.trigger.pull_trigger(self._close)  # in its thread, which may be asleep
        self._thread.join(5)

    def _close(self) -> None:
        self._server.close()
        self._server.asyncore.close_all(self._server._map, ignore_all=True)

    def _serve(self) -> None:
        try:
            self._server.run()
        except OSError:  # of a socket that was closed while waitress looked at it
            if not self._closing.is_set():
                raise


class Serving(Server):
    """Serves the review page while the block runs."""

    def __init__(self, page: Page, host: str, port: int) -> None:
        super().__init__(make_app(page), host, port)
        self._store = page.bot.store
        self._clock = page.clock

    def link(self, chosen: PageSettings) -> str:
        """A fresh one-time link."""
        return link_to(chosen, self.port, new_link(self._store, self._clock()))


def key_of(store: Store) -> str:
    """The key that signs cookies; kept, so that a restart logs nobody out."""
    with store.transaction() as tx:
        key = KEY.of(tx) or secrets.token_hex(32)
        KEY.put(tx, key)
        return key
