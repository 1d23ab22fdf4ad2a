"""Which ready replies may be sent several at once: decided by rules, pure.

One yes for many replies is given after a shorter look than one each. So only answers that the
author has sent unchanged before are offered, and whatever is special about a letter keeps its reply
out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inbox_bot.drafting.markdown import plain
from inbox_bot.model import Answer, Draft, DraftKind, DraftState, Entry, Message, Promise
from inbox_bot.review.warnings import is_story

TIMES = 2
"""How often an answer was sent unchanged before it may leave beside others."""


class Alone(StrEnum):
    """Why a reply is read on its own."""

    NOT_READY = "it is not ready to send"
    PARTIAL = "it does not answer everything"
    PERSONAL = "it is personal"
    PASSAGE = "a passage of the article answers it"
    FIRST_USE = "you have not sent this answer unchanged twice yet"
    CHANGED = "you changed it"
    LATE = "it is late"
    LONG = "the letter is long"
    PUBLIC = "it answers a public comment"
    EARLIER = "you have written to this reader in this conversation before"
    DOUBTFUL = "there is something to check first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A waiting draft with what decides. `message` is None if it could not be read as a whole.

    `answered`: a reply has left in this thread before; `warned`: there are warnings about it.
    """

    draft: Draft
    message: Message | None
    promise: Promise | None
    answered: bool = False
    warned: bool = False


def trusted(
    unchanged: Iterable[tuple[Collection[str], str]], answers: Mapping[str, Entry]
) -> frozenset[str]:
    """Entries that were sent unchanged often enough, in the words that they have now.

    `unchanged` are the entries and texts of replies that left as they were drafted.
    """
    times: Counter[str] = Counter()
    for entries, text in unchanged:
        flat = _flat(text)
        times.update(
            one for one in entries if one in answers and _flat(plain(answers[one].answer)) in flat
        )
    return frozenset(
        one for one, count in times.items() if count >= TIMES and not answers[one].is_passage
    )


def why_alone(
    one: Candidate, answers: Mapping[str, Entry], known: Collection[str], now: datetime
) -> Alone | None:
    """Why this reply is not offered beside others; None if it may be. `known` as of `trusted`."""
    draft = one.draft
    checks = (
        (draft.state is not DraftState.PENDING, Alone.NOT_READY),
        (draft.snoozed_until is not None, Alone.NOT_READY),
        (not all(each.email for each in draft.to), Alone.NOT_READY),
        (any(getattr(each, "personal", False) for each in draft.decisions), Alone.PERSONAL),
        (draft.kind is DraftKind.EDITED or bool(draft.line), Alone.CHANGED),
        (not _answers_everything(draft), Alone.PARTIAL),
        (any(_is_passage(each, answers) for each in draft.entries), Alone.PASSAGE),
        (not set(draft.entries) <= set(known), Alone.FIRST_USE),
        (one.promise is None or now > one.promise.due or bool(one.promise.told), Alone.LATE),
        (one.message is None or bool(one.message.attachments), Alone.DOUBTFUL),
        (one.message is not None and is_story(one.message), Alone.LONG),
        (one.message is not None and bool(one.message.comment_link), Alone.PUBLIC),
        (one.answered, Alone.EARLIER),
        (one.warned or bool(draft.reason) or _is_doubted(one.promise), Alone.DOUBTFUL),
    )
    return next((why for holds, why in checks if holds), None)


def _answers_everything(draft: Draft) -> bool:
    answered = bool(draft.decisions) and all(isinstance(one, Answer) for one in draft.decisions)
    return draft.kind is DraftKind.ANSWER and answered and bool(draft.entries)


def _is_passage(entry_id: str, answers: Mapping[str, Entry]) -> bool:
    return entry_id in answers and answers[entry_id].is_passage


def _is_doubted(promise: Promise | None) -> bool:
    return promise is not None and bool(promise.doubt or promise.reason or promise.cause)


def _flat(text: str) -> str:
    return " ".join(text.split())
