"""Terminal output wraps between words, at any width."""

from __future__ import annotations

import io

from rich.console import Console

from inbox_bot.cli.output import wrapped
from inbox_bot.cli.tables import print_queue
from inbox_bot.review.queue import Row, rows
from tests.world import World

LONG = "I have had sciatica for years but since this morning I can't feel my legs properly."
LINK = "https://example.org/a-long-address/of-an-article/that-is-never-broken/anywhere.html"


def test_a_long_line_is_broken_between_words() -> None:
    lines = wrapped(LONG, 30).split("\n")
    assert max(len(line) for line in lines) <= 30
    assert " ".join(lines) == LONG


def test_a_quote_stays_a_quote_and_an_indent_an_indent() -> None:
    assert all(line.startswith("> ") for line in wrapped(f"> {LONG}", 30).split("\n"))
    assert all(line.startswith("    ") for line in wrapped(f"    {LONG}", 30).split("\n"))


def test_an_address_stays_whole_and_an_empty_line_empty() -> None:
    assert LINK in wrapped(f"Look at {LINK}, please.\n\nSteve", 30).split("\n")[1]
    assert wrapped("Hi,\n\nSteve", 30) == "Hi,\n\nSteve"


def test_the_queue_is_a_table_where_there_is_room_and_paragraphs_where_there_is_not(
    world: World,
) -> None:
    world.letter("Hi Steve,\n\ndoes trigger point massage hurt?")
    world.poll()
    assert "─" in queue_at(world, 80)
    narrow = queue_at(world, 40)
    assert "─" not in narrow
    assert "Ann Reader" in narrow
    assert "point massage hurt?" in " ".join(narrow.split())


def queue_at(world: World, columns: int) -> str:
    with world.bot.store.reading() as tx:
        found: tuple[Row, ...] = rows(tx, world.now.date())
    console = Console(file=io.StringIO(), width=columns)
    print_queue(found, world.now, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
