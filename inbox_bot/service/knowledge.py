"""What an author's directory knows: its FAQ, templates and rules, without mailbox or store."""

from __future__ import annotations

import os
from pathlib import Path

from inbox_bot import settings
from inbox_bot.bot import Policy
from inbox_bot.faq.knowledge import Knowledge
from inbox_bot.faq.reload import Sources, learn
from inbox_bot.model import Author, KnownPeople
from inbox_bot.reports.rehearsal import Stage
from inbox_bot.settings import Settings
from inbox_bot.settings.home import why_no_mailbox
from inbox_bot.settings.policy import policy_of
from inbox_bot.settings.shipped import shipped

CACHE = ".cache"


def sources_of(chosen: Settings, directory: Path) -> Sources:
    at = chosen.matching.answer_at
    return Sources(
        faq=chosen.faq,
        templates=chosen.templates,
        answer_at=None if at == "auto" else at,
        cache=directory / CACHE,
    )


def knowledge_in(directory: Path) -> Knowledge:
    """FAQ and templates of an author's directory; without settings, of its folders or ours."""
    if (directory / settings.FILE_NAME).is_file():
        return learn(sources_of(settings.load(directory), directory))
    sources = Sources(
        faq=_own_or_shipped(directory, "faq"),
        templates=_own_or_shipped(directory, "templates"),
        cache=user_cache(),
    )
    return learn(sources)


def user_cache() -> Path:
    """The user's cache folder (XDG base directories), to leave a checkout clean."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "inbox-bot"


def faq_folder(directory: Path) -> Path:
    """The FAQ folder of that directory; ours where it has none."""
    if (directory / settings.FILE_NAME).is_file():
        return settings.load(directory).faq
    return _own_or_shipped(directory, "faq")


def stage_in(directory: Path) -> Stage:
    """Author and rules for a rehearsal: that directory's, or the defaults.

    Without a mailbox there is no address of hers, and a letter to anyone may be a reader's.
    """
    knowledge = knowledge_in(directory)
    if not (directory / settings.FILE_NAME).is_file():
        nobody = Author(name="", signature="")
        return Stage(knowledge=knowledge, author=nobody, people=KnownPeople(), policy=Policy())
    chosen = settings.load(directory)
    policy = policy_of(chosen)
    own = () if why_no_mailbox(chosen, directory) else chosen.addresses
    people = KnownPeople(
        own=frozenset(address.lower() for address in own),
        readers_to=policy.readers_to,
        never=policy.never,
    )
    author = chosen.author.as_author()
    return Stage(knowledge=knowledge, author=author, people=people, policy=policy)


def _own_or_shipped(directory: Path, name: str) -> Path:
    own = directory / name
    return own if own.is_dir() else shipped(name)
