"""How fast, on one core, from 20 entries to 100,000 phrasings.

Times are the processor's own, so that neighbours on the machine do not count; only those of a
fresh process are by the wall clock.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.matching_quality import Bar, peers
from benchmarks.memory import most_held
from inbox_bot.faq.load import load
from inbox_bot.faq.matching import Matcher
from inbox_bot.faq.matching.vectors import shipped_vectors
from inbox_bot.model import Article, Entry, Faq

_WAYS = (
    "how do I {verb} my {noun}",
    "what is the best way to {verb} a {noun}",
    "my {noun} needs to be {verb}ed, please help",
    "can you {verb} the {noun} for me",
    "is it possible to {verb} the {noun} without {other}",
    "{verb} {noun}",
)
_ASKED = (
    "hello, could you tell me how to {verb} the old {noun} in my house?",
    "I have tried to {verb} a {noun} but the {other} is in the way",
    "whats the {noun} {verb} thing about",
)
_FRESH = """
import time
begin = time.perf_counter()
from pathlib import Path
from inbox_bot.faq import load
from inbox_bot.matching import Matcher
import sys
matcher = Matcher.from_entries(load(Path("faq")), Path(sys.argv[1]))
matcher.rank("does it hurt to have a trigger point massage?")
seconds = time.perf_counter() - begin
from benchmarks.memory import most_held
print(seconds, most_held())
"""


def speed(quick: bool) -> list[Bar]:
    """Times of one question at a time, of batches, of building and of loading."""
    bars = [*_fresh_process()]
    small = {e.id: (e.question, *e.also_asked) for e in load(Path("faq")).entries}
    bars += _latency("FAQ of this article", small, 3)
    bars.append(_batches(small))
    bars += _latency("1,000 entries x 6", synthetic(1_000, 6), 8)
    if not quick:
        bars += _large()
    return bars


def _fresh_process() -> list[Bar]:
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-c", _FRESH, cache]
        runs = [
            subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
            for _ in range(3)
        ]
    built, *cached = [(float(seconds), float(megabytes)) for seconds, megabytes in runs]
    loaded = min(cached)
    return [
        Bar(name="fresh process, nothing cached: first match, s", value=built[0], most=1.5),
        Bar(name="fresh process, nothing cached: memory, MB", value=built[1], most=250),
        Bar(name="fresh process, index cached: first match, s", value=loaded[0], most=1.5),
        Bar(name="fresh process, index cached: memory, MB", value=loaded[1], most=250),
    ]


def synthetic(entries: int, ways: int) -> dict[str, list[str]]:
    """Entries about two words each, drawn from real words."""
    chance = random.Random(11)
    words = _real_words()
    return {
        f"entry-{number}": _fill(_WAYS[:ways], words, chance, number) for number in range(entries)
    }


def _fill(
    patterns: Sequence[str], words: Sequence[str], chance: random.Random, number: int
) -> list[str]:
    verb, noun = words[number % len(words)], chance.choice(words)
    return [p.format(verb=verb, noun=noun, other=chance.choice(words)) for p in patterns]


def _real_words() -> list[str]:
    vectors = shipped_vectors()
    pieces = vectors.common_words() if vectors else ()
    return [word for word in pieces if word.isascii() and word.isalpha() and len(word) > 3][:8_000]


def _questions(number: int) -> list[str]:
    chance = random.Random(12)
    words = _real_words()
    return [_fill(_ASKED, words, chance, i)[i % len(_ASKED)] for i in range(number)]


def _latency(title: str, ways: Mapping[str, Sequence[str]], most: float) -> list[Bar]:
    matcher = Matcher.from_phrasings(ways)
    asked = _questions(300)
    print(f"\n== one question, {title}: ms p50, p99")
    own = _times(matcher.rank, asked)
    print(f"{'inbox_bot':<34} {own[0]:8.2f} {own[1]:8.2f}")
    for name, rank in peers(ways).items():
        middle, slow = _times(rank, asked[:50])
        print(f"{name:<34} {middle:8.2f} {slow:8.2f}")
    return [Bar(name=f"one question, {title}: p99, ms", value=own[1], most=most)]


def _times(rank: Callable[[str], object], asked: Sequence[str]) -> tuple[float, float]:
    """Milliseconds: the middle and the 99th percentile."""
    for text in asked[:5]:
        rank(text)
    times = []
    for text in asked:
        begin = time.process_time()
        rank(text)
        times.append((time.process_time() - begin) * 1000)
    return float(np.percentile(times, 50)), float(np.percentile(times, 99))


def _batches(ways: Mapping[str, Sequence[str]]) -> Bar:
    matcher = Matcher.from_phrasings(ways)
    asked = [text for group in ways.values() for text in group] * 20
    matcher.rank_many(asked[:500])
    begin = time.process_time()
    matcher.rank_many(asked)
    rate = len(asked) / (time.process_time() - begin)
    return Bar(name="batches, this FAQ: questions a second", value=rate, least=2_000)


def _large() -> list[Bar]:
    """Built in a process of its own: the peers' memory is not to be counted."""
    command = [sys.executable, "-c", "from benchmarks import matching_speed as m; m.build_large()"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    built, loaded, memory = map(float, told)
    return [
        Bar(name="100,000 phrasings: build, s", value=built, most=60),
        Bar(name="100,000 phrasings: load, s", value=loaded, most=2),
        Bar(name="100,000 phrasings: memory at most, MB", value=memory, most=1024),
        *_latency("100,000 phrasings", synthetic(20_000, 5), 60),
    ]


def build_large() -> None:
    """Prints the seconds to build the index and to load it, and the megabytes that it took."""
    entries = tuple(
        Entry(id=key, article="a", question=first, also_asked=tuple(rest), answer="Yes.")
        for key, (first, *rest) in synthetic(20_000, 5).items()
    )
    faq = Faq(articles=(Article(slug="a", title="A"),), entries=entries)
    times: list[float] = []
    with tempfile.TemporaryDirectory() as cache:
        for _ in ("built", "loaded"):
            begin = time.process_time()
            Matcher.from_entries(faq, Path(cache))
            times.append(time.process_time() - begin)
    print(*times, most_held())
