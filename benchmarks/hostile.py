"""Does the review page stay quick while the bot polls a thousand hostile letters?

    python -m benchmarks.hostile [--json] [LETTERS]

On a real Dovecot, in the process of `inbox-bot run`: while the poll goes on, and once more when it
is done, /healthz, the queue, a letter's page and its HTML are asked every 50 ms, and somebody else
wants to write to the store. The bar: none waits more than half a second longer than at rest.
"""

from __future__ import annotations

import http.client
import json
import sqlite3
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

from benchmarks.hostile_letters import hostile
from benchmarks.scenarios_letters import ann
from benchmarks.scenarios_page import link, running
from benchmarks.scenarios_world import Setup, World, world
from tests.servers.dovecot import Dovecot

BAR = 0.5
EVERY = 0.05
AT_REST = 20.0
LONGEST_POLL = 1_800.0
Waits = dict[str, list[float]]


def main() -> int:
    warnings.simplefilter("ignore", DeprecationWarning)  # the receiver's own library
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    count = numbers[0] if numbers else 1_000
    server = Dovecot()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="ibh", dir="/tmp") as place,
            world(server, Path(place), Setup(more="poll: {every: 1h}")) as scene,
        ):
            return _tell(count, *_measured(scene, count))
    finally:
        server.close()


def _measured(scene: World, count: int) -> tuple[float, int, Waits, Waits]:
    """Seconds of the poll, letters set aside, and the waits during it and at rest."""
    scene.poll(ann())
    entry = link(scene)
    for number in range(count):
        scene.mail.deliver(hostile(number, scene.address))
    with running(scene):
        asks = _asks(scene, entry)
        begun = time.monotonic()
        with _asking(asks) as busy:
            _wait_until_polled(scene, count)
        seconds = time.monotonic() - begun
        with _asking(asks) as quiet:
            time.sleep(AT_REST)
    return seconds, _counted(scene, "message WHERE verdict = 'unreadable'"), busy, quiet


def _tell(count: int, seconds: float, aside: int, busy: Waits, quiet: Waits) -> int:
    print(f"{count} hostile letters in {seconds:.0f} s, {aside} unreadable")
    print(f"{'asked for':<12}{'times':>7}{'p95 ms':>9}{'longest':>9}{'at rest':>9}")
    over = 0.0
    for name, waits in busy.items():
        longest, rest = max(waits) * 1000, max(quiet[name]) * 1000
        slow = sorted(waits)[int(len(waits) * 0.95)] * 1000
        over = max(over, longest - rest)
        print(f"{name:<12}{len(waits):>7}{slow:>9.0f}{longest:>9.0f}{rest:>9.0f}")
    if "--json" in sys.argv:
        longest_waits = {name: round(max(waits) * 1000) for name, waits in busy.items()}
        told = {"letters": count, "seconds": round(seconds), "unreadable": aside}
        print(json.dumps({**told, **longest_waits, "over_rest_ms": round(over)}))
    return 0 if over <= BAR * 1000 else 1


def _asks(scene: World, entry: str) -> dict[str, Callable[[], None]]:
    """The ways to ask, each with a connection of its own."""
    cookie = _cookie(scene.page, entry)
    with closing(sqlite3.connect(_store(scene))) as store:
        (letter_id,) = store.execute("SELECT min(id) FROM message").fetchone()
    pages = {
        "health": "/healthz",
        "queue": "/",
        "letter": f"/letter/{letter_id}",
        "its HTML": f"/letter/{letter_id}/html",
    }
    asks = {name: _page(scene.page, path, cookie) for name, path in pages.items()}
    return {**asks, "a write": lambda: _write(scene)}


def _cookie(port: int, entry: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/open/" + entry.rpartition("/")[2])
    answer = connection.getresponse()
    answer.read()
    return (answer.getheader("Set-Cookie") or "").partition(";")[0]


def _page(port: int, path: str, cookie: str) -> Callable[[], None]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask() -> None:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} is answered with {answer.status}")

    return ask


def _write(scene: World) -> None:
    """As long as any verb on the page would have to wait for its turn."""
    with closing(sqlite3.connect(_store(scene), timeout=60, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")
        store.execute("ROLLBACK")


@contextmanager
def _asking(asks: dict[str, Callable[[], None]]) -> Iterator[Waits]:
    waits: Waits = {name: [] for name in asks}
    stop = Event()
    threads = [Thread(target=_ask, args=(ask, waits[name], stop)) for name, ask in asks.items()]
    for thread in threads:
        thread.start()
    try:
        yield waits
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _ask(ask: Callable[[], None], waits: list[float], stop: Event) -> None:
    while not stop.wait(EVERY):
        begun = time.monotonic()
        ask()
        waits.append(time.monotonic() - begun)


def _wait_until_polled(scene: World, count: int) -> None:
    """Until each letter is there and considered, and the poll itself has ended."""
    deadline = time.monotonic() + LONGEST_POLL
    looked = _noted(scene, "looked")
    while _counted(scene, "place") <= count or _noted(scene, "looked") == looked:
        if time.monotonic() > deadline:
            raise RuntimeError(f"the poll does not end in {LONGEST_POLL:.0f} s")
        time.sleep(1)


def _store(scene: World) -> Path:
    return next(scene.directory.glob("*.db"))


def _counted(scene: World, what: str) -> int:
    with closing(sqlite3.connect(_store(scene), timeout=60)) as store:
        (count,) = store.execute(f"SELECT count(*) FROM {what}").fetchone()
    return int(count)


def _noted(scene: World, key: str) -> str:
    with closing(sqlite3.connect(_store(scene), timeout=60)) as store:
        found: Sequence[str] = store.execute(
            "SELECT value FROM note WHERE key = ?", [key]
        ).fetchone()
    return found[0] if found else ""


if __name__ == "__main__":
    sys.exit(main())
