"""The child process in which the sandbox reads letters; a hostile one may kill it.

Standard input brings batches of letters, standard output takes the answers, one a letter and in
order, many at once: to wake the parent for each would cost more than reading most. A second pipe
takes a byte for each letter begun, so that the parent knows which letter killed the process.

Texts of letters may come, too, behind the safety rules that shall hear what is said in them.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle  # both ends are this program, and nothing else can write to its pipes
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from inbox_bot.errors import Unreadable
from inbox_bot.letters.reading.framing import READY, receive, send
from inbox_bot.letters.reading.letters import read
from inbox_bot.model import Heard, Message

if TYPE_CHECKING:  # loaded with the first safety rules that come: mostly none do
    from inbox_bot.letters.safety import SafetyRules

try:
    import resource
except ImportError:  # not a POSIX system: the parent's clock is the only limit
    HAS_LIMITS = False
else:
    HAS_LIMITS = True
# Loads tables and codecs before the clock runs and memory is measured.
_ANSWERS_HELD = 64 * 1024
_OBJECTS_BETWEEN_COLLECTIONS = 20_000  # a letter leaves no cycles behind
_WARM_UP = b"From: a@example.org\nContent-Type: text/html; charset=utf-8\n\n<p>On 1.1.2020:\n"


def main() -> None:
    """Read until the parent closes the pipe.

    `argv` holds seconds a letter, bytes of memory, and the number of the second pipe.
    """
    seconds, memory, begun = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    answers = os.fdopen(os.dup(1), "wb", _ANSWERS_HELD)
    os.dup2(2, 1)  # whatever a library prints must not land among the answers
    worker = Worker()
    worker.answer(_WARM_UP)
    gc.freeze()  # what is loaded now stays; the collector need not look at it again
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    if HAS_LIMITS:
        _limit_memory(memory)
    send(answers, READY)
    answers.flush()
    while (batch := receive(sys.stdin.buffer)) is not None:
        for task in pickle.loads(batch):  # noqa: S301 - see above
            os.write(begun, b".")
            _arm(seconds)
            send(answers, pickle.dumps(worker.answer(task), pickle.HIGHEST_PROTOCOL))
        answers.flush()
        _arm(0)


class Worker:
    """Reads letters, and hears what texts say with the safety rules that came last."""

    def __init__(self) -> None:
        self._safety: SafetyRules | None = None

    def answer(self, task: bytes | str | SafetyRules) -> Message | Heard | str:
        if isinstance(task, bytes):
            return _read(task)
        if not isinstance(task, str):
            self._safety = task
            return "taken"
        return self._safety.hear(task) if self._safety else "no safety"


def _read(raw: bytes) -> Message | str:
    try:
        return read(raw)
    except Unreadable as reason:
        return str(reason)


def _arm(seconds: float) -> None:
    """The kernel ends this process when the time is up, even in the midst of C or Rust."""
    if HAS_LIMITS:
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(allowed: int) -> None:
    """Above what is in use now. macOS does not hold to it; there, the limits on size must do."""
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * os.sysconf("SC_PAGE_SIZE") + allowed
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    main()
