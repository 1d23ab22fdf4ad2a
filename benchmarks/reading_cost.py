"""What letters cost: hostile ones, endless ones, and many ordinary ones."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks.reading_corpora import Corpora
from benchmarks.reading_peers import Missing, reading, stripping
from benchmarks.reading_rows import Row
from benchmarks.reading_shapes import SHAPES, TEXTS
from inbox_bot.errors import Unreadable
from inbox_bot.letters.questions import find_questions
from inbox_bot.letters.reading import Sandbox, read, visible
from inbox_bot.letters.verdicts import judge
from inbox_bot.model import KnownPeople, Message

_PATIENCE = 5.0
_PEER_TEXT = 60_000


def hostile(_corpora: Corpora) -> list[Row]:
    """Each shape between two ordinary letters, which must both be read in the same call."""
    with Sandbox() as sandbox:
        sandbox.read([_ordinary(0)])
        return [_cost(sandbox, name, factor) for factor in (1, 10) for name in SHAPES]


def _ordinary(number: int) -> bytes:
    return b"From: a@example.org\r\nMessage-ID: <%d@example.org>\r\n\r\nWhy?" % number


def _cost(sandbox: Sandbox, name: str, factor: int) -> Row:
    raw = SHAPES[name](factor)
    before = sandbox.peak_memory()
    start = time.perf_counter()
    first, answer, last = sandbox.read([_ordinary(1), raw, _ordinary(2)])
    seconds = time.perf_counter() - start
    neighbours = isinstance(first, Message) and isinstance(last, Message)
    grown = max(0, sandbox.peak_memory() - before) / 2**20
    outcome = str(answer).split(";")[0] if isinstance(answer, Unreadable) else "read"
    return Row(
        what=f"hostile: {name} x{factor}",
        measured=f"{seconds:.2f} s, {grown:.0f} MB, {outcome}",
        bar="<= 5 s, <= 256 MB, neighbours read",
        met=seconds <= 5 and grown <= 256 and neighbours,
        figures={"seconds": seconds, "megabytes": grown},
        peers={"stdlib policy.default": _default_cost(raw)} if factor == 1 else {},
    )


def _default_cost(raw: bytes) -> str:
    script = (
        "import sys, time; from benchmarks.reading_peers import reading\n"
        "raw = sys.stdin.buffer.read(); start = time.perf_counter()\n"
        "try: reading()['stdlib policy.default'](raw); how = 'read'\n"
        "except BaseException as failed: how = type(failed).__name__\n"
        "print(f'{time.perf_counter() - start:.2f} s, {how}')"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}\n{script}"],
            input=raw,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"> {_PATIENCE:g} s"
    return done.stdout.decode().strip() or "died"


def repetitive(_corpora: Corpora) -> list[Row]:
    rows = []
    for name, piece in TEXTS.items():
        text = piece * (1_000_000 // len(piece))
        start = time.perf_counter()
        visible(text)
        seconds = time.perf_counter() - start
        rows.append(
            Row(
                what=f"1 MB of {name}",
                measured=f"{seconds:.2f} s",
                bar="<= 1 s",
                met=seconds <= 1,
                figures={"seconds": seconds},
            )
        )
    rows[0] = _with_peers(rows[0])
    return rows


def _with_peers(row: Row) -> Row:
    text = "On " * (_PEER_TEXT // 3)
    peers = {f"{name}, 60 kB": _peer_seconds(name, text) for name in stripping()}
    return Row(
        what=row.what,
        measured=row.measured,
        bar=row.bar,
        met=row.met,
        figures=row.figures,
        peers=peers,
    )


def _peer_seconds(name: str, text: str) -> str:
    peer = stripping()[name]
    if isinstance(peer, Missing):
        return peer.why
    script = (
        "import sys, time; from benchmarks.reading_peers import stripping\n"
        f"peer = stripping()[{name!r}]; text = sys.stdin.read(); start = time.perf_counter()\n"
        "try: peer(text)\n"
        "except BaseException as failed: print(type(failed).__name__, end=' ')\n"
        "print(f'{time.perf_counter() - start:.2f} s')"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}\n{script}"],
            input=text.encode(),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"> {_PATIENCE:g} s"
    return done.stdout.decode().strip() or "died"


def speed(corpora: Corpora) -> list[Row]:
    """Letters of about 4 kB. Ours does everything: text, questions and verdict."""
    raws = [item.raw for item in corpora.letters if 2_500 < len(item.raw) < 6_000][:400]
    if not raws:
        return []
    average = sum(map(len, raws)) / len(raws)
    own = _rate(_everything, raws)
    with Sandbox() as sandbox:
        sandbox.read(raws[:10])
        start = time.perf_counter()
        sandbox.read(raws * 4)
        in_room = len(raws) * 4 / (time.perf_counter() - start)
    peers = {
        f"{name}, parsing alone": peer.why
        if isinstance(peer, Missing)
        else f"{_rate(_quietly(peer), raws):,.0f}"
        for name, peer in reading().items()
    }
    return [
        Row(
            what="letters a second, one worker",
            measured=f"{own:,.0f} of {average / 1000:.1f} kB (read in the sandbox: {in_room:,.0f})",
            bar=">= 2,000 (goal 6,000)",
            met=own >= 2_000,
            figures={"letters_per_second": own, "in_room": in_room},
            peers=peers,
        )
    ]


def _everything(raw: bytes) -> object:
    try:
        message = read(raw)
    except Unreadable:
        return None
    return judge(message, KnownPeople()), find_questions(message.text)


def _quietly(peer: Callable[[bytes], object]) -> Callable[[bytes], object]:
    def read_or_not(raw: bytes) -> object:
        try:
            return peer(raw)
        except Exception:  # peers raise anything
            return None

    return read_or_not


def _rate(work: Callable[[bytes], object], raws: list[bytes]) -> float:
    """The best of five rounds, by the processor's clock: others may be using the machine."""
    best = 0.0
    gc.collect()
    gc.freeze()  # the corpora and the peers lie in memory, too, and are nobody's cost
    for _ in range(5):
        start = time.process_time()
        for raw in raws:
            work(raw)
        best = max(best, len(raws) / (time.process_time() - start))
    return best
