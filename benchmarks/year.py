"""A simulated year: is every letter accounted for, every promise kept in mind, once?

    python -m benchmarks.year [--json] [--letters 10000]

The real pipeline and store, Dovecot and an SMTP receiver on this machine, and a clock that is set:
letters of 3,000 readers, thanks, lists, bounces of our replies, answers by hand, letters that a
filter moves before they were seen, 200 restarts, half of them in the middle of a poll, and a clock
that jumps by two days, forth and back. Files lie in memory where there is /dev/shm: what a power
cut does is shown by `benchmarks.kill`.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: small matrices, many threads

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from benchmarks.year_letters import Asked
from benchmarks.year_life import HOME, START, Year
from benchmarks.year_receiver import Got, Readers
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import Promise, PromiseState, Verdict
from inbox_bot.model.ports import Transaction
from inbox_bot.promises.calendar import is_off, local_day
from inbox_bot.steps.reconcile import reconcile
from tests.servers.dovecot import Dovecot

IN_MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    letters: int
    unaccounted: int
    lost: int
    doubled: int
    digests: int
    digests_off_hours: int
    seconds: float

    @property
    def met(self) -> bool:
        wrong = self.unaccounted + self.lost + self.doubled + self.digests_off_hours
        return wrong == 0 and self.seconds <= 120


def measure(year: Year, seconds: float) -> Result:
    reconcile(year.bot, year.now)
    with year.bot.store.reading() as tx:
        known = tx.messages.known(year.laid)
        promises = tx.promises.opened_since(START - timedelta(days=30))
    days = Counter(local_day(one, HOME) for one in year.noted)
    hours = replace(HOME, letter_time=())
    off = sum(is_off(one, hours) for one in year.noted)
    return Result(
        letters=len(year.laid),
        unaccounted=len(set(year.laid) - known),
        lost=lost(year, promises),
        doubled=doubled(year, promises),
        digests=len(year.noted),
        digests_off_hours=off + sum(count - 1 for count in days.values()),
        seconds=round(seconds, 1),
    )


def lost(year: Year, promises: Sequence[Promise]) -> int:
    """Readers' questions for which nobody is reminded and that nobody answered."""
    open_threads = {one.thread for one in promises if one.state is PromiseState.OPEN}
    answered = {got.in_reply_to for got in replies(year)}
    count = 0
    with year.bot.store.reading() as tx:
        by_hand = tx.people.answered_among([one.message_id for one in year.post.asked])
        for asked in year.post.asked:
            if asked.message_id not in answered | by_hand:
                count += not _is_cared_for(tx, asked, open_threads, answered)
    return count


def _is_cared_for(tx: Transaction, asked: Asked, open_threads: set[str], told: set[str]) -> bool:
    """A later letter of the same thread may stand for it in the reply's In-Reply-To."""
    letter = tx.messages.by_message_id(asked.message_id)
    if letter is None or letter.verdict is not Verdict.READER:
        return False
    if letter.thread in open_threads:
        return True
    thread = tx.messages.thread(letter.thread)
    later = {one.message_id for one in thread if one.arrived >= letter.arrived}
    return bool(later & (told | tx.people.answered_among(later)))


def doubled(year: Year, promises: Sequence[Promise]) -> int:
    """Threads with two open promises, and letters that got the same reply twice."""
    open_ones = Counter(one.thread for one in promises if one.state is PromiseState.OPEN)
    ids = Counter(got.message_id for got in replies(year))
    return sum(count - 1 for count in (*open_ones.values(), *ids.values()))


def replies(year: Year) -> list[Got]:
    return [one for one in year.readers.got if one.to != year.imap.address]


def simulate(letters: int) -> Result:
    dovecot, readers = Dovecot(), Readers()
    try:
        with tempfile.TemporaryDirectory() as name, Sandbox() as sandbox:
            imap = dovecot.account("author", timeout=60)
            begin = time.perf_counter()
            year = Year(imap, readers, Path(name), sandbox, letters, random.Random(6))
            year.live()
            result = measure(year, time.perf_counter() - begin)
            told = f"{year.polls} polls, {year.restarts} restarts, {len(replies(year))} replies"
            own = resource.getrusage(resource.RUSAGE_SELF)
            print(f"{told}, {len(year.bounced)} bounced; {_processor(own):.0f} s of processor time")
            return result
    finally:
        readers.close()
        dovecot.close()


def _processor(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    chosen = parser.parse_args()
    if IN_MEMORY.is_dir():
        tempfile.tempdir = str(IN_MEMORY)
    result = simulate(chosen.letters)
    for name in Result.__slots__:
        print(f"{name:<20}{getattr(result, name):>10}")
    print("met" if result.met else "MISS")
    if chosen.json:
        print(json.dumps({name: getattr(result, name) for name in Result.__slots__}))
    return 0 if result.met else 1


if __name__ == "__main__":
    sys.exit(main())
