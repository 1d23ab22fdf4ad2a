"""Fetches pages of the author's site: only by http and https, with limits on size and time.

A redirect or a link may lead to any public host, or to the host that she named herself; nothing on
the way may point the bot at another machine of her own network.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass
from email.message import Message
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


def fetch(address: str, named: str = "") -> Fetched:
    """`named` is the address that the author gave, where this one was found by it.

    SettingsError says what to do.
    """
    try:
        check(address, named or address)
        request = Request(address, headers=_NAME)  # noqa: S310 - `check` lets only the web pass
        with _opener(named or address).open(request, timeout=TIME_OUT) as answer:
            charset = answer.headers.get_content_charset("utf-8")
            return Fetched(address=answer.geturl(), content=_read(answer), charset=charset)
    except (OSError, ValueError, HTTPException) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        advice = f"can't fetch the page ({reason}); save the article as a file"
        raise SettingsError(f"{address}: {advice}") from error


def check(address: str, named: str) -> None:
    """URLError for what is not on the web, or is on a machine that she did not name."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise URLError(f"{address[:200]} is not a web page")
    if parts.hostname != urlsplit(named).hostname and not _is_public(parts.hostname):
        raise URLError(f"{parts.hostname} is a private address")


def _is_public(host: str) -> bool:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return all(ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_global for one in found)


class _Redirects(HTTPRedirectHandler):
    """The standard one also follows a redirect to ftp."""

    def __init__(self, named: str) -> None:
        self._named = named

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> Request | None:
        check(newurl, self._named)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _opener(named: str) -> OpenerDirector:
    """Without urllib's handlers of files, ftp and data."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
        UnknownHandler(),
        _Redirects(named),
    ):
        opener.add_handler(handler)
    return opener


def _read(answer: HTTPResponse) -> bytes:
    """At most MOST_BYTES; TimeoutError if a server dribbles past the deadline."""
    deadline = time.monotonic() + DEADLINE
    content = b""
    while len(content) < MOST_BYTES and (piece := answer.read1(_PIECE)):
        content += piece
        if time.monotonic() > deadline:
            raise TimeoutError(f"it took longer than {DEADLINE} seconds")
    return content[:MOST_BYTES]
