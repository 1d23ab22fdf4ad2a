"""The store's URL: checked, with its password added or taken away, and never shown in an error."""

from __future__ import annotations

import shlex
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from inbox_bot.errors import SettingsError

SERVER = "postgresql"
PASSWORD = "password"  # noqa: S105 (its name in a URL's query)
SECRETS = (PASSWORD, "passwd", "sslpassword", "oauth_client_secret")
"""Keys of a URL's query that may hold a secret."""
KNOWN = frozenset(
    f"{PASSWORD} host port sslmode sslrootcert connect_timeout application_name".split()
)
"""Keys of a URL's query that choose neither another user nor a file to send from."""
INSTEAD = "set INBOX_BOT_STORE_PASSWORD, or keep it in ~/.pgpass"


def address_of(url: str, directory: Path, password: str = "") -> URL:
    """A relative SQLite file is in `directory`. SettingsError for a URL that can't be used.

    `password` is for a server whose URL has none. Without both, libpq looks into its own places:
    PGPASSWORD, PGPASSFILE, ~/.pgpass.
    """
    address = _parsed(url)
    if address.get_backend_name() == SERVER:
        _check_query(address)
        address = address.set(drivername="postgresql+psycopg")
        given = _has_password(address) or not password
        return address if given else address.set(password=password)
    if address.get_backend_name() != "sqlite":
        raise SettingsError("store: use a URL that starts with sqlite:/// or postgresql://")
    if not address.database or address.database == ":memory:":
        raise SettingsError("store: give a file name, like sqlite:///inbox_bot.db")
    return address.set(database=str(directory / address.database))


def is_on_server(url: str) -> bool:
    return url.startswith(SERVER)


def has_password(url: str) -> bool:
    return is_on_server(url) and _has_password(_parsed(url))


def without_password(url: str) -> str:
    """The URL as it can be shown, saved and backed up."""
    return _bare(_parsed(url)).render_as_string(hide_password=False)


def dump_command(address: URL) -> str:
    """How the administrator saves a store on a server."""
    bare = _bare(address.set(drivername=SERVER)).render_as_string(hide_password=False)
    return f"pg_dump --format=custom --file={address.database}.dump {shlex.quote(bare)}"


def name_of(url: str) -> str:
    """The file's or the database's name."""
    return Path(_parsed(url).database or "").name


def _parsed(url: str) -> URL:
    try:
        address = make_url(url)
        address.get_backend_name()
    except (ArgumentError, ValueError):
        # from None: the parser's error may quote a part of the password
        raise SettingsError(
            "store: this is not a URL; try sqlite:///inbox_bot.db or postgresql://USER@HOST/NAME"
        ) from None
    if "@" in (address.host or ""):
        raise SettingsError(f"store: write @ in the password as %40, or leave it out: {INSTEAD}")
    return address


def _check_query(address: URL) -> None:
    """The error names no key: behind a question mark may be the rest of a password."""
    if not KNOWN.issuperset(address.query):
        known = ", ".join(sorted(KNOWN - {PASSWORD}))
        raise SettingsError(f"store: after a question mark, the URL can only have {known}")


def _bare(address: URL) -> URL:
    """Without the password: `URL.set` takes None for "unchanged"."""
    return URL.create(
        address.drivername,
        username=address.username,
        host=address.host,
        port=address.port,
        database=address.database,
        query=address.difference_update_query(SECRETS).query,
    )


def _has_password(address: URL) -> bool:
    return bool(address.password) or PASSWORD in address.query
