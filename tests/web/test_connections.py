"""Idle or slow connections do not block the page for others."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection

import pytest

from inbox_bot.web import serving
from inbox_bot.web.serving import Serving
from tests.pages import Desk


@pytest.fixture
def served(at: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(serving, "PATIENCE", 1)
    with Serving(at.page, "127.0.0.1", 0) as page:
        yield page.port


def answer(port: int) -> int:
    asking = HTTPConnection("127.0.0.1", port, timeout=20)
    asking.request("GET", "/healthz")
    status = asking.getresponse().status
    asking.close()
    return status


def test_idle_connections_keep_nobody_out(served: int) -> None:
    with ExitStack() as held:
        for _ in range(3 * serving.MOST_CONNECTIONS):
            held.enter_context(socket.create_connection(("127.0.0.1", served), timeout=20))
        assert answer(served) == 200


def test_half_a_request_on_each_connection_keeps_nobody_out(served: int) -> None:
    with ExitStack() as held:
        for _ in range(2 * serving.MOST_CONNECTIONS):
            one = held.enter_context(socket.create_connection(("127.0.0.1", served), timeout=20))
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert answer(served) == 200


def test_a_request_that_never_ends_is_ended(served: int) -> None:
    """Each byte arrives in time, but the whole does not."""
    with socket.create_connection(("127.0.0.1", served), timeout=20) as one:
        one.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: ")
        one.settimeout(0.2)
        for _ in range(100):
            try:
                one.sendall(b"x")
                if one.recv(1) == b"":
                    return
            except TimeoutError:
                continue
            except ConnectionError:
                return
    pytest.fail("it could go on for ever")


def test_a_kept_connection_is_answered_again(served: int) -> None:
    asking = HTTPConnection("127.0.0.1", served, timeout=20)
    for _ in range(3):
        asking.request("GET", "/healthz")
        found = asking.getresponse()
        found.read()
        assert found.status == 200
    asking.close()
