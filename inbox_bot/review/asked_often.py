"""Find questions that several readers asked and no entry answers, to propose an entry.

Runs once a day and stores ids alone: the queue shows the result at little cost, and no text of
a forgotten reader stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from inbox_bot.bot import Bot
from inbox_bot.drafting import topic_of
from inbox_bot.errors import Conflict, NotFound
from inbox_bot.model import (
    Actor,
    Address,
    AskAuthor,
    Draft,
    DraftKind,
    DraftState,
    Event,
    Faq,
    Question,
    Verb,
    facts,
)
from inbox_bot.model.names import draft_name
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import LeftToAuthor
from inbox_bot.review import learn, lesson
from inbox_bot.review.lesson import Lesson
from inbox_bot.steps.isolation import Step, isolate, set_aside

OFTEN = 3
"""An entry is proposed when so many readers ask the same."""
RECENT = timedelta(days=90)
MOST_DRAFTS = 500
MOST_PHRASINGS = 5
OPEN = (DraftState.PENDING, DraftState.APPROVED, DraftState.REJECTED)
DAY = timedelta(days=1)
DUE = facts.lines("asked often")
LOOKED = facts.moment("asked often, looked for")
LATER = facts.ids("asked often, but not now")
"""`DUE` has a line per group, its questions as "draft:position"; `LATER` has drafts put off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A frequent question without an entry. `waiting` are drafts whose readers still wait.

    `drafts` are all that ask it; `question` is the shortest of their `phrasings`.
    """

    question: str
    phrasings: tuple[str, ...]
    readers: int
    drafts: tuple[Draft, ...]
    waiting: tuple[Draft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One question that was left to the author."""

    place: str
    reader: str
    topic: str
    words: frozenset[str]


def look_for_lessons(bot: Bot, now: datetime) -> None:
    """Find frequent questions, at most once a day; `lessons_due` returns them."""
    with bot.store.reading() as tx:
        looked = LOOKED.of(tx)
    if not looked or abs(now - looked) >= DAY:
        look_again(bot, now)


def look_again(bot: Bot, now: datetime) -> None:
    """Find them at once, as after a change of the FAQ."""
    faq = bot.knowledge().faq
    with bot.store.reading() as tx:
        drafts = tx.drafts.left_to_author(now - RECENT, MOST_DRAFTS)
        later = LATER.of(tx)

    def aside(draft: LeftToAuthor, error: Exception) -> list[_Asked]:
        set_aside(bot, Step.OFTEN, f"draft {draft_name(draft.draft_id)}", error, now)
        return []

    found = isolate(drafts, lambda some: list(_unanswered(some, faq)), aside)
    asked = [one for some in found for one in some]
    groups = [one for one in _grouped(asked) if _is_often(one, later)]
    groups.sort(key=lambda group: -len({one.reader for one in group}))
    lines = [" ".join(one.place for one in group) for group in groups]
    with bot.store.transaction() as tx:
        DUE.put(tx, tuple(lines))
        LOOKED.put(tx, now)


def lessons_due(bot: Bot, tx: Transaction) -> tuple[Due, ...]:
    """Questions without an entry that came from three readers or more, the most frequent first."""

    def look(lines: Sequence[str]) -> list[Due]:
        found = (_due(tx, line.split()) for line in lines)
        return [due for due in found if due is not None and not _is_known(bot, due.question)]

    lines = DUE.of(tx)
    return tuple(due for some in isolate(lines, look, lambda *_: []) for due in some)


def due_of(bot: Bot, tx: Transaction, draft_id: int) -> Due:
    """The group that this draft belongs to; NotFound where it is in none (any more)."""
    for due in lessons_due(bot, tx):
        if draft_id in {draft.id for draft in due.drafts}:
            return due
    raise NotFound("Nobody is asking this anymore, or it has been answered.")


def lesson_for(bot: Bot, due: Due) -> Lesson:
    """The entry to propose; its answer is one that the author wrote by hand, or empty."""
    answer = next((words for draft in due.drafts if (words := _hers(bot, draft))), "")
    return Lesson(
        is_new=True,
        entry_id=lesson.new_id(due.question, bot.knowledge().faq),
        question=due.question,
        answer=answer,
        article=learn.article_for(bot, due.question),
        also_asked=due.phrasings[1:MOST_PHRASINGS],
    )


def put_off(bot: Bot, draft_id: int, now: datetime) -> None:
    """Propose it again after three more readers have asked."""
    with bot.store.transaction() as tx:
        due = due_of(bot, tx, draft_id)
        LATER.put(tx, LATER.of(tx) | {draft.id for draft in due.drafts})
        event = Event(
            at=now, actor=Actor.AUTHOR, verb=Verb.NO_ENTRY_NOW, letter_id=due.drafts[0].letter_id
        )
        tx.record(event)
    look_again(bot, now)


def _unanswered(drafts: Sequence[LeftToAuthor], faq: Faq) -> Iterator[_Asked]:
    for draft in drafts:
        for position, decision in enumerate(draft.decisions):
            if isinstance(decision, AskAuthor) and not decision.personal:
                topic, words = _about(decision.question, draft.reader, faq)
                yield _Asked(
                    place=f"{draft.draft_id}:{position}",
                    reader=draft.reader.email.lower(),
                    topic=topic,
                    words=words,
                )


@lru_cache(maxsize=2 * MOST_DRAFTS)
def _about(question: Question, reader: Address, faq: Faq) -> tuple[str, frozenset[str]]:
    """Its topic and keywords. Cached: each question is looked at for three months."""
    text = lesson.asked_plainly(question, [reader])
    return topic_of(text, faq), lesson.telling(text)


def _grouped(asked: Sequence[_Asked]) -> list[list[_Asked]]:
    groups: list[list[_Asked]] = []
    for one in asked:
        group = next((group for group in groups if _same(group[0], one)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def _same(one: _Asked, other: _Asked) -> bool:
    same_topic = bool(one.topic) and one.topic == other.topic
    return same_topic or lesson.alike(one.words, other.words)


def _is_often(group: Sequence[_Asked], later: frozenset[int]) -> bool:
    fresh = {one.reader for one in group if int(one.place.partition(":")[0]) not in later}
    return len(fresh) >= OFTEN


def _is_known(bot: Bot, question: str) -> bool:
    """Whether an entry answers it now."""
    knowledge = bot.knowledge()
    (match, *_) = knowledge.matcher.rank(question) or (None,)
    return match is not None and match.confidence >= knowledge.answer_at


def _due(tx: Transaction, places: Sequence[str]) -> Due | None:
    found: dict[int, Draft] = {}
    said: list[str] = []
    for place in places:
        draft_id, _, position = place.partition(":")
        try:
            draft = tx.drafts.get(int(draft_id))
            said.append(lesson.asked_plainly(draft.decisions[int(position)].question, draft.to))
        except (NotFound, IndexError):  # forgotten, or no question any more
            continue
        found[draft.id] = draft
    readers = {draft.to[0].email.lower() for draft in found.values()}
    if len(readers) < OFTEN:
        return None
    return Due(
        question=min(said, key=len),
        phrasings=tuple(sorted(dict.fromkeys(said), key=len)),
        readers=len(readers),
        drafts=tuple(found.values()),
        waiting=tuple(draft for draft in found.values() if draft.state in OPEN),
    )


def _hers(bot: Bot, draft: Draft) -> str:
    """Her own answer to this reader, if the letter has only this question."""
    by_hand = draft.kind is DraftKind.EDITED or draft.state is DraftState.SUPERSEDED
    if not by_hand or len(draft.decisions) != 1:
        return ""
    try:
        return learn.lesson_from(bot, draft.id).answer
    except Conflict:
        return ""
