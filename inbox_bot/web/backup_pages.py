"""Addresses of the backups: list them, make one, restore one, and how to bring a newer version."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot.errors import NotFound
from inbox_bot.settings.backups import (
    Backup,
    Occasion,
    backups_in,
    file_of,
    keep_before,
    plan_restore,
    planned,
)
from inbox_bot.settings.installed import Upgrade, own_upgrade, own_version
from inbox_bot.web import phrases
from inbox_bot.web.page import Page, here
from inbox_bot.web.rendering import show

OCCASIONS = {
    Occasion.DAILY: "daily",
    Occasion.RESTORE: "before a restore",
    Occasion.UPGRADE: "before an upgrade",
    Occasion.BY_HAND: "made by you",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupView:
    name: str
    when: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupsView:
    """`upgrade` is shown once a backup was made for it; `dump` saves a store on a server."""

    listed: tuple[BackupView, ...]
    version: str
    is_planned: bool
    dump: str
    upgrade: Upgrade | None = None


def backups() -> Response:
    return _show(here())


def make_backup() -> AnyResponse:
    page = here()
    keep_before(_directory(page), page.bot.store, Occasion.BY_HAND, page.clock())
    return redirect("/backups", 303)


def restore_backup(name: str) -> AnyResponse:
    """Ask; then back up the present state, and plan it: the bot restarts with the backup."""
    page = here()
    directory = _directory(page)
    file = file_of(directory, name)
    if not request.form.get("yes"):
        (view,) = [_view(one, page) for one in backups_in(directory) if one.name == file.name]
        return show("restore", {"title": "Restore?", "view": view})
    keep_before(directory, page.bot.store, Occasion.RESTORE, page.clock())
    plan_restore(directory, file.name)
    return redirect("/backups", 303)


def upgrade_steps() -> Response:
    """Back up, and show what to do in the way this copy was installed."""
    page = here()
    directory = _directory(page)
    keep_before(directory, page.bot.store, Occasion.UPGRADE, page.clock())
    return _show(page, own_upgrade(directory))


def _show(page: Page, upgrade: Upgrade | None = None) -> Response:
    directory = _directory(page)
    view = BackupsView(
        listed=tuple(_view(one, page) for one in backups_in(directory)),
        version=own_version(),
        is_planned=planned(directory) is not None,
        dump=page.bot.store.dump_command,
        upgrade=upgrade,
    )
    response = show("backups", {"title": "Backups", "view": view})
    if view.is_planned:
        response.headers["Refresh"] = "5"  # until the bot is back
    return response


def _view(one: Backup, page: Page) -> BackupView:
    size = f"{max(one.octets / 1e6, 0.1):.1f} MB"
    return BackupView(
        name=one.name,
        when=phrases.moment(one.made, page.zone),
        about=f"{OCCASIONS[one.occasion]}, {size}",
    )


def _directory(page: Page) -> Path:
    if page.bot.directory is None:
        raise NotFound("Backups aren't available here.")
    return page.bot.directory
