"""A bad network: a proxy on loopback that counts what passes, and cuts, stalls or lies."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Self

_COMMAND = re.compile(rb"^(\w+) (?:UID )?([A-Z]+)\b")
_OPENING = frozenset({"SELECT", "EXAMINE", "STATUS"})


class Way(Enum):
    """Up is from the bot to the server."""

    UP = "up"
    DOWN = "down"


class How(Enum):
    RESET = "reset"
    CLOSE = "close"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Ends a connection once `after` bytes have passed in that direction, or when `at` passes.

    What holds `at` is still delivered when `delivered` is true.
    """

    way: Way
    how: How = How.RESET
    after: int | None = None
    at: bytes = b""
    delivered: bool = False

    def allows(self, passed: int, chunk: bytes) -> int | None:
        """How much of the chunk is let through before the end; None when all is well."""
        if self.after is not None and passed + len(chunk) > self.after:
            return self.after - passed
        if self.at and self.at in chunk:
            return len(chunk) if self.delivered else 0
        return None


class Proxy:
    """Stands before a port of loopback. Change `fault`, `answers`, `chunk`, `pause` at any time.

    `answers` maps an IMAP command ("APPEND") to what is said in place of the server's answer, with
    `%t` for the tag; `chunk` is the most bytes that pass at a time, and `pause` the seconds that
    the server's chunks are apart. With `wants_id` a connection on which ID was not said opens no
    folder, as at 163.com.
    """

    def __init__(self, port: int) -> None:
        self.fault: Fault | None = None
        self.answers: dict[str, str] = {}
        self.chunk = 65536
        self.pause = 0.0
        self.wants_id = False
        self.connections = 0
        self.commands: list[str] = []
        self.passed = {Way.UP: 0, Way.DOWN: 0}
        self._target = port
        self._ends: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for end in self._ends:
            _end(end, How.RESET)

    def cut_all(self) -> None:
        """End every connection that is open now."""
        ends, self._ends = self._ends, []
        for end in ends:
            _end(end, How.CLOSE)

    def forget(self) -> None:
        """Reset the counts."""
        self.connections = 0
        self.commands = []
        self.passed = {Way.UP: 0, Way.DOWN: 0}

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                self.connections += 1
                try:
                    server = socket.create_connection(("127.0.0.1", self._target))
                except OSError:
                    _end(client, How.RESET)
                    continue
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._ends.append(end)
                pipe = _Pipe(proxy=self, client=client, server=server)
                threading.Thread(target=pipe.run, args=[Way.UP], daemon=True).start()
                threading.Thread(target=pipe.run, args=[Way.DOWN], daemon=True).start()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pipe:
    proxy: Proxy
    client: socket.socket
    server: socket.socket
    silent: threading.Event = field(default_factory=threading.Event)
    said: set[str] = field(default_factory=set)

    def run(self, way: Way) -> None:
        source, target = (self.client, self.server)[:: 1 if way is Way.UP else -1]
        passed = 0
        with suppress(OSError):
            while received := source.recv(65536):
                most = self.proxy.chunk
                for start in range(0, len(received), most):
                    passed += self._pass_on(way, target, received[start : start + most], passed)
        for end in (self.client, self.server):
            _end(end, How.CLOSE)

    def _pass_on(self, way: Way, target: socket.socket, chunk: bytes, passed: int) -> int:
        if self.silent.is_set() or (way is Way.UP and self._answered(chunk)):
            return 0
        fault = self.proxy.fault
        allowed = fault.allows(passed, chunk) if fault and fault.way is way else None
        if allowed is not None:
            self.silent.set()  # before the other way can answer
        if way is Way.DOWN and self.proxy.pause:
            time.sleep(self.proxy.pause)
        self.proxy.passed[way] += len(chunk)  # before the other end can act on it
        target.sendall(chunk[:allowed])
        if fault and allowed is not None:
            self._cut(fault.how)
        return len(chunk)

    def _answered(self, chunk: bytes) -> bool:
        command = _COMMAND.match(chunk)
        if command is None:
            return False
        tag, name = command[1].decode(), command[2].decode()
        self.proxy.commands.append(name)
        self.said.add(name)
        answer = self.proxy.answers.get(name)
        if self.proxy.wants_id and "ID" not in self.said and name in _OPENING:
            answer = f"%t NO {name} Unsafe Login. Please contact kefu@188.com for help"
        if answer is None:
            return False
        self.client.sendall(answer.replace("%t", tag).encode() + b"\r\n")
        if answer.startswith("* BYE"):
            self._cut(How.CLOSE)
        return True

    def _cut(self, how: How) -> None:
        if how is not How.SILENCE:
            _end(self.client, how)
            _end(self.server, How.CLOSE)


def _end(end: socket.socket, how: How) -> None:
    with suppress(OSError):
        if how is How.RESET:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.shutdown(socket.SHUT_RD)  # wakes the other thread, else the reset waits for it
        else:
            end.shutdown(socket.SHUT_RDWR)
        end.close()
