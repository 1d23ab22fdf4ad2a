"""An author's directory, her mailbox on a real Dovecot and a real SMTP receiver, seen from outside.

Nothing of the product is imported: it is run by its commands, and asked by their `--json`.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message as Email
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from benchmarks.scenarios_letters import Letter
from tests.servers.author import MailProgram, mail_program
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.ports import free_ports
from tests.servers.smtp import PASSWORD as SMTP_PASSWORD, Receiver

TOP = Path(__file__).parent.parent
PATIENCE = 150.0
"""Seconds for one command: only what hangs takes so long, also on a busy machine."""

LIVE = frozenset({"pending", "approved", "sending", "uncertain", "refused"})
_NUMBERS = itertools.count(1)
_SETTINGS = """
author: {{name: Steve, signature: Steve, timezone: America/New_York, country: US}}
mailboxes:
  - addresses: [{addresses}]
    imap: {{host: 127.0.0.1, port: {imap}, tls: none, username: {user}}}
    smtp: {{host: 127.0.0.1, port: {smtp}, tls: none, username: {user}}}
forms: [{forms}]
send: {{undo: 0s}}
page: {{host: 127.0.0.1, port: {page}, url: "", hosts: []}}
{more}
"""


class Fails(Exception):
    """What the author would see is not what is right."""


class NotTried(Exception):
    """This machine lacks what the scenario needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a scenario asks of the settings: further addresses of hers, forms, and lines of YAML."""

    aliases: Sequence[str] = ()
    forms: Sequence[str] = ()
    more: str = ""


Scenario = Callable[["World"], None]
SCENARIOS: dict[str, tuple[Scenario, Setup]] = {}


def scenario(setup: Setup | None = None) -> Callable[[Scenario], Scenario]:
    def register(function: Scenario) -> Scenario:
        SCENARIOS[function.__name__] = (function, setup or Setup())
        return function

    return register


def check(holds: object, why: str) -> None:
    if not holds:
        raise Fails(why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended."""

    words: str
    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]

    def good(self, codes: Collection[int] = (0,)) -> Ran:
        """As it should: else the scenario fails with the command's last line."""
        said = (self.err.strip() or self.out.strip()).splitlines() or ["(nothing)"]
        check(self.code in codes, f"`{self.words}` ends with {self.code}: {said[-1][:200]}")
        return self


@dataclass(slots=True)
class World:
    imap: Dovecot
    receiver: Receiver
    mail: MailProgram
    directory: Path
    address: str
    page: int
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "inbox_bot", "-C", str(self.directory), *words]

    def run(self, *words: str, answers: str = "", patience: float = PATIENCE) -> Ran:
        """A command, with `answers` on its standard input."""
        told = " ".join(words)
        try:
            ended = subprocess.run(
                self.command(*words),
                input=answers,
                capture_output=True,
                text=True,
                cwd=TOP,
                env=self.environment,
                timeout=patience,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Fails(f"`{told}` does not end in {patience:.0f} s") from error
        return Ran(words=told, code=ended.returncode, out=ended.stdout, err=ended.stderr)

    def begin(self, command: Sequence[str]) -> subprocess.Popen[str]:
        """A command that goes on by itself."""
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=TOP,
            env=self.environment,
        )

    def lay(self, *letters: Letter, folder: str = "INBOX", date: str = "") -> None:
        """Letters as the server takes them; `date` is their INTERNALDATE."""
        for letter in letters:
            self.mail.deliver(letter.raw(self.address), folder, date=date)

    def poll(self, *letters: Letter) -> Mapping[str, Any]:
        """Lay the letters into the inbox, and have the bot look."""
        self.lay(*letters)
        rows = self.run("poll", "--yes", "--json").good().rows
        check(rows, "`poll --json` tells nothing")
        return rows[-1]

    def send(self) -> Mapping[str, Any]:
        rows = self.run("send", "--now", "--json").good().rows
        check(rows, "`send --json` tells nothing")
        return rows[-1]

    def drafts(self) -> list[dict[str, Any]]:
        """Those that may still leave."""
        rows = self.run("drafts", "--json").good((0, 1)).rows
        return [row for row in rows if row["state"] in LIVE]

    def draft_to(self, reader: str) -> dict[str, Any]:
        found = [row for row in self.drafts() if row["reader"] == reader]
        check(len(found) == 1, f"{len(found)} live drafts to {reader} instead of 1")
        return found[0]

    def approve(self, reader: str) -> dict[str, Any]:
        """Say yes; where the bot left the answer to the author, write one first."""
        draft = self.draft_to(reader)
        if draft["kind"] == "blank":
            text = "Hello,\n\nonce a week to begin with.\n\nSteve"
            self.run("edit", str(draft["draft"]), "--text", text).good()
            draft = self.draft_to(reader)
        self.run("approve", f"{draft['draft']}.{draft['version']}").good()
        return draft

    def promises(self) -> list[dict[str, Any]]:
        rows = self.run("promises", "--json").good((0, 1)).rows
        return [row for row in rows if row.get("state", "open") == "open"]

    def owed(self) -> list[str]:
        return sorted(str(row["reader"]) for row in self.promises())

    def owes(self, *readers: str) -> None:
        owed = self.owed()
        check(owed == sorted(readers), f"owed are {owed} instead of {sorted(readers)}")

    def drafted(self, *readers: str) -> None:
        found = sorted(str(row["reader"]) for row in self.drafts())
        check(found == sorted(readers), f"drafts wait for {found} instead of {sorted(readers)}")

    def status(self) -> dict[str, Any]:
        return dict(self.run("status", "--json").good((0, 1)).rows[-1])

    def told(self) -> str:
        """All that the bot tells of its state, for looking for a word."""
        ways = (("status",), ("status", "--json"), ("others",), ("others", "--json"), ("doctor",))
        return "\n".join(self.run(*words).all for words in ways)

    def replies(self) -> list[Email]:
        """What left to readers, without notes to the author herself."""
        return [one.email for one in self.receiver.taken if self.address not in one.recipients]

    def notes(self) -> list[Email]:
        taken = [one for one in self.receiver.taken if self.address in one.recipients]
        return [one.email for one in taken if not one.announces]

    def answered(self, *readers: str) -> None:
        to = sorted(parseaddr(str(email["To"]))[1] for email in self.replies())
        check(to == sorted(readers), f"replies left to {to} instead of {sorted(readers)}")

    def in_drafts(self) -> list[bytes]:
        return list(self.mail.letters("Drafts"))


@contextmanager
def world(imap: Dovecot, place: Path, setup: Setup) -> Iterator[World]:
    user = f"author{next(_NUMBERS)}"
    receiver = Receiver()
    directory = place / user
    address, (page,) = f"{user}@example.test", free_ports(1)
    _write(directory, setup, {"imap": imap.port, "smtp": receiver.port, "page": page}, user)
    known = {"INBOX_BOT_IMAP_PASSWORD": PASSWORD, "INBOX_BOT_SMTP_PASSWORD": SMTP_PASSWORD}
    try:
        with mail_program(imap.account(user)) as mail:
            yield World(
                imap=imap,
                receiver=receiver,
                mail=mail,
                directory=directory,
                address=address,
                page=page,
                environment={**os.environ, **known, "PYTHONWARNINGS": "ignore"},
            )
    finally:
        receiver.close()


def _write(directory: Path, setup: Setup, ports: Mapping[str, int], user: str) -> None:
    directory.mkdir(mode=0o700)
    for name in ("faq", "templates"):
        shutil.copytree(TOP / name, directory / name)
    settings = _SETTINGS.format(
        addresses=", ".join((f"{user}@example.test", *setup.aliases)),
        forms=", ".join(setup.forms),
        user=user,
        more=setup.more,
        **ports,
    )
    (directory / "settings.yaml").write_text(settings)
