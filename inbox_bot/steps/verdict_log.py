"""Log each verdict with its reason: "letter 12: pitch: looks like an offer, not a question"."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from inbox_bot.model import Judgement, Message

_LOG = logging.getLogger(__name__)


def log_verdict(letter_id: int, judgement: Judgement, message: Message | None) -> None:
    """At INFO. A subject that the reason quotes is left out: no log holds a letter's words."""
    subject = message.subject[:60] if message else ""
    reason = judgement.reason.replace(f"“{subject}”", "“…”")
    _LOG.info("letter %d: %s: %s", letter_id, judgement.verdict, reason)


@contextmanager
def no_verdicts_logged() -> Iterator[None]:
    """For a look into a temporary store: the bot judges and logs the same letters once more."""
    _LOG.disabled = True
    try:
        yield
    finally:
        _LOG.disabled = False
