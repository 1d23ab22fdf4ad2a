"""Passwords: from the environment, a named file, the system's keyring, or a 0600 file.

They never stand in `settings.yaml`, and a `Secret` never shows in a log, a repr or a trace.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from inbox_bot.errors import SettingsError
from inbox_bot.model import files

T = TypeVar("T")
FILE_NAME = "passwords.json"
STORE_VARIABLE = "INBOX_BOT_STORE_PASSWORD"
_SERVICE = "inbox-bot"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text hidden from repr and logs; call `reveal()` where it is sent."""

    _value: str

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"


NO_SECRET = Secret("")


class Server(StrEnum):
    IMAP = "imap"
    SMTP = "smtp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """The mailbox that a password is for. `position` is its place in the settings, from 1.

    A stored password belongs to the address, not to the position: swapped mailboxes must not
    show one provider the other's password.
    """

    directory: Path
    address: str
    position: int = 1

    def variable(self, server: Server) -> str:
        """The name of the environment variable, `INBOX_BOT_IMAP_PASSWORD_2` for the second."""
        suffix = f"_{self.position}" if self.position > 1 else ""
        return f"INBOX_BOT_{server.upper()}_PASSWORD{suffix}"


def find(login: Login, server: Server, environ: Mapping[str, str]) -> Secret:
    """The password for that server; the one for IMAP serves SMTP where none is given.

    SettingsError names the variable to set when there is none anywhere.
    """
    found = _look(login, server, environ)
    if found is None and server is Server.SMTP:
        found = _look(login, Server.IMAP, environ)
    if found is None:
        raise SettingsError(
            f"no password for {login.address}; run inbox-bot init {login.directory}, "
            f"or set {login.variable(Server.IMAP)}"
        )
    return found


def for_store(environ: Mapping[str, str]) -> Secret:
    """The password of a store on a server, which may also be in libpq's own places."""
    return _from_environment(STORE_VARIABLE, environ) or NO_SECRET


def keep(login: Login, name: str, secret: Secret) -> str:
    """Store a secret in the keyring, else in the 0600 file; returns a name for the place.

    `name` is a `Server` for its password, any other text for other secrets of the mailbox.
    """
    if _to_keyring(f"{name} {login.address}", secret):
        return "the system's keyring"
    return str(keep_in_file(login, name, secret))


def look_up(login: Login, name: str) -> Secret | None:
    """The secret that `keep` stored under that name, if any."""
    key = f"{name} {login.address}"
    return _from_keyring(key) or _from_file(login, key)


def keep_in_file(login: Login, name: str, secret: Secret) -> Path:
    """Store a secret in the 0600 file of the author's directory."""
    path = login.directory / FILE_NAME
    _write(path, _read(path) | {f"{name} {login.address}": secret.reveal()})
    return path


def _look(login: Login, server: Server, environ: Mapping[str, str]) -> Secret | None:
    return _from_environment(login.variable(server), environ) or look_up(login, server)


def _from_environment(variable: str, environ: Mapping[str, str]) -> Secret | None:
    if value := environ.get(variable):
        return Secret(value)
    named = f"{variable}_FILE"
    if not (path := environ.get(named)):
        return None
    try:
        value = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{named}: can't read {path} as text; use another file") from error
    if not value:
        raise SettingsError(f"{named}: {path} is empty; put the password in it")
    return Secret(value)


def _from_file(login: Login, key: str) -> Secret | None:
    value = _read(login.directory / FILE_NAME).get(key)
    return Secret(value) if value else None


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise SettingsError(f"other users can read {path}; run: chmod 600 {path}")
            found = json.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        # from None: the error of the parser holds the whole file, passwords and all
        raise SettingsError(f"can't read {path}; delete it and run inbox-bot init") from None
    if not isinstance(found, dict):
        raise SettingsError(f"can't read {path}; delete it and run inbox-bot init")
    return {str(name): str(value) for name, value in found.items()}


def _write(path: Path, passwords: Mapping[str, str]) -> None:
    """Replace the file in one step, readable by its owner alone."""
    files.write_text(path, json.dumps(dict(passwords)), files.PRIVATE)


def _from_keyring(key: str) -> Secret | None:
    value = _in_keyring(lambda safe: safe.get_password(_SERVICE, key))
    return Secret(value) if value else None


def _to_keyring(key: str, secret: Secret) -> bool:
    def keep(safe: ModuleType) -> bool:
        safe.set_password(_SERVICE, key, secret.reveal())
        return True

    return _in_keyring(keep) or False


def _in_keyring(act: Callable[[ModuleType], T]) -> T | None:
    """The result of `act`; None where the system has no keyring, or does not open it."""
    try:
        import keyring  # noqa: PLC0415 - an extra that may not be installed
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        return act(keyring)
    except (KeyringError, RuntimeError):
        return None
