"""The author's own mail program, on the standard library: it delivers, edits and deletes."""

from __future__ import annotations

import imaplib
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from inbox_bot.settings.accounts import ImapAccount

_UIDNEXT = re.compile(rb"UIDNEXT (\d+)")


class MailProgram:
    def __init__(self, account: ImapAccount) -> None:
        self._imap = imaplib.IMAP4(account.host, account.port, timeout=20)
        self._imap.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._imap.login(account.username, account.password)

    def deliver(self, raw: bytes, folder: str = "INBOX", flags: str = "", date: str = "") -> int:
        """Lay a letter into a folder and tell its UID; `date` is written as in INTERNALDATE,
        `flags` with their brackets."""
        _, told = self._imap.status(_quoted(folder), "(UIDNEXT)")
        uid = _UIDNEXT.search(bytes(told[-1]))
        assert uid is not None
        self._must(self._imap.append(_quoted(folder), flags, f'"{date}"' if date else "", raw))
        return int(uid[1])

    def create(self, folder: str) -> None:
        self._must(self._imap.create(_quoted(folder)))

    def delete_folder(self, folder: str) -> None:
        self._must(self._imap.delete(_quoted(folder)))

    def flag(self, folder: str, uid: int, flag: str) -> None:
        self._must(self._imap.select(_quoted(folder)))
        self._must(self._imap.uid("STORE", str(uid), "+FLAGS", f"({flag})"))

    def delete(self, folder: str, uid: int) -> None:
        """For good, with all else in the folder that is flagged so."""
        self.flag(folder, uid, "\\Deleted")
        self._must(self._imap.expunge())

    def flags(self, folder: str, uid: int) -> frozenset[str]:
        self._must(self._imap.select(_quoted(folder), readonly=True))
        _, told = self._imap.uid("FETCH", str(uid), "(FLAGS)")
        line = next(line for line in told if isinstance(line, bytes))
        return frozenset(flag.decode() for flag in imaplib.ParseFlags(line)) - {"\\Recent"}

    def letters(self, folder: str) -> Sequence[bytes]:
        self._must(self._imap.select(_quoted(folder), readonly=True))
        _, told = self._imap.uid("FETCH", "1:*", "(BODY.PEEK[])")
        return [item[1] for item in told if isinstance(item, tuple)]

    def close(self) -> None:
        self._imap.logout()

    @staticmethod
    def _must(told: tuple[str, Sequence[object]]) -> None:
        if told[0] != "OK":
            raise RuntimeError(f"the server answers {told}")


@contextmanager
def mail_program(account: ImapAccount) -> Iterator[MailProgram]:
    program = MailProgram(account)
    try:
        yield program
    finally:
        program.close()


def _quoted(folder: str) -> str:
    return f'"{folder}"'
