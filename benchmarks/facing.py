"""Two bots write to each other, and both authors approve whatever can be approved. Does it end?

    python -m benchmarks.facing [--json] [LETTERS]

Each letter asks one of the FAQ's own questions and begins an exchange: one bot's reply is the
other one's letter, and so on.
"""

from __future__ import annotations

import itertools
import json
import logging
import multiprocessing
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

from inbox_bot.letters.reading import Sandbox
from tests.facing import LONGEST, exchange
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Receiver
from tests.world import KNOWLEDGE, two_worlds

AT_A_TIME = 200


def main() -> int:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    wanted = numbers[0] if numbers else 10_000
    texts = [asked for entry in KNOWLEDGE.faq.entries for asked in entry.also_asked]
    begun = time.monotonic()
    batches = [
        list(itertools.islice(itertools.cycle(texts), start, min(wanted, start + AT_A_TIME)))
        for start in range(0, wanted, AT_A_TIME)
    ]
    # what the bot does for a letter is mostly its own computing: a core for each pair of bots
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        met = list(pool.map(_meet, batches))
    rounds, replies = max(found for found, _ in met), sum(left for _, left in met)
    ended = rounds < LONGEST
    seconds = time.monotonic() - begun
    print(f"{wanted} exchanges, {replies} replies, {rounds} rounds at most, {seconds:.0f} s")
    if "--json" in sys.argv:
        print(json.dumps({"exchanges": wanted, "replies": replies, "rounds": rounds}))
    return 0 if ended else 1


def _meet(questions: list[str]) -> tuple[int, int]:
    """Rounds, and replies that left, until nobody has more to say."""
    logging.disable(logging.WARNING)
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox())
        server = stack.enter_context(closing(Dovecot()))
        accounts = [server.account(f"author{number}") for number in (1, 2)]
        receivers = [stack.enter_context(closing(Receiver())) for _ in accounts]
        directories = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in accounts]
        one, other = stack.enter_context(two_worlds(accounts, receivers, directories, sandbox))
        rounds = exchange(one, other, questions)
        return rounds, len(one.replies()) + len(other.replies())


if __name__ == "__main__":
    sys.exit(main())
