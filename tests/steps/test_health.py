"""Health: one note when polls fail, and one on recovery."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from inbox_bot.bot import Digest, Policy
from inbox_bot.errors import StoreUnavailable
from inbox_bot.faq.knowledge import Knowledge
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model.ports import Store
from inbox_bot.review.status import status_of
from inbox_bot.service.scheduler import Ticker
from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.steps.health import (
    Ailment,
    Illness,
    after_note,
    after_poll,
    health_of,
    is_to_tell,
    note_heartbeat,
)
from inbox_bot.web.app import make_app
from tests.faults import Fault, Proxy, Way
from tests.pages import Desk, desk
from tests.servers.smtp import Receiver
from tests.world import World

NOW = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"


# --- when ----------------------------------------------------------------------------------------


def after(polls: str) -> Illness | None:
    """Minute by minute: x fails, . works, t tells."""
    illness, now = None, NOW
    for poll in polls:
        if poll == "t":
            illness = after_note(illness, now) if illness else None
        else:
            illness = after_poll(illness, "down" if poll == "x" else "", now)
        now += MINUTE
    return illness


@pytest.mark.parametrize(
    ("polls", "is_due"),
    [
        ("", False),
        ("xx", False),
        ("xxx", True),
        ("xxxt", False),
        ("xxxtxxxxx", False),
        ("xx.xx.xx", False),
        ("xxxt.", True),
        ("xxxt.t", False),
        ("xxx.", True),  # SMTP failed, too: one note tells start and end
        ("xxx.t", False),
        ("xxxt.x", False),
        ("xxxt.tx", False),
    ],
)
def test_three_missed_polls_are_told_once_and_their_end_once(polls: str, is_due: bool) -> None:
    illness = after(polls)
    assert (illness is not None and is_to_tell(illness, NOW + 60 * MINUTE)) is is_due


def test_an_illness_comes_out_of_the_store_as_it_went_in() -> None:
    illness = Illness(since=NOW, missed=4, what="down", told=NOW, over=NOW + MINUTE, tried=None)
    assert Illness.noted(illness.note()) == illness
    assert Illness.noted("") is None


def test_a_clock_that_was_set_back_silences_no_note() -> None:
    tried = Illness(since=NOW, missed=3, what="down", tried=NOW + timedelta(days=2))
    assert is_to_tell(tried, NOW)
    assert not is_to_tell(replace(tried, tried=NOW - MINUTE), NOW)


# --- in the world --------------------------------------------------------------------------------


@pytest.fixture
def proxy(account: ImapAccount) -> Iterator[Proxy]:
    with Proxy(account.port) as opened:
        yield opened


@pytest.fixture
def world(account: ImapAccount, proxy: Proxy, smtp: Receiver, tmp_path: Path) -> Iterator[World]:
    with Sandbox() as sandbox:
        world = World(
            imap=replace(account, port=proxy.port),
            smtp=smtp,
            directory=tmp_path,
            sandbox=sandbox,
            policy=Policy(digest=Digest.OFF),
        )
        world.begin()
        yield world
        world.close()


def poll(world: World, times: int) -> None:
    for _ in range(times):
        world.later(minutes=5)
        world.poll()
        run_upkeep(world.bot, world.now)


def cut(proxy: Proxy) -> None:
    proxy.fault = Fault(way=Way.UP, after=0)
    proxy.cut_all()


def notes(world: World) -> list[str]:
    return [str(taken.email["Subject"]).removeprefix("[inbox_bot] ") for taken in world.replies()]


def test_three_missed_polls_are_told_by_mail_and_so_is_the_recovery(
    world: World, proxy: Proxy
) -> None:
    poll(world, 1)
    cut(proxy)
    poll(world, 2)
    assert notes(world) == []
    poll(world, 5)
    assert notes(world) == ["I can't check your mailbox"]
    proxy.fault = None
    poll(world, 3)
    assert notes(world) == ["I can't check your mailbox", "I can check your mailbox again"]
    assert all(taken.recipients == (world.imap.address,) for taken in world.replies())


def test_when_mail_cannot_leave_either_the_note_goes_once_it_can_and_says_since_when(
    world: World, proxy: Proxy
) -> None:
    cut(proxy)
    world.smtp.say({"MAIL": "451 later"})
    poll(world, 8)
    assert notes(world) == []
    proxy.fault = None
    poll(world, 1)
    world.smtp.say({})
    world.restart()
    poll(world, 6)
    assert notes(world) == ["I can check your mailbox again"]
    body = str(world.replies()[0].email.get_payload())
    assert "from Tue, Mar 3, 2026 at 2:05 PM to Tue, Mar 3, 2026 at 2:45 PM" in " ".join(
        body.replace("=\r\n", "").replace("=\n", "").split()
    )


def test_status_tells_what_is_ill_and_since_when(world: World, proxy: Proxy) -> None:
    poll(world, 1)
    assert status_of(world.bot.store, world.bot.calendar(), world.now).as_json()["healthy"] is True
    cut(proxy)
    since = world.now + 5 * MINUTE
    poll(world, 3)
    told = status_of(world.bot.store, world.bot.calendar(), world.now).as_json()
    assert (told["healthy"], told["what"]) == (False, "mailbox")
    assert told["since"] == since.isoformat()
    shown = status_of(world.bot.store, world.bot.calendar(), world.now)
    assert "can't reach" in shown.sentence(world.bot.author)
    proxy.fault = None
    poll(world, 1)
    assert status_of(world.bot.store, world.bot.calendar(), world.now).healthy


def test_a_reply_that_cannot_leave_time_and_again_is_an_illness(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    world.approve(world.the_draft())
    world.smtp.say({"MAIL": "451 later"})
    for _ in range(3):
        world.later(minutes=20)
        world.send()
    with world.bot.store.reading() as tx:
        health = health_of(tx, world.now)
    assert health.what is Ailment.OUTBOX
    assert "451" in health.why


# --- the bot itself ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def at() -> Iterator[Desk]:
    with desk() as opened:
        yield opened


def test_a_bot_that_stopped_looking_is_ill_and_one_that_was_stopped_is_not(at: Desk) -> None:
    now = datetime.now(UTC)
    told: list[str] = []
    ticker = Ticker(at.bot, 5 * MINUTE, told.append)
    ticker.poll()
    assert at.stranger().get("/healthz").status_code == 200
    with at.bot.store.reading() as tx:
        assert health_of(tx, now + 10 * MINUTE).healthy
        assert health_of(tx, now + 60 * MINUTE).what is Ailment.SILENT
    with at.bot.store.transaction() as tx:
        note_heartbeat(tx, now - MINUTE)
    answer = at.stranger().get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {
        "healthy": False,
        "what": "silent",
        "since": (now - MINUTE).isoformat(),
    }
    assert "stopped checking" in at.author().get("/").text
    with at.bot.store.transaction() as tx:
        note_heartbeat(tx, None)
        assert health_of(tx, now + 60 * MINUTE).healthy


def test_a_fault_of_the_bots_own_is_an_illness_that_names_its_place_and_no_words(
    at: Desk,
) -> None:
    told: list[str] = []
    secret = "words of a letter"

    def stumble(*_: object) -> None:
        raise KeyError(secret)

    broken = cast("Callable[[], Knowledge]", stumble)
    ill = replace(at.bot, knowledge=broken, fresh_knowledge=broken)
    Ticker(ill, 5 * MINUTE, told.append).poll()
    with at.bot.store.reading() as tx:
        health = health_of(tx, datetime.now(UTC))
    assert health.what is Ailment.MAILBOX
    assert "KeyError" in health.why
    assert secret not in "".join([health.why, *told])


class Shut:
    """A store that nobody can read or write."""

    def __getattr__(self, name: str) -> object:
        raise StoreUnavailable("the disk is full")


def test_a_store_that_cannot_be_read_is_an_illness(at: Desk) -> None:
    shut = replace(at.bot, store=cast("Store", Shut()))
    answer = make_app(replace(at.page, bot=shut)).test_client().get("/healthz")
    assert answer.json == {"healthy": False, "what": "store", "since": None}
