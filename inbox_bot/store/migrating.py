"""Migrates a store from any earlier schema, with a copy of the old file beside it."""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine

from inbox_bot.errors import StoreUnavailable
from inbox_bot.store import postgresql
from inbox_bot.store.files import copy_file


def migrate(engine: Engine, address: URL, revision: str | None) -> None:
    """Copy the store (a SQLite file), then migrate it in one transaction.

    `revision` is what the store has now. A copy is never overwritten. Of several processes that
    open it at once, the first one migrates while the others wait, and then find nothing to do.
    """
    where = address.database or ""
    config = alembic_config()
    if revision is not None:
        _refuse_newer(config, revision, where)
        if engine.dialect.name == "sqlite":
            copy_file(Path(where), _unused(Path(f"{where}.before-leaving-{revision}")))
    with engine.begin() as connection:
        if engine.dialect.name == postgresql.NAME:
            postgresql.take_turn(connection)
            postgresql.check_encoding(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _unused(file: Path) -> Path:
    """This name, or the first of `name.2`, `name.3` … that no file has."""
    numbered = (file.with_name(f"{file.name}.{number}") for number in count(2))
    return next(each for each in chain([file], numbered) if not each.exists())


def alembic_config() -> Config:
    """Alembic's settings without a file: the migrations are in the package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _refuse_newer(config: Config, revision: str, where: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision not in known:
        raise StoreUnavailable(
            f"The store {where} was written by a newer inbox_bot (schema {revision}). "
            "Install that version, or restore an earlier copy."
        )
