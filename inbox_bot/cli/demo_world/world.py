"""The demo's servers and author's directory."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from inbox_bot.cli.demo_world import imap_server, smtp_receiver
from inbox_bot.cli.demo_world.event_loop import LoopThread
from inbox_bot.cli.demo_world.letters import LETTERS, DemoLetter
from inbox_bot.service.knowledge import CACHE, user_cache
from inbox_bot.settings import FILE_NAME as SETTINGS
from inbox_bot.settings.passwords import Login, Secret, Server, keep_in_file
from inbox_bot.settings.shipped import shipped
from inbox_bot.web.setup.starting import free_port

ADDRESS = "steve@strongerbodies.example"

_SETTINGS = """\
# The author's directory of the demo: servers on this machine alone, gone when the demo ends.
author: {{name: Steve, signature: "Steve", timezone: America/New_York, country: US}}
mailboxes:
  - addresses: [{address}]
    imap: {{host: 127.0.0.1, port: {imap}, tls: none, username: {address}}}
    smtp: {{host: 127.0.0.1, port: {smtp}, tls: none, username: {address}}}
    sent_copy: append
send: {{undo: {undo}}}
page: {{port: {page}}}
"""


class DemoWorld:
    """Two servers on free loopback ports and a directory, while the block runs.

    `now` dates the letters, and `undo` is how long an approved reply waits. `received` holds the
    replies as they arrived, byte for byte.
    """

    def __init__(self, now: datetime, undo: str = "0s") -> None:
        self._now = now
        self._undo = undo
        self._password = Secret(secrets.token_urlsafe(12))
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._loop = LoopThread()
            opening.callback(self._loop.stop)
            self._smtp = self._loop.run(smtp_receiver.start(ADDRESS, self._password.reveal()))
            opening.callback(lambda: self._loop.run(self._smtp.close()))
            self._imap = self._loop.run(imap_server.start(ADDRESS, self._password.reveal()))
            opening.callback(lambda: self._loop.run(self._imap.close()))
            self._loop.run(self._fill())
            self.directory = Path(tempfile.mkdtemp(prefix="inbox-bot-demo-"))
            opening.callback(shutil.rmtree, self.directory, ignore_errors=True)
            self._write_directory()
            self._open = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    @property
    def letters(self) -> tuple[DemoLetter, ...]:
        """All letters at the start, those in Sent included; oldest first."""
        return LETTERS

    @property
    def received(self) -> list[bytes]:
        return list(self._smtp.received)

    @property
    def imap_port(self) -> int:
        return self._imap.port

    @property
    def smtp_port(self) -> int:
        return self._smtp.port

    @property
    def password(self) -> Secret:
        """One for both servers, stored in the directory as a real one."""
        return self._password

    def deliver(self, raw: bytes, arrived: datetime, folder: str = "INBOX") -> None:
        """Append one more letter."""
        self._loop.run(self._imap.deliver(folder, raw, arrived))

    def count(self, folder: str) -> int:
        """The number of letters in that folder."""
        return self._loop.run(self._imap.count(folder))

    async def _fill(self) -> None:
        for folder in ("Drafts", "Sent", "Trash"):
            await self._imap.add_folder(folder)
        for letter in LETTERS:
            raw, arrived = letter.raw(self._now), letter.arrived(self._now)
            await self._imap.deliver(letter.folder, raw, arrived, letter.flags)

    def _write_directory(self) -> None:
        for name in ("faq", "templates"):
            shutil.copytree(shipped(name), self.directory / name)
        with suppress(OSError):  # the FAQ is learned once for all demos
            user_cache().mkdir(parents=True, exist_ok=True)
            (self.directory / CACHE).symlink_to(user_cache())
        settings = _SETTINGS.format(
            address=ADDRESS,
            imap=self.imap_port,
            smtp=self.smtp_port,
            undo=self._undo,
            page=free_port("127.0.0.1"),  # her own page may run beside the demo
        )
        (self.directory / SETTINGS).write_text(settings, encoding="utf-8")
        keep_in_file(Login(directory=self.directory, address=ADDRESS), Server.IMAP, self._password)
