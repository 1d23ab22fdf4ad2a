"""What setup holds while it runs: her answers, the work in the background, and the way in."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Event, Lock, Thread
from typing import cast

from flask import current_app

from inbox_bot.errors import InboxBotError
from inbox_bot.reports.first_look import FirstLook, first_look
from inbox_bot.service.wiring import open_temporary_bot
from inbox_bot.settings.durations import parse_duration
from inbox_bot.web.setup import said as notes
from inbox_bot.web.setup.consent import Consent
from inbox_bot.web.setup.posts import Offer
from inbox_bot.web.setup.said import Said

NAME = "inbox_bot_setup"


class Mode(StrEnum):
    """How she begins."""

    DRAFTS = "drafts"
    WATCH = "watch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How far the first look is: `found` when it is over, `trouble` when it failed."""

    done: int = 0
    total: int = 0
    found: FirstLook | None = None
    trouble: str = ""

    @property
    def goes_on(self) -> bool:
        return self.found is None and not self.trouble


class Look:
    """The first look, in a thread. A new one makes an older one's result void."""

    def __init__(self, directory: Path, clock: Callable[[], datetime]) -> None:
        self._directory = directory
        self._clock = clock
        self._lock = Lock()
        self._turn = 0
        self._state: Looking | None = None

    @property
    def state(self) -> Looking | None:
        """None before the first one."""
        return self._state

    def begin(self) -> None:
        with self._lock:
            self._turn += 1
            self._state = Looking()
            turn = self._turn
        Thread(target=self._look, args=(turn,), name="first look", daemon=True).start()

    def forget(self) -> None:
        """What it was about has changed."""
        with self._lock:
            self._turn += 1
            self._state = None

    def _look(self, turn: int) -> None:
        def progress(done: int, total: int) -> None:
            self._set(turn, Looking(done=done, total=total))

        try:
            with open_temporary_bot(self._directory, parse_duration(notes.SINCE)) as bot:
                found = first_look(replace(bot, progress=progress), self._clock())
            trouble = " ".join(found.unreachable)
            self._set(turn, Looking(trouble=trouble) if trouble else Looking(found=found))
        except InboxBotError as error:
            self._set(turn, Looking(trouble=str(error)))
        except Exception as error:  # a bug of ours must not leave the page waiting for good
            self._set(turn, Looking(trouble=f"Something went wrong ({error})."))

    def _set(self, turn: int, state: Looking) -> None:
        with self._lock:
            if turn == self._turn:
                self._state = state


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Her word on the last screen."""

    mode: Mode
    autostart: bool


class Desk:
    """One setup in one directory, for one browser. Safe for threads."""

    def __init__(
        self, directory: Path, clock: Callable[[], datetime], can_autostart: bool = False
    ) -> None:
        self.directory = directory
        self.clock = clock
        self.can_autostart = can_autostart
        self.key = secrets.token_hex(32)
        self.ticket = secrets.token_urlsafe(32)
        self.look = Look(directory, clock)
        self.consent = Consent(clock)
        self.begun = Event()
        self.arrived = Event()
        self.offer: Offer | None = None
        self.trouble = ""
        self.start: Start | None = None
        self._lock = Lock()
        self._said = notes.load(directory)

    @property
    def said(self) -> Said:
        return self._said

    def keep(self, said: Said) -> None:
        """NotWritten where the disk does not take it."""
        with self._lock:
            if said != self._said or not notes.is_half_done(self.directory):
                notes.keep(self.directory, said)
            self._said = said

    def take_ticket(self, ticket: str) -> bool:
        """True once."""
        with self._lock:
            fits = bool(self.ticket) and secrets.compare_digest(self.ticket, ticket)
            self.ticket = "" if fits else self.ticket
        return fits

    def begin(self, start: Start) -> None:
        """Hand over to the main thread, which runs the bot."""
        self.trouble = ""
        self.start = start
        self.begun.set()

    def failed(self, trouble: str) -> None:
        """The bot did not start: the last screen says why, and nothing said is lost."""
        self.trouble = trouble
        self.keep(self._said)
        self.begun.clear()


def here() -> Desk:
    """The desk of the current request."""
    return cast("Desk", current_app.extensions[NAME])
