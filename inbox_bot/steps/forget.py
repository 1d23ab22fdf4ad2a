"""Forget readers and expire old letters, in the store and in the author's Drafts."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from inbox_bot.bot import Bot
from inbox_bot.model import UNTOUCHED
from inbox_bot.model.names import draft_name
from inbox_bot.model.records import FiledDraft, Traces
from inbox_bot.steps.drafts_folder import remove_copies
from inbox_bot.steps.isolation import Step, isolated, set_aside
from inbox_bot.steps.own_note import FOUND


def forget(bot: Bot, email: str) -> Traces:
    """Remove a reader everywhere, the bytes in the store's files included.

    Copies in Drafts go first, since only the store knows whose they are. One that the author has
    changed is hers and stays.
    """
    with bot.store.reading() as tx:
        traces = tx.privacy.of_reader(email)
    for filed in traces.filed:
        _withdraw(bot, filed)
    with bot.store.transaction() as tx:
        traces = tx.privacy.forget(email)
        untold = [line for line in FOUND.of(tx) if email.lower() not in line.lower()]
        FOUND.put(tx, tuple(untold))
    if bot.policy.feed is not None:
        bot.policy.feed.unlink(missing_ok=True)  # it names who was told which day
    bot.store.scrub()
    return traces


def let_expire(bot: Bot, now: datetime) -> int:
    """Remove settled letters that are older than the retention time."""
    if bot.policy.retention is None:
        return 0
    before = now - bot.policy.retention
    with bot.store.reading() as tx:
        traces = tx.privacy.expired(before)
    if not traces.letters:
        return 0
    for filed in traces.filed:
        with isolated(partial(_aside, bot, now, filed)):
            _withdraw(bot, filed)
    with bot.store.transaction() as tx:
        traces = tx.privacy.expire(before)
    bot.store.scrub()
    return len(traces.letters)


def _withdraw(bot: Bot, filed: FiledDraft) -> None:
    if filed.state not in UNTOUCHED:
        return
    with bot.store.reading() as tx:
        draft = tx.drafts.get(filed.draft_id, filed.version)
    remove_copies(bot, bot.account_of(draft.sender.email), filed, draft)


def _aside(bot: Bot, now: datetime, filed: FiledDraft, error: Exception) -> None:
    """Report a copy that stays in Drafts; its letter expires all the same."""
    set_aside(bot, Step.EXPIRE, f"draft {draft_name(filed.draft_id)}", error, now)
