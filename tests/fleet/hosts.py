"""A host for tests: authors with mailboxes on Dovecot, whose replies go to one SMTP receiver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from inbox_bot import pipeline, review
from inbox_bot.fleet import moving, roster
from inbox_bot.fleet.authors import LEARNED, Fleet, open_fleet
from inbox_bot.fleet.database import connected
from inbox_bot.fleet.roster import Member, State
from inbox_bot.fleet.safe import KEY, Slot, new_key, safe_from
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import Draft, DraftState
from inbox_bot.settings import ImapSettings, SmtpSettings
from inbox_bot.settings.accounts import Tls
from inbox_bot.settings.home import Answers, lay_out
from inbox_bot.settings.passwords import Secret, Server
from tests.servers import dovecot as dovecot_server, smtp as smtp_server
from tests.servers.author import MailProgram
from tests.servers.dovecot import HERE, Dovecot
from tests.servers.smtp import Receiver

FAQ = """\
article:
  title: Massage for sciatica
  url: https://example.com/massage/

entries:
  - id: does-massage-help
    question: Does massage help with sciatica?
    also_asked:
      - Can massage relieve sciatic pain?
      - Will a massage make my sciatica better?
    answer: It may help a little, for a while.
  - id: how-often
    question: How often should I get a massage?
    answer: Once or twice a week.
"""
TOP = Path(__file__).parents[2]
NOW = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)


@dataclass
class Host:
    """`now` is its clock."""

    fleet: Fleet
    dovecot: Dovecot
    smtp: Receiver
    directory: Path
    now: datetime = NOW
    ids: dict[str, int] = field(default_factory=dict)

    def author(self, name: str) -> int:
        """An author who has said yes to the first letters."""
        home = self.home(name)
        author = moving.take_in(self.fleet, name, home)
        self.let_in(author, f"{name}@{HERE}")
        with self.fleet.bot(author) as bot:
            pipeline.begin(bot, self.now)
        self.ids[name] = author
        return author

    def home(self, name: str) -> Path:
        home = self.directory / name
        lay_out(home, self.answers(name))
        (home / "faq" / "general.yaml").write_text(FAQ)
        return home

    def answers(self, name: str) -> Answers:
        imap = ImapSettings(
            host="127.0.0.1", port=self.dovecot.port, tls=Tls.NONE, username=self.user(name)
        )
        smtp = SmtpSettings(host="127.0.0.1", port=self.smtp.port, tls=Tls.NONE, username=name)
        address = f"{name}@{HERE}"
        return Answers(address=address, name=name, imap=imap, smtp=smtp, since="14d")

    def user(self, name: str) -> str:
        """The server is shared by all tests, the mailbox is not."""
        return f"{self.fleet.shared.where}.{name}"

    def let_in(self, author: int, address: str) -> None:
        for server, password in (
            (Server.IMAP, dovecot_server.PASSWORD),
            (Server.SMTP, smtp_server.PASSWORD),
        ):
            slot = Slot(author=author, address=address, server=server)
            moving.keep_password(self.fleet, slot, Secret(password))
        with connected(self.fleet.url) as connection:
            roster.set_state(connection, author, State.ACTIVE)

    def letter(
        self,
        to: str,
        sender: str,
        text: str = "Does massage help with sciatica?",
        attached: bytes = b"",
    ) -> None:
        email = EmailMessage()
        email["From"], email["To"] = sender, f"{to}@{HERE}"
        email["Subject"] = "Your article on massage"
        email["Message-ID"] = f"<{abs(hash((to, sender, text)))}@example.org>"
        email.set_content(text)
        if attached:
            email.add_attachment(attached, "text", "plain", filename="diary.txt")
        program = MailProgram(self.dovecot.account(self.user(to)))
        program.deliver(email.as_bytes(), date=f"{self.now:%d-%b-%Y %H:%M:%S +0000}")
        program.close()

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def drafts(self, author: int, *states: DraftState) -> list[Draft]:
        with self.fleet.shared.store_of(author).reading() as tx:
            return list(tx.drafts.in_state(*(states or tuple(DraftState))))

    def approve(self, author: int) -> None:
        """All that she could approve."""
        with self.fleet.bot(author) as bot:
            for draft in self.drafts(author, DraftState.PENDING):
                review.approve(bot, review.shown(draft), self.now)

    def member(self, author: int) -> Member:
        with connected(self.fleet.url) as connection:
            return roster.member_of(connection, author)

    def jobs(self) -> list[tuple[str, str, datetime]]:
        """Task, author or shard, and time of the jobs that wait."""
        with connected(self.fleet.url) as connection:
            return connection.execute(
                "SELECT task_name, queueing_lock, scheduled_at FROM procrastinate_jobs"
                " WHERE status = 'todo' ORDER BY id"
            ).fetchall()

    def replies(self) -> list[str]:
        """The recipients of all replies that left; not the notes to the authors themselves."""
        recipients = [taken.recipients[0] for taken in self.smtp.taken if not taken.announces]
        return [one for one in recipients if not one.endswith(f"@{HERE}")]


@contextmanager
def host(
    database: str, dovecot: Dovecot, smtp: Receiver, directory: Path, sandbox: Sandbox
) -> Iterator[Host]:
    safe, cache = safe_from({KEY: new_key()}), directory / "cache"
    cache.mkdir()
    (cache / LEARNED).symlink_to(TOP / ".cache" / "inbox-bot")  # learning takes seconds
    with open_fleet(database, safe, cache, sandbox.read) as fleet:
        yield Host(
            fleet=replace(fleet, attachment=sandbox.open),
            dovecot=dovecot,
            smtp=smtp,
            directory=directory,
        )
