"""Connects a fetch to public hosts alone, and cuts its connections when its time is up.

The address that was checked is the one that is connected to: a name that is looked up twice can
lead to another machine the second time.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from http.client import HTTPConnection, HTTPSConnection
from threading import Timer
from types import TracebackType
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import getproxies

_UNICAST = ipaddress.ip_network("2000::/3")
_TO_IPV4 = tuple(map(ipaddress.ip_network, ("2001::/32", "2002::/16", "192.88.99.0/24")))
"""Teredo and 6to4: behind these any IPv4 address may lie."""


class Route:
    """`exempt` are hosts that may be private. Used as a context, for `seconds` from then on.

    A server could go on with headers, trailers or interim answers for ever, and no time-out of a
    single read would notice; so a timer shuts the connections, wherever the fetch waits then.
    """

    def __init__(self, exempt: frozenset[str], seconds: float) -> None:
        self._exempt = exempt
        self._opened: list[socket.socket] = []
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True
        self.is_over = False

    def __enter__(self) -> Route:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        for one in self._opened:
            one.close()

    def check(self, host: str) -> None:
        """URLError for a private host that is not exempt."""
        if host not in self._exempt:
            _public(host, 0)

    def connect(
        self,
        place: tuple[str, int],
        timeout: float,
        _source: tuple[str, int] | None = None,
    ) -> socket.socket:
        """In the place of `socket.create_connection`; also to the proxy of the environment."""
        host, port = place[0].lower(), place[1]
        known = host in self._exempt or host in _proxies()
        targets = [host] if known else _public(host, port)
        problem: OSError = URLError(f"{host} has no address")
        for target in targets:
            try:
                opened = socket.create_connection((target, port), timeout)
            except OSError as error:
                problem = error
                continue
            self._opened.append(opened.dup())  # shutting it shuts the one that TLS takes over
            if self.is_over:
                self._end()
            return opened
        raise problem

    def _end(self) -> None:
        self.is_over = True
        for one in list(self._opened):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class PlainConnection(HTTPConnection):
    def __init__(self, host: str, *, route: Route, timeout: float) -> None:
        super().__init__(host, timeout=timeout)
        self._create_connection = route.connect


class SecureConnection(HTTPSConnection):
    def __init__(self, host: str, *, route: Route, timeout: float) -> None:
        super().__init__(host, timeout=timeout)
        self._create_connection = route.connect


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, and hides no other behind it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if ip.version == 6 and ip not in _UNICAST:
        return False  # site-local, NAT64, and IPv4 written as IPv6
    return not any(ip in network for network in _TO_IPV4)


def _public(host: str, port: int) -> list[str]:
    """Its addresses; URLError if one of them is private."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not all(map(is_public, addresses)):
        raise URLError(f"{host} is a private address")
    return addresses


def _proxies() -> frozenset[str]:
    given = (urlsplit(proxy if "//" in proxy else f"//{proxy}") for proxy in getproxies().values())
    return frozenset(one.hostname for one in given if one.hostname)
