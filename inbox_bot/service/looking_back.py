"""Looks once, in the background, for readers who were forgotten before the bot began."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Thread

from inbox_bot.bot import BEGUN, Bot
from inbox_bot.humanize import counted
from inbox_bot.reports.forgotten import PERIOD, find_forgotten, is_due, take_in_forgotten
from inbox_bot.service.wiring import open_temporary_bot
from inbox_bot.steps.isolation import describe

PLACE = ".cache/looking-back"


class LookBack:
    """Has a mailbox connection and a store of its own, so that no poll waits for it."""

    def __init__(self, bot: Bot, tell: Callable[[str], None]) -> None:
        self._bot = bot
        self._tell = tell
        self._thread: Thread | None = None

    def begin(self, now: datetime) -> None:
        """Begin if it has not been done and drafting has begun; a failed one is tried again after
        the next start."""
        with self._bot.store.reading() as tx:
            begun = BEGUN.of(tx)
        if self._thread is None and begun and self._bot.directory and is_due(self._bot):
            self._thread = Thread(target=self.look, args=(now,), name="looking back", daemon=True)
            self._thread.start()

    def look(self, now: datetime) -> None:
        """The letters stay in the author's directory, and what a killed process left is removed."""
        bot, before = self._bot, is_due(self._bot)
        assert bot.directory is not None
        if before is None:
            return
        place = bot.directory / PLACE
        try:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(mode=0o700, parents=True)
            with open_temporary_bot(bot.directory, PERIOD, place) as visitor:
                same = replace(visitor, knowledge=bot.knowledge, fresh_knowledge=bot.knowledge)
                found = find_forgotten(same, before, now)
                if new := take_in_forgotten(replace(bot, read=visitor.read), found, now):
                    readers = counted(new, "reader", "readers")
                    self._tell(f"{readers} from before I began may never have gotten a reply.")
        except Exception as error:  # also a bug of ours: nothing else depends on it
            self._tell(f"Couldn't look for forgotten readers: {describe(error)}")
        finally:
            shutil.rmtree(place, ignore_errors=True)
