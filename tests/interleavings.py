"""The author at three doors at once: page, terminal and Drafts, in any order.

A model of what she has said and what readers are owed goes along; after each look at the mailbox
the bot must agree with it, and whatever leaves must be exactly what her last yes was given to.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from inbox_bot import pipeline
from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict
from inbox_bot.model import Draft, DraftKind, DraftState
from inbox_bot.reading import ReadingRoom
from inbox_bot.replies import build
from inbox_bot.store import open_store
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
    """What the model knows of one reader. `unseen` is whether the bot has yet to fetch a letter.

    `owed` is None where either is right: the author sent a partial answer in words of her own.
    """

    letters: list[str] = field(default_factory=list)
    owed: bool | None = False
    unseen: bool = False


class Parts:
    """The receiver and the reading room, shared by all runs of a process."""

    def __init__(self) -> None:
        self.smtp = Receiver()
        self.room = ReadingRoom()
        self.runs = 0

    def close(self) -> None:
        self.room.close()
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
        account = self.imap.account(f"author{self.parts.runs}", timeout=60)
        self.world = World(
            imap=account, smtp=self.parts.smtp, directory=self.directory, room=self.parts.room
        )
        store = open_store("sqlite:///inbox_bot.db", self.directory)
        self.terminal = replace(self.world.bot, store=store)
        self.world.begin()
        self.threads = {reader: Thread() for reader in READERS}
        self.approved: dict[str, bytes] = {}
        self.seen: dict[int, Draft] = {}
        self.left = 0

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.terminal.store.close()
            self.world.close()
            self.imap.close()
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

    @rule(reader=readers)
    def she_looks(self, reader: str) -> None:
        """What she has before her eyes may be old when she speaks."""
        for draft in self.world.drafts(DraftState.PENDING):
            if draft.to[0].email == reader:
                self.seen[draft.id] = draft

    @rule(reader=readers, door=doors)
    def she_approves(self, reader: str, door: str) -> None:
        for seen in self._seen(reader):
            with suppress(Conflict):
                yes = pipeline.approve(self._bot(door), pipeline.shown(seen), self.world.now)
                assert yes.text == seen.text
                self.approved[yes.message_id] = build(seen, self.world.now)

    @rule(reader=readers, door=doors, number=st.integers(0, 9))
    def she_edits(self, reader: str, door: str, number: int) -> None:
        for seen in self._seen(reader):
            with suppress(Conflict):
                text = f"Hi,\n\nmy own words, {number}.\n\nSteve"
                edited = pipeline.edit(self._bot(door), pipeline.shown(seen), text, self.world.now)
                self.seen[edited.id] = edited

    @rule(reader=readers, door=doors)
    def she_takes_it_back(self, reader: str, door: str) -> None:
        for seen in self._seen(reader):
            with suppress(Conflict):
                draft = pipeline.undo(self._bot(door), seen.id, self.world.now)
                self.approved.pop(draft.message_id, None)
                assert draft.state is not DraftState.APPROVED

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
            self._void(reader)

    # --- the bot ---------------------------------------------------------------------------

    @rule(minutes=st.sampled_from((0, 2)))
    def the_bot_looks(self, minutes: int) -> None:
        self.world.later(minutes=minutes)
        self.world.poll()
        self._looked()

    @rule(minutes=st.sampled_from((0, 2)), door=doors)
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
        """Each reply once, under a yes that holds, and as it was when she gave it."""
        for taken in self.parts.smtp.taken[self.left :]:
            message_id = str(taken.email["Message-ID"]).strip("<>")
            assert message_id in self.approved, "it left without a yes, or twice"
            assert _apart_from_date(taken.raw) == _apart_from_date(self.approved.pop(message_id))
        self.left = len(self.parts.smtp.taken)

    def _looked(self) -> None:
        for thread in self.threads.values():
            thread.unseen = False
        waiting = {promise.reader for promise in self.world.waiting()}
        for reader, thread in self.threads.items():
            assert thread.owed is None or thread.owed == (reader in waiting)

    @invariant()
    def no_draft_lies_in_drafts_twice(self) -> None:
        if not hasattr(self, "world"):
            return
        ids = [_header(raw, "In-Reply-To") for raw in self.world.folder("Drafts")]
        assert len(ids) == len(set(ids))

    # --- helpers ---------------------------------------------------------------------------

    def _bot(self, door: str) -> Bot:
        return self.world.bot if door == "page" else self.terminal

    def _seen(self, reader: str) -> list[Draft]:
        return [draft for draft in self.seen.values() if draft.to[0].email == reader]

    def _void(self, reader: str) -> None:
        """From now on no yes to this reader holds."""
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
