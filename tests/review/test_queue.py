"""Each waiting draft says the one thing that it needs of the author."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from inbox_bot.model import (
    Address,
    Answer,
    AskAuthor,
    Cause,
    Doubt,
    DraftKind,
    DraftState,
    Match,
    Question,
    Urgent,
)
from inbox_bot.model.needs import NEEDS, Need
from inbox_bot.model.records import Waiting
from inbox_bot.review.queue import need_of
from inbox_bot.steps.open_drafts import is_ready, is_thanks

ASKED = Question(text="Is a chair good?")
NEAR = (Match(entry_id="chair", confidence=0.5),)
ANSWERED = Answer(question=ASKED, matches=NEAR, reason="")
LEFT = AskAuthor(question=ASKED, matches=(), reason="")
READY = Waiting(
    draft_id=1,
    version=1,
    letter_id=1,
    thread="t",
    state=DraftState.PENDING,
    kind=DraftKind.ANSWER,
    reader=Address(email="ann@example.org"),
    subject="hm",
    decisions=(ANSWERED,),
    since=datetime(2026, 3, 3, tzinfo=UTC),
    owed=True,
)
BLANK = replace(READY, kind=DraftKind.BLANK, decisions=(LEFT,))


@pytest.mark.parametrize(
    ("one", "need"),
    [
        (READY, Need.READY),
        (replace(READY, kind=DraftKind.EDITED), Need.READY),
        (replace(READY, kind=DraftKind.HOLDING), Need.HOLDING),
        (replace(READY, kind=DraftKind.PARTIAL), Need.PARTIAL),
        (BLANK, Need.NO_ANSWER),
        (replace(BLANK, decisions=(replace(LEFT, matches=NEAR),)), Need.MAYBE),
        (replace(BLANK, decisions=(replace(LEFT, personal=True),)), Need.PERSONAL),
        (replace(BLANK, decisions=()), Need.NO_QUESTION),
        (replace(BLANK, decisions=(), owed=False), Need.THANKS),
        (replace(BLANK, reader=Address(email="")), Need.NO_ADDRESS),
        (
            replace(
                READY,
                kind=DraftKind.URGENT,
                decisions=(Urgent(question=ASKED, matches=(), reason=""),),
            ),
            Need.URGENT,
        ),
        (replace(READY, state=DraftState.REJECTED), Need.REJECTED),
        (replace(READY, state=DraftState.REFUSED), Need.REFUSED),
        (replace(READY, state=DraftState.UNCERTAIN), Need.UNCERTAIN),
        (replace(READY, doubt=Doubt.HOLDING_LINE), Need.ANSWERED),
        (replace(READY, cause=Cause.NOT_DELIVERED), Need.CAME_BACK),
        (replace(READY, in_drafts=True), Need.IN_DRAFTS),
    ],
)
def test_a_draft_says_what_it_needs(one: Waiting, need: Need) -> None:
    assert need_of(one) is need


def test_every_need_has_words_for_the_author() -> None:
    assert set(NEEDS) == set(Need)


def test_a_rejected_draft_is_not_ready() -> None:
    assert is_ready(READY)
    assert not is_ready(replace(READY, state=DraftState.REJECTED))


def test_thanks_are_known_by_asking_nothing_and_being_owed_nothing() -> None:
    assert is_thanks(replace(BLANK, decisions=(), owed=False))
    assert not is_thanks(replace(BLANK, decisions=()))
    assert not is_thanks(replace(BLANK, owed=False))
