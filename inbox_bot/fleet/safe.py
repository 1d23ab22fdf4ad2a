"""Passwords of the authors' mailboxes, sealed with AES-GCM.

Each is bound to its author, address and server: moved to another row it cannot be opened. The key
comes from the environment or a file, one a line: the first one seals, all of them open. To change
it, put a new line first, restart the workers, run `fleet rekey`, and remove the old line.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from inbox_bot.errors import SettingsError
from inbox_bot.fleet.database import Connection, choose
from inbox_bot.settings.passwords import Secret, Server

KEY = "INBOX_BOT_FLEET_KEY"
KEY_FILE = "INBOX_BOT_FLEET_KEY_FILE"
NONCE = 12
BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What a password is for; it cannot be opened for another."""

    author: int
    address: str
    server: Server

    @property
    def bound(self) -> bytes:
        return "\0".join((str(self.author), self.address, self.server)).encode()


@dataclass(frozen=True, slots=True, repr=False)
class Safe:
    keys: tuple[bytes, ...]

    def seal(self, slot: Slot, secret: Secret) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.keys[0]).encrypt(nonce, secret.reveal().encode(), slot.bound)

    def open(self, slot: Slot, sealed: bytes) -> Secret:
        for key in self.keys:
            try:
                opened = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], slot.bound)
            except InvalidTag:
                continue
            return Secret(opened.decode())
        raise SettingsError(
            f"the password for {slot.address} was encrypted with another key; add that key's "
            f"line to {KEY_FILE}"
        )


def new_key() -> str:
    """A line for the key file."""
    return base64.urlsafe_b64encode(secrets.token_bytes(BYTES)).decode()


def safe_from(environ: Mapping[str, str]) -> Safe:
    """SettingsError where there is no key, or one of another length."""
    told = environ.get(KEY) or ""
    if not told and (name := environ.get(KEY_FILE)):
        try:
            told = Path(name).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{KEY_FILE}: can't read {name}; use a readable file") from error
    keys = tuple(_key(line) for line in told.split())
    if not keys:
        raise SettingsError(f"no key for passwords; set {KEY_FILE} (fleet init prints a new key)")
    return Safe(keys)


def _key(line: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(line)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != BYTES:
        raise SettingsError(f"a key is {BYTES} bytes in base64; inbox-bot fleet init prints one")
    return key


def keep(connection: Connection, safe: Safe, slot: Slot, secret: Secret) -> None:
    """In the row of the chosen author."""
    connection.execute(
        "INSERT INTO credential (address, server, sealed) VALUES (%s, %s, %s)"
        " ON CONFLICT (author_id, address, server) DO UPDATE SET sealed = excluded.sealed",
        [slot.address, slot.server.value, safe.seal(slot, secret)],
    )


def find(connection: Connection, safe: Safe, slot: Slot) -> Secret:
    """The password for IMAP serves SMTP where there is no other."""
    row = connection.execute(
        "SELECT server, sealed FROM credential WHERE address = %s AND server = ANY(%s)"
        " ORDER BY server = %s DESC LIMIT 1",
        [slot.address, [slot.server.value, Server.IMAP.value], slot.server.value],
    ).fetchone()
    if row is None:
        raise SettingsError(
            f"no password for {slot.address}; run inbox-bot fleet authors password NAME"
        )
    kept = Slot(author=slot.author, address=slot.address, server=Server(row[0]))
    return safe.open(kept, row[1])


def rekey(connection: Connection, safe: Safe) -> int:
    """Seal every author's passwords with the first key; returns how many. All or none."""
    count = 0
    for (author,) in connection.execute("SELECT id FROM author ORDER BY id").fetchall():
        choose(connection, author)
        for address, server, sealed in connection.execute(
            "SELECT address, server, sealed FROM credential FOR UPDATE"
        ).fetchall():
            slot = Slot(author=author, address=address, server=Server(server))
            keep(connection, safe, slot, safe.open(slot, sealed))
            count += 1
    return count
