"""The report: a true sentence first, honest counts, and nothing in it that runs."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest

from inbox_bot import review
from inbox_bot.reports.charts import Bar, stacked, table
from inbox_bot.reports.replay.pace import pace_of
from inbox_bot.reports.report import Report, Topic, csv_lines, report, sentence
from inbox_bot.reports.report.formats import chart, drafts_line
from tests.world import KNOWLEDGE, World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
UNANSWERABLE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def reported(world: World) -> Report:
    return report(world.bot.store, KNOWLEDGE.faq, world.policy.calendar, MARCH)


def test_a_month_in_which_all_were_answered_says_so(world: World) -> None:
    for name in ("ann", "bob"):
        world.letter(QUESTION, From=f"{name}@example.org")
    world.poll()
    world.later(days=2)
    for draft in world.drafts():
        world.approve(draft)
    world.later(minutes=2)
    world.send()
    found = reported(world)
    assert sentence(found) == (
        "2 readers wrote in March. You've answered 2, within 3 days; nobody is waiting."
    )
    assert (found.as_drafted, found.edited, found.rejected) == (2, 0, 0)
    (week,) = found.weeks
    assert (week.monday, week.kept, week.open) == (date(2026, 3, 2), 2, 0)


def test_edited_rejected_and_waiting_are_counted_apart(world: World) -> None:
    for name in ("ann", "bob", "cleo"):
        world.letter(QUESTION, From=f"{name}@example.org")
    world.poll()
    first, second, _ = world.drafts()
    text = "Hi,\n\nyes, a bit.\n\nSteve"
    world.approve(review.edit(world.bot, review.shown(first), text, world.now))
    review.reject(world.bot, review.shown(second), world.now)
    world.later(minutes=2)
    world.send()
    found = reported(world)
    assert (found.edited, found.rejected, found.open) == (1, 1, 2)
    assert sentence(found).endswith("You've answered 1, within a day; 2 are waiting.")


def test_questions_without_an_entry_are_grouped_by_what_they_are_about(world: World) -> None:
    for name in ("ann", "bob"):
        world.letter(UNANSWERABLE, From=f"{name}@example.org")
    world.letter(QUESTION, From="cleo@example.org")
    world.poll()
    found = reported(world)
    assert [topic.readers for topic in found.unanswered] == [2]
    assert [topic.readers for topic in found.asked] == [1]


def test_who_waits_from_before_is_told_and_letters_count_on_the_day_they_came(
    world: World,
) -> None:
    world.later(days=24)
    for name in ("ann", "bob"):
        world.letter(QUESTION, From=f"{name}@example.org")
    world.later(days=8)
    world.letter(UNANSWERABLE, From="cleo@example.org")
    world.poll()
    april = (date(2026, 4, 1), date(2026, 4, 30))
    found = report(world.bot.store, KNOWLEDGE.faq, world.policy.calendar, april)
    assert sentence(found) == "3 readers are waiting: 1 from April, 2 from before."
    assert found.asked == ()
    assert [topic.readers for topic in found.unanswered] == [1]
    in_march = reported(world)
    assert [topic.readers for topic in in_march.asked] == [2]
    assert in_march.unanswered == ()


@pytest.mark.parametrize(
    ("counts", "days", "said"),
    [
        (
            (6, 2, 0),
            (1, 5, 5, 9),
            "6 readers wrote in March. You've answered 4, half of them within 5",
        ),
        ((6, 2, 0), (1, 5, 5, 9), " days; 2 are waiting."),
        (
            (6, 1, 2),
            (1, 5),
            "half of them within a day; 3 are waiting: 1 from March, 2 from before.",
        ),
        ((2, 0, 1), (2, 2), "You've answered 2, within 2 days; 1 from before is waiting."),
        ((1, 1, 0), (), "1 reader wrote in March. 1 is waiting."),
        ((2, 0, 0), (), "2 readers wrote in March. Nobody is waiting."),
        ((2, 2, 5), (), "7 readers are waiting: 2 from March, 5 from before."),
        ((0, 0, 1), (), "No readers asked anything in March. 1 from before is waiting."),
    ],
)
def test_the_headline_says_who_wrote_who_is_answered_and_who_waits(
    world: World, counts: tuple[int, int, int], days: tuple[int, ...], said: str
) -> None:
    readers, still_open, from_before = counts
    found = replace(
        reported(world),
        readers=readers,
        open=still_open,
        from_before=from_before,
        pace=pace_of([timedelta(days=one) for one in days]),
    )
    assert said in sentence(found)


def test_a_month_without_letters_is_no_error(world: World) -> None:
    assert sentence(reported(world)) == "No readers asked anything in March."
    assert chart(reported(world)) == ""


@pytest.mark.parametrize(
    "evil",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=cmd|x", "＝1+1", "＋1", "－1", "＠A1", "\t1"],
)
def test_no_cell_of_the_csv_can_be_run_by_a_spreadsheet(world: World, evil: str) -> None:
    found = replace(reported(world), unanswered=(Topic(name=evil, readers=1),))
    cells = [cell for row in csv.reader(io.StringIO(csv_lines(found))) for cell in row]
    assert not any(cell.startswith(tuple("=+-@\t\r＝＋－＠")) for cell in cells)
    assert f"'{' '.join(evil.split())}" in cells


def test_a_chart_has_a_table_under_it_and_escapes_what_it_shows() -> None:
    drawn = stacked("Weeks", ("kept", "late"), [Bar(label="<b>", parts=(3, 1))])
    assert drawn.count("<rect x=") == 2
    assert "<td>3</td><td>1</td>" in drawn
    assert "<b>" not in drawn
    assert "<td>&lt;i&gt;</td>" in table(("x",), [("<i>",)])


@pytest.mark.parametrize(
    ("drafts", "told"),
    [
        ((0, 0, 0), ""),
        ((1, 0, 0), "1 draft: 1 sent as drafted, 0 edited, 0 rejected."),
        ((9, 2, 1), "12 drafts: 9 sent as drafted, 2 edited, 1 rejected."),
    ],
)
def test_one_is_told_as_one(world: World, drafts: tuple[int, int, int], told: str) -> None:
    as_drafted, edited, rejected = drafts
    found = replace(reported(world), as_drafted=as_drafted, edited=edited, rejected=rejected)
    assert drafts_line(found) == told
