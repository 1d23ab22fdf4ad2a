"""A small story of the store, killed before each of its SQL statements in turn.

`test_store_crash.py` runs this file as a program of its own, because it forks. It prints a line
for each law that a kill has broken, and last the number of kills.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, event

from inbox_bot.model import Actor, DraftState, Event, Judgement, PromiseState, Verb, Verdict
from inbox_bot.model.records import Arrival, Cursor
from inbox_bot.store import SqlStore, migrating, open_store
from tests.stores import NOON, claim, draft, letter, open_promise, promise

assert migrating, "imported here so that the forked children need not"
URL = "sqlite:///inbox_bot.db"
MAILBOX, FOLDER = "steve@example.com", "INBOX"
UIDS = range(1, 4)
BATCH = 2


def story(directory: Path) -> None:
    """Letters come in, are judged, drafted, approved and sent. May be done again at any point."""
    with closing(open_store(URL, directory)) as store:
        settle_interrupted(store)
        while receive(store):
            pass
        judge(store)
        consider(store)
        approve(store)
        send(store, directory / "outbox")


def receive(store: SqlStore) -> bool:
    with store.transaction() as tx:
        cursor = tx.cursor(MAILBOX, FOLDER)
        uids = [uid for uid in UIDS if uid > (cursor.last_uid if cursor else 0)][:BATCH]
        if not uids:
            return False
        names = [f"{uid}@example.org" for uid in uids]
        tx.messages.add_all(
            [
                Arrival(fetched=letter(uid, body=name.encode()), message_id=name, thread=name)
                for uid, name in zip(uids, names, strict=True)
            ]
        )
        tx.set_cursor(Cursor(mailbox=MAILBOX, folder=FOLDER, uidvalidity=7, last_uid=uids[-1]))
    return True


def judge(store: SqlStore) -> None:
    with store.transaction() as tx:
        for new in tx.messages.new(99):
            tx.messages.judge(new.id, Judgement(verdict=Verdict.READER, reason="asks"), None)


def consider(store: SqlStore) -> None:
    with store.reading() as tx:
        waiting = tx.messages.unconsidered(99)
    for one in waiting:
        with store.transaction() as tx:
            kept = tx.drafts.add(draft(one.id, f"re-{one.message_id}"))
            open_promise(tx, promise(one.id, one.thread))
            tx.record(Event(at=NOON, actor=Actor.BOT, verb=Verb.DRAFTED, draft_id=kept.id))
            tx.messages.considered(one.id)


def approve(store: SqlStore) -> None:
    with store.transaction() as tx:
        for pending in tx.drafts.in_state(DraftState.PENDING):
            tx.drafts.move(pending, replace(pending, state=DraftState.APPROVED))


def send(store: SqlStore, outbox: Path) -> None:
    with store.reading() as tx:
        approved = tx.drafts.in_state(DraftState.APPROVED)
    for one in approved:
        with store.transaction() as tx:
            claimed = claim(tx, one)
        with outbox.open("a") as out:
            out.write(f"{claimed.message_id}\n")
        with store.transaction() as tx:
            tx.drafts.move(claimed, replace(claimed, state=DraftState.SENT))
            owed = tx.promises.of_thread(claimed.in_reply_to) or promise(0)
            if owed.id:
                tx.promises.update(replace(owed, state=PromiseState.KEPT))


def settle_interrupted(store: SqlStore) -> None:
    with store.transaction() as tx:
        for one in tx.drafts.in_state(DraftState.SENDING):
            tx.drafts.move(one, replace(one, state=DraftState.UNCERTAIN))


# --- killing ---------------------------------------------------------------------------------


def run(directory: Path, kill_before: int) -> bool:
    """Do the story in a child that dies before that statement (0: never); True if it died."""
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            die_before(kill_before)
            story(directory)
            failed = 0
        finally:
            os._exit(failed)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


def die_before(statement: int) -> None:
    numbers = itertools.count(1)

    def begins(_: str) -> None:
        if next(numbers) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(connection: sqlite3.Connection, _: object) -> None:
        connection.set_trace_callback(begins)

    event.listen(Engine, "connect", watch)


def broken_laws(directory: Path) -> list[str]:
    with closing(open_store(URL, directory)) as store, store.reading() as tx:
        letters = [tx.messages.by_message_id(f"{uid}@example.org") for uid in UIDS]
        drafts = [one for each in letters if each for one in tx.drafts.for_letter(each.id)]
        histories = [[one.verb for one in tx.events(each.id)] for each in letters if each]
        counted = tx.messages.count(Verdict.READER)
        integrity = tx.connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    left = (directory / "outbox").read_text().split()
    sent = {one.message_id for one in drafts if one.state is DraftState.SENT}
    uncertain = {one.message_id for one in drafts if one.state is DraftState.UNCERTAIN}
    laws = {
        "each letter is there once": None not in letters and counted == len(UIDS),
        "each letter has one draft": len({one.letter_id for one in drafts}) == len(drafts) == 3,
        "each draft was recorded once": histories == [["drafted"]] * len(UIDS),
        "nothing is sent twice": len(left) == len({*left}),
        "what is called sent has left, and what has left is sent or uncertain": (
            sent <= {*left} <= sent | uncertain
        ),
        "one reply at most is uncertain, and none is forgotten": (
            len(uncertain) <= 1 and len(sent | uncertain) == len(drafts)
        ),
        "the file is whole": integrity == "ok",
    }
    return [law for law, holds in laws.items() if not holds]


def main(directory: Path, step: int, prepared: Path | None) -> int:
    for kills in itertools.count():
        statement = 1 + kills * step
        place = directory / str(statement)
        place.mkdir()
        if prepared:
            shutil.copy(prepared, place / "inbox_bot.db")
        if not run(place, statement):
            return kills
        run(place, 0)
        for law in broken_laws(place):
            print(f"killed before statement {statement}: broken: {law}")
    raise AssertionError("the story never ends")


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] else None))
