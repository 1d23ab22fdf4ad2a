"""The whole story, killed at each single I/O step, then run again: are the laws still kept?

    python -m benchmarks.kill [--json] [--every N] [--errors]

Each call that leaves a mark outside the process (write, send, fsync, rename, unlink, ftruncate and
their kin, SQLite's included) is a point. `--errors` has the same calls fail with EIO and ENOSPC
besides. mbsync's own suite interrupts itself at 3,975 points.
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
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from imapclient import IMAPClient

from benchmarks.kill_story import SCENES, Order
from inbox_bot.model import Draft, DraftState, Event, Verdict
from inbox_bot.sending import HANDED_OVER
from inbox_bot.store import open_store
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import Receiver, Taken

TOP = Path(__file__).parent.parent
MBSYNC_POINTS = 3975
FILED_ONCE = (DraftState.PENDING, DraftState.APPROVED)


@dataclass
class Tally:
    points: int = 0
    uncertain: int = 0
    resolved: int = 0
    violations: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that can be seen of a story afterwards."""

    drafts: Sequence[Draft]
    events: Sequence[Event]
    letters: int
    lying: Sequence[str]
    whole: bool
    taken: Sequence[str]
    earlier: Sequence[str]


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
        )

    def copy(self, prepared: Order, user: str) -> Order:
        """The same mailbox and store once more."""
        homes = self.server.base / "home"
        for source, target in (
            (homes / prepared.user, homes / user),
            (Path(prepared.directory), self.directory / user),
        ):
            subprocess.run(["cp", "-a", str(source), str(target)], check=True)
        return replace(prepared, user=user, directory=str(self.directory / user))

    def remove(self, order: Order) -> None:
        shutil.rmtree(self.server.base / "home" / order.user, ignore_errors=True)
        shutil.rmtree(order.directory, ignore_errors=True)


@contextmanager
def stage() -> Iterator[Stage]:
    with ExitStack() as stack:
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
        yield Stage(server=server, receiver=receiver, forker=forker, directory=directory)


def play(on: Stage, scene: str, every: int, errors: Sequence[int], tally: Tally) -> int:
    """One scene, interrupted at each of its points in turn; how many those are."""
    prepared = on.order(scene, f"p{list(SCENES).index(scene)}")
    begin = len(on.receiver.taken)
    assert on.forker.live(prepared) == 0, f"{scene}: cannot be prepared"
    earlier = [_message_id(one) for one in on.receiver.taken[begin:]]
    unharmed = replace(on.copy(prepared, f"{prepared.user}x"), part="act", at=10**9)
    assert on.forker.live(unharmed) == 0, f"{scene}: fails without any harm"
    steps = int(Path(unharmed.directory, "steps").read_text())
    on.forker.live(replace(unharmed, part="idle"))
    wanted = _look(on, unharmed, len(on.receiver.taken), earlier)
    for error in errors:
        for at in range(1, steps + 1, every):
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
    first = _look(on, order, begin, earlier)
    on.forker.live(replace(order, part="idle"))
    again = _look(on, order, begin, earlier)
    broken += broken_laws(first, wanted)
    if _still(first) != _still(again):
        broken.append("a second idle run changes something")
    uncertain = [one for one in again.drafts if one.state is DraftState.UNCERTAIN]
    tally.uncertain += len(uncertain)
    if uncertain:
        broken += _settle(on, order, uncertain, begin, earlier, tally)
    return broken


def broken_laws(seen: Seen, wanted: Seen) -> list[str]:
    sent = {one.message_id for one in seen.drafts if one.state is DraftState.SENT}
    uncertain = {one.message_id for one in seen.drafts if one.state is DraftState.UNCERTAIN}
    approved = {(one.draft_id, one.version) for one in seen.events if one.verb == "approved"}
    handed = {(one.draft_id, one.version) for one in seen.events if one.verb == HANDED_OVER}
    begun = {one.message_id for one in seen.drafts if (one.id, one.version) in handed}
    said_yes = {one.message_id for one in seen.drafts if (one.id, one.version) in approved}
    live = [one.id for one in seen.drafts if one.state in (*FILED_ONCE, DraftState.UNCERTAIN)]
    states = {one.state for one in seen.drafts}
    laws = {
        "a letter is lost or doubled": seen.letters == wanted.letters != 0,
        "an intent is lost or doubled": _intents(seen) == _intents(wanted),
        "an intent has two drafts": len(live) == len(set(live)),
        "Drafts holds one twice": len(seen.lying) == len(set(seen.lying)),
        "a reply was sent twice": len(seen.taken) == len(set(seen.taken)),
        "something left without a yes": set(seen.taken) <= said_yes,
        "what left is not known to have left": set(seen.taken) <= sent | uncertain,
        "what is called sent never left": sent <= set(seen.taken),
        "a reply hangs in sending": DraftState.SENDING not in states,
        "an approved reply stays behind": DraftState.APPROVED not in states,
        "a reply is uncertain that never came to its data": uncertain <= begun,
        "the file is damaged": seen.whole,
    }
    return [law for law, holds in laws.items() if not holds]


def _intents(seen: Seen) -> list[tuple[int, int]]:
    """Each draft, whatever its version, and the letter that it first answered."""
    return sorted({(one.id, one.letter_id) for one in seen.drafts if one.version == 1})


def _look(on: Stage, order: Order, begin: int, earlier: Sequence[str]) -> Seen:
    with (
        closing(open_store("sqlite:///inbox_bot.db", Path(order.directory))) as store,
        store.reading() as tx,
    ):
        drafts = tx.drafts.in_state(*DraftState)
        letters = {one.letter_id for one in drafts}
        events = [event for letter in letters for event in tx.events(letter)]
        check = tx.connection.exec_driver_sql("PRAGMA integrity_check").scalar()
        readers = tx.messages.count(Verdict.READER)
    new = [_message_id(one) for one in on.receiver.taken[begin:]]
    return Seen(
        drafts=drafts,
        events=events,
        letters=readers,
        lying=_drafts_folder(order),
        whole=check == "ok",
        taken=[*earlier, *new],
        earlier=earlier,
    )


def _still(seen: Seen) -> object:
    return [(one.id, one.version, one.state) for one in seen.drafts], seen.lying, seen.taken


def _drafts_folder(order: Order) -> list[str]:
    with IMAPClient("127.0.0.1", order.imap, ssl=False) as client:
        client.login(order.user, order.password)
        client.select_folder("Drafts", readonly=True)
        found = client.fetch(client.search(["NOT", "DELETED"]), ["ENVELOPE"])
        return sorted(str(letter[b"ENVELOPE"].message_id) for letter in found.values())


def _settle(
    on: Stage,
    order: Order,
    uncertain: Sequence[Draft],
    begin: int,
    earlier: Sequence[str],
    tally: Tally,
) -> list[str]:
    """The server files what it took into Sent, as large providers do: then all is clear."""
    took = {_message_id(one): one for one in on.receiver.taken[begin:]}
    with IMAPClient("127.0.0.1", order.imap, ssl=False) as client:
        client.login(order.user, order.password)
        for draft in uncertain:
            if draft.message_id in took:
                client.append("Sent", took[draft.message_id].raw)
    on.forker.live(replace(order, part="idle"))
    after = _look(on, order, begin, earlier)
    left = {one.message_id for one in after.drafts if one.state is DraftState.UNCERTAIN}
    proven = {one.message_id for one in uncertain} & took.keys()
    tally.resolved += len(proven - left)
    return ["an uncertain reply in Sent stays uncertain"] if proven & left else []


def _message_id(taken: Taken) -> str:
    return str(taken.email["Message-ID"]).strip("<> ")


def _name(error: int) -> str:
    return errno.errorcode.get(error, "killed")


def main() -> int:
    every = int(sys.argv[sys.argv.index("--every") + 1]) if "--every" in sys.argv else 1
    errors = (0, errno.EIO, errno.ENOSPC) if "--errors" in sys.argv else (0,)
    tally, begin = Tally(), time.monotonic()
    with stage() as on:
        print(f"{'scene':<28}{'steps':>7}{'points':>8}{'broken':>8}")
        for scene in SCENES:
            points, broken = tally.points, len(tally.violations)
            steps = play(on, scene, every, errors, tally)
            fresh = len(tally.violations) - broken
            print(f"{scene:<28}{steps:>7}{tally.points - points:>8}{fresh:>8}", flush=True)
    for violation in tally.violations[:50]:
        print(violation)
    print(f"{tally.points} points in {time.monotonic() - begin:.0f} s; mbsync: {MBSYNC_POINTS}")
    if "--json" in sys.argv:
        print(
            json.dumps(
                {
                    "points": tally.points,
                    "scenarios": len(SCENES),
                    "violations": len(tally.violations),
                    "uncertain": tally.uncertain,
                    "resolved": tally.resolved,
                }
            )
        )
    return 1 if tally.violations else 0


if __name__ == "__main__":
    sys.exit(main())
