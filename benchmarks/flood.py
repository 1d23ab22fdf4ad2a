"""A flood: many letters of one sender, beside as many of as many senders.

    python -m benchmarks.flood [--json] [LETTERS ...]

All ask something, each in a thread of its own; in a third mailbox each letter of the one sender
answers the one before. Without numbers 600 and 10,000 letters. The bar: one sender costs at most
one and a half times as much processor as many do.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.backlog import lay, run_bot
from benchmarks.backlog_letters import questions
from tests.servers.dovecot import Dovecot

BAR = 1.5
FLOODS = {"many": (0, False), "one": (1, False), "one_thread": (1, True)}
"""Of how many senders (0: each letter of another one), and whether all are one thread."""


def main() -> int:
    counts = [int(word) for word in sys.argv[1:] if word.isdigit()] or [600, 10_000]
    server = Dovecot()
    try:
        with tempfile.TemporaryDirectory() as cache:
            lay(server, "first", questions(2))
            run_bot(server.account("first"), Path(cache))  # fills the cache
            figures = [_compare(server, Path(cache), count) for count in counts]
    finally:
        server.close()
    if "--json" in sys.argv:
        print(json.dumps(figures))
    ratios = [told[name] for told in figures for name in ("ratio_one", "ratio_one_thread")]
    return 0 if max(ratios) <= BAR else 1


def _compare(server: Dovecot, cache: Path, count: int) -> dict[str, float]:
    told: dict[str, float] = {"letters": count}
    print(f"{count} letters of{'seconds':>12}{'cpu':>8}{'MB':>7}{'drafts':>8}")
    for name, (senders, one_thread) in FLOODS.items():
        lay(server, f"{name}{count}", questions(count, senders, one_thread))
        taken = run_bot(server.account(f"{name}{count}", timeout=60), cache)
        print(
            f"{name:>18}{taken.seconds:>12.2f}{taken.cpu:>8.2f}{taken.rss:>7.0f}{taken.drafts:>8}"
        )
        told |= {f"cpu_{name}": taken.cpu, f"drafts_{name}": taken.drafts}
    for name in ("one", "one_thread"):
        told[f"ratio_{name}"] = round(told[f"cpu_{name}"] / told["cpu_many"], 2)
    return told


if __name__ == "__main__":
    sys.exit(main())
