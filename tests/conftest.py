"""Fixtures that many test modules share: real servers, each started once for a test process."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from playwright.sync_api import Browser

from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail.imap import ImapAccount, ImapMailbox
from inbox_bot.store import open_store
from tests.browser import CHROMIUM, browser
from tests.databases import DATABASES, EMPTY, POSTGRESQL, SQLITE, usual
from tests.servers import postgres
from tests.servers.certificates import Certificate, issue
from tests.servers.courier import Courier
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import DOVECOT, FULL, POOR, Dovecot, Kind
from tests.servers.hoodiecrow import Hoodiecrow
from tests.servers.smtp import Receiver

# one cache of what is learned from the FAQ, for all tests and the processes that commands run in
os.environ["XDG_CACHE_HOME"] = str(Path(__file__).parents[1] / ".cache")

if TYPE_CHECKING:  # it imports the demo, which few tests need
    from tests.pages import Desk
    from tests.servers.embedded import Embedded
    from tests.world import World

# example times depend on the machine, not on the code
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

_SKIP = "INBOX_BOT_SKIP_SERVERS"
HOODIECROW = "INBOX_BOT_HOODIECROW"
EXTRACTED = "INBOX_BOT_EXTRACTED_SERVERS"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Fail in one line where the servers cannot be had: a skipped test proves nothing."""
    if DOVECOT is None and os.environ.get(_SKIP) != "1":
        pytest.exit(
            "the tests need Dovecot: apt-get install --no-install-recommends dovecot-imapd, "
            f"or set {_SKIP}=1 to do without the tests of mailboxes",
            returncode=1,
        )
    if CHROMIUM is None and os.environ.get(_SKIP) != "1":
        pytest.exit(
            "the tests need Chromium: apt-get install --no-install-recommends chromium, "
            f"or set {_SKIP}=1 to do without the tests in a browser",
            returncode=1,
        )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_stores: runs on SQLite and again on PostgreSQL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "_database" in metafunc.fixturenames and any(
        metafunc.definition.iter_markers("both_stores")
    ):
        metafunc.parametrize("_database", [SQLITE, POSTGRESQL], indirect=True)


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Sets the database of this test's stores."""
    if getattr(request, "param", usual()) == SQLITE:
        yield
    else:
        with DATABASES.on(request.getfixturevalue("postgres_server")):
            yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server with a migrated database to copy; skips where there is none."""
    if reason := postgres.why_not():
        pytest.skip(reason)
    with postgres.running() as server:
        open_store(postgres.new_database(server, EMPTY), Path()).close()
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return issue(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def dovecot(certificate: Certificate) -> Iterator[Dovecot]:
    """One server for all tests of a process; each test takes an account of its own."""
    yield from _running(lambda: Dovecot(FULL, certificate))


@pytest.fixture(scope="session")
def poor_dovecot() -> Iterator[Dovecot]:
    """Announces IMAP4rev1 and IDLE alone, folders below INBOX, no special-use flags."""
    yield from _running(lambda: Dovecot(POOR))


@pytest.fixture(scope="session")
def gmail_dovecot() -> Iterator[Dovecot]:
    """Announces itself as Gmail, where a draft is deleted only via the trash."""
    yield from _running(lambda: Dovecot(Kind(capability="+X-GM-EXT-1")))


@pytest.fixture(scope="session")
def embedded() -> Iterator[Embedded]:
    """The server that the demo runs in its own process."""
    from tests.servers.embedded import Embedded

    server = Embedded()
    yield server
    server.close()


@pytest.fixture(scope="session")
def cyrus() -> Iterator[Cyrus]:
    """Only where its packages lie extracted: see benchmarks/servers.py."""
    server = Cyrus(Path(os.environ[EXTRACTED]))
    yield server
    server.close()


@pytest.fixture(scope="session")
def hoodiecrow() -> Iterator[Hoodiecrow]:
    """Only where it is installed by npm, in the directory that the variable names."""
    server = Hoodiecrow(Path(os.environ[HOODIECROW]))
    yield server
    server.close()


@pytest.fixture(scope="session")
def courier() -> Iterator[Courier]:
    """As `cyrus`."""
    server = Courier(Path(os.environ[EXTRACTED]))
    yield server
    server.close()


@pytest.fixture(scope="module")
def open_desk() -> Iterator[Desk]:
    """Shared desk with the demo's letters: set-up takes a second."""
    from tests.pages import desk

    with desk() as opened:
        yield opened


@pytest.fixture
def at(open_desk: Desk) -> Iterator[Desk]:
    """The same; resets the clock and the page's password afterwards."""
    yield open_desk
    open_desk.shift = timedelta()
    with open_desk.bot.store.transaction() as tx:
        tx.set_fact("page password", "")


@pytest.fixture
def smtp() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def new_name() -> Callable[[], str]:
    """Names for accounts that no other test has."""
    numbers = itertools.count(1)
    return lambda: f"author{next(numbers)}"


@pytest.fixture
def account(dovecot: Dovecot, new_name: Callable[[], str]) -> ImapAccount:
    """An empty mailbox on Dovecot."""
    return dovecot.account(new_name())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(f"no Chromium, and {_SKIP}=1")
    with browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Processes that parse letters, shared by all tests: they start slowly."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    """An author who has said yes to the first letters; nobody has written yet."""
    from tests.world import World

    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox)
    world.begin()
    yield world
    world.close()


@pytest.fixture
def mailbox(account: ImapAccount) -> Iterator[ImapMailbox]:
    opened = ImapMailbox(account)
    yield opened
    opened.close()


def _running(start: Callable[[], Dovecot]) -> Iterator[Dovecot]:
    if DOVECOT is None:
        pytest.skip(f"no Dovecot, and {_SKIP}=1")
    server = start()
    yield server
    server.close()
