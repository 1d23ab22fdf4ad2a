"""Fetches pages of the author's site: only by http and https, with limits on size and time.

A redirect or a link may lead to any public host, or to the host that she named herself; nothing on
the way may point the bot at another machine of her own network.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from functools import partial
from http.client import HTTPException, HTTPResponse
from typing import IO
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from inbox_bot.errors import SettingsError
from inbox_bot.faq.draw.route import PlainConnection, Route, SecureConnection

MOST_BYTES = 5_000_000
TIME_OUT = 30  # seconds, for each answer of the server
DEADLINE = 60  # seconds, for the whole page
_PIECE = 65_536
_NAME = {"User-Agent": "inbox_bot"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """`address` is where it was found in the end, after redirects."""

    address: str
    content: bytes
    charset: str

    @property
    def text(self) -> str:
        try:
            return self.content.decode(self.charset, errors="replace")
        except LookupError:  # a charset that nobody knows
            return self.content.decode("utf-8", errors="replace")


def fetch(address: str, named: str = "", *, own_network: bool = True) -> Fetched:
    """`named` is the address that the author gave, where this one was found by it.

    Its host may be on her own network, unless the program runs on somebody else's. SettingsError
    says what to do.
    """
    try:
        hers = urlsplit(named or address).hostname if own_network else None
        with Route(frozenset([hers] if hers else []), DEADLINE) as route:
            return _fetched(address, route)
    except (OSError, ValueError, HTTPException) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        advice = f"can't fetch the page ({reason}); save the article as a file"
        raise SettingsError(f"{address}: {advice}") from error


def _fetched(address: str, route: Route) -> Fetched:
    """TimeoutError when the route was cut, whatever the cut looked like in the middle of it."""
    try:
        check(address, route)
        request = Request(address, headers=_NAME)  # noqa: S310 - `check` lets only the web pass
        with _opener(route).open(request, timeout=TIME_OUT) as answer:
            charset = answer.headers.get_content_charset("utf-8")
            found = Fetched(address=answer.geturl(), content=_read(answer), charset=charset)
    except (OSError, ValueError, HTTPException):
        if not route.is_over:
            raise
    if route.is_over:
        raise TimeoutError(f"it took longer than {DEADLINE} seconds")
    return found


def check(address: str, route: Route) -> None:
    """URLError for what is not on the web, or is on a machine that she did not name."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise URLError(f"{address[:200]} is not a web page")
    route.check(parts.hostname)


class _Redirects(HTTPRedirectHandler):
    """The standard one also follows a redirect to ftp."""

    def __init__(self, route: Route) -> None:
        self._route = route

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> Request | None:
        check(newurl, self._route)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


class _Plain(HTTPHandler):
    def __init__(self, route: Route) -> None:
        super().__init__()
        self._connection = partial(PlainConnection, route=route)

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._connection, req)


class _Secure(HTTPSHandler):
    def __init__(self, route: Route) -> None:
        super().__init__()
        self._connection = partial(SecureConnection, route=route)

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._connection, req)


def _opener(route: Route) -> OpenerDirector:
    """Without urllib's handlers of files, ftp and data."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        _Plain(route),
        _Secure(route),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
        UnknownHandler(),
        _Redirects(route),
    ):
        opener.add_handler(handler)
    return opener


def _read(answer: HTTPResponse) -> bytes:
    content = b""
    while len(content) < MOST_BYTES and (piece := answer.read1(_PIECE)):
        content += piece
    return content[:MOST_BYTES]
