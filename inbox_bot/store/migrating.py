"""From any earlier schema to this version's, with a copy of the old file beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine

from inbox_bot.errors import StoreUnavailable


def migrate(engine: Engine, address: URL, revision: str | None) -> None:
    """Copy the store (a SQLite file), then migrate it in one transaction.

    `revision` is what the store has now. A copy is never overwritten.
    """
    where = address.database or ""
    config = alembic_config()
    if revision is not None:
        _refuse_newer(config, revision, where)
        if engine.dialect.name == "sqlite":
            copy_file(Path(where), Path(f"{where}.before-{revision}-ended"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def alembic_config() -> Config:
    """Alembic's settings without a file: the migrations travel in the package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _refuse_newer(config: Config, revision: str, where: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision not in known:
        raise StoreUnavailable(
            f"The store {where} was written by a newer inbox_bot (schema {revision}): "
            "install that version, or restore a copy from before."
        )


def copy_file(file: Path, to: Path) -> None:
    """A whole and consistent copy, even while others write (SQLite's online backup)."""
    to.touch(mode=0o600)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
