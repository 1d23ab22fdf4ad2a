"""A simulated year: is every letter accounted for, every promise kept in mind, once?

    python -m benchmarks.year [--json] [--letters 10000]

The real pipeline and store, Dovecot and an SMTP receiver on this machine, and a clock that is set:
letters of 3,000 readers, thanks, lists, bounces of our replies, answers by hand, letters that a
filter moves before they were seen, 200 restarts, half of them in the middle of a poll, and a clock
that jumps by two days, forth and back.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: small matrices, many threads

import argparse
import itertools
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import Message as Email
from pathlib import Path

from imapclient import IMAPClient

from benchmarks.year_letters import BY_HAND, PUT_OFF, Asked, Post
from inbox_bot import pipeline, settling
from inbox_bot.accounts import ImapAccount
from inbox_bot.bot import Account, Bot, Policy
from inbox_bot.errors import Conflict, Unreadable
from inbox_bot.knowledge import Knowledge
from inbox_bot.mailbox import ImapMailbox
from inbox_bot.model import (
    Address,
    Author,
    Draft,
    DraftKind,
    DraftState,
    Message,
    Promise,
    PromiseState,
    Verdict,
)
from inbox_bot.outbox import SmtpOutbox
from inbox_bot.ports import Transaction
from inbox_bot.promises import Calendar, is_off, local_day, parse_letter_time
from inbox_bot.reading import ReadingRoom
from inbox_bot.reconciling import reconcile
from inbox_bot.shelf import Sources, learn
from inbox_bot.store import open_store
from inbox_bot.upkeep import look_after
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Receiver, Taken

TOP = Path(__file__).parent.parent
START = datetime(2026, 1, 1, 13, 0, tzinfo=UTC)
HOME = Calendar(
    letter_time=parse_letter_time("Tuesday evening, Thursday evening, Saturday 9-12"),
    zone="America/New_York",
    country="US",
)
DAYS, RESTARTS, JUMPS = 365, 200, 20
FOLDER = "Filtered"


class Crash(BaseException):
    """The process ends here, as with kill -9: nothing below catches it."""


@dataclass(slots=True)
class Year:
    dovecot: Dovecot
    smtp: Receiver
    directory: Path
    room: ReadingRoom
    letters: int
    chance: random.Random
    now: datetime = START
    noted: list[datetime] = field(default_factory=list)
    laid: list[str] = field(default_factory=list)
    bounced: set[str] = field(default_factory=set)
    crash_in: int = 0
    polls: int = 0
    replied: int = 0
    imap: ImapAccount = field(init=False)
    post: Post = field(init=False)
    knowledge: Knowledge = field(init=False)
    tokens: Iterator[int] = field(init=False)
    client: IMAPClient = field(init=False)
    bot: Bot = field(init=False)

    def __post_init__(self) -> None:
        self.imap = self.dovecot.account("author", timeout=30)
        self.post = Post(self.imap.address, 3_000, self.chance)
        self.knowledge = learn(Sources(faq=TOP / "faq", templates=TOP / "templates"))
        self.tokens = itertools.count(1)
        self.client = IMAPClient(self.imap.host, self.imap.port, ssl=False)
        self.client.login(self.imap.username, self.imap.password)
        self.client.create_folder(FOLDER)
        self.bot = self._bot()
        pipeline.begin(self.bot, self.now)

    def _bot(self) -> Bot:
        account = Account(
            addresses=(Address(email=self.imap.address, name="Steve"),),
            mailbox=ImapMailbox(self.imap),
            outbox=SmtpOutbox(self.smtp.account()),
        )
        return Bot(
            store=open_store("sqlite:///inbox_bot.db", self.directory),
            accounts=(account,),
            read=self._read,
            knowledge=lambda: self.knowledge,
            author=Author(name="Steve", signature="Steve", timezone=HOME.zone, country="US"),
            new_token=lambda: next(self.tokens).to_bytes(16, "big"),
            policy=Policy(calendar=HOME, drafts_at_once=0),
        )

    def _read(self, raws: Sequence[bytes]) -> Sequence[Message | Unreadable]:
        if self.crash_in:
            self.crash_in -= 1
            if not self.crash_in:
                raise Crash
        return self.room.read(raws)

    # --- a day ------------------------------------------------------------------------------

    def live(self) -> None:
        restarts = Counter(self.chance.randrange(DAYS) for _ in range(RESTARTS))
        jumps = {self.chance.randrange(DAYS) for _ in range(JUMPS)}
        for day in range(DAYS):
            morning = START + timedelta(days=day)
            for hour in (0, 11):
                self.now = morning + timedelta(hours=hour)
                self._letters_come(day, hour)
                for _ in range(restarts[day] if hour else 0):
                    self._restart()
                self._look()
            if day in jumps:
                self._jump()
            if not is_off(self.now, HOME):
                self._evening()

    def _letters_come(self, day: int, hour: int) -> None:
        wanted = self.letters * (2 * day + (1 if hour else 0) + 1) // (2 * DAYS)
        while len(self.laid) < wanted:
            self._one_letter()
        for taken in self.smtp.taken[-30:] if self.chance.random() < 0.5 else []:
            self._bounce(taken.email)

    def _one_letter(self) -> None:
        kind = self.chance.random()
        if kind < 0.06:
            self._lay("INBOX", self.post.machine(self.now))
        elif kind < 0.16 and self.post.asked:
            self._lay("INBOX", self.post.courtesy(self.now))
        else:
            asked, raw = self.post.question(self.now)
            self._lay(FOLDER if kind > 0.97 else "INBOX", raw)
            if kind < 0.25:
                later = self.now + timedelta(minutes=1)
                text = PUT_OFF if kind < 0.18 else BY_HAND
                self._in_sent(self.post.by_hand(later, asked, text))

    def _bounce(self, reply: Email) -> None:
        message_id = reply["Message-ID"].strip("<>")
        if self.chance.random() > 0.05 or message_id in self.bounced:
            return
        if reply["To"] == self.imap.address:
            return
        self.bounced.add(message_id)
        self._lay("INBOX", self.post.bounce(self.now, message_id, reply["To"]))

    def _lay(self, folder: str, raw: bytes) -> None:
        head = raw.partition(b"Message-ID: <")[2]
        self.laid.append(head.partition(b">")[0].decode())
        self.client.append(folder, raw, msg_time=self.now)

    def _in_sent(self, raw: bytes) -> None:
        self.client.append("Sent", raw, msg_time=self.now)

    def _look(self) -> None:
        with suppress(Crash):
            self._tick()
            return
        self._restart_at_once()
        self._tick()

    def _tick(self) -> None:
        self.polls += 1
        pipeline.poll(self.bot, self.now)
        pipeline.send_approved(self.bot, self.now)
        look_after(self.bot, self.now)
        self._see_notes()

    def _see_notes(self) -> None:
        for taken in self.smtp.taken[len(self.noted) + self.replied :]:
            if taken.recipients == (self.imap.address,):
                self.noted.append(self.now)
            else:
                self.replied += 1

    def _restart(self) -> None:
        if self.chance.random() < 0.5:
            self.crash_in = self.chance.randrange(1, 6)
        else:
            self._restart_at_once()

    def _restart_at_once(self) -> None:
        self.crash_in = 0
        self.bot.accounts[0].mailbox.close()
        self.bot.store.close()
        self.bot = self._bot()
        pipeline.recover(self.bot, self.now)

    def _jump(self) -> None:
        true = self.now
        self.now = true + timedelta(days=self.chance.choice((-2, 2)))
        self._look()
        self.now = true

    # --- the author's evening ---------------------------------------------------------------

    def _evening(self) -> None:
        self.crash_in = 0
        with self.bot.store.reading() as tx:
            drafts = tx.drafts.in_state(DraftState.PENDING)
            doubts = [one for one in tx.promises.waiting() if one.doubt]
        for promise in doubts:
            settling.still_owed(self.bot.store, promise.letter_id, self.now)
        for draft in drafts:
            if self.chance.random() < 0.9:
                self._decide(draft)
        self.now += timedelta(minutes=5)
        pipeline.send_approved(self.bot, self.now)
        self._see_notes()

    def _decide(self, draft: Draft) -> None:
        what = pipeline.shown(draft)
        with suppress(Conflict):
            if draft.kind in (DraftKind.BLANK, DraftKind.URGENT):
                if self.chance.random() < 0.2:
                    held = pipeline.hold(self.bot, what, self.now)
                    pipeline.approve(self.bot, pipeline.shown(held), self.now)
                    return
                text = "Hi,\n\nI do not know, sorry.\n\nSteve"
                draft = pipeline.edit(self.bot, what, text, self.now)
            pipeline.approve(self.bot, pipeline.shown(draft), self.now)


# --- at the end ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    letters: int
    unaccounted: int
    lost: int
    doubled: int
    digests: int
    digests_off_hours: int
    seconds: float

    @property
    def met(self) -> bool:
        wrong = self.unaccounted + self.lost + self.doubled + self.digests_off_hours
        return wrong == 0 and self.seconds <= 120


def measure(year: Year, seconds: float) -> Result:
    reconcile(year.bot, year.now)
    with year.bot.store.reading() as tx:
        known = tx.messages.known(year.laid)
        promises = tx.promises.opened_since(START - timedelta(days=30))
    days = Counter(local_day(one, HOME) for one in year.noted)
    hours = replace(HOME, letter_time=())
    off = sum(is_off(one, hours) for one in year.noted)
    return Result(
        letters=len(year.laid),
        unaccounted=len(set(year.laid) - known),
        lost=lost(year, promises),
        doubled=doubled(year, promises),
        digests=len(year.noted),
        digests_off_hours=off + sum(count - 1 for count in days.values()),
        seconds=round(seconds, 1),
    )


def lost(year: Year, promises: Sequence[Promise]) -> int:
    """Readers' questions for which nobody is reminded and that nobody answered."""
    open_threads = {one.thread for one in promises if one.state is PromiseState.OPEN}
    answered = {taken.email["In-Reply-To"].strip("<>") for taken in replies(year)}
    count = 0
    with year.bot.store.reading() as tx:
        by_hand = tx.circle.answered_among([one.message_id for one in year.post.asked])
        for asked in year.post.asked:
            if asked.message_id not in answered | by_hand:
                count += not _is_cared_for(tx, asked, open_threads, answered)
    return count


def _is_cared_for(tx: Transaction, asked: Asked, open_threads: set[str], told: set[str]) -> bool:
    """A later letter of the same thread may stand for it in the reply's In-Reply-To."""
    letter = tx.messages.by_message_id(asked.message_id)
    if letter is None or letter.verdict is not Verdict.READER:
        return False
    if letter.thread in open_threads:
        return True
    thread = tx.messages.thread(letter.thread)
    later = {one.message_id for one in thread if one.arrived >= letter.arrived}
    return bool(later & (told | tx.circle.answered_among(later)))


def doubled(year: Year, promises: Sequence[Promise]) -> int:
    """Threads with two open promises, and letters that got the same reply twice."""
    open_ones = Counter(one.thread for one in promises if one.state is PromiseState.OPEN)
    ids = Counter(taken.email["Message-ID"] for taken in replies(year))
    return sum(count - 1 for count in (*open_ones.values(), *ids.values()))


def replies(year: Year) -> list[Taken]:
    return [one for one in year.smtp.taken if one.recipients != (year.imap.address,)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)  # aiosmtpd has one for each letter
    dovecot, smtp = Dovecot(), Receiver()
    try:
        with tempfile.TemporaryDirectory() as name, ReadingRoom() as room:
            begin = time.perf_counter()
            chance = random.Random(6)
            year = Year(dovecot, smtp, Path(name), room, chosen.letters, chance)
            year.live()
            result = measure(year, time.perf_counter() - begin)
            print(f"{year.polls} polls, {len(replies(year))} replies, {len(year.bounced)} bounced")
    finally:
        smtp.close()
        dovecot.close()
    for name in Result.__slots__:
        print(f"{name:<20}{getattr(result, name):>10}")
    print("met" if result.met else "MISS")
    if chosen.json:
        print(json.dumps({name: getattr(result, name) for name in Result.__slots__}))
    return 0 if result.met else 1


if __name__ == "__main__":
    sys.exit(main())
