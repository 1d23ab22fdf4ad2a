"""State machine: promise and draft agree after any sequence of actions.

No mailbox: letters go straight into the store, and server outcomes are set on a reply's state. A
thread has at most one waiting draft. If nothing is owed, none waits but a correction of a sent
reply. A reader whom she ruled out is owed nothing. A reply that is leaving or uncertain may have
left, so that a letter that comes meanwhile gets a draft of its own.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from inbox_bot import review
from inbox_bot.bot import Account, Bot
from inbox_bot.errors import Conflict, NotFound
from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.model import CHANGEABLE, Address, Draft, DraftState, Fetched, Place, PromiseState
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Arrival, Writer
from inbox_bot.review import promises
from inbox_bot.settings import Tls
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.steps.open_drafts import is_correction, may_wait
from inbox_bot.steps.outcome import came_back, fulfil
from inbox_bot.steps.process_new import draft_new, judge_new
from inbox_bot.steps.send import AGAIN, gave_way
from inbox_bot.store import open_store
from tests.databases import DATABASES
from tests.servers.smtp import Receiver
from tests.world import KNOWLEDGE, STEVE

ME = "steve@example.com"
PEOPLE = ("ann@firm.example", "bob@firm.example", "cid@other.example")
TEXTS = (
    "Hi Steve,\n\ndoes trigger point massage hurt?\n",
    "Hi Steve,\n\ndoes trigger point massage hurt? And how much does a session cost?\n",
    "Hi Steve,\n\nhow much does a session cost?\n",
    "Thank you so much!\n",
)
WAITS = (*CHANGEABLE, DraftState.SENDING)
picks = st.integers(min_value=0, max_value=30)

Verb = Callable[[Bot, Draft, datetime], object]
VERBS: dict[str, Verb] = {
    "approve": lambda bot, one, now: review.approve(bot, review.shown(one), now),
    "reject": lambda bot, one, now: review.reject(bot, review.shown(one), now),
    "edit": lambda bot, one, now: review.edit(bot, review.shown(one), "Hello,\n\nno.", now),
    "line": lambda bot, one, now: review.add_line(bot, review.shown(one), "Hello!", now),
    "swap": lambda bot, one, now: review.swap(bot, review.shown(one), 0, "massage-chair", now),
    "no question": lambda bot, one, now: review.not_a_question(bot, review.shown(one), 0, now),
    "hold": lambda bot, one, now: review.hold(bot, review.shown(one), now),
    "readdress": lambda bot, one, now: review.readdress(
        bot, review.shown(one), "new@other.example", now
    ),
    "by hand": lambda bot, one, now: review.answered_by_hand(bot, review.shown(one), now),
    "snooze": lambda bot, one, now: review.snooze(
        bot, one.id, (now + timedelta(days=3)).date(), now
    ),
    "wake": lambda bot, one, now: review.wake(bot, one.id, now),
    "was sent": lambda bot, one, now: review.was_sent(bot, one.id, now),
    "was not sent": lambda bot, one, now: review.was_not_sent(bot, one.id, now),
    "write again": lambda bot, one, now: review.write_again(bot, one.id, "It is 10.", now),
    "undo": lambda bot, one, now: review.undo(bot, one.id, now),
    "undo of letter": lambda bot, one, now: review.undo_last(bot, one.letter_id, now),
    "not a reader": lambda bot, one, now: review.not_a_reader(bot, one.letter_id, now),
    "never sender": lambda bot, one, now: review.never_sender(bot, one.letter_id, now),
    "never domain": lambda bot, one, now: review.never_domain(bot, one.letter_id, now),
    "reader": lambda bot, one, now: review.a_reader_after_all(bot, one.letter_id, now),
    "answered": lambda bot, one, now: promises.was_answered(bot.store, one.letter_id, now),
    "owed": lambda bot, one, now: promises.still_owed(bot.store, one.letter_id, now),
    "release": lambda bot, one, now: promises.release(bot.store, one.letter_id, "why", now),
}
BECOMES = {
    DraftState.APPROVED: (DraftState.SENDING,),
    DraftState.SENDING: (DraftState.SENT, DraftState.UNCERTAIN, *AGAIN),
}


class Author(RuleBasedStateMachine):
    """One author, three readers, and all of her actions."""

    sandbox: Sandbox
    receiver: Receiver

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.bot = bot_in(Path(self.directory.name), self.sandbox, self.receiver)
        self.now = datetime(2026, 3, 3, 19, tzinfo=UTC)
        self.uids = itertools.count(1)
        with self.bot.store.transaction() as tx:
            tx.set_fact("begun", self.now.isoformat())

    def teardown(self) -> None:
        self.bot.store.close()
        self.directory.cleanup()

    @rule(person=st.sampled_from(PEOPLE), text=st.sampled_from(TEXTS), other=st.booleans())
    def writes(self, person: str, text: str, other: bool) -> None:
        uid = next(self.uids)
        name = f"{uid}@x.example"
        reply_to = f"Reply-To: {person.replace('@', '.home@')}\r\n" if other else ""
        raw = (
            f"From: {person}\r\n{reply_to}To: {ME}\r\nSubject: massage\r\n"
            f"Message-ID: <{name}>\r\nDate: Tue, 3 Mar 2026 19:00:00 +0000\r\n\r\n{text}"
        ).encode()
        place = Place(mailbox=ME, folder="INBOX", uidvalidity=1, uid=uid)
        fetched = Fetched(place=place, raw=raw, size=len(raw), arrived=self.now)
        writer = Writer(address=person)
        with self.bot.store.transaction() as tx:
            arrival = Arrival(fetched=fetched, message_id=name, thread=person, writer=writer)
            tx.messages.add_all([arrival])
        judge_new(self.bot, self.now)
        draft_new(self.bot, self.now)

    @precondition(lambda self: self.drafts())
    @rule(verb=st.sampled_from(sorted(VERBS)), pick=picks)
    def says(self, verb: str, pick: int) -> None:
        drafts = self.drafts()
        with suppress(Conflict, NotFound):
            VERBS[verb](self.bot, drafts[-1 - pick % len(drafts)], self.now)
        judge_new(self.bot, self.now)
        draft_new(self.bot, self.now)

    @precondition(lambda self: any(one.state in BECOMES for one in self.drafts()))
    @rule(pick=picks, how=picks)
    def goes_its_way(self, pick: int, how: int) -> None:
        moving = [one for one in self.drafts() if one.state in BECOMES]
        draft = moving[pick % len(moving)]
        ways = BECOMES[draft.state]
        with self.bot.store.transaction() as tx:
            changed = replace(draft, state=ways[how % len(ways)], sent_at=self.now)
            kept = tx.drafts.move(draft, changed)
            if kept.state in (DraftState.REFUSED, DraftState.APPROVED):
                gave_way(tx, kept)
            if kept.state is DraftState.SENT:
                fulfil(tx, self.bot, kept, self.now)

    @precondition(lambda self: any(one.state is DraftState.SENT for one in self.drafts()))
    @rule(pick=picks)
    def bounces(self, pick: int) -> None:
        sent = [one for one in self.drafts() if one.state is DraftState.SENT]
        with self.bot.store.transaction() as tx:
            came_back(self.bot, tx, sent[pick % len(sent)].message_id, self.now)

    @invariant()
    def agree(self) -> None:
        with self.bot.store.reading() as tx:
            never = tx.people.never()
            for thread, drafts in self.threads(tx):
                told = [f"{one.id}.{one.version} {one.state} {one.reason}" for one in drafts]
                every = [one for one in drafts if one.state in WAITS]
                open_to_her = [one for one in every if one.state is not DraftState.SENDING]
                waits = [one for one in open_to_her if not is_correction(one, drafts)]
                promise = tx.promises.of_thread(thread)
                assert len(waits) <= 1, f"two wait for {thread}: {told}"
                for one in every:
                    assert may_wait(tx, one), f"{thread} is {promise}: {told}"
                if promise and promise.state is PromiseState.OPEN:
                    names = {thread, f"@{thread.partition('@')[2]}"}
                    assert not names & never, f"ruled out and owed: {thread}"

    def drafts(self) -> list[Draft]:
        with self.bot.store.reading() as tx:
            every = tx.drafts.in_state(*DraftState)
        return [max(same, key=lambda one: one.version) for _, same in by_id(every)]

    def threads(self, tx: Transaction) -> Iterator[tuple[str, list[Draft]]]:
        for thread in PEOPLE:
            yield thread, list(tx.drafts.for_thread(thread))


def by_id(drafts: Sequence[Draft]) -> Iterator[tuple[int, Iterator[Draft]]]:
    return itertools.groupby(sorted(drafts, key=lambda one: one.id), lambda one: one.id)


def bot_in(directory: Path, sandbox: Sandbox, receiver: Receiver) -> Bot:
    tokens = itertools.count(1)
    imap = ImapAccount(
        address=ME, host="127.0.0.1", port=1, tls=Tls.NONE, username=ME, password="never used"
    )
    account = Account(
        addresses=(Address(email=ME, name="Steve"),),
        mailbox=ImapMailbox(imap),
        outbox=SmtpOutbox(receiver.account()),
    )
    return Bot(
        store=open_store(DATABASES.url_in(directory), directory),
        accounts=(account,),
        read=sandbox.read,
        knowledge=lambda: KNOWLEDGE,
        author=STEVE,
        new_token=lambda: next(tokens).to_bytes(16, "big"),
    )


def test_promise_and_draft_agree_after_every_word(sandbox: Sandbox) -> None:
    receiver = Receiver()
    machine = type("OneAuthor", (Author,), {"sandbox": sandbox, "receiver": receiver})
    checked = settings(
        max_examples=10,
        stateful_step_count=20,
        phases=[Phase.generate],
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(machine, settings=checked)
    finally:
        receiver.close()
