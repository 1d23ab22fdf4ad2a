"""Values of the page of one letter, for the template."""

from __future__ import annotations

from dataclasses import dataclass

from inbox_bot.model import Draft


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
    """One question of the letter, with the `chosen` answer and `others`."""

    position: int
    text: str
    state: str
    reason: str
    chosen: Choice | None
    others: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """What the page says of the draft, beside its own fields. `is_open`: it waits for her decision.

    `notes` are shown beside the approval, `fate` for a draft that is over.
    """

    hash: str
    wait: str
    snoozed: str
    fate: str
    is_open: bool
    came_back: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A letter or a reply of the same thread, oldest first."""

    who: str
    when: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    when: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """`pieces` is the letter's text, split at its questions (True: a question)."""

    id: int
    reader: str
    address: str
    subject: str
    when: str
    since: str
    verdict: str
    reason: str
    unreadable: str
    pieces: tuple[tuple[str, bool], ...]
    cut: str
    has_html: bool
    attachments: tuple[str, ...]
    asked: tuple[AskedView, ...]
    draft: Draft | None
    reply: ReplyView | None
    earlier: tuple[Earlier, ...]
    told: tuple[Earlier, ...]
    history: tuple[Happening, ...]
    undo: str
    domain: str
    is_reader: bool
    is_owed: bool
    doubt: str
