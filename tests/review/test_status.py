"""The terminal, the page, and the note count the same drafts with the same words."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from inbox_bot import review
from inbox_bot.cli.tables import print_queue
from inbox_bot.model import Question
from inbox_bot.model.needs import NEEDS
from inbox_bot.promises.calendar import local_day
from inbox_bot.reports.notes.gather import gather
from inbox_bot.reports.notes.text import subject
from inbox_bot.review.queue import Tally, asked_first, rows
from inbox_bot.review.status import Status, status_of
from tests.web.test_queue import CHAIR, PRICE, THANKS, ask, page_on, row_of
from tests.world import World

DANGER = "Hi Steve,\n\nsince this morning I can't feel my legs. Should I lie down?\n\n{name}"
LEANING = (
    "Hi Steve,\n\nyou write about a treatment with leeches.\n\nWhat exactly is that?\n\n{name}"
)


@pytest.fixture
def mixed(world: World) -> World:
    """One urgent letter, one ready reply, two that need her, and a thank-you."""
    ask(world, "Dora", DANGER)
    ask(world, "Ann", CHAIR)
    ask(world, "Finn", PRICE)
    ask(world, "Lea", LEANING)
    thanks = ask(world, "Tess", THANKS)
    world.poll()
    letter = world.stored(thanks)
    assert letter
    review.a_reader_after_all(world.bot, letter.id, world.now)
    world.poll()
    return world


def status_in(world: World) -> Status:
    return status_of(world.bot.store, world.bot.calendar(), world.now)


def table_in(world: World) -> str:
    with world.bot.store.reading() as tx:
        found = rows(tx, local_day(world.now, world.bot.calendar()))
    console = Console(file=io.StringIO(), width=160)
    print_queue(found, world.now, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_each_draft_counts_once_and_a_thank_you_needs_nobody(mixed: World) -> None:
    found = status_in(mixed)
    assert found.tally == Tally(urgent=1, ready=1, need_you=2)
    assert found.waiting == 4
    assert found.pressing == 1


def test_status_and_page_say_the_same(mixed: World) -> None:
    summary = page_on(mixed).get("/").text.partition('<h1 class="glance">')[2]
    on_the_page = re.sub(r" \(about \d+ min\)", "", summary).partition(" · Dora waiting")[0]
    in_the_terminal = status_in(mixed).sentence(mixed.bot.author).partition(" · last checked")[0]
    assert in_the_terminal == on_the_page == "1 urgent · 1 ready · 2 need you"


def test_a_note_counts_as_ready_what_the_page_does(mixed: World) -> None:
    said = "1 urgent letter, 4 readers are waiting, 1 reply is ready"
    assert subject(gather(mixed.bot, mixed.now)) == said


def test_a_snoozed_reader_still_waits(mixed: World) -> None:
    with mixed.bot.store.reading() as tx:
        waiting = rows(tx, mixed.now.date())
    for row in waiting:
        review.reject(mixed.bot, review.shown(row.draft), mixed.now)
    later = mixed.now.date().replace(year=mixed.now.year + 1)
    for row in waiting:
        review.snooze(mixed.bot, row.draft.id, later, mixed.now)
    told = status_in(mixed).sentence(mixed.bot.author)
    assert told.startswith("4 waiting, nothing for you to do now")


def test_the_terminal_names_what_a_draft_needs_as_the_page_does(mixed: World) -> None:
    table, page = table_in(mixed), page_on(mixed).get("/").text
    with mixed.bot.store.reading() as tx:
        found = rows(tx, mixed.now.date())
    assert len({row.need for row in found}) > 3
    for row in found:
        (line,) = [one for one in table.splitlines() if row.reader in one]
        assert NEEDS[row.need] in line
        assert NEEDS[row.need] in row_of(page, row.reader)


def test_a_list_shows_what_a_question_leans_on(mixed: World) -> None:
    whole = "you write about a treatment with leeches — What exactly is that?"
    assert whole in table_in(mixed)
    assert whole in row_of(page_on(mixed).get("/").text, "Lea")
    assert whole in {one.question for one in gather(mixed.bot, mixed.now).waiting}


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (60, "I read of leeches in your article — What exactly is that?"),
        (45, "…in your article — What exactly is that?"),
        (30, "What exactly is that?"),
        (12, "What exactl…"),
    ],
)
def test_where_there_is_little_room_the_question_comes_first(length: int, shown: str) -> None:
    question = Question(text="What exactly\nis that?", context="I read of leeches in your article.")
    assert question.in_list(length) == shown


def test_a_letter_that_asks_nothing_is_listed_by_its_subject() -> None:
    assert asked_first((), "A  long\nsubject", 8) == "A long…"
