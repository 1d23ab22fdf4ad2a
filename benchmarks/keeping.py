"""How long the page takes to keep and to drop an FAQ entry, and when a new answer counts.

    python benchmarks/keeping.py [--json] [--quiet]

The FAQ is the shipped one (1,900 wordings), 300 readers wait with a draft, and a poll goes on in
the same process all the while (not with --quiet). Medians of five.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from rich.console import Console
from rich.table import Table

from benchmarks.page import AUTHOR, TOKEN, Browser, letter
from inbox_bot import pipeline, settings
from inbox_bot.bot import Bot
from inbox_bot.cli.demo_world import ADDRESS, DemoWorld
from inbox_bot.errors import StoreUnavailable
from inbox_bot.model import Fetched, Place
from inbox_bot.model.records import Arrival
from inbox_bot.service.wiring import open_bot, with_own_sandbox
from inbox_bot.web.serving import Serving, page_of
from inbox_bot.web.sessions import new_link

WAITING, A_POLL = 300, 40
ROUNDS = 5
FIRST = 19_600  # letters of the other benchmark that ask something
BARS = {"keep_ms": 1_000, "drop_ms": 1_000, "while_learning_ms": 1_000}
TOPICS = ("a standing desk", "swimming", "a cold bath", "cycling to work", "a water bed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Milliseconds: until the page after each button is there, the slowest other page meanwhile,
    and until a new answer is given."""

    keep: float
    drop: float
    queue: float
    counts: float


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--json", action="store_true")
    options.add_argument("--quiet", action="store_true", help="No poll beside it.")
    chosen = options.parse_args()
    with served(busy=not chosen.quiet) as browser:
        rounds = [one_round(browser, number, topic) for number, topic in enumerate(TOPICS)]
    figures = {
        "keep_ms": median(one.keep for one in rounds),
        "keep_worst_ms": max(one.keep for one in rounds),
        "drop_ms": median(one.drop for one in rounds),
        "drop_worst_ms": max(one.drop for one in rounds),
        "while_learning_ms": median(one.queue for one in rounds),
        "counts_after_ms": median(one.counts for one in rounds),
        "counts_after_worst_ms": max(one.counts for one in rounds),
    }
    if chosen.json:
        print(json.dumps(figures))
        return
    table = Table("what", "measured", "at most")
    for name, figure in figures.items():
        table.add_row(name, f"{figure:,.0f}", f"{BARS[name]:,}" if name in BARS else "")
    Console().print(table)


@contextmanager
def served(busy: bool) -> Iterator[Browser]:
    now = datetime.now(UTC)
    with DemoWorld(now) as world, open_bot(world.directory) as bot:
        pipeline.begin(bot, now)
        add_letters(bot, range(FIRST, FIRST + WAITING))
        pipeline.poll(bot, now)
        chosen = settings.load(world.directory)
        with with_own_sandbox(bot) as page_bot, polling(bot, busy):
            page = page_of(page_bot, chosen, lambda: None)
            with Serving(page, "127.0.0.1", 0) as serving:
                yield Browser(serving.port, new_link(bot.store, datetime.now(UTC)))


@contextmanager
def polling(bot: Bot, busy: bool) -> Iterator[None]:
    """Poll for letters that came in the meantime, again and again, as the scheduler's thread."""
    stop = Event()
    failed: list[int] = []

    def go_on() -> None:
        first = FIRST + WAITING
        while busy and not stop.is_set():
            add_letters(bot, range(first, first + A_POLL))
            try:
                pipeline.poll(bot, datetime.now(UTC))
            except StoreUnavailable:
                failed.append(1)
            first += A_POLL

    thread = Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        if failed:
            print(f"{len(failed)} polls failed: another program held the store.")


def add_letters(bot: Bot, numbers: range) -> None:
    arrived = datetime.now(UTC) - timedelta(days=1)
    with bot.store.transaction() as tx:
        tx.messages.add_all([_arrival(number, arrived) for number in numbers])


def _arrival(number: int, arrived: datetime) -> Arrival:
    raw = letter(number, arrived).replace(AUTHOR.email.encode(), ADDRESS.encode())
    place = Place(mailbox=ADDRESS, folder="INBOX", uidvalidity=1, uid=number + 1)
    return Arrival(
        fetched=Fetched(place=place, raw=raw, size=len(raw), arrived=arrived),
        message_id=f"l{number}@example.org",
        thread=f"l{number}@example.org",
    )


def one_round(browser: Browser, number: int, topic: str) -> Round:
    """Keep an entry, wait until its question is answered by it, and drop it again."""
    answer = f"I have never tried it, number {number}."
    asked = f"Would {topic} help with sciatica?"
    form = {
        "csrf_token": TOKEN.findall(browser.get("/keys").body)[0],
        "question": asked,
        "answer": answer,
        "article": "massage-for-sciatica",
        "entry_id": f"tried-{number}",
    }
    began = time.perf_counter()
    kept = browser.post("/entry/new", form)
    took = kept.ms
    if kept.status == 303:
        took += browser.get(kept.location).ms
    assert kept.status in (200, 303), kept.body
    others: list[float] = []
    while (
        answer not in browser.get(f"/faq?try={asked.replace(' ', '+')}").body.partition("Why<")[0]
    ):
        others.append(browser.get("/").ms)
        time.sleep(0.1)
    counts = (time.perf_counter() - began) * 1_000
    gone = browser.post(f"/faq/tried-{number}/drop", {**form, "yes": "1"})
    assert gone.status == 303, gone.body
    seen = browser.get("/faq")
    assert f'href="/faq/tried-{number}"' not in seen.body
    others.append(browser.get("/").ms)
    return Round(keep=took, drop=gone.ms + seen.ms, queue=max(others), counts=counts)


def median(times: Iterator[float]) -> float:
    return round(statistics.median(times), 1)


if __name__ == "__main__":
    main()
