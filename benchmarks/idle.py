"""What a quiet mailbox costs, and how soon a new letter is a draft.

python -m benchmarks.idle [--json] [LETTERS]
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from imapclient import IMAPClient

from inbox_bot import pipeline
from inbox_bot.bot import Bot, Policy
from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.model import DraftState
from inbox_bot.service.scheduler import Ticker
from inbox_bot.settings.accounts import ImapAccount
from tests.faults import Proxy, Way
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Receiver
from tests.world import World

SMALL = 100
YEAR = 365 * 86_400
ASKED = (
    b"From: Ann <ann%d@example.org>\r\nTo: %s\r\nSubject: Your article\r\nMessage-ID: <%d@n>\r\n"
)
ASKED += b"\r\nDoes massage help with sciatica?\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """One poll with nothing new: commands, bytes in both directions, and milliseconds of the
    processor."""

    commands: int
    size: int
    cpu: float


def main() -> int:
    logging.disable(logging.WARNING)
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    large = numbers[0] if numbers else 100_000
    with ExitStack() as stack:
        server = Dovecot()
        stack.callback(server.close)
        quiet = {}
        for name, count in (("small", SMALL), ("large", large)):
            _lay(server, name, count)
            with bot_on(server.account(name, timeout=60)) as bot:
                quiet[name] = _quiet(bot, server)
        with bot_on(server.account("live")) as bot:
            waits, stopped = _latencies(bot, server.account("live"))
        with bot_on(server.account("idle")) as bot:
            at_rest = _at_rest(bot)
    slow = sorted(waits)[int(len(waits) * 0.95) - 1] * 1000
    for name, cost in quiet.items():
        print(f"{name:<8}{cost.commands:>4} commands {cost.size:>6} bytes {cost.cpu:.1f} ms")
    print(f"idle: {at_rest:.2f} ms of the processor per second")
    print(f"letter to draft: p95 {slow:.0f} ms of {len(waits)}; stopped after {stopped:.1f} s")
    figures = {
        "commands_small": quiet["small"].commands,
        "commands_large": quiet["large"].commands,
        "bytes_small": quiet["small"].size,
        "bytes_large": quiet["large"].size,
        "poll_cpu_ms": round(quiet["large"].cpu, 1),
        "idle_cpu_ms_per_s": round(at_rest, 2),
        "latency_p95_ms": round(slow),
        "stop_ms": round(stopped * 1000),
    }
    if "--json" in sys.argv:
        print(json.dumps(figures))
    good = max(quiet["large"].commands, quiet["small"].commands) <= 5 and slow <= 2_000
    return 0 if good and quiet["large"].size <= 2_048 else 1


@contextmanager
def bot_on(account: ImapAccount) -> Iterator[Bot]:
    with tempfile.TemporaryDirectory() as directory, Sandbox() as sandbox:
        receiver = Receiver()
        policy = Policy(since=timedelta(days=14))
        world = World(
            imap=account,
            smtp=receiver,
            directory=Path(directory),
            sandbox=sandbox,
            policy=policy,
            now=datetime.now(UTC),
        )
        world.begin()
        yield world.bot
        world.close()
        receiver.close()


def _quiet(bot: Bot, server: Dovecot) -> Quiet:
    with Proxy(server.port) as proxy:
        account = bot.accounts[0]
        mailbox = account.mailbox
        assert isinstance(mailbox, ImapMailbox)
        imap = replace(mailbox._account, port=proxy.port)
        near = replace(bot, accounts=(replace(account, mailbox=ImapMailbox(imap)),))
        for _ in range(3):
            pipeline.poll(near, datetime.now(UTC))
        proxy.forget()
        pipeline.poll(near, datetime.now(UTC))
        print(proxy.commands)
        near.accounts[0].mailbox.close()
        return Quiet(
            commands=len(proxy.commands),
            size=proxy.passed[Way.UP] + proxy.passed[Way.DOWN],
            cpu=min(_polls(bot) for _ in range(5)),
        )


def _polls(bot: Bot, polls: int = 50) -> float:
    """Milliseconds of the processor for one, on a kept connection; the proxy would take some."""
    pipeline.poll(bot, datetime.now(UTC))
    begin = time.process_time()
    for _ in range(polls):
        pipeline.poll(bot, datetime.now(UTC))
    return (time.process_time() - begin) / polls * 1000


def _at_rest(bot: Bot, seconds: float = 60) -> float:
    """Milliseconds of the processor per second, once the first poll is over; without the page."""
    ticker = Ticker(bot, timedelta(minutes=5), lambda _: None)
    used: list[float] = []

    def measure() -> None:
        time.sleep(10)
        begin = time.process_time()
        time.sleep(seconds)
        used.append(time.process_time() - begin)
        ticker.stop()

    Thread(target=measure, daemon=True).start()
    ticker.run()
    return used[0] / seconds * 1000


def _lay(server: Dovecot, name: str, count: int) -> None:
    """Letters of last year, before the bot's first day."""
    home = server.base / "home" / name
    for folder in ("cur", "new", "tmp"):
        (home / "Maildir" / folder).mkdir(parents=True)
    begin = int(time.time()) - YEAR
    for number in range(count):
        file = home / "Maildir/cur" / f"{begin + number}.{number}.here:2,S"
        file.write_bytes(b"Subject: old\n\nold\n")
        os.utime(file, (begin + number, begin + number))
    owner = (server.base / "home").stat()
    for path in (home, *home.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    account = server.account(name)
    with IMAPClient("127.0.0.1", server.port, ssl=False, timeout=120) as client:
        client.login(account.username, account.password)
        client.select_folder("INBOX")


def _latencies(bot: Bot, account: ImapAccount, letters: int = 40) -> tuple[Sequence[float], float]:
    """How long each letter took to its draft, and the whole bot to stop."""
    ticker = Ticker(bot, timedelta(minutes=10), lambda _: None)
    waits: list[float] = []
    told_to_stop: list[float] = []

    def write_letters() -> None:
        try:
            time.sleep(3)
            with IMAPClient(account.host, account.port, ssl=False) as client:
                client.login(account.username, account.password)
                for number in range(letters):
                    raw = ASKED % (number, account.address.encode(), number)
                    client.append("INBOX", raw)
                    waits.append(_until_drafts(bot, number + 1))
        finally:
            told_to_stop.append(time.perf_counter())
            ticker.stop()

    Thread(target=write_letters, daemon=True).start()
    ticker.run()
    return waits, time.perf_counter() - told_to_stop[0]


def _until_drafts(bot: Bot, count: int) -> float:
    begin = time.perf_counter()
    while time.perf_counter() - begin < 30:
        with bot.store.reading() as tx:
            if len(tx.drafts.in_state(DraftState.PENDING)) >= count:
                break
        time.sleep(0.02)
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
