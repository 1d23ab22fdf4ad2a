"""Backups on the page: made, restored with a yes, and what to do for a newer version."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from inbox_bot.service.scheduler import Ticker
from inbox_bot.settings.backups import Occasion, backups_in, forget_plan, planned
from inbox_bot.store.schema import HEAD
from tests.pages import Desk, desk, token_on


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    with desk() as opened:
        yield opened


def post(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    return client.post(path, data={"csrf_token": token_on(client), **typed})


def test_a_backup_is_made_and_restored_only_with_a_yes(at: Desk) -> None:
    client, home = at.author(), at.world.directory
    assert "None yet" in client.get("/backups").text
    assert post(client, "/backups/new").status_code == 303
    (made,) = backups_in(home)
    asked = post(client, f"/backups/{made.name}/restore")
    assert "Go back to" in asked.text
    assert planned(home) is None
    post(client, f"/backups/{made.name}/restore", yes="1")
    assert planned(home) == home / "backups" / made.name
    assert [one.occasion for one in backups_in(home)].count(Occasion.RESTORE) == 1
    shown = client.get("/backups")
    assert "restarting with the backup" in shown.text
    assert shown.headers["Refresh"]
    forget_plan(home)
    assert "restarting" not in client.get("/backups").text


@pytest.mark.parametrize("name", ["daily-1.zip", "..%2Fsettings.yaml", "settings.yaml"])
def test_what_is_no_backup_is_404(at: Desk, name: str) -> None:
    assert post(at.author(), f"/backups/{name}/restore", yes="1").status_code == 404


def test_upgrade_backs_up_and_says_how(at: Desk) -> None:
    told = post(at.author(), "/upgrade").text
    assert "scripts/setup" in told
    assert "inbox-bot run" in told
    assert Occasion.UPGRADE in {one.occasion for one in backups_in(at.world.directory)}


def test_a_planned_restore_ends_the_scheduler(at: Desk) -> None:
    told: list[str] = []
    ticker = Ticker(at.bot, timedelta(minutes=5), told.append, lambda: True)
    ticker.send()
    ticker.poll()
    assert ticker._stop.is_set()


def test_an_older_bot_on_a_newer_store_says_so_and_does_nothing(at: Desk) -> None:
    client, told = at.author(), list[str]()
    with sqlite3.connect(at.world.directory / "inbox_bot.db") as store:
        store.execute("UPDATE alembic_version SET version_num = 'v9999'")
    try:
        page = client.get("/")
        assert page.status_code == 503
        assert "start the newer one" in page.text
        ticker = Ticker(at.bot, timedelta(minutes=5), told.append)
        ticker.poll()
        ticker.send()
        assert len(told) == 1
        assert "start the newer one" in told[0]
    finally:
        with sqlite3.connect(at.world.directory / "inbox_bot.db") as store:
            store.execute("UPDATE alembic_version SET version_num = ?", (HEAD,))
    assert client.get("/").status_code == 200
