"""Letters with a wrong server date: copied by a migration, or lost (1970)."""

from datetime import UTC, datetime

from inbox_bot import review
from inbox_bot.model import Verdict
from tests.world import World

ASKS = "Hello Steve,\n\ndoes massage help with sciatica?\n\nAnn"
LONG_AGO = "Tue, 02 May 2023 10:00:00 +0000"
HOP = "from a by b; {}"


def test_a_letter_of_long_ago_that_was_copied_here_today_is_old_and_owed_nothing(
    world: World,
) -> None:
    old = world.letter(ASKS, Date=LONG_AGO, Received=HOP.format(LONG_AGO))
    assert world.poll().drafted == 0
    assert not world.waiting()
    assert world.verdict(old) is Verdict.OLD
    with world.bot.store.reading() as tx:
        (listed,) = tx.messages.others(10)
    assert "May 2, 2023" in listed.reason


def test_the_author_can_have_an_old_letter_drafted_after_all(world: World) -> None:
    old = world.letter(ASKS, Date=LONG_AGO)
    world.poll()
    stored = world.stored(old)
    assert stored
    review.a_reader_after_all(world.bot, stored.id, world.now)
    world.poll()
    assert world.the_draft()
    (promise,) = world.waiting()
    assert promise.due > world.now


def test_a_clock_that_is_years_wrong_makes_no_letter_old(world: World) -> None:
    now = world.now.strftime("%a, %d %b %Y %H:%M:%S +0000")
    world.letter(ASKS, Date="Thu, 01 Jan 2004 00:00:00 +0000", Received=HOP.format(now))
    world.poll()
    assert world.the_draft()


def test_a_letter_whose_day_the_server_has_lost_is_taken_in(world: World) -> None:
    now, world.now = world.now, datetime(1970, 1, 1, tzinfo=UTC)
    dated = now.strftime("%a, %d %b %Y %H:%M:%S +0000")
    world.letter(ASKS, Date=dated)
    world.letter(ASKS, Date="no date at all", From="bob@example.net")
    world.now = now
    assert world.poll().letters == 2
    assert {one.opened for one in world.waiting()} == {now}
