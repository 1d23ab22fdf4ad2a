"""Free ports of loopback, and waiting until somebody listens on one."""

from __future__ import annotations

import socket
import time


def free_ports(count: int) -> tuple[int, ...]:
    """Ports that nobody had a moment ago, held together so that they differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = tuple(int(server.getsockname()[1]) for server in held)
    for server in held:
        server.close()
    return ports


def wait_until_open(port: int, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f"nothing listens on port {port}")
