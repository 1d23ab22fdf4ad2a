"""Weeks in fast motion: polls one after another. Does anything grow?

    python -m benchmarks.soak [--json] [POLLS]

A letter arrives at each hundredth poll. Memory is the bot's own, without the child that reads.
"""

from __future__ import annotations

import gc
import json
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from imapclient import IMAPClient

from benchmarks.idle import ASKED, bot_on
from inbox_bot import pipeline
from inbox_bot.bot import Bot
from tests.servers.dovecot import Dovecot

EVERY = 100
WARM_UP = 0.2
"""The share of polls in which caches fill; they are not part of the slope."""


def main() -> int:
    logging.disable(logging.WARNING)
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    polls = numbers[0] if numbers else 10_000
    server = Dovecot()
    try:
        account = server.account("author")
        with bot_on(account) as bot:
            memory, files = _soak(bot, server, polls)
    finally:
        server.close()
    begin = int(len(memory) * WARM_UP)
    slope = _slope(memory[begin:]) * 1000 / EVERY
    grown = max(files[begin:]) - min(files[begin:])
    print(f"{polls} polls: {slope:+.2f} MB per 1,000, file descriptors {grown:+d}")
    if "--json" in sys.argv:
        print(json.dumps({"polls": polls, "mb_per_1000": round(slope, 2), "fds": grown}))
    return 0 if slope <= 1 and grown == 0 else 1


def _soak(bot: Bot, server: Dovecot, polls: int) -> tuple[list[float], list[int]]:
    memory: list[float] = []
    files: list[int] = []
    account = server.account("author")
    now = datetime.now(UTC)
    with IMAPClient(account.host, account.port, ssl=False) as client:
        client.login(account.username, account.password)
        for number in range(polls):
            if number % EVERY == 0:
                raw = ASKED % (number, account.address.encode(), number)
                client.append("INBOX", raw, msg_time=now)
                gc.collect()
                memory.append(_memory())
                files.append(len(list(Path("/proc/self/fd").iterdir())))
            now += timedelta(minutes=5)
            pipeline.poll(bot, now)
    return memory, files


def _memory() -> float:
    """Resident, in megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


def _slope(values: Sequence[float]) -> float:
    """Least squares, per step."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    above = sum((at - middle) * (value - mean) for at, value in enumerate(values))
    return above / sum((at - middle) ** 2 for at in range(len(values)))


if __name__ == "__main__":
    sys.exit(main())
