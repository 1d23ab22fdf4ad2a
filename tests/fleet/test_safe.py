"""A password can be opened only for the author, address and server that it was kept for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from inbox_bot.errors import SettingsError
from inbox_bot.fleet import roster, safe
from inbox_bot.fleet.database import connected
from inbox_bot.fleet.safe import KEY, KEY_FILE, Safe, Slot, new_key, safe_from
from inbox_bot.settings.passwords import Secret, Server
from tests.fleet.conftest import as_superuser

HERS = Slot(author=1, address="ann@example.com", server=Server.IMAP)


def one_key() -> Safe:
    return safe_from({KEY: new_key()})


@pytest.mark.parametrize(
    "other",
    [
        replace(HERS, author=2),
        replace(HERS, address="bea@example.com"),
        replace(HERS, server=Server.SMTP),
    ],
)
def test_a_sealed_password_is_bound_to_its_place(other: Slot) -> None:
    box = one_key()
    sealed = box.seal(HERS, Secret("hunter2"))
    assert box.open(HERS, sealed).reveal() == "hunter2"
    with pytest.raises(SettingsError, match="another key"):
        box.open(other, sealed)


def test_a_row_moved_to_another_author_opens_nothing(database: str) -> None:
    """Even by somebody who can write every row, as with a stolen dump."""
    box = one_key()
    with connected(database) as connection:
        ann = roster.add(connection, "ann", "ann@example.com")
        safe.keep(connection, box, replace(HERS, author=ann), Secret("hunter2"))
        bea = roster.add(connection, "bea", "bea@example.com")
    with psycopg.connect(as_superuser(database)) as everything:
        everything.execute("UPDATE credential SET author_id = %s", [bea])
    with connected(database, bea) as connection, pytest.raises(SettingsError, match="another key"):
        safe.find(connection, box, replace(HERS, author=bea))


def test_no_byte_of_a_password_is_in_the_database(database: str) -> None:
    with connected(database) as connection:
        ann = roster.add(connection, "ann", "ann@example.com")
        safe.keep(connection, one_key(), replace(HERS, author=ann), Secret("hunter2"))
    with psycopg.connect(as_superuser(database)) as everything:
        row = everything.execute("SELECT sealed FROM credential").fetchone()
    assert row
    assert b"hunter2" not in row[0]


def test_the_password_for_imap_serves_smtp_until_there_is_another(database: str) -> None:
    box = one_key()
    with connected(database) as connection:
        hers = replace(HERS, author=roster.add(connection, "ann", "ann@example.com"))
        smtp = replace(hers, server=Server.SMTP)
        with pytest.raises(SettingsError, match="no password for ann"):
            safe.find(connection, box, hers)
        safe.keep(connection, box, hers, Secret("in"))
        assert safe.find(connection, box, smtp).reveal() == "in"
        safe.keep(connection, box, smtp, Secret("out"))
        assert safe.find(connection, box, smtp).reveal() == "out"
        assert safe.find(connection, box, hers).reveal() == "in"


def test_after_a_rotation_the_old_key_opens_nothing(database: str, tmp_path: Path) -> None:
    old, new, file = new_key(), new_key(), tmp_path / "key"
    slots = []
    with connected(database) as connection:
        for name in ("ann", "bea"):
            author = roster.add(connection, name, f"{name}@example.com")
            slots.append(Slot(author=author, address=f"{name}@example.com", server=Server.IMAP))
            safe.keep(connection, safe_from({KEY: old}), slots[-1], Secret(f"of {name}"))
    file.write_text(f"{new}\n{old}\n")
    with connected(database) as connection:
        assert safe.rekey(connection, safe_from({KEY_FILE: str(file)})) == 2
    for slot, secret in zip(slots, ("of ann", "of bea"), strict=True):
        with connected(database, slot.author) as connection:
            assert safe.find(connection, safe_from({KEY: new}), slot).reveal() == secret
            with pytest.raises(SettingsError, match="another key"):
                safe.find(connection, safe_from({KEY: old}), slot)


@pytest.mark.parametrize("environ", [{}, {KEY: "short"}, {KEY: "ä"}, {KEY_FILE: "/nowhere"}])
def test_a_key_that_cannot_be_used_is_refused_in_one_line(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as refused:
        safe_from(environ)
    assert "\n" not in str(refused.value)


def test_a_safe_shows_no_key() -> None:
    key = new_key()
    assert key not in repr(safe_from({KEY: key}))
    assert "b'" not in repr(safe_from({KEY: key}))
