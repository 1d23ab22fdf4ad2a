"""A web service on this machine that takes pushes, refuses them, or hangs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class WebHook:
    """`taken` are the bodies as they came; `status` answers them, after `delay` seconds."""

    port: int = 0
    status: int = 200
    delay: float = 0.0
    taken: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"json://someone:s3cret-t0ken@127.0.0.1:{self.port}/hook"

    def words(self) -> list[str]:
        return [json.loads(one)["message"] for one in self.taken]


@contextmanager
def web_hook() -> Iterator[WebHook]:
    hook = WebHook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.taken.append(body.decode())
            time.sleep(hook.delay)
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hook.port = server.server_port
        Thread(target=server.serve_forever, daemon=True).start()
        yield hook
        server.shutdown()
