"""Wiring: builds the running bot from the settings."""

from __future__ import annotations

import ctypes
import gc
import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from inbox_bot import settings
from inbox_bot.bot import Bot, Digest, Policy, no_other_rules
from inbox_bot.errors import SettingsError
from inbox_bot.faq.book import FaqFolder
from inbox_bot.faq.reload import ReloadingKnowledge
from inbox_bot.letters.encoder import encoder
from inbox_bot.letters.reading import Sandbox
from inbox_bot.letters.standby import Part, Standby
from inbox_bot.service import lock
from inbox_bot.service.accounts import account_of
from inbox_bot.service.author_store import open_chosen, recognise
from inbox_bot.service.knowledge import sources_of
from inbox_bot.service.push import pusher
from inbox_bot.settings import MailboxSettings, Settings
from inbox_bot.settings.home import why_no_mailbox
from inbox_bot.settings.policy import policy_of
from inbox_bot.settings.watched import Watched

_OBJECTS_BETWEEN = 50_000


def collect_rarely() -> None:
    """Raise the threshold of the garbage collector: a batch of letters is some hundred thousand
    objects with hardly a cycle, and the default of 700 took a sixth of a poll's time."""
    gc.set_threshold(_OBJECTS_BETWEEN)


FEED = "promised.ics"


@contextmanager
def open_bot(directory: Path) -> Iterator[Bot]:
    """The bot of an author's directory; closes its connections, child and store at the end.

    SettingsError where no mailbox is set up yet.
    """
    chosen = settings.load(directory)
    if why := why_no_mailbox(chosen, directory):
        raise SettingsError(why)
    with _opened(chosen, directory) as bot:
        recognise(bot.store, directory)
        if not lock.worked_with(directory):
            lock.work_with(directory, bot.store.mark)
        yield bot


@contextmanager
def open_without_mailbox(directory: Path) -> Iterator[Bot]:
    """The bot of a directory that `new` made: it has answers to look through, and no account."""
    with _opened(settings.load(directory), directory, mailboxes=()) as bot:
        yield bot


@contextmanager
def with_own_sandbox(bot: Bot) -> Iterator[Bot]:
    """The same bot with a sandbox of its own, so that the page does not wait for a poll that reads
    its batch; and another for attachments, whose child starts with the first."""
    with (
        Sandbox() as sandbox,
        Sandbox() as pictures,
        bot.standby.holding(Part(take=sandbox.start, give_back=sandbox.close)),
    ):
        yield replace(bot, read=sandbox.read, attachment=pictures.open)


@contextmanager
def open_temporary_bot(
    directory: Path, since: timedelta, place: Path | None = None
) -> Iterator[Bot]:
    """A bot with a temporary store that writes no drafts or notes, for `replay`. `place` is where
    the store lies, instead of in the system's folder for temporary files."""
    with TemporaryDirectory(prefix="inbox-bot-", dir=place) as name:
        store = f"sqlite:///{Path(name) / 'visit.db'}"
        chosen = settings.load(directory).model_copy(update={"store": store})
        with _opened(chosen, directory) as bot:
            policy = replace(
                bot.policy, since=since, drafts_at_once=0, digest=Digest.OFF, feed=None
            )
            yield replace(bot, policy=policy)


@contextmanager
def _opened(
    chosen: Settings, directory: Path, mailboxes: tuple[MailboxSettings, ...] | None = None
) -> Iterator[Bot]:
    """With these mailboxes only, or with all."""
    collect_rarely()
    with ExitStack() as stack:
        store = open_chosen(chosen, directory)
        stack.callback(store.close)
        sandbox = stack.enter_context(Sandbox())
        knowledge = ReloadingKnowledge(sources_of(chosen, directory), _tell)
        accounts = tuple(
            account_of(chosen, mailbox, directory, position)
            for position, mailbox in enumerate(
                chosen.mailboxes if mailboxes is None else mailboxes, 1
            )
        )
        for account in accounts:
            stack.callback(account.mailbox.close)
        watched = Watched(directory, _tell)
        yield Bot(
            store=store,
            accounts=accounts,
            read=sandbox.read,
            attachment=sandbox.open,
            knowledge=knowledge.knowledge,
            fresh_knowledge=knowledge.fresh,
            author=chosen.author.as_author(),
            faq_book=FaqFolder(chosen.faq),
            new_token=lambda: secrets.token_bytes(16),
            away=watched.part(lambda now: now.away, chosen.away),
            policy=_standing_policy(chosen, directory),
            other_rules=watched.part(
                lambda now: _standing_policy(now, directory), no_other_rules()
            ),
            directory=directory,
            push=pusher(chosen, directory),
            standby=_standby(sandbox, knowledge),
        )


def _standby(sandbox: Sandbox, knowledge: ReloadingKnowledge) -> Standby:
    return Standby(
        Part(take=lambda: knowledge.knowledge().warm_up(), give_back=encoder().give_back),
        Part(give_back=sandbox.close),
        Part(give_back=trim),
    )


def trim() -> None:
    """Give freed memory back to the system, which glibc keeps; others have no such call."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _standing_policy(chosen: Settings, directory: Path) -> Policy:
    """All rules except the absences, which are watched by themselves."""
    policy = policy_of(chosen)
    return replace(policy, calendar=replace(policy.calendar, away=()), feed=directory / FEED)


def _tell(problem: str) -> None:
    print(problem, file=sys.stderr)
