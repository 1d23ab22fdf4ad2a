"""Only plain answers that the author has sent unchanged twice are offered together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from inbox_bot.model import (
    Address,
    Answer,
    AskAuthor,
    Attachment,
    Cause,
    Doubt,
    Draft,
    DraftKind,
    DraftState,
    Entry,
    Match,
    Message,
    Promise,
    Question,
)
from inbox_bot.review.several import Alone, Candidate, trusted, why_alone

NOW = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)
CHAIR = Entry(
    id="chair", article="a", question="Chair?", also_asked=(), answer="A **chair** does well."
)
PASSAGE = replace(CHAIR, id="passage", is_passage=True, answer="From the article.")
ANSWERS = {one.id: one for one in (CHAIR, PASSAGE)}
REPLY = "Hi Ann,\n\nThanks for writing.\n\nA chair does well.\n\nBest,\nSteve\n"
QUESTION = Question(text="Is a chair good?")
ANSWERED = Answer(question=QUESTION, matches=(Match(entry_id="chair", confidence=0.9),), reason="")
LEFT = AskAuthor(question=QUESTION, matches=(), reason="")
DRAFT = Draft(
    id=1,
    version=1,
    letter_id=1,
    state=DraftState.PENDING,
    kind=DraftKind.ANSWER,
    sender=Address(email="steve@example.com"),
    to=(Address(email="ann@example.org"),),
    subject="Re: hm",
    text=REPLY,
    quoted="",
    message_id="reply@example.com",
    in_reply_to="",
    references=(),
    created=NOW,
    entries=("chair",),
    decisions=(ANSWERED,),
)
PROMISE = Promise(
    id=1,
    thread="t",
    letter_id=1,
    reader="ann@example.org",
    quote="",
    opened=NOW - timedelta(days=1),
    due=NOW + timedelta(days=6),
)
LETTER = Message(message_id="m", sender=Address(email="ann@example.org"), text="Is a chair good?")
PLAIN = Candidate(draft=DRAFT, message=LETTER, promise=PROMISE)
KNOWN = frozenset({"chair"})


def with_draft(**changed: object) -> Candidate:
    return replace(PLAIN, draft=replace(DRAFT, **changed))  # type: ignore[arg-type]


def with_promise(**changed: object) -> Candidate:
    return replace(PLAIN, promise=replace(PROMISE, **changed))  # type: ignore[arg-type]


def with_letter(**changed: object) -> Candidate:
    return replace(PLAIN, message=replace(LETTER, **changed))  # type: ignore[arg-type]


def test_a_plain_answer_sent_twice_before_is_offered() -> None:
    assert why_alone(PLAIN, ANSWERS, KNOWN, NOW) is None


PERSONAL = replace(LEFT, personal=True)
FILE = Attachment(name="scan.pdf", content_type="application/pdf", size=1)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (with_draft(state=DraftState.APPROVED), Alone.NOT_READY),
        (with_draft(snoozed_until=date(2026, 3, 9)), Alone.NOT_READY),
        (with_draft(kind=DraftKind.PARTIAL, decisions=(ANSWERED, LEFT)), Alone.PARTIAL),
        (with_draft(decisions=(ANSWERED, LEFT)), Alone.PARTIAL),
        (with_draft(kind=DraftKind.HOLDING), Alone.PARTIAL),
        (with_draft(decisions=(), entries=()), Alone.PARTIAL),
        (with_draft(decisions=(ANSWERED, PERSONAL)), Alone.PERSONAL),
        (with_draft(kind=DraftKind.EDITED), Alone.CHANGED),
        (with_draft(line="Hello again."), Alone.CHANGED),
        (with_draft(entries=("passage",)), Alone.PASSAGE),
        (with_draft(entries=("chair", "other")), Alone.FIRST_USE),
        (with_draft(reason="the answer has changed"), Alone.DOUBTFUL),
        (with_promise(due=NOW - timedelta(hours=1)), Alone.LATE),
        (with_promise(told=date(2026, 3, 9)), Alone.LATE),
        (with_promise(doubt=Doubt.OTHER_LETTER), Alone.DOUBTFUL),
        (with_promise(cause=Cause.NOT_DELIVERED), Alone.DOUBTFUL),
        (replace(PLAIN, promise=None), Alone.LATE),
        (with_letter(text="word " * 130), Alone.LONG),
        (with_letter(attachments=(FILE,)), Alone.DOUBTFUL),
        (with_letter(comment_link="https://example.com/#comment-1"), Alone.PUBLIC),
        (with_draft(to=(Address(name="Ann", email=""),)), Alone.NOT_READY),
        (replace(PLAIN, message=None), Alone.DOUBTFUL),
        (replace(PLAIN, answered=True), Alone.EARLIER),
        (replace(PLAIN, warned=True), Alone.DOUBTFUL),
    ],
)
def test_whatever_is_special_is_read_on_its_own(one: Candidate, why: Alone) -> None:
    assert why_alone(one, ANSWERS, KNOWN, NOW) is why


def test_an_answer_counts_once_it_was_sent_twice_in_the_words_that_it_has_now() -> None:
    sent = (("chair",), REPLY)
    assert trusted([sent, sent], ANSWERS) == KNOWN
    assert trusted([sent], ANSWERS) == frozenset()
    mended = {"chair": replace(CHAIR, answer="A chair does quite well.")}
    assert trusted([sent, sent], mended) == frozenset()


def test_a_passage_is_never_trusted() -> None:
    sent = (("passage",), "Hi,\n\nFrom the article.\n\nSteve")
    assert trusted([sent, sent, sent], ANSWERS) == frozenset()


def test_an_entry_that_is_gone_is_not_trusted() -> None:
    assert trusted([(("gone",), REPLY)] * 2, ANSWERS) == frozenset()
