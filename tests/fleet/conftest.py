"""A fleet's database on a real PostgreSQL, and a way to reach it as a worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_bot.fleet import jobs
from inbox_bot.fleet.tenancy import lay_out
from inbox_bot.letters.reading import Sandbox
from tests.fleet import hosts
from tests.fleet.hosts import Host
from tests.servers import postgres
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Receiver

WORKER = "fleet_worker"


@pytest.fixture(scope="session")
def fleet_server() -> Iterator[str]:
    """The URL of a server with a laid-out database `laid` to copy, and the worker's role."""
    if reason := postgres.why_not():
        pytest.skip(reason)
    import psycopg

    with postgres.running() as server:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {WORKER} LOGIN")
            connection.execute("CREATE ROLE fleet_owner LOGIN CREATEROLE")
        postgres.new_database(server, "laid")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("ALTER DATABASE laid OWNER TO fleet_owner")
        lay_out(as_owner(f"{server}/laid"), WORKER)
        jobs.lay_out(as_owner(f"{server}/laid"), WORKER)
        yield server


@pytest.fixture
def database(fleet_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The worker's URL of a database of this test's own."""
    name = tmp_path_factory.mktemp("fleet").name
    url = postgres.new_database(fleet_server, name, "laid")
    import psycopg

    with psycopg.connect(f"{fleet_server}/postgres", autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} OWNER TO fleet_owner")
    return as_worker(url)


def as_owner(url: str) -> str:
    return url.replace("//bot@", "//fleet_owner@").replace(f"//{WORKER}@", "//fleet_owner@")


def as_worker(url: str) -> str:
    return url.replace("//bot@", f"//{WORKER}@")


def as_superuser(url: str) -> str:
    return url.replace(f"//{WORKER}@", "//bot@")


@pytest.fixture
def host(
    database: str, dovecot: Dovecot, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[Host]:
    with hosts.host(database, dovecot, smtp, tmp_path, sandbox) as opened:
        yield opened
