"""An author's files as her page edits them: in a folder of this process, then kept for all."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict
from inbox_bot.faq.book import FaqFolder
from inbox_bot.faq.reload import ReloadingKnowledge
from inbox_bot.fleet import moving, roster
from inbox_bot.fleet.authors import LEARNED, Fleet, Loaded
from inbox_bot.fleet.database import connected
from inbox_bot.fleet.roster import Member
from inbox_bot.service.knowledge import sources_of

LOG = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Edited:
    """`version` is that of the files as they were when they were last the same everywhere."""

    fleet: Fleet
    bot: Bot
    loaded: Loaded
    author: int
    version: int

    @property
    def directory(self) -> Path:
        return self.loaded.directory

    def keep(self) -> int:
        """Write what changed in the folder; returns the author's version from then on.

        Conflict if another process changed her files meanwhile: then nothing is kept.
        """
        here = moving.files_of(self.directory)
        with connected(self.fleet.url, self.author) as connection:
            known = dict(roster.files(connection))
            changed: dict[str, bytes | None] = {
                name: content for name, content in here.items() if known.get(name) != content
            }
            changed |= {name: None for name in known if name not in here}
            if changed:
                if roster.lock_version(connection, self.author) != self.version:
                    raise Conflict("Another process changed the author's files.")
                roster.write_files(connection, self.author, changed)
                self.version += 1
        return self.version


def open_for_editing(fleet: Fleet, member: Member) -> Edited:
    """Her bot in a folder of its own, whose changes it learns while it runs.

    Her mailboxes are not connected before they are used, which the page does not.
    """
    with connected(fleet.url, member.id) as connection:
        loaded = fleet.lay_anew(connection)
        with fleet.bot(member.id) as bot:
            sources = sources_of(loaded.settings, loaded.directory)
            shared = replace(sources, cache=fleet.cache / LEARNED)
            knowledge = ReloadingKnowledge(shared, LOG.warning)
            own = replace(
                bot,
                knowledge=knowledge.knowledge,
                fresh_knowledge=knowledge.fresh,
                faq_book=FaqFolder(loaded.settings.faq),
            )
    return Edited(fleet=fleet, bot=own, loaded=loaded, author=member.id, version=member.version)
