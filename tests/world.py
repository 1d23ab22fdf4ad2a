"""One author for the specification: her mailbox on Dovecot, her store, and where her replies go."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from imapclient import IMAPClient

from inbox_bot import pipeline, review
from inbox_bot.bot import Account, Bot, Policy, PollReport
from inbox_bot.faq.reload import Sources, learn
from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.model import Address, Author, Draft, DraftState, Promise, StoredMessage, Verdict
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.steps.send import SendReport
from inbox_bot.store import open_store
from tests.databases import DATABASES
from tests.servers.smtp import Receiver, Taken

TOP = Path(__file__).parent.parent
START = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)
KNOWLEDGE = learn(
    Sources(faq=TOP / "faq", templates=TOP / "templates", cache=TOP / ".cache" / "inbox-bot")
)
STEVE = Author(name="Steve", signature="Steve", timezone="America/New_York", country="US")


@dataclass
class World:
    """`now` is the clock of this world; `later` moves it. `prefix` begins her folders' names."""

    imap: ImapAccount
    smtp: Receiver
    directory: Path
    sandbox: Sandbox
    policy: Policy = field(default_factory=Policy)
    now: datetime = START
    prefix: str = ""
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _bot: Bot | None = None

    @property
    def bot(self) -> Bot:
        if self._bot is None:
            self._bot = self._new_bot()
        return self._bot

    def use(self, bot: Bot) -> None:
        """Go on with this bot, which shares the old one's store and mailbox."""
        self._bot = bot

    def restart(self, policy: Policy | None = None) -> None:
        """Another process on the same store."""
        self.close()
        self.policy = policy or self.policy

    def close(self) -> None:
        if self._bot is not None:
            self._bot.accounts[0].mailbox.close()
            self._bot.store.close()
            self._bot = None

    def _new_bot(self) -> Bot:
        tokens = itertools.count(next(self._numbers) * 1000)
        account = Account(
            addresses=(Address(email=self.imap.address, name="Steve"),),
            mailbox=ImapMailbox(self.imap),
            outbox=SmtpOutbox(self.smtp.account()),
        )
        return Bot(
            store=open_store(DATABASES.url_in(self.directory), self.directory),
            accounts=(account,),
            read=self.sandbox.read,
            knowledge=lambda: KNOWLEDGE,
            author=STEVE,
            new_token=lambda: next(tokens).to_bytes(16, "big"),
            policy=self.policy,
        )

    # --- what happens in the world ---------------------------------------------------------

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def letter(self, text: str, **headers: str) -> str:
        """A letter arrives in INBOX; returns its Message-ID. Header names with _ for -."""
        return self._lay("INBOX", text, headers, sender="Ann Reader <ann@example.org>")

    def lay_in(self, folder: str, text: str, **headers: str) -> str:
        """A letter that a filter lays elsewhere."""
        return self._lay(folder, text, headers, sender="Ann Reader <ann@example.org>")

    def by_hand(self, text: str, **headers: str) -> str:
        """The author sends a letter from her own mail program, which files it in Sent."""
        headers = {"To": "Ann Reader <ann@example.org>", **headers}
        return self._lay("Sent", text, headers, sender=self.imap.address)

    def raw_letter(self, raw: bytes) -> None:
        with self.client() as client:
            client.append("INBOX", raw, msg_time=self.now)

    def _lay(self, folder: str, text: str, headers: dict[str, str], sender: str) -> str:
        email = EmailMessage()
        fields = {
            "From": sender,
            "To": self.imap.address,
            "Subject": "Your article on massage",
            "Message-ID": f"<letter{next(self._numbers)}@example.org>",
            "Date": format_datetime(self.now),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in fields.items():
            email[name] = value
        email.set_content(text)
        with self.client() as client:
            client.append(self.named(folder), email.as_bytes(), msg_time=self.now)
        return fields["Message-ID"].strip("<>")

    # --- what the bot and the author do ----------------------------------------------------

    def poll(self) -> PollReport:
        return pipeline.poll(self.bot, self.now)

    def begin(self) -> None:
        """The author has said yes to the first letters already."""
        pipeline.begin(self.bot, self.now)

    def send(self) -> SendReport:
        return pipeline.send_approved(self.bot, self.now)

    def approve(self, draft: Draft) -> Draft:
        return review.approve(self.bot, review.shown(draft), self.now)

    # --- what can be seen afterwards -------------------------------------------------------

    def drafts(self, *states: DraftState) -> Sequence[Draft]:
        with self.bot.store.reading() as tx:
            return tx.drafts.in_state(*(states or tuple(DraftState)))

    def the_draft(self) -> Draft:
        (draft,) = self.drafts(DraftState.PENDING)
        return draft

    def waiting(self) -> Sequence[Promise]:
        with self.bot.store.reading() as tx:
            return tx.promises.waiting()

    def verdict(self, message_id: str) -> Verdict | None:
        letter = self.stored(message_id)
        return letter.verdict if letter else None

    def stored(self, message_id: str) -> StoredMessage | None:
        with self.bot.store.reading() as tx:
            return tx.messages.by_message_id(message_id)

    def folder(self, name: str) -> list[bytes]:
        """The raw letters of a folder of the author's mailbox."""
        with self.client() as client:
            client.select_folder(self.named(name), readonly=True)
            found = client.fetch(client.search(["NOT", "DELETED"]), ["BODY.PEEK[]", "FLAGS"])
            return [letter[b"BODY[]"] for letter in found.values()]

    def flags(self, name: str) -> list[tuple[bytes, ...]]:
        with self.client() as client:
            client.select_folder(self.named(name), readonly=True)
            found = client.fetch(client.search(["ALL"]), ["FLAGS"])
            return [letter[b"FLAGS"] for letter in found.values()]

    def named(self, folder: str) -> str:
        """What the server calls this folder."""
        return folder if folder == "INBOX" else f"{self.prefix}{folder}"

    def replies(self) -> list[Taken]:
        """All sent mail but the note that announces this bot to another one."""
        return [taken for taken in self.smtp.taken if not taken.announces]

    def client(self) -> IMAPClient:
        client = IMAPClient(self.imap.host, self.imap.port, ssl=False, timeout=self.imap.timeout)
        client.login(self.imap.username, self.imap.password)
        return client


@contextmanager
def two_worlds(
    accounts: Sequence[ImapAccount],
    receivers: Sequence[Receiver],
    directories: Sequence[Path],
    sandbox: Sandbox,
) -> Iterator[tuple[World, World]]:
    """Two bots with a store each; what they make is told apart by its numbers."""
    with ExitStack() as stack:
        worlds = []
        parts = zip(accounts, receivers, directories, strict=True)
        for number, (account, receiver, directory) in enumerate(parts, 1):
            directory.mkdir(exist_ok=True)
            world = World(
                imap=account,
                smtp=receiver,
                directory=directory,
                sandbox=sandbox,
                _numbers=itertools.count(1000 * number),
            )
            world.begin()
            stack.callback(world.close)
            worlds.append(world)
        one, other = worlds
        yield one, other
