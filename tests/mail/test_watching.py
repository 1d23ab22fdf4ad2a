"""A letter is a draft at once where the server pushes; a stop is not waited for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.watching import watching
from inbox_bot.model import DraftState
from inbox_bot.service.scheduler import Ticker
from inbox_bot.settings.accounts import ImapAccount
from tests.faults import Proxy
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Receiver
from tests.world import World


@pytest.fixture
def world(account: ImapAccount, smtp: Receiver, tmp_path: Path) -> Iterator[World]:
    with Sandbox() as sandbox:
        world = World(
            imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox, now=datetime.now(UTC)
        )
        world.begin()
        yield world
        world.close()


def test_a_letter_becomes_a_draft_long_before_the_next_poll(world: World) -> None:
    bot = world.bot
    ticker = Ticker(bot, timedelta(hours=1), lambda _: None)
    found: list[int] = []

    def author() -> None:
        world.letter("Does massage help with sciatica?")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not found:
            with bot.store.reading() as tx:
                found.extend(draft.id for draft in tx.drafts.in_state(DraftState.PENDING))
            time.sleep(0.05)
        ticker.stop()

    begun = threading.Timer(2.0, author)
    begun.start()
    ticker.run()
    begun.join()
    assert found


def test_a_watch_outlives_a_server_that_hangs_up(
    dovecot: Dovecot, account: ImapAccount, world: World
) -> None:
    with Proxy(dovecot.port) as proxy:
        near = ImapMailbox(
            ImapAccount(
                address=account.address,
                host=account.host,
                port=proxy.port,
                tls=account.tls,
                username=account.username,
                password=account.password,
            )
        )
        heard = threading.Event()
        with watching([near], heard.set):
            time.sleep(0.5)
            proxy.cut_all()
            assert heard.wait(20), "what came while the line was cut would be missed"
            heard.clear()
            deadline = time.monotonic() + 20
            while not heard.is_set() and time.monotonic() < deadline:
                world.letter("Does massage help with sciatica?")
                heard.wait(2)
            assert heard.is_set()
        near.close()


def test_a_quiet_poll_asks_next_to_nothing(world: World, dovecot: Dovecot) -> None:
    with Proxy(dovecot.port) as proxy:
        world.imap = ImapAccount(
            address=world.imap.address,
            host=world.imap.host,
            port=proxy.port,
            tls=world.imap.tls,
            username=world.imap.username,
            password=world.imap.password,
        )
        world.restart()
        world.letter("Does massage help with sciatica?")
        for _ in range(3):
            world.poll()
        proxy.forget()
        world.poll()
        assert len(proxy.commands) <= 5, proxy.commands
