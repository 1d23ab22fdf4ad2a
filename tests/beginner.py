"""An author who has nothing yet but a mailbox with readers' letters, and an article."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from queue import Queue
from threading import Thread

from inbox_bot.cli.demo_world.letters import LETTERS
from inbox_bot.settings.providers import LoginName, Provider
from tests.servers.author import mail_program
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import Receiver
from tests.servers.website import Website

DOMAIN = "readers.example"
_RUN = """
import sys
from inbox_bot.settings import providers
from inbox_bot.web.setup import starting
starting.is_free = lambda host, port: False
providers.PROVIDERS += (providers.Provider.model_validate_json(sys.argv.pop(1)),)
from inbox_bot.cli.main import main
main()
"""
"""The command, with one more row in the table of providers: the tests' own servers. The page gets a
port of its own, since the tests run at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginner:
    """`home` is her HOME; the bot's directory is `letters` in it. Both servers want `password`."""

    name: str
    home: Path
    imap: Dovecot
    smtp: Receiver
    site: Website
    authority: Path
    password: str = PASSWORD

    @property
    def address(self) -> str:
        return f"{self.name}@{DOMAIN}"

    @property
    def directory(self) -> Path:
        return self.home / "letters"

    @property
    def provider(self) -> Provider:
        return Provider(
            name="Readermail",
            domains=(DOMAIN,),
            imap_host="localhost",
            imap_port=self.imap.tls_port,
            smtp_host="localhost",
            smtp_port=self.smtp.port,
            login=LoginName.LOCAL_PART,
            before_login="Readermail needs an app password",
            page="https://readermail.example/app-passwords",
        )

    def fill(self) -> None:
        """The letters of the demo, written to her; she answered one, as "Ann Lee"."""
        now = datetime.now(UTC)
        with mail_program(self.imap.account(self.name)) as program:
            for letter in LETTERS:
                raw = letter.raw(now).decode()
                raw = raw.replace("steve@strongerbodies.example", self.address)
                raw = raw.replace("From: Steve <", "From: Ann Lee <")
                arrived = letter.arrived(now).strftime("%d-%b-%Y %H:%M:%S +0000")
                program.deliver(raw.encode(), letter.folder, date=arrived)

    def deliver(self, sender: str, text: str, **headers: str) -> None:
        """One letter more, in plain text."""
        lines = {
            "From": sender,
            "To": self.address,
            "Subject": "A question",
            "Date": format_datetime(datetime.now(UTC)),
            "Message-ID": f"<{abs(hash(text))}@mail.example>",
            **headers,
        }
        head = "".join(f"{key}: {value}\r\n" for key, value in lines.items())
        with mail_program(self.imap.account(self.name)) as program:
            program.deliver(f"{head}\r\n{text}\r\n".encode())

    @property
    def environment(self) -> dict[str, str]:
        """A machine without keyring, screen or systemd; it trusts the tests' authority."""
        kept = {key: os.environ[key] for key in ("PATH", "XDG_CACHE_HOME") if key in os.environ}
        return {
            **kept,
            "HOME": str(self.home),
            "SSL_CERT_FILE": str(self.authority),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "PYTHONUNBUFFERED": "1",
            "PYTHONFAULTHANDLER": "1",
            "LANG": "C.UTF-8",
        }


class Told:
    """The lines that the command prints, as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._queue: Queue[str | None] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line)
        self._queue.put(None)

    def until(self, pattern: str, seconds: float = 60) -> str:
        """The first line that holds it; AssertionError with all lines where none comes."""
        while (line := self._queue.get(timeout=seconds)) is not None:
            self.lines.append(line)
            if found := re.search(pattern, line):
                return found[0]
        raise AssertionError(f"no {pattern} in:\n{''.join(self.lines)}")

    def rest(self) -> str:
        """All lines, once the command has ended."""
        self.lines.extend(iter(self._queue.get, None))
        return "".join(self.lines)


@contextmanager
def set_up(beginner: Beginner, *words: str, **environment: str) -> Iterator[Told]:
    """`inbox-bot setup`, without anybody at its terminal."""
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, beginner.provider.model_dump_json(), "setup", *words],
        env={**beginner.environment, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield (told := Told(process))
        process.send_signal(signal.SIGTERM)
        _wait(process, told)
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[str], told: Told) -> None:
    """AssertionError with what each thread was doing where it does not end."""
    try:
        process.wait(30)
    except subprocess.TimeoutExpired as error:
        process.send_signal(signal.SIGABRT)
        raise AssertionError(f"does not end:\n{told.rest()}") from error
