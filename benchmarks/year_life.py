"""A simulated year, lived through: letters come, the bot looks, crashes, is restarted, and the
author has her evenings. The clock is set; all else is real."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from imapclient import IMAPClient

from benchmarks.year_letters import PUT_OFF, Post
from benchmarks.year_receiver import Readers
from inbox_bot import pipeline, review
from inbox_bot.bot import Account, Bot, Policy
from inbox_bot.errors import Conflict, Unreadable
from inbox_bot.faq.knowledge import Knowledge
from inbox_bot.faq.reload import Sources, learn
from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.model import Address, Author, Draft, DraftKind, DraftState, Message, Verb
from inbox_bot.promises.calendar import Calendar, is_off, parse_letter_time
from inbox_bot.review import promises
from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.service.wiring import collect_rarely
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.store import open_store

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
    """`laid` are the Message-IDs of all letters that came, `noted` when notes went out."""

    imap: ImapAccount
    readers: Readers
    directory: Path
    sandbox: Sandbox
    letters: int
    chance: random.Random
    now: datetime = START
    noted: list[datetime] = field(default_factory=list)
    laid: list[str] = field(default_factory=list)
    bounced: set[str] = field(default_factory=set)
    arriving: defaultdict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    crash_in: int = 0
    polls: int = 0
    restarts: int = 0
    post: Post = field(init=False)
    knowledge: Knowledge = field(init=False)
    tokens: Iterator[int] = field(init=False)
    client: IMAPClient = field(init=False)
    bot: Bot = field(init=False)

    def __post_init__(self) -> None:
        collect_rarely()  # as wiring does for each bot that it opens
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
            outbox=SmtpOutbox(self.readers.account),
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
        return self.sandbox.read(raws)

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
                if self.crash_in:  # fewer letters than that were read: then without a crash
                    self._restart_at_once()
            if day in jumps:
                self._jump()
            if not is_off(self.now, HOME):
                self._evening()

    def _letters_come(self, day: int, hour: int) -> None:
        wanted = self.letters * (2 * day + (1 if hour else 0) + 1) // (2 * DAYS)
        while len(self.laid) < wanted:
            self._one_letter()
        for got in self.readers.got[-30:] if self.chance.random() < 0.5 else []:
            self._bounce(got.message_id, got.to)
        for folder, raws in self.arriving.items():
            self.client.multiappend(folder, [{"msg": raw, "date": self.now} for raw in raws])
        self.arriving.clear()

    def _one_letter(self) -> None:
        """More than half of them ask; a third of these she answers, or puts off, by hand."""
        kind = self.chance.random()
        if kind < 0.2:
            self._lay("INBOX", self.post.machine(self.now))
        elif kind < 0.45 and self.post.asked:
            self._lay("INBOX", self.post.courtesy(self.now))
        else:
            asked, raw = self.post.question(self.now)
            self._lay(FOLDER if kind > 0.97 else "INBOX", raw)
            if kind < 0.63:
                later = self.now + timedelta(minutes=1)
                text = PUT_OFF if kind < 0.5 else Verb.ANSWERED_BY_HAND
                self.arriving["Sent"].append(self.post.by_hand(later, asked, text))

    def _bounce(self, message_id: str, reader: str) -> None:
        if self.chance.random() > 0.05 or message_id in self.bounced or reader == self.imap.address:
            return
        self.bounced.add(message_id)
        self._lay("INBOX", self.post.bounce(self.now, message_id, reader))

    def _lay(self, folder: str, raw: bytes) -> None:
        head = raw.partition(b"Message-ID: <")[2]
        self.laid.append(head.partition(b">")[0].decode())
        self.arriving[folder].append(raw)

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
        run_upkeep(self.bot, self.now)
        self._see_notes()

    def _see_notes(self) -> None:
        new = [got for got in self.readers.look() if not got.announces]
        self.noted += [self.now for got in new if got.to == self.imap.address]

    def _restart(self) -> None:
        """At once, or by a crash in the coming poll."""
        crash_in = self.crash_in
        if not crash_in and self.chance.random() < 0.5:
            self.crash_in = self.chance.randrange(1, 6)
        else:
            self._restart_at_once()
            self.crash_in = crash_in

    def _restart_at_once(self) -> None:
        """All that a new process opens is opened anew: store, connections, the bot itself."""
        self.crash_in = 0
        self.restarts += 1
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
            promises.still_owed(self.bot.store, promise.letter_id, self.now)
        for draft in drafts:
            if self.chance.random() < 0.9:
                self._decide(draft)
        self.now += timedelta(minutes=5)
        pipeline.send_approved(self.bot, self.now)
        self._see_notes()

    def _decide(self, draft: Draft) -> None:
        what = review.shown(draft)
        with suppress(Conflict):
            if draft.kind in (DraftKind.BLANK, DraftKind.URGENT):
                if self.chance.random() < 0.2:
                    held = review.hold(self.bot, what, self.now)
                    review.approve(self.bot, review.shown(held), self.now)
                    return
                text = "Hi,\n\nI do not know, sorry.\n\nSteve"
                draft = review.edit(self.bot, what, text, self.now)
            review.approve(self.bot, review.shown(draft), self.now)
