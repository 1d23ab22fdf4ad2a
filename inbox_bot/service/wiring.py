"""Wiring: builds the running bot from the settings; the only module that picks classes."""

from __future__ import annotations

import gc
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from inbox_bot import settings
from inbox_bot.bot import Account, Bot, Digest, Policy, SentCopy
from inbox_bot.faq.book import FaqFolder
from inbox_bot.faq.knowledge import Knowledge
from inbox_bot.faq.reload import ReloadingKnowledge, Sources, learn
from inbox_bot.letters.contact_forms import Form
from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail import login as mail_login
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.model import Address, Author, KnownPeople
from inbox_bot.model.ports import Store
from inbox_bot.promises.calendar import Calendar, parse_letter_time
from inbox_bot.reports.rehearsal import Stage
from inbox_bot.service import lock
from inbox_bot.settings import MailboxSettings, Settings, passwords
from inbox_bot.settings.accounts import ImapAccount, SmtpAccount
from inbox_bot.settings.shipped import shipped
from inbox_bot.steps.health import HISTORY_LOST
from inbox_bot.store import open_store

_OBJECTS_BETWEEN = 50_000


def collect_rarely() -> None:
    """Raise the threshold of the garbage collector: a batch of letters is some hundred thousand
    objects with hardly a cycle, and the default of 700 took a sixth of a poll's time."""
    gc.set_threshold(_OBJECTS_BETWEEN)


CACHE = ".cache"
FEED = "promised.ics"


@contextmanager
def open_bot(directory: Path) -> Iterator[Bot]:
    """The bot of an author's directory; closes its connections, child and store at the end."""
    chosen = settings.load(directory)
    with _opened(chosen, directory) as bot:
        _recognise(bot.store, directory)
        if not lock.worked_with(directory):
            lock.work_with(directory, bot.store.mark)
        yield bot


@contextmanager
def with_own_sandbox(bot: Bot) -> Iterator[Bot]:
    """The same bot with a sandbox of its own, already started, so that the page does not wait for
    a poll that reads its batch."""
    with Sandbox() as sandbox:
        sandbox.start()
        yield replace(bot, read=sandbox.read, listen=sandbox.listen)


@contextmanager
def open_temporary_bot(directory: Path, since: timedelta) -> Iterator[Bot]:
    """A bot with a temporary store that writes no drafts or notes, for `replay`."""
    with TemporaryDirectory(prefix="inbox-bot-") as name:
        store = f"sqlite:///{Path(name) / 'visit.db'}"
        chosen = settings.load(directory).model_copy(update={"store": store})
        with _opened(chosen, directory) as bot:
            policy = replace(
                bot.policy, since=since, drafts_at_once=0, digest=Digest.OFF, feed=None
            )
            yield replace(bot, policy=policy)


@contextmanager
def _opened(chosen: Settings, directory: Path) -> Iterator[Bot]:
    collect_rarely()
    with ExitStack() as stack:
        store = open_store(chosen.store, directory)
        stack.callback(store.close)
        sandbox = stack.enter_context(Sandbox())
        knowledge = ReloadingKnowledge(sources_of(chosen, directory), _tell)
        accounts = tuple(
            account_of(chosen, mailbox, directory, position)
            for position, mailbox in enumerate(chosen.mailboxes, 1)
        )
        for account in accounts:
            stack.callback(account.mailbox.close)
        yield Bot(
            store=store,
            accounts=accounts,
            read=sandbox.read,
            listen=sandbox.listen,
            knowledge=knowledge.knowledge,
            author=chosen.author.as_author(),
            faq_book=FaqFolder(chosen.faq),
            new_token=lambda: secrets.token_bytes(16),
            away=settings.Absences(directory, chosen.away, _tell).now,
            policy=_standing_policy(chosen, directory),
        )


@contextmanager
def open_author_store(directory: Path) -> Iterator[Store]:
    """The store alone: for what must work without a password, a server or a sound FAQ."""
    store = open_store(settings.load(directory).store, directory)
    try:
        _recognise(store, directory)
        yield store
    finally:
        store.close()


def _recognise(store: Store, directory: Path) -> None:
    """Mark a store that is not the one the bot used in this directory before."""
    if lock.worked_with(directory) in ("", store.mark):
        return
    with store.reading() as tx:
        known = HISTORY_LOST.of(tx)
    if not known:
        with store.transaction() as tx:
            HISTORY_LOST.put(tx, "another store was here before")


def _standing_policy(chosen: Settings, directory: Path) -> Policy:
    """All rules except the absences: `Absences` reads those while the bot runs."""
    policy = policy_of(chosen)
    return replace(policy, calendar=replace(policy.calendar, away=()), feed=directory / FEED)


def policy_of(chosen: Settings) -> Policy:
    return Policy(
        since=chosen.poll.since,
        drafts_at_once=chosen.drafts.at_once if chosen.drafts.in_mailbox else 0,
        authserv_id=chosen.authserv_id,
        undo=chosen.send.undo,
        promise_text=chosen.promise.text,
        within=chosen.promise.within,
        name_a_date=chosen.promise.name_a_date,
        calendar=Calendar(
            letter_time=parse_letter_time(chosen.promise.letter_time),
            zone=chosen.author.timezone,
            country=chosen.author.country,
            away=chosen.away,
        ),
        readers_to=frozenset(address.lower() for address in chosen.readers.to),
        never=frozenset(address.lower() for address in chosen.readers.never),
        forms=tuple(Form(sender=sender) for sender in chosen.forms),
        digest=Digest(chosen.digest),
        page_url=chosen.page.url,
        retention=chosen.retention,
    )


def account_of(
    chosen: Settings, mailbox: MailboxSettings, directory: Path, position: int
) -> Account:
    """IMAP and SMTP of one mailbox; neither connects before it is used."""
    login = passwords.Login(directory=directory, address=mailbox.address, position=position)
    keys = mail_login.keys_of(mailbox, login, os.environ)
    return Account(
        addresses=tuple(
            Address(email=address, name=chosen.author.name) for address in mailbox.addresses
        ),
        mailbox=ImapMailbox(
            ImapAccount(
                address=mailbox.address,
                host=mailbox.imap.host,
                port=mailbox.imap.port,
                tls=mailbox.imap.tls,
                username=mailbox.imap_username,
                password=keys.imap.reveal(),
                bearer=keys.bearer,
                drafts=chosen.drafts.folder,
                sent=chosen.sent.folder,
            )
        ),
        outbox=SmtpOutbox(
            SmtpAccount(
                address=mailbox.address,
                host=mailbox.smtp.host,
                port=mailbox.smtp.port,
                tls=mailbox.smtp.tls,
                username=mailbox.smtp_username,
                password=keys.smtp.reveal(),
                bearer=keys.bearer,
            )
        ),
        folders=chosen.readers.folders,
        sent_copy=SentCopy(mailbox.sent_copy),
        warning=partial(mail_login.warning_of, mailbox, login),
    )


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
    """Author and rules for a rehearsal: that directory's, or the defaults."""
    knowledge = knowledge_in(directory)
    if not (directory / settings.FILE_NAME).is_file():
        nobody = Author(name="", signature="")
        return Stage(knowledge=knowledge, author=nobody, people=KnownPeople(), policy=Policy())
    chosen = settings.load(directory)
    policy = policy_of(chosen)
    people = KnownPeople(
        own=frozenset(address.lower() for address in chosen.addresses),
        readers_to=policy.readers_to,
        never=policy.never,
    )
    author = chosen.author.as_author()
    return Stage(knowledge=knowledge, author=author, people=people, policy=policy)


def _own_or_shipped(directory: Path, name: str) -> Path:
    own = directory / name
    return own if own.is_dir() else shipped(name)


def _tell(problem: str) -> None:
    print(problem, file=sys.stderr)
