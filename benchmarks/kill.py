"""The whole story, killed at each single I/O step, then run again: are the laws still kept?

    python -m benchmarks.kill [--json] [--every N] [--errors] [--scene NAME] [--workers N]
        [--postgresql]

Each call that leaves a mark outside the process (write, send, fsync, rename, unlink, ftruncate and
their kin, SQLite's included) is a point. `--errors` has the same calls fail with EIO and ENOSPC
besides; `--scene` plays those alone whose name holds the word. Each worker has servers of its own
and takes its share of every scene. With `--postgresql` the stores are on such a server, and what is
sent to it counts. mbsync's own suite interrupts itself at 3,975 points.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from imapclient import IMAPClient

from benchmarks.kill_laws import Seen, broken_laws, look, message_id, still
from benchmarks.kill_story import SCENES, Order
from inbox_bot.model import Draft, DraftState
from inbox_bot.store import open_store
from tests.databases import EMPTY, FILE
from tests.servers import postgres
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import Receiver

TOP = Path(__file__).parent.parent
MBSYNC_POINTS = 3975


@dataclass
class Tally:
    points: int = 0
    uncertain: int = 0
    resolved: int = 0
    violations: list[str] = field(default_factory=list)


class Forker:
    """The process that forks; its children do the work."""

    def __init__(self, shim: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.kill_story"],
            env={**os.environ, "LD_PRELOAD": str(shim), "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=TOP,
            text=True,
        )
        self._answer()

    def live(self, order: Order) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        return int(self._answer())

    def close(self) -> None:
        self._process.communicate()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    server: Dovecot
    receiver: Receiver
    forker: Forker
    directory: Path
    database: str
    """The PostgreSQL server's URL; empty for stores that are files."""

    def order(self, scene: str, user: str) -> Order:
        directory = self.directory / user
        directory.mkdir(exist_ok=True)
        return Order(
            scene=scene,
            part="prepare",
            user=user,
            password=PASSWORD,
            imap=self.server.port,
            smtp=self.receiver.port,
            directory=str(directory),
            store=postgres.new_database(self.database, user, EMPTY) if self.database else FILE,
        )

    def copy(self, prepared: Order, user: str) -> Order:
        """The same mailbox and store once more."""
        homes = self.server.base / "home"
        for source, target in (
            (homes / prepared.user, homes / user),
            (Path(prepared.directory), self.directory / user),
        ):
            subprocess.run(["cp", "-a", str(source), str(target)], check=True)
        if self.database:
            url = postgres.new_database(self.database, user, prepared.user)
            prepared = replace(prepared, store=url)
        return replace(prepared, user=user, directory=str(self.directory / user))

    def remove(self, order: Order) -> None:
        shutil.rmtree(self.server.base / "home" / order.user, ignore_errors=True)
        shutil.rmtree(order.directory, ignore_errors=True)
        if self.database:
            postgres.drop_database(self.database, order.user)


@contextmanager
def stage(on_server: bool = False) -> Iterator[Stage]:
    with ExitStack() as stack:
        database = stack.enter_context(postgres.running()) if on_server else ""
        if database:
            open_store(postgres.new_database(database, EMPTY), Path()).close()
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ibk")))
        shim = directory / "shim.so"
        source = Path(__file__).with_name("kill_shim.c")
        subprocess.run(
            ["gcc", "-shared", "-fPIC", "-O1", "-o", str(shim), str(source), "-ldl"], check=True
        )
        server = Dovecot()
        stack.callback(server.close)
        receiver = Receiver()
        stack.callback(receiver.close)
        forker = Forker(shim)
        stack.callback(forker.close)
        yield Stage(
            server=server,
            receiver=receiver,
            forker=forker,
            directory=directory,
            database=database,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Which points of a scene one worker plays: each so many, from `first` on, with each error."""

    first: int = 1
    every: int = 1
    errors: Sequence[int] = (0,)


def play(on: Stage, scene: str, share: Share, tally: Tally) -> int:
    """One scene, interrupted at its points in turn; how many it has."""
    prepared = on.order(scene, f"p{list(SCENES).index(scene)}")
    begin = len(on.receiver.taken)
    assert on.forker.live(prepared) == 0, f"{scene}: cannot be prepared"
    earlier = [message_id(one) for one in on.receiver.taken[begin:] if not one.announces]
    unharmed = replace(on.copy(prepared, f"{prepared.user}x"), part="act", at=10**9)
    assert on.forker.live(unharmed) == 0, f"{scene}: fails without any harm"
    steps = int(Path(unharmed.directory, "steps").read_text())
    on.forker.live(replace(unharmed, part="idle"))
    wanted = look(unharmed, (), earlier)
    for error in share.errors:
        for at in range(share.first, steps + 1, share.every):
            order = replace(on.copy(prepared, f"{prepared.user}e{error}n{at}"), at=at, error=error)
            told = _one(on, replace(order, part="act"), wanted, tally)
            where = f"{scene}, {_name(error)} at {at}"
            tally.violations += [f"{where}: {law}" for law in told]
            on.remove(order)
    return steps


def _one(on: Stage, order: Order, wanted: Seen, tally: Tally) -> list[str]:
    begin, earlier = len(on.receiver.taken), wanted.earlier
    code = on.forker.live(order)
    tally.points += 1
    broken = ["it stumbled"] if code == 3 else []
    if on.forker.live(replace(order, part="idle")) != 0:
        return [*broken, "it does not come up again"]
    first = look(order, on.receiver.taken[begin:], earlier)
    on.forker.live(replace(order, part="idle"))
    again = look(order, on.receiver.taken[begin:], earlier)
    broken += broken_laws(first, wanted)
    if still(first) != still(again):
        broken.append("a second idle run changes something")
    uncertain = [one for one in again.drafts if one.state is DraftState.UNCERTAIN]
    tally.uncertain += len(uncertain)
    if uncertain:
        broken += _settle(on, order, uncertain, begin, earlier, tally)
    return broken


def _settle(
    on: Stage,
    order: Order,
    uncertain: Sequence[Draft],
    begin: int,
    earlier: Sequence[str],
    tally: Tally,
) -> list[str]:
    """The server files what it took into Sent, as large providers do: then all is clear."""
    took = {message_id(one): one for one in on.receiver.taken[begin:]}
    with IMAPClient("127.0.0.1", order.imap, ssl=False) as client:
        client.login(order.user, order.password)
        for draft in uncertain:
            if draft.message_id in took:
                client.append("Sent", took[draft.message_id].raw)
    on.forker.live(replace(order, part="idle"))
    after = look(order, on.receiver.taken[begin:], earlier)
    left = {one.message_id for one in after.drafts if one.state is DraftState.UNCERTAIN}
    proven = {one.message_id for one in uncertain} & took.keys()
    tally.resolved += len(proven - left)
    return ["an uncertain reply in Sent stays uncertain"] if proven & left else []


def _name(error: int) -> str:
    return errno.errorcode.get(error, "killed")


def perform(scenes: Sequence[str], share: Share) -> Sequence[tuple[int, Tally]]:
    """One worker's share of each scene: the scene's steps, and what came of it."""
    with stage("--postgresql" in sys.argv) as on:
        return [(play(on, scene, share, tally := Tally()), tally) for scene in scenes]


def _shares(workers: int) -> Sequence[Share]:
    every = int(_told("--every", "1"))
    errors = (0, errno.EIO, errno.ENOSPC) if "--errors" in sys.argv else (0,)
    return [
        Share(first=1 + number * every, every=every * workers, errors=errors)
        for number in range(workers)
    ]


def _told(option: str, default: str) -> str:
    return sys.argv[sys.argv.index(option) + 1] if option in sys.argv else default


def _together(tallies: Sequence[Tally]) -> Tally:
    return Tally(
        points=sum(one.points for one in tallies),
        uncertain=sum(one.uncertain for one in tallies),
        resolved=sum(one.resolved for one in tallies),
        violations=[violation for one in tallies for violation in one.violations],
    )


def main() -> int:
    scenes = [name for name in SCENES if _told("--scene", "") in name]
    shares, begin = _shares(int(_told("--workers", str(os.cpu_count() or 1)))), time.monotonic()
    with ThreadPoolExecutor(len(shares)) as pool:
        played = list(pool.map(lambda share: perform(scenes, share), shares))
    print(f"{'scene':<28}{'steps':>7}{'points':>8}{'broken':>8}")
    for scene, found in zip(scenes, zip(*played, strict=True), strict=True):
        of_scene = _together([tally for _, tally in found])
        steps = max(steps for steps, _ in found)
        print(f"{scene:<28}{steps:>7}{of_scene.points:>8}{len(of_scene.violations):>8}")
    tally = _together([one for of_worker in played for _, one in of_worker])
    for violation in tally.violations[:50]:
        print(violation)
    print(f"{tally.points} points in {time.monotonic() - begin:.0f} s; mbsync: {MBSYNC_POINTS}")
    if "--json" in sys.argv:
        print(_json(tally, len(scenes)))
    return 1 if tally.violations else 0


def _json(tally: Tally, scenes: int) -> str:
    return json.dumps(
        {
            "points": tally.points,
            "scenarios": scenes,
            "violations": len(tally.violations),
            "uncertain": tally.uncertain,
            "resolved": tally.resolved,
        }
    )


if __name__ == "__main__":
    sys.exit(main())
