"""A push says that an urgent letter waits and nothing else; one that fails stops nothing."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from inbox_bot.bot import Push, no_push
from inbox_bot.errors import WrongUse
from inbox_bot.letters.reading import Sandbox
from inbox_bot.reports.notes import push as notes_push
from inbox_bot.reports.notes.push import FAILED, push_urgent
from inbox_bot.service import push
from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.settings import passwords
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.settings.passwords import Login, Secret
from tests.servers.smtp import Receiver
from tests.servers.web_hook import WebHook, web_hook
from tests.world import World

DANGER = "Since yesterday I can't feel my legs and can't pee. Does massage help?"
QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"


@pytest.fixture
def hook() -> Iterator[WebHook]:
    with web_hook() as hook:
        yield hook


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox, hook: WebHook
) -> Iterator[World]:
    """The author has said where to push."""
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox)
    world.begin()
    login = Login(directory=tmp_path, address=account.address)
    passwords.keep_in_file(login, push.NAME, Secret(hook.address))
    world.use(replace(world.bot, push=partial(push._push_to_kept, login)))
    yield world
    world.close()


def test_a_push_holds_no_name_and_no_word_of_the_letter(world: World, hook: WebHook) -> None:
    world.letter(QUESTION, From="Bob <bob@example.org>")
    world.poll()
    assert not push_urgent(world.bot, world.now)
    world.letter(DANGER, Subject="My secret illness")
    world.poll()
    run_upkeep(world.bot, world.now)
    assert hook.words() == ["An urgent letter is waiting."]
    (body,) = hook.taken
    assert not [word for word in ("Ann", "ann@", "legs", "massage", "secret") if word in body]
    run_upkeep(world.bot, world.now)
    assert len(hook.taken) == 1


def test_a_flood_makes_one_push_and_a_later_letter_another(world: World, hook: WebHook) -> None:
    for number in range(12):
        world.letter(DANGER, From=f"reader{number}@example.org")
    world.poll()
    assert push_urgent(world.bot, world.now)
    world.later(minutes=5)
    world.letter(DANGER, From="late@example.org")
    world.poll()
    assert not push_urgent(world.bot, world.now)
    world.later(minutes=11)
    assert push_urgent(world.bot, world.now)
    assert len(hook.taken) == 2


def test_a_push_that_fails_stops_no_poll_and_is_tried_again(
    world: World, hook: WebHook, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    hook.status = 500
    world.letter(DANGER)
    world.poll()
    run_upkeep(world.bot, world.now)
    assert [note.email["Subject"] for note in world.replies()][:1] == [
        "[inbox_bot] Urgent: a reader may need help now"
    ]
    with world.bot.store.reading() as tx:
        assert FAILED.of(tx) == world.now
    hook.status = 200
    world.later(minutes=5)
    run_upkeep(world.bot, world.now)
    assert hook.words()[-1] == notes_push.WORDS
    with world.bot.store.reading() as tx:
        assert FAILED.of(tx) is None
    shown = caplog.text + "".join(capfd.readouterr())
    assert "s3cret" not in shown
    assert "apprise" not in {one.name for one in caplog.records}, "its messages hold addresses"


def test_a_service_that_hangs_holds_a_poll_for_seconds_only(
    hook: WebHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "PATIENCE", 0.5)
    hook.delay = 1.5
    assert push.push(Secret(hook.address), "words") is Push.FAILED


@pytest.mark.parametrize("address", ["json://127.0.0.1:1/", "nonsense", "", "ntfy://", "\0://x"])
def test_no_address_makes_a_push_raise(address: str) -> None:
    assert push.push(Secret(address), "words") is Push.FAILED


def test_a_file_of_passwords_that_cannot_be_read_fails_the_push_alone(tmp_path: Path) -> None:
    (tmp_path / passwords.FILE_NAME).write_text("{", encoding="utf-8")
    login = Login(directory=tmp_path, address="a@example.org")
    assert push._push_to_kept(login, "words") is Push.FAILED


def test_the_address_is_kept_like_a_password_and_checked_first(
    tmp_path: Path, hook: WebHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_to_keyring", lambda *_: False)
    monkeypatch.setattr(passwords, "_from_keyring", lambda *_: None)
    login = Login(directory=tmp_path, address="a@example.org")
    assert push._push_to_kept(login, "words") is Push.NOT_SET_UP
    with pytest.raises(WrongUse, match="ntfy"):
        push.keep_address(login, "hello")
    push.keep_address(login, hook.address)
    file = tmp_path / passwords.FILE_NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert push._push_to_kept(login, "words") is Push.SENT
    assert "s3cret" not in repr(push.kept_address(login, {}))
    push.forget_address(login)
    assert push.kept_address(login, {}) is None
    assert push.kept_address(login, {push.VARIABLE: hook.address}) == Secret(hook.address)


def test_without_an_address_nothing_is_marked_as_pushed(world: World, hook: WebHook) -> None:
    with_address = world.bot
    world.use(replace(world.bot, push=no_push))
    world.letter(DANGER)
    world.poll()
    assert not push_urgent(world.bot, world.now)
    world.use(with_address)
    assert push_urgent(world.bot, world.now + timedelta(minutes=1))
