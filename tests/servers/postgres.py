"""A PostgreSQL server of our own, for the tests of the store."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_ports

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def why_not() -> str:
    """Why there is no PostgreSQL to test with; empty when there is one."""
    if not PROGRAMS:
        return "no PostgreSQL here: apt-get install postgresql"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "no driver for PostgreSQL here: pip install 'psycopg[binary]'"
    if os.geteuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        return "PostgreSQL does not run as root, and there is no user postgres"
    return ""


@contextmanager
def running(is_durable: bool = False, password: str = "") -> Iterator[str]:
    """A server of our own on a free port; gives its URL without a database's name and password.

    Only a durable one waits for the disk, as for measurements. Without a password it trusts
    everybody.
    """
    directory = Path(tempfile.mkdtemp(prefix="inbox_bot-pg-"))
    owner = "postgres" if os.geteuid() == 0 else None
    if owner:
        shutil.chown(directory, owner, owner)
    data, programs, (port,) = directory / "data", PROGRAMS[-1], free_ports(1)
    secret = directory / "secret"
    secret.write_text(f"{password or 'unused'}\n")
    method = ["-A", "scram-sha-256" if password else "trust", f"--pwfile={secret}"]
    subprocess.run(
        [programs / "initdb", "-D", data, *method, "-U", "bot", "--no-sync", "-E", "UTF8"],
        check=True,
        stdout=subprocess.DEVNULL,
        user=owner,
        group=owner,
        cwd="/",
    )
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": directory}
    settings |= {"fsync": "on" if is_durable else "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), *options],
        stderr=subprocess.DEVNULL,
        user=owner,
        group=owner,
        cwd="/",
    )
    try:
        wait_for(programs / "pg_isready", port)
        yield f"postgresql://bot@127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nobody needs its data any more
        server.wait(timeout=20)
        shutil.rmtree(directory)


def wait_for(ready: Path, port: int) -> None:
    for _ in range(500):
        asked = [str(ready), "-q", "-h", "127.0.0.1", "-p", str(port)]
        if subprocess.run(asked, check=False).returncode == 0:
            return
        time.sleep(0.02)
    raise TimeoutError("PostgreSQL does not start")


def new_database(server: str, name: str, template: str = "template1") -> str:
    """The URL of a new database, made like the template."""
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    return f"{server}/{name}"


def drop_database(server: str, name: str) -> None:
    """Also while somebody is connected to it."""
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
