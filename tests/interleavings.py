"""State machine: page, terminal and Drafts are used at once, in any order.

A model tracks what the author said and what readers are owed; after each poll the bot must agree
with it, and each sent reply must be exactly what her last yes approved.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from itertools import product
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from inbox_bot import pipeline
from inbox_bot.bot import Bot
from inbox_bot.drafting.mime import build
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import Draft, DraftKind, DraftState
from inbox_bot.store import open_store
from tests.databases import DATABASES
from tests.doors import Door, PageDoor, Seen, TerminalDoor
from tests.servers.embedded import Embedded
from tests.servers.smtp import Receiver
from tests.world import World

READERS = ("ann@example.org", "bob@example.org")
QUESTIONS = (
    "Hi Steve,\n\ndoes trigger point massage hurt?\n",
    "Hi Steve,\n\nis a massage chair any good?\n",
    "Hi Steve,\n\nhow much does a session cost?\n",
)
OPEN_ENDED = (DraftKind.PARTIAL, DraftKind.HOLDING)
"""A reply of these kinds leaves something owed."""
readers = st.sampled_from(READERS)
doors = st.sampled_from(("page", "terminal"))


@dataclass(slots=True)
class Thread:
    """The model's state for one reader.

    `unseen` is whether the bot has yet to fetch a letter, `unheard` whether it has yet to see in
    Sent that the author answered. `owed` is None where either is right: the author sent a partial
    answer in words of her own.
    """

    letters: list[str] = field(default_factory=list)
    owed: bool | None = False
    unseen: bool = False
    unheard: bool = False


class Parts:
    """The receiver and the sandbox, shared by all runs of a process.

    `told` counts the author's words by what was said and whether it was heeded.
    """

    def __init__(self) -> None:
        self.smtp = Receiver()
        self.sandbox = Sandbox()
        self.runs = 0
        self.told: Counter[tuple[str, bool]] = Counter()

    def close(self) -> None:
        self.sandbox.close()
        self.smtp.close()


class Author(RuleBasedStateMachine):
    """One author, two readers, three doors."""

    parts: Parts

    @initialize()
    def begin(self) -> None:
        self.parts.runs += 1
        self.parts.smtp.taken.clear()
        self.directory = Path(tempfile.mkdtemp(prefix="interleaving-"))
        self.imap = Embedded()
        account = self.imap.account(f"author{self.parts.runs}", timeout=300)
        self.world = World(
            imap=account, smtp=self.parts.smtp, directory=self.directory, sandbox=self.parts.sandbox
        )
        store = open_store(DATABASES.url_in(self.directory), self.directory)
        self.terminal = replace(self.world.bot, store=store)
        self.at_terminal = TerminalDoor(self.world, self.terminal)
        self.doors: dict[str, Door] = {"page": PageDoor(self.world), "terminal": self.at_terminal}
        self.world.begin()
        self.threads = {reader: Thread() for reader in READERS}
        self.approved: dict[str, bytes] = {}
        self.seen: dict[tuple[str, int], Seen] = {}
        self.left = 0
        self._two_have_asked()

    def _two_have_asked(self) -> None:
        """Start with two letters, else most runs end with nothing to approve."""
        for reader, text in zip(READERS, QUESTIONS, strict=False):
            self.a_letter_comes(reader, text)
        self.world.poll()
        self._looked()
        for reader, door in product(READERS, self.doors):
            self.she_looks(reader, door)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.at_terminal.close()
            self.terminal.store.close()
            self.world.close()
            self.imap.close()
            DATABASES.drop(self.directory)
            shutil.rmtree(self.directory, ignore_errors=True)

    # --- readers ---------------------------------------------------------------------------

    @rule(reader=readers, text=st.sampled_from(QUESTIONS))
    def a_letter_comes(self, reader: str, text: str) -> None:
        thread = self.threads[reader]
        headers = {"From": f"Reader <{reader}>"}
        if thread.letters:
            headers["In-Reply-To"] = f"<{thread.letters[-1]}>"
        thread.letters.append(self.world.letter(text, **headers))
        thread.owed = thread.unseen = True
        self._void(reader)

    # --- page and terminal -----------------------------------------------------------------

    @rule(reader=readers, door=doors)
    def she_looks(self, reader: str, door: str) -> None:
        """What she sees may be outdated when she decides."""
        for draft in self.world.drafts(DraftState.PENDING):
            if draft.to[0].email == reader:
                self._look(door, draft.id, draft.letter_id)

    @rule(reader=readers, door=doors)
    def she_approves(self, reader: str, door: str) -> None:
        for seen in self._seen(reader, door):
            if self._is_heeded(f"{door} approve", partial(self.doors[door].approve, seen)):
                yes = self._draft(seen.draft_id)
                assert (yes.version, yes.text) == (seen.version, seen.text)
                assert reader in seen.to
                self.approved[yes.message_id] = build(yes, self.world.now)

    @rule(reader=readers, door=doors, number=st.integers(0, 9))
    def she_edits(self, reader: str, door: str, number: int) -> None:
        for seen in self._seen(reader, door):
            text = f"Hi,\n\nmy own words, {number}.\n\nSteve"
            if self._is_heeded(f"{door} edit", partial(self.doors[door].edit, seen, text)):
                edited = self._draft(seen.draft_id)
                assert edited.text.strip() == text
                self._look(door, edited.id, edited.letter_id)

    @rule(reader=readers, door=doors)
    def she_takes_it_back(self, reader: str, door: str) -> None:
        for seen in self._seen(reader, door):
            if self._is_heeded(f"{door} undo", partial(self.doors[door].undo, seen.draft_id)):
                draft = self._draft(seen.draft_id)
                assert draft.state is not DraftState.APPROVED
                self.approved.pop(draft.message_id, None)
                if self._undone(draft) == "answered by hand" and not self.threads[reader].unheard:
                    self.threads[reader].owed = True

    # --- her own mail program --------------------------------------------------------------

    @rule(reader=readers, edits=st.booleans(), new_id=st.booleans())
    def she_sends_from_drafts(self, reader: str, edits: bool, new_id: bool) -> None:
        email = self._taken_out(reader, edits, new_id)
        if email is None:
            return
        with self.world.client() as client:
            client.append("Sent", email.as_bytes(), ("\\Seen",), self.world.now)
        thread = self.threads[reader]
        answers_latest = str(email["In-Reply-To"]).strip("<>") == thread.letters[-1]
        if answers_latest or not thread.unseen:
            thread.owed = None if self._is_partial(email) else False
            thread.unheard = True

    @rule(reader=readers, new_id=st.booleans())
    def she_edits_in_drafts(self, reader: str, new_id: bool) -> None:
        email = self._taken_out(reader, True, new_id)
        if email is not None:
            with self.world.client() as client:
                client.append("Drafts", email.as_bytes(), ("\\Draft",), self.world.now)

    @rule(reader=readers)
    def she_removes_it_from_drafts(self, reader: str) -> None:
        self._taken_out(reader, False, False)

    @precondition(lambda self: any(thread.letters for thread in self.threads.values()))
    @rule(reader=readers)
    def she_answers_by_hand(self, reader: str) -> None:
        thread = self.threads[reader]
        if thread.letters:
            self.world.by_hand("I called you.", To=reader, In_Reply_To=f"<{thread.letters[-1]}>")
            thread.owed = False
            thread.unheard = True
            self._void(reader)

    # --- the bot ---------------------------------------------------------------------------

    @rule(minutes=st.sampled_from((0, 2)))
    def the_bot_looks(self, minutes: int) -> None:
        self.world.later(minutes=minutes)
        self.world.poll()
        self._looked()

    @rule(minutes=st.sampled_from((2, 0)), door=doors)
    def the_bot_sends(self, minutes: int, door: str) -> None:
        self.world.later(minutes=minutes)
        report = pipeline.send_approved(self._bot(door), self.world.now)
        for draft in report.sent:
            if draft.kind not in OPEN_ENDED:
                self.threads[draft.to[0].email].owed = False
        self._check_what_left()
        self.world.poll()
        self._looked()

    def _check_what_left(self) -> None:
        """Each reply left once, under a valid yes, with the text she approved."""
        replies = [taken for taken in self.parts.smtp.taken if not taken.announces]
        for taken in replies[self.left :]:
            message_id = str(taken.email["Message-ID"]).strip("<>")
            assert message_id in self.approved, "it left without a yes, or twice"
            assert _apart_from_date(taken.raw) == _apart_from_date(self.approved.pop(message_id))
        self.left = len(replies)

    def _looked(self) -> None:
        for thread in self.threads.values():
            thread.unseen = thread.unheard = False
        waiting = {promise.reader for promise in self.world.waiting()}
        for reader, thread in self.threads.items():
            assert thread.owed is None or thread.owed == (reader in waiting)
        ids = [_header(raw, "In-Reply-To") for raw in self.world.folder("Drafts")]
        assert len(ids) == len(set(ids)), "a draft lies in Drafts twice"

    # --- helpers ---------------------------------------------------------------------------

    def _bot(self, door: str) -> Bot:
        return self.world.bot if door == "page" else self.terminal

    def _is_heeded(self, what: str, word: Callable[[], bool]) -> bool:
        heeded = word()
        self.parts.told[what, heeded] += 1
        return heeded

    def _look(self, door: str, draft_id: int, letter_id: int) -> None:
        if seen := self.doors[door].look(draft_id, letter_id):
            self.seen[door, draft_id] = seen

    def _seen(self, reader: str, door: str) -> list[Seen]:
        return [one for (at, _), one in self.seen.items() if at == door and reader in one.to]

    def _draft(self, draft_id: int) -> Draft:
        with self.world.bot.store.reading() as tx:
            return tx.drafts.get(draft_id)

    def _undone(self, draft: Draft) -> str:
        """The decision that she undid last."""
        with self.world.bot.store.reading() as tx:
            return tx.events(draft.letter_id)[-1].detail

    def _void(self, reader: str) -> None:
        """Void every yes to this reader."""
        for draft in self.world.drafts():
            if draft.to[0].email == reader:
                self.approved.pop(draft.message_id, None)

    def _is_partial(self, email: EmailMessage) -> bool:
        answered = str(email["In-Reply-To"]).strip("<>")
        return any(
            draft.kind in OPEN_ENDED
            for draft in self.world.drafts()
            if draft.in_reply_to == answered
        )

    def _taken_out(self, reader: str, edits: bool, new_id: bool) -> EmailMessage | None:
        """Take the reader's copy out of Drafts, as a mail program does that opens it."""
        with self.world.client() as client:
            client.select_folder("Drafts")
            for uid, found in client.fetch(client.search(), ["BODY.PEEK[]"]).items():
                email = message_from_bytes(found[b"BODY[]"], policy=policy.SMTP)
                if reader not in str(email["To"]):
                    continue
                client.delete_messages([uid])
                client.expunge()
                self._void(reader)
                return _changed(email, edits, new_id)
        return None


def _changed(email: EmailMessage, edits: bool, new_id: bool) -> EmailMessage:
    if edits:
        email.clear_content()
        email.set_content("Hi,\n\nmy words from Drafts.\n\nSteve")
    if new_id:
        email.replace_header("Message-ID", f"<new{id(email)}@outlook.example>")
    return email


def _header(raw: bytes, name: str) -> str:
    return str(message_from_bytes(raw, policy=policy.SMTP)[name])


def _apart_from_date(raw: bytes) -> list[bytes]:
    lines = raw.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    return [line for line in lines if not line.startswith(b"Date: ")]
