"""Sandbox: parses letters in a child process with limits on time and memory."""

from __future__ import annotations

import contextlib
import os
import pickle  # both ends are this program, and nothing else can write to its pipes
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from inbox_bot.errors import Unreadable, WorldError
from inbox_bot.letters.reading.cache import ParsedMessages
from inbox_bot.letters.reading.framing import READY, receive, send
from inbox_bot.model import AttachmentContent, AttachmentRequest, Message

Item = bytes | AttachmentRequest
Answer = Message | AttachmentContent | Unreadable
_NO_ANSWER = "opening this attachment takes too much time or memory; open it in your mail program"
_ROOT = Path(__file__).resolve().parents[3]
_BATCH_LETTERS = 100
_BATCH_BYTES = 4 * 1024 * 1024
_GRACE = 5.0
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "LANG")
_ALARM = -getattr(signal, "SIGALRM", 14)  # Windows has neither
# A shutdown or a system short of memory is no letter's fault.
_FROM_OUTSIDE = tuple(
    -number
    for name in ("SIGHUP", "SIGINT", "SIGTERM", "SIGKILL")
    if (number := getattr(signal, name, None))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """`seconds` for each letter; `memory` in bytes beyond the idle process's own."""

    seconds: float = 4.0
    memory: int = 240 * 1024 * 1024


class Sandbox:
    """Reads letters in a child process, which starts with the first letter, or with `start`, and
    ends with the sandbox.

    A letter that kills the child is Unreadable; the rest of the batch is read by a new child in the
    same call. Thread-safe: calls take turns.
    """

    def __init__(self, limits: SandboxLimits | None = None) -> None:
        self._limits = limits or SandboxLimits()
        self._lock = threading.Lock()
        self._cache = ParsedMessages()
        self._child: subprocess.Popen[bytes] | None = None
        self._begun = -1  # reading end of the pipe with a byte for each letter begun

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the child ahead of the first letter."""
        with self._lock:
            self._running_child()

    def read(self, raws: Sequence[bytes]) -> list[Message | Unreadable]:
        """One answer for each letter, in order: the Message, or why it cannot be read."""
        wanted = dict.fromkeys(raws)
        found = self._known(wanted)
        if len(found) < len(wanted):  # else no lock is needed
            with self._lock:
                found |= self._known(wanted.keys() - found.keys())  # read in another thread
                found |= self._read_now([raw for raw in wanted if raw not in found])
        return [found[raw] for raw in raws]

    def open(self, wanted: AttachmentRequest) -> AttachmentContent | Unreadable:
        """One attachment of a letter."""
        with self._lock:
            (answer,) = self._read_all([wanted])
        return Unreadable(_NO_ANSWER) if isinstance(answer, Message) else answer

    def _known(self, raws: Iterable[bytes]) -> dict[bytes, Message | Unreadable]:
        return {raw: answer for raw in raws if (answer := self._cache.get(raw))}

    def _read_now(self, raws: list[bytes]) -> dict[bytes, Message | Unreadable]:
        answers = [each for batch in _batches(raws) for each in self._read_all(batch)]
        messages = [each for each in answers if not isinstance(each, AttachmentContent)]
        found = dict(zip(raws, messages, strict=True))
        for raw, answer in found.items():
            self._cache.keep(raw, answer)
        return found

    def close(self) -> None:
        """End the child; reading again starts another."""
        with self._lock:
            self._end_child()

    def peak_memory(self) -> int:
        """The running child's peak memory in bytes; 0 if unknown."""
        child = self._child
        if child is None:
            return 0
        try:
            status = Path(f"/proc/{child.pid}/status").read_text(encoding="ascii")
        except OSError:
            return 0
        found = re.search(r"VmHWM:\s*(\d+) kB", status)
        return int(found.group(1)) * 1024 if found else 0

    def _read_all(self, batch: Sequence[Item]) -> list[Answer]:
        """One answer for each letter; letters lost with a dying child are sent again."""
        answers: list[Answer] = []
        while len(answers) < len(batch):
            rest = batch[len(answers) :]
            found = self._work(rest)
            answers += found
            if len(found) < len(rest):
                last = max(self._letters_begun() - 1, len(found))
                code = self._end_child()
                answers += self._read_all(rest[len(found) : last])
                answers.append(self._after_death(rest[last], code))
        return answers

    def _work(self, batch: Sequence[Item]) -> list[Answer]:
        """Answers in order, up to the letter at which the child dies."""
        child = self._running_child()
        assert child.stdin is not None
        assert child.stdout is not None
        # The child has its own timer; this one is for a child that is stopped or has none.
        clock = threading.Timer(self._limits.seconds * len(batch) + _GRACE, child.kill)
        clock.daemon = True
        clock.start()
        answers: list[Answer] = []
        try:
            send(child.stdin, pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))
            child.stdin.flush()
            answers.extend(_answers(child.stdout, len(batch)))
            if len(answers) == len(batch):
                self._letters_begun()  # all are answered
        except OSError:
            pass  # the child died during the write
        finally:
            clock.cancel()
        return answers

    def _letters_begun(self) -> int:
        """How many letters the child has begun since the last call."""
        try:
            return len(os.read(self._begun, 2 * _BATCH_LETTERS))
        except BlockingIOError:
            return 0

    def _after_death(self, one: Item, code: int) -> Answer:
        """Blames the letter at which the child died, unless something else ended the child."""
        if code in _FROM_OUTSIDE:
            again = self._work([one])
            if again:
                return again[0]
            code = self._end_child()
        if isinstance(one, AttachmentRequest):
            return Unreadable(_NO_ANSWER)
        if code == _ALARM:
            why = f"takes longer than {self._limits.seconds:g} seconds"
        else:
            why = f"needs more than {self._limits.memory // 2**20} MB or crashes the parser"
        return Unreadable(f"reading the letter {why}; open it in your mail program")

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end_child()
            self._child = self._started_child()
        return self._child

    def _started_child(self) -> subprocess.Popen[bytes]:
        """Starts the child; WorldError if it cannot start, which is no letter's fault."""
        self._begun, begun = os.pipe()
        os.set_blocking(self._begun, False)
        told = (str(self._limits.seconds), str(self._limits.memory), str(begun))
        child = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-m", "inbox_bot.letters.reading.sandbox_child", *told],
            pass_fds=(begun,),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            process_group=0,  # Ctrl-C must reach the bot alone
        )
        os.close(begun)
        assert child.stdout is not None
        if receive(child.stdout) != READY:
            child.kill()
            os.close(self._begun)
            raise WorldError(
                "can't read letters, because the process that reads them doesn't start "
                f"(exit code {child.wait()}); reinstall inbox-bot"
            )
        return child

    def _end_child(self) -> int:
        """Ends the child; returns its exit code, negative for a signal (`Popen.returncode`)."""
        child, self._child = self._child, None
        if child is None:
            return 0
        child.kill()  # it has no state to lose
        code = child.wait()
        os.close(self._begun)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                _close(pipe)
        return code


def _batches(raws: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Batches of letters: many in one write are cheap, and limited bytes keep the child small."""
    batch: list[bytes] = []
    size = 0
    for raw in raws:
        if batch and (len(batch) >= _BATCH_LETTERS or size + len(raw) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(raw)
        size += len(raw)
    if batch:
        yield batch


def _answers(pipe: IO[bytes], count: int) -> Iterator[Answer]:
    for _ in range(count):
        content = receive(pipe)
        if content is None:
            return
        answer = pickle.loads(content)  # noqa: S301 - our own child wrote it
        is_whole = isinstance(answer, Message | AttachmentContent)
        yield answer if is_whole else Unreadable(str(answer))


def _environment() -> dict[str, str]:
    """The variables that Python needs to start; a hostile letter must not see passwords."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**kept, "PYTHONPATH": path}


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(OSError):  # the child died with letters unread in its pipe
        pipe.close()
