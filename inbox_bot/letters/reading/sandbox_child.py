"""The child process in which the sandbox reads letters and attachments; a hostile one may kill it.

Standard input brings batches of letters; standard output takes one answer for each, in order and
buffered, because waking the parent for each would cost more than most parsing. A second pipe takes
a byte for each letter begun, so that the parent knows which one killed the process.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle  # both ends are this program, and nothing else can write to its pipes
import signal
import sys
from pathlib import Path

from inbox_bot.errors import Unreadable
from inbox_bot.letters.reading.attached import open_attached
from inbox_bot.letters.reading.framing import READY, receive, send
from inbox_bot.letters.reading.letters import read
from inbox_bot.model import AttachmentContent, AttachmentRequest, Message

try:
    import resource
except ImportError:  # not a POSIX system: the parent's clock is the only limit
    HAS_LIMITS = False
else:
    HAS_LIMITS = True
ATTACHMENT_SECONDS = 1.8  # a browser waits for it
_ANSWERS_HELD = 64 * 1024
_OBJECTS_BETWEEN_COLLECTIONS = 20_000  # a letter leaves no cycles behind
# Loads tables and codecs before time and memory are limited.
_WARM_UP = b"From: a@example.org\nContent-Type: text/html; charset=utf-8\n\n<p>On 1.1.2020:\n"


def main() -> None:
    """Serves batches until the parent closes the pipe.

    `argv` holds seconds for each letter, bytes of memory, and the number of the second pipe.
    """
    seconds, memory, begun = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    answers = os.fdopen(os.dup(1), "wb", _ANSWERS_HELD)
    os.dup2(2, 1)  # a library's output must not get among the answers
    _answer(_WARM_UP)
    gc.freeze()  # loaded modules stay: the collector can skip them
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    if HAS_LIMITS:
        _limit_memory(memory)
    send(answers, READY)
    answers.flush()
    while (batch := receive(sys.stdin.buffer)) is not None:
        for one in pickle.loads(batch):  # noqa: S301 - see above
            os.write(begun, b".")
            is_letter = isinstance(one, bytes)
            _arm(seconds if is_letter else min(seconds, ATTACHMENT_SECONDS))
            send(answers, pickle.dumps(_answer(one), pickle.HIGHEST_PROTOCOL))
        answers.flush()
        _arm(0)


def _answer(one: bytes | AttachmentRequest) -> Message | AttachmentContent | str:
    try:
        return open_attached(one) if isinstance(one, AttachmentRequest) else read(one)
    except Unreadable as reason:
        return str(reason)


def _arm(seconds: float) -> None:
    """Sets a kernel timer that ends this process, even in the middle of C or Rust code."""
    if HAS_LIMITS:
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(allowed: int) -> None:
    """Limits memory above the current use. macOS ignores it; the limits on size protect there."""
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * os.sysconf("SC_PAGE_SIZE") + allowed
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    main()
