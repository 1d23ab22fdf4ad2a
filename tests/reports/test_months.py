"""Letters and pace by month: what the charts of the report page show."""

from __future__ import annotations

from datetime import date, timedelta

from inbox_bot import review
from inbox_bot.reports.months import BEFORE, Month, Outcome, months_of, outcomes_since
from inbox_bot.reports.report import Topic
from inbox_bot.review import promises
from inbox_bot.web.charts import letters_chart, pace_chart, topic_bars
from tests.world import World

TODAY = date(2026, 3, 10)
QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
UNANSWERABLE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
KINDS = ("from the FAQ", "by you", "waiting")


def outcome(day: date, hours: int | None = None, *, from_faq: bool = False) -> Outcome:
    taken = None if hours is None else timedelta(hours=hours)
    return Outcome(arrived=day, taken=taken, is_from_faq=from_faq)


def test_each_month_tells_who_answered_and_the_median_time() -> None:
    march, january = date(2026, 3, 2), date(2026, 1, 31)
    found = months_of(
        [
            outcome(january, 5, from_faq=True),
            outcome(march, 2, from_faq=True),
            outcome(march, 30),
            outcome(march, 40),
            outcome(march, from_faq=True),
        ],
        TODAY,
    )
    assert [one.first.month for one in found] == [1, 2, 3], "also the month without letters"
    first, second, third = found
    assert (first.from_faq, first.median) == (1, 5)
    assert (second.letters, second.median) == (0, None)
    assert (third.from_faq, third.by_her, third.waiting, third.median) == (1, 2, 1, 30)


def test_a_year_has_twelve_months_and_older_letters_are_left_out() -> None:
    found = months_of([outcome(date(2025, 3, 1), 1), outcome(date(2025, 4, 1), 1)], TODAY)
    assert len(found) == 12
    assert found[0].first == date(2025, 4, 1)
    assert sum(one.letters for one in found) == 1
    assert months_of([], TODAY) == ()


def test_the_ledger_tells_what_was_answered_from_the_faq_and_what_she_wrote(world: World) -> None:
    for name in ("ann", "bob", "cleo", "dora"):
        text = UNANSWERABLE if name == "dora" else QUESTION
        world.letter(text, From=f"{name}@example.org")
    by_hand = world.letter(QUESTION, From="eve@example.org")
    world.poll()
    as_drafted, edited, released, *_ = world.drafts()
    world.approve(as_drafted)
    text = "Hi,\n\nyes, a bit.\n\nSteve"
    world.approve(review.edit(world.bot, review.shown(edited), text, world.now))
    promises.release(world.bot.store, released.letter_id, "a friend", world.now)
    world.later(hours=3)
    world.send()
    world.by_hand("A bit.", To="eve@example.org", In_Reply_To=f"<{by_hand}>")
    world.poll()
    with world.bot.store.reading() as tx:
        outcomes = outcomes_since(tx, date(2026, 1, 1), world.policy.calendar)
    (month,) = months_of(outcomes, TODAY)
    assert (month.from_faq, month.by_her, month.waiting, month.median) == (1, 2, 1, 3)


def test_counts_from_before_are_kept_as_numbers_alone(world: World) -> None:
    months = (
        Month(first=date(2026, 1, 1), from_faq=2, by_her=1, waiting=3, median=50),
        Month(first=date(2026, 2, 1), waiting=1),
    )
    with world.bot.store.transaction() as tx:
        BEFORE.put(tx, months)
    with world.bot.store.reading() as tx:
        assert BEFORE.of(tx) == months


def test_bars_are_as_high_as_their_numbers_and_nothing_that_is_there_is_invisible() -> None:
    months = [
        Month(first=date(2026, 1, 1), from_faq=1200, by_her=600, waiting=200, median=5),
        Month(first=date(2026, 2, 1)),
        Month(first=date(2026, 3, 1), waiting=1, median=50),
    ]
    chart = letters_chart("Letters", KINDS, months, "en_US")
    assert chart
    assert chart.told == "2,001 letters: 1,200 from the FAQ, 600 by you, 201 waiting."
    full, empty, least = chart.bars
    heights = [one.height for one in full.parts]
    assert heights[0] == 2 * heights[1]
    assert sum(heights) <= 120
    assert (empty.parts, empty.total) == ((), "")
    assert [one.height for one in least.parts] == [2]
    assert least.numbers == ("0", "0", "1")
    pace = pace_chart("Pace", months, "en_US")
    assert pace
    assert [one.total for one in pace.bars] == ["5h", "", "2d"]
    assert [one.numbers for one in pace.bars] == [("5 hours",), ("–",), ("2 days",)]
    assert pace.told == "Half of your answers in March took 2 days or less."


def test_without_letters_there_is_no_chart() -> None:
    empty = [Month(first=date(2026, 1, 1))]
    assert letters_chart("Letters", KINDS, empty, "en_US") is None
    assert pace_chart("Pace", empty, "en_US") is None
    assert topic_bars([], "en_US") == ()


def test_topics_are_compared_once_one_comes_up_twice() -> None:
    once = [Topic(name=name, readers=1) for name in ("the price", "insurance")]
    assert topic_bars(once, "en_US") == ()
    often = Topic(name="chairs", readers=1200)
    first, second, _ = topic_bars([often, *once], "en_US")
    assert (first.name, first.readers, first.share) == ("chairs", "1,200", 100)
    assert second.share == 2, "a line for one reader"
