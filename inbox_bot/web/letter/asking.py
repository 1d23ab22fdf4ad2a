"""View of the letter's questions: the chosen answer of each, and other candidates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from inbox_bot.faq.decide import offered
from inbox_bot.faq.knowledge import Knowledge, asked
from inbox_bot.model import Answer, Decision, Draft, Match, Urgent

MOST_OTHERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An entry that could answer a question. `percent` is the match's confidence."""

    entry_id: str
    question: str
    answer: str
    percent: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedView:
    """One question of the letter, with the `chosen` answer and `others`.

    It is "answered" only if that answer went into the reply, else "yours".
    """

    position: int
    text: str
    state: str
    reason: str
    chosen: Choice | None
    others: tuple[Choice, ...]


def asked_views(draft: Draft | None, knowledge: Knowledge) -> tuple[AskedView, ...]:
    if draft is None:
        return ()
    return tuple(
        _asked_view(number, one, draft.entries, knowledge)
        for number, one in enumerate(draft.decisions)
    )


def _asked_view(
    position: int, decision: Decision, in_reply: Collection[str], knowledge: Knowledge
) -> AskedView:
    """The decision's own candidates first, then the next best entries."""
    answered = isinstance(decision, Answer) and any(
        match.entry_id in in_reply for match in decision.matches[:1]
    )
    choices = offered(decision, knowledge.matcher.rank(asked(decision.question)))
    chosen, others = (choices[:1], choices[1:]) if answered else ((), choices)
    return AskedView(
        position=position,
        text=decision.question.text,
        state="urgent" if isinstance(decision, Urgent) else "answered" if answered else "yours",
        reason=decision.reason,
        chosen=next(iter(_choices(chosen, knowledge)), None),
        others=_choices(others, knowledge)[:MOST_OTHERS],
    )


def _choices(matches: tuple[Match, ...], knowledge: Knowledge) -> tuple[Choice, ...]:
    known = {key: entry for key, entry in knowledge.faq.answers.items() if entry.usable}
    return tuple(
        Choice(
            entry_id=match.entry_id,
            question=entry.question,
            answer=entry.answer,
            percent=round(100 * match.confidence),
            why=match.why,
        )
        for match in matches
        if (entry := known.get(match.entry_id))
    )
