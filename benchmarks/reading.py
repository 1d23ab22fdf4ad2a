"""How well letters are read, next to what others make of them.

    python benchmarks/reading.py ../shared/corpora [--json]

Prints a line for each bar. A peer that is not installed is said so; `pip install superops-talon
faust-cchardet chardet lxml_html_clean email-reply-parser unquotemail mail-parser-reply quotequail
imap_tools mail-parser flufl.bounce` brings them all.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script from anywhere

from benchmarks.reading_corpora import Corpora, load
from benchmarks.reading_cost import hostile, repetitive, speed
from benchmarks.reading_quality import bounces, crashes, forwards, paths, replies
from benchmarks.reading_rows import Row

_MEASUREMENTS: tuple[Callable[[Corpora], list[Row]], ...] = (
    crashes,
    paths,
    replies,
    forwards,
    bounces,
    hostile,
    repetitive,
    speed,
)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Measure how letters are read.")
    parser.add_argument("corpora", type=Path, help="the folder of real material")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    chosen = parser.parse_args(arguments)
    corpora = load(chosen.corpora)
    rows: list[Row] = []
    for measure in _MEASUREMENTS:
        for row in measure(corpora):
            rows.append(row)
            print(row.shown(), flush=True)
    missed = [row.what for row in rows if not row.met]
    print(
        f"\n{len(rows) - len(missed)} of {len(rows)} bars met" + "".join(f"; {m}" for m in missed)
    )
    if chosen.json:
        print(json.dumps({row.what: row.as_json() for row in rows}))
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
