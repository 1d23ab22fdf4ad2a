"""The demo's own IMAP server: the same sentences hold on it as on Dovecot."""

from __future__ import annotations

from inbox_bot.cli.demo_world import imap_server
from inbox_bot.cli.demo_world.event_loop import LoopThread
from inbox_bot.settings.accounts import ImapAccount, Tls
from tests.servers.dovecot import PASSWORD


class Embedded:
    """One loop for all accounts; each account is a server of its own."""

    def __init__(self) -> None:
        self._loop = LoopThread()

    def account(self, name: str, timeout: float = 10.0) -> ImapAccount:
        server = self._loop.run(imap_server.start(name, PASSWORD))
        for folder in ("Drafts", "Sent", "Trash"):
            self._loop.run(server.add_folder(folder))
        return ImapAccount(
            address=f"{name}@example.test",
            host=imap_server.HOST,
            port=server.port,
            tls=Tls.NONE,
            username=name,
            password=PASSWORD,
            timeout=timeout,
        )

    def close(self) -> None:
        self._loop.stop()
