"""A fleet under load and under fire: real PostgreSQL, Dovecot, SMTP receiver and worker processes.

python -m benchmarks.fleet [--authors 200] [--letters 6] [--kills 20] [--beside 300000] [--json]

Workers are killed (SIGKILL) and stopped (SIGSTOP, SIGCONT) at random; afterwards each letter must
have one draft, one promise and one reply. Exit code 1 if something was lost or doubled.
"""

from __future__ import annotations

import argparse
import base64
import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from inbox_bot.errors import Conflict
from inbox_bot.fleet import jobs, tenancy
from inbox_bot.fleet.database import connected
from inbox_bot.fleet.queueing import defer_due
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftState, Judgement, Message, Verdict
from inbox_bot.model.records import Arrival, Judged
from inbox_bot.review.queue import queue
from tests.fleet.hosts import TOP, Host, host
from tests.servers import postgres
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Receiver
from tests.stores import ANN, NOON, draft, letter, promise

OWNER, WORKER = "bot", "fleet_worker"
SETTLED = DraftState.SENT, DraftState.UNCERTAIN
WORDS = "massage sciatica chair pain back walking stretching heat cold sleep doctor nerve".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    what: str
    measured: str
    bar: str
    met: bool


def main() -> int:
    told = _arguments()
    logging.disable(logging.WARNING)
    with ExitStack() as stack:
        laid = stack.enter_context(_host())
        print(f"{told.authors} authors, {told.letters} letters each", file=sys.stderr)
        authors = [laid.author(f"author{number}") for number in range(told.authors)]
        rows = [
            *_quiet(laid, authors),
            *_chaos(laid, authors, told.letters, told.kills, random.Random(told.seed)),
            *_beside(laid, told.own, told.beside),
        ]
    for row in rows:
        print(f"{row.what:<52}{row.measured:>22}{row.bar:>12}  {'' if row.met else 'NOT MET'}")
    if told.json:
        print(json.dumps({row.what: [row.measured, row.bar, row.met] for row in rows}))
    return int(any(not row.met for row in rows if row.bar in ("0", "equal")))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name, value in (
        ("authors", 200),
        ("letters", 6),
        ("kills", 20),
        ("own", 5_000),
        ("beside", 300_000),
        ("seed", 1),
    ):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


@contextmanager
def _host() -> Iterator[Host]:
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ibf")))
        server = stack.enter_context(postgres.running())
        url = postgres.new_database(server, "fleet")
        with connected(url) as connection:
            connection.execute(f"CREATE ROLE {WORKER} LOGIN")
        tenancy.lay_out(url, WORKER)
        jobs.lay_out(url, WORKER)
        dovecot, smtp = Dovecot(), Receiver()
        stack.callback(dovecot.close)
        stack.callback(smtp.close)
        sandbox = stack.enter_context(Sandbox())
        at = url.replace(f"//{OWNER}@", f"//{WORKER}@")
        opened = stack.enter_context(host(at, dovecot, smtp, directory, sandbox))
        opened.now = datetime.now(UTC)
        yield opened


def _start(laid: Host, threads: int) -> subprocess.Popen[bytes]:
    environ = {
        **os.environ,
        "PYTHONPATH": str(TOP),
        "INBOX_BOT_FLEET_DATABASE": laid.fleet.url,
        "INBOX_BOT_FLEET_KEY": base64.urlsafe_b64encode(laid.fleet.safe.keys[0]).decode(),
        "INBOX_BOT_FLEET_CACHE": str(laid.fleet.cache),
    }
    command = [sys.executable, "-m", "inbox_bot", "fleet", "worker", "--threads", str(threads)]
    return subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _quiet(laid: Host, authors: list[int]) -> Iterator[Row]:
    """Two rounds of polls of empty mailboxes: the first one loads, the second one is measured."""
    worker = _start(laid, 4)
    try:
        _round(laid, len(authors))
        before = _rss(worker.pid)
        rate = len(authors) / _round(laid, len(authors))
        after = _rss(worker.pid)
    finally:
        worker.kill()
        worker.wait()
    yield Row(
        what="quiet polls per second, one worker, job included",
        measured=f"{rate:.1f}",
        bar=">= 40",
        met=rate >= 40,
    )
    yield Row(
        what="memory of a worker after two rounds, one FAQ",
        measured=f"{after / 1024:.0f} MB",
        bar="<= 150 MB",
        met=after <= 150 * 1024,
    )
    grown = max(0, after - before) / len(authors)
    yield Row(
        what="memory that a further round adds, per mailbox",
        measured=f"{grown:.0f} KB",
        bar="<= 120 KB",
        met=grown <= 120,
    )


def _round(laid: Host, count: int) -> float:
    """Seconds in which all are polled, from the moment that they are due."""
    with connected(laid.fleet.url) as connection:
        connection.execute("UPDATE author SET next_poll = NULL")
        defer_due(connection, datetime.now(UTC))
    begun = time.monotonic()
    query = "SELECT count(*) FROM author WHERE next_poll IS NOT NULL"
    _until(lambda: _number(laid, query) >= count, 600)
    return time.monotonic() - begun


def _chaos(
    laid: Host, authors: list[int], letters: int, kills: int, chance: random.Random
) -> Iterator[Row]:
    for name in laid.ids:
        for number in range(letters):
            laid.letter(name, f"reader{number}.of.{name}@example.org")
    with connected(laid.fleet.url) as connection:
        connection.execute("UPDATE author SET next_poll = NULL")
    wanted, workers = len(authors) * letters, [_start(laid, 2) for _ in range(2)]
    recovery = 0.0
    try:
        for number in range(kills):
            time.sleep(chance.uniform(0.5, 4))
            _approve(laid, authors, number % 4 == 3)
            recovery = max(recovery, _strike(laid, workers, chance))
        begun = time.monotonic()
        while _sent(laid, authors) < wanted and time.monotonic() - begun < 900:
            _approve(laid, authors, True)
            time.sleep(2)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    yield from _judged(laid, authors, wanted)
    yield Row(
        what="seconds from a kill to the next finished step",
        measured=f"{recovery:.0f} s",
        bar="<= 60 s",
        met=recovery <= 60,
    )


def _strike(laid: Host, workers: list[subprocess.Popen[bytes]], chance: random.Random) -> float:
    """Kill one worker, or stop it for a while; returns how long no step was finished."""
    victim = chance.randrange(len(workers))
    if chance.random() < 0.5:
        workers[victim].kill()
        workers[victim].wait()
        workers[victim] = _start(laid, 2)
    else:
        workers[victim].send_signal(signal.SIGSTOP)
        time.sleep(chance.uniform(1, 25))
        workers[victim].send_signal(signal.SIGCONT)
    with connected(laid.fleet.url) as connection:
        connection.execute("UPDATE author SET next_poll = NULL WHERE id % 7 = 0")
    begun = datetime.now(UTC)
    _until(lambda: _number(laid, "SELECT count(*) FROM author WHERE polled > %s", begun) > 0, 120)
    return (datetime.now(UTC) - begun).total_seconds()


def _approve(laid: Host, authors: list[int], everyone: bool) -> None:
    laid.now = datetime.now(UTC)
    for author in authors if everyone else authors[::3]:
        with suppress(Conflict):  # the worker has made another version meanwhile
            laid.approve(author)


def _sent(laid: Host, authors: list[int]) -> int:
    return sum(len(laid.drafts(author, *SETTLED)) for author in authors)


def _judged(laid: Host, authors: list[int], wanted: int) -> Iterator[Row]:
    drafts = promises = 0
    for author in authors:
        with laid.fleet.shared.store_of(author).reading() as tx:
            drafts += len({one.id for one in tx.drafts.in_state(*DraftState)})
            promises += _number(laid, "SELECT count(*) FROM promise", author=author)
    left = Counter(
        (taken.sender, taken.recipients) for taken in laid.smtp.taken if taken.recipients
    )
    replies = {key: count for key, count in left.items() if "example.org" in key[1][0]}
    doubled = sum(count - 1 for count in replies.values())
    uncertain = sum(len(laid.drafts(author, DraftState.UNCERTAIN)) for author in authors)
    lost = wanted - len(replies) - uncertain
    yield Row(
        what="letters / drafts / promises",
        measured=f"{wanted} / {drafts} / {promises}",
        bar="equal",
        met=wanted == drafts == promises,
    )
    yield Row(what="replies that left twice", measured=str(doubled), bar="0", met=doubled == 0)
    yield Row(what="lost: neither left nor uncertain", measured=str(lost), bar="0", met=lost <= 0)
    yield Row(what="uncertain", measured=str(uncertain), bar="", met=True)


def _beside(laid: Host, own: int, beside: int) -> Iterator[Row]:
    """Queue and search of one author with many letters, beside those of others."""
    author, other = laid.author("large"), laid.author("others")
    with connected(laid.fleet.url, other) as connection:
        connection.execute(
            "INSERT INTO message (mailbox, folder, uidvalidity, uid, message_id, digest, thread,"
            " arrived, verdict, reason, considered, sender_email, sender_name, subject)"
            " SELECT 'm', 'INBOX', 1, i, i || '@x', i::text, i || '@x', now(), 'reader', '', true,"
            " i || '@example.org', '', 'massage' FROM generate_series(1, %s) i",
            [beside],
        )
        connection.execute(
            "INSERT INTO said (letter_id, words) SELECT id, repeat('massage pain ', 40)"
            " FROM message"
        )
    store, chance = laid.fleet.shared.store_of(author), random.Random(2)
    for first in range(0, own, 500):
        _lay_letters(laid, author, range(first, min(first + 500, own)), chance)
    with connected(as_owner(laid.fleet.url)) as connection:
        connection.execute("ANALYZE")

    def look() -> None:
        with store.reading() as tx:
            queue(tx, NOON.date())

    def search() -> None:
        with store.reading() as tx:
            tx.messages.search(" ".join(chance.sample(WORDS, 2)), 50)

    for what, act in (("queue", look), ("search", search)):
        slow = _p95(act)
        yield Row(
            what=f"{what} p95, {own} letters beside {beside} of others",
            measured=f"{slow:.0f} ms",
            bar="<= 60 ms",
            met=slow <= 60,
        )


def _lay_letters(laid: Host, author: int, numbers: range, chance: random.Random) -> None:
    with laid.fleet.shared.store_of(author).transaction() as tx:
        arrivals = [
            Arrival(
                fetched=letter(number + 1, body=b"%d" % number),
                message_id=f"{number}@l",
                thread=f"{number}@l",
            )
            for number in numbers
        ]
        reader = Judgement(verdict=Verdict.READER, reason="asks")
        for kept in tx.messages.add_all(arrivals):
            text = " ".join(chance.choices(WORDS, k=80))
            said = Message(
                message_id=kept.message_id, sender=ANN, subject="hm", date=NOON, text=text
            )
            tx.messages.judge_all([Judged(letter_id=kept.id, judgement=reader, message=said)])
            tx.messages.considered(kept.id)
            if kept.id % 20 == 0:
                tx.drafts.add(draft(kept.id, f"reply{kept.id}@l"))
                tx.promises.open_all([promise(kept.id, kept.thread)])


def as_owner(url: str) -> str:
    return url.replace(f"//{WORKER}@", f"//{OWNER}@")


def _p95(act: Callable[[], None]) -> float:
    times = []
    for _ in range(60):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return sorted(times)[int(len(times) * 0.95)]


def _number(laid: Host, query: str, *values: object, author: int | None = None) -> int:
    with connected(laid.fleet.url, author) as connection:
        row = connection.execute(query, values).fetchone()
    return int(row[0]) if row else 0


def _until(met: Callable[[], bool], seconds: float) -> None:
    begun = time.monotonic()
    while not met():
        if time.monotonic() - begun > seconds:
            raise TimeoutError("the workers did not get there in time")
        time.sleep(0.05)


def _rss(pid: int) -> int:
    """In kilobytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


if __name__ == "__main__":
    sys.exit(main())
