"""How quick the ledger is: who waits among 100,000 past promises, and is every letter there?

python -m benchmarks.ledger [--json] [LETTERS]
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.reading_rows import Row
from inbox_bot.bot import Account, Bot, Policy
from inbox_bot.faq.reload import Sources, learn
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.model import Address, Author, Fetched, Message, Place, Promise, PromiseState
from inbox_bot.model.ports import Store
from inbox_bot.model.records import Arrival, Skipped
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.steps.receive import first_day
from inbox_bot.steps.reconcile import reconcile
from inbox_bot.store import open_store
from tests.faults import Proxy, Way
from tests.servers.author import MailProgram
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Receiver

TOP = Path(__file__).parent.parent
NOW = datetime.now(UTC)
WAITING = 50
LETTER = b"From: a@example.org\r\nMessage-ID: <%d@x>\r\nSubject: old\r\n\r\nOld.\r\n"


def main() -> int:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    count = numbers[0] if numbers else 100_000
    rows = [who_waits(count), *reconciled(count)]
    for row in rows:
        print(row.shown())
    if "--json" in sys.argv:
        print(json.dumps({row.what: row.as_json() for row in rows}))
    return 0 if all(row.met for row in rows) else 1


def who_waits(count: int) -> Row:
    with tempfile.TemporaryDirectory() as name:
        store = open_store("sqlite:///inbox_bot.db", Path(name))
        _fill(store, count)
        taken = []
        for _ in range(20):
            begin = time.perf_counter()
            with store.reading() as tx:
                waiting = tx.promises.waiting()
            taken.append(time.perf_counter() - begin)
        store.close()
    assert len(waiting) == WAITING
    slowest = sorted(taken)[len(taken) // 2] * 1000
    return Row(
        what=f"who waits, {count:,} past promises",
        measured=f"{slowest:.1f} ms",
        bar="20 ms",
        met=slowest <= 20,
        figures={"ms": slowest},
    )


def _fill(store: Store, count: int) -> None:
    place = Place(mailbox="a@example.test", folder="INBOX", uidvalidity=1, uid=1)
    fetched = Fetched(place=place, raw=LETTER % 1, size=1, arrived=NOW)
    with store.transaction() as tx:
        arrival = Arrival(fetched=fetched, message_id="1@x", thread="t")
        letter = tx.messages.add_all([arrival])[0]
        past = Promise(
            id=0,
            thread="",
            letter_id=letter.id,
            reader="a@example.org",
            quote="I will get back to you.",
            opened=NOW,
            due=NOW,
            state=PromiseState.KEPT,
            closed=NOW,
        )
        every = count // WAITING
        tx.promises.open_all(
            [
                replace(past, thread=f"t{n}", state=past.state if n % every else PromiseState.OPEN)
                for n in range(count)
            ]
        )


def reconciled(count: int) -> list[Row]:
    server, receiver = Dovecot(), Receiver()
    try:
        _lay(server, count)
        imap = server.account("author", timeout=120)
        with tempfile.TemporaryDirectory() as name, Proxy(imap.port) as proxy:
            bot = _bot(replace(imap, port=proxy.port), receiver, Path(name))
            _account_for_all(bot)
            rows = [
                _reconciled(bot, proxy, f"{what}, {count:,} letters, nothing new", count)
                for what in ("reconcile the first time", "reconcile again (STATUS)")
            ]
            _one_comes_one_goes(imap, bot, count)
            rows.append(_reconciled(bot, proxy, "reconcile after one came, one went", count))
            bot.accounts[0].mailbox.close()
            bot.store.close()
            return rows
    finally:
        receiver.close()
        server.close()


def _reconciled(bot: Bot, proxy: Proxy, what: str, count: int) -> Row:
    proxy.forget()
    begin = time.perf_counter()
    found = reconcile(bot, NOW)
    seconds = time.perf_counter() - begin
    assert (found.letters, found.accounted, found.missed) == (count, count, 0), found
    passed = proxy.passed[Way.UP] + proxy.passed[Way.DOWN]
    return Row(
        what=what,
        measured=f"{seconds:.2f} s, {len(proxy.commands)} commands, {passed:,} bytes",
        bar="10 s",
        met=seconds <= 10,
        figures={"seconds": seconds, "bytes": passed},
    )


def _account_for_all(bot: Bot) -> None:
    """As polls would have done; it is not what is measured."""
    _account_for(bot, bot.accounts[0].mailbox.uids("INBOX", 0, first_day(bot, NOW)))


def _account_for(bot: Bot, uids: Sequence[int]) -> None:
    mailbox = bot.accounts[0].mailbox
    state = mailbox.state("INBOX")
    place = Place(mailbox=mailbox.address, folder="INBOX", uidvalidity=state.uidvalidity, uid=0)
    with bot.store.transaction() as tx:
        tx.messages.skip_all(
            [Skipped(place=replace(place, uid=uid), message_id=f"{uid}@x") for uid in uids]
        )


def _one_comes_one_goes(imap: ImapAccount, bot: Bot, count: int) -> None:
    """As a mail program does it; the poll has seen the new one."""
    with closing(MailProgram(imap)) as program:
        program.delete("INBOX", program.deliver(LETTER % count))
        program.delete("INBOX", 1)
        uid = program.deliver(LETTER % (count + 1))
    _account_for(bot, [uid])


def _read(_: object) -> list[Message]:
    raise AssertionError("nothing is new, so no header and no body may be read")


def _bot(imap: ImapAccount, receiver: Receiver, directory: Path) -> Bot:
    knowledge = learn(Sources(faq=TOP / "faq", templates=TOP / "templates"))
    account = Account(
        addresses=(Address(email=imap.address),),
        mailbox=ImapMailbox(imap),
        outbox=SmtpOutbox(receiver.account()),
    )
    return Bot(
        store=open_store("sqlite:///inbox_bot.db", directory),
        accounts=(account,),
        read=_read,
        knowledge=lambda: knowledge,
        author=Author(name="Steve", signature="Steve"),
        new_token=lambda: os.urandom(16),
        policy=Policy(since=timedelta(days=14)),
    )


def _lay(server: Dovecot, count: int) -> None:
    """Straight into the server's own folder: laying is not what is measured."""
    home = server.base / "home" / "author"
    for folder in ("cur", "new", "tmp"):
        (home / "Maildir" / folder).mkdir(parents=True)
    begin = int(time.time()) - count
    for number in range(count):
        file = home / "Maildir/cur" / f"{begin + number}.{number}.here:2,"
        file.write_bytes((LETTER % number).replace(b"\r\n", b"\n"))
    owner = (server.base / "home").stat()
    for path in (home, *home.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    mailbox = ImapMailbox(server.account("author", timeout=300))
    mailbox.uids("INBOX", 0, None)  # the server builds its index once
    mailbox.close()


if __name__ == "__main__":
    sys.exit(main())
