"""Laws 10 and 11, against a real mailbox: whoever wrote as a reader is owed, and an error of one
letter stays with that letter."""

from __future__ import annotations

from contextlib import suppress
from types import ModuleType

import pytest

from inbox_bot import (
    answering,
    considering,
    drafts_folder,
    filing,
    knowledge,
    letters,
    mending,
    pipeline,
    receiving,
    sending,
    sent_folder,
    settling,
)
from inbox_bot.bot import Bot, Policy
from inbox_bot.errors import Conflict, Unreadable, UnsafeReply
from inbox_bot.forms import Form
from inbox_bot.health import status_of
from inbox_bot.model import DraftKind, DraftState, Verdict
from inbox_bot.notes import send_urgent, sending as notes_sending
from inbox_bot.reconciling import reconcile
from inbox_bot.replaying import looking
from inbox_bot.replaying.looking import look_back
from inbox_bot.steps import taking_in
from inbox_bot.verbs.readers import a_reader_after_all, not_a_reader
from inbox_bot.waiting import queue, rows
from tests.world import World

ASKS = "Hello Steve,\n\nDoes massage help against sciatica?\n\nAnn"

UNUSABLE = {
    "a name alone": b"From: Ann Miller\r\n",
    "no From": b"",
    "empty brackets": b"From: <>\r\n",
    "a group": b"From: Friends: ;\r\n",
    "a quoted local part": b'From: "very odd"@example.org\r\n',
    "two at signs": b"From: a@@b\r\n",
    "a long local part": b"From: " + b"a" * 300 + b"@example.org\r\n",
}


def raw(sender: bytes, text: str = ASKS, name: str = "odd", more: bytes = b"") -> bytes:
    return (
        sender
        + b"Subject: Your article on massage\r\n"
        + f"Message-ID: <{name}@example.org>\r\n".encode()
        + more
        + b"\r\n"
        + text.replace("\n", "\r\n").encode()
    )


# --- law 10: whoever wrote as a reader is owed -----------------------------------------------


@pytest.mark.parametrize("sender", UNUSABLE.values(), ids=UNUSABLE)
def test_a_letter_without_a_usable_address_is_owed_and_holds_nobody_up(
    world: World, sender: bytes
) -> None:
    world.letter(ASKS)
    world.poll()
    world.approve(world.the_draft())
    world.raw_letter(raw(sender))
    world.letter("I cannot feel my legs since this morning.", From="Bob <bob@example.org>")
    world.later(minutes=2)
    assert len(world.send().sent) == 1
    drafts = {one.to[0].email: one for one in world.drafts(DraftState.PENDING)}
    assert drafts["bob@example.org"].kind is DraftKind.URGENT
    (odd,) = (one for email, one in drafts.items() if email != "bob@example.org")
    assert "by hand" in odd.reason
    with pytest.raises(Conflict, match="by hand"):
        world.approve(odd)
    assert len(world.waiting()) == 2
    owed = next(one for one in world.waiting() if one.letter_id == odd.letter_id)
    assert owed.reader
    assert "by hand" in owed.reason
    assert not reconcile(world.bot, world.now).missed
    with world.bot.store.reading() as tx:
        assert all(row.reader for row in rows(tx, world.now.date()))
        assert len(queue(tx, world.now.date())) == 2


def test_a_reader_without_an_address_is_called_by_the_name_in_the_letter(world: World) -> None:
    world.raw_letter(raw(b"From: Ann Miller\r\n"))
    world.raw_letter(raw(b"", name="other"))
    world.poll()
    assert [one.reader for one in world.waiting()] == ["Ann Miller (no address)", "(no address)"]
    assert [one.to[0].shown for one in world.drafts()] == ["Ann Miller", "(no address)"]


def test_readers_without_an_address_do_not_share_what_they_were_told(world: World) -> None:
    world.raw_letter(raw(b"From: Ann Miller\r\n"))
    world.poll()
    world.raw_letter(raw(b"From: Bob Baker\r\n", name="other"))
    world.poll()
    kinds = [one.kind for one in world.drafts()]
    assert kinds == [DraftKind.ANSWER, DraftKind.ANSWER]


def test_the_author_can_give_the_address_that_a_letter_lacks(world: World) -> None:
    world.raw_letter(raw(b"From: Ann Miller\r\n"))
    world.poll()
    what = pipeline.shown(world.the_draft())
    world.approve(pipeline.readdress(world.bot, what, "ann@example.org", world.now))
    world.later(minutes=2)
    world.send()
    assert [one.recipients for one in world.replies()] == [("ann@example.org",)]
    assert not world.waiting()


def test_a_letter_without_an_address_is_released_or_no_readers(world: World) -> None:
    for name in ("one", "two"):
        world.raw_letter(raw(b"", name=name))
    world.poll()
    one, two = (promise.letter_id for promise in world.waiting())
    settling.release(world.bot.store, one, "spoken to", world.now)
    assert not_a_reader(world.bot, two, world.now) == ""
    assert not world.waiting()
    assert not world.drafts(DraftState.PENDING)
    a_reader_after_all(world.bot, two, world.now)
    assert [promise.letter_id for promise in world.waiting()] == [two]
    assert [draft.letter_id for draft in world.drafts(DraftState.PENDING)] == [two]


def test_a_comment_without_an_address_is_owed(world: World) -> None:
    world.restart(Policy(forms=(Form(sender="wordpress@blog.example"),)))
    text = (
        "A new comment on the post is waiting\n\nAuthor: Jane\nEmail: \n"
        "Comment:\nDoes massage help against sciatica?\n\nhttps://blog.example/a/#comment-7\n"
    )
    world.letter(text, From="WordPress <wordpress@blog.example>")
    world.poll()
    (promise,) = world.waiting()
    assert "no address" in promise.reader
    assert world.the_draft().to[0].email == ""


def test_an_answer_by_hand_to_an_odd_address_keeps_the_promise(world: World) -> None:
    world.raw_letter(raw("From: änn@example.org\r\n".encode()))
    world.poll()
    assert len(world.waiting()) == 1
    world.by_hand("It does.", To="ann@example.org", In_Reply_To="<odd@example.org>")
    assert world.poll().answered_by_hand == 1
    assert not world.waiting()
    world.poll()


def test_a_letter_that_cannot_be_read_is_owed_a_blank_reply(world: World) -> None:
    deep = b"MIME-Version: 1.0\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (level, level)
        for level in range(200)
    )
    world.raw_letter(raw(b"From: Ann Reader <ann@example.org>\r\n", more=deep))
    world.poll()
    assert world.verdict("odd@example.org") is Verdict.UNREADABLE
    draft = world.the_draft()
    assert (draft.kind, draft.to[0].email) == (DraftKind.BLANK, "ann@example.org")
    assert draft.reason
    assert draft.entries == ()
    (promise,) = world.waiting()
    assert (promise.reader, promise.reason) == ("ann@example.org", draft.reason)
    world.by_hand("It does.", In_Reply_To="<odd@example.org>")
    world.poll()
    assert not world.waiting()


def test_a_letter_that_asks_nothing_is_owed_but_not_thanks_or_no_need_to_reply(
    world: World,
) -> None:
    world.letter("My back has hurt since I read your article. I thought I would tell you.")
    world.letter("Thank you!", From="Bob <bob@example.org>")
    world.poll()
    told = "I tried the tennis ball, and it helped. Don't write back, I know that you are busy."
    world.letter(told, From="Cleo <cleo@example.org>")
    world.poll()
    assert [one.reader for one in world.waiting()] == ["ann@example.org"]


def test_a_letter_without_an_address_is_looked_back_at(world: World) -> None:
    with world.bot.store.transaction() as tx:
        tx.set_note("begun", "")
    for number, sender in enumerate(UNUSABLE.values()):
        world.raw_letter(raw(sender, name=f"odd{number}"))
    world.poll()
    assert len(look_back(world.bot, world.now)) == len(UNUSABLE)


# --- law 11: an error of one letter stays with that letter --------------------------------------

MARK = "poisoned"
STEPS = {
    "fetch": (taking_in, "arrivals", ValueError),
    "glance": (receiving, "_looked_at", RecursionError),
    "read": (letters, "written", MemoryError),
    "judge": (considering, "judge", KeyError),
    "arrival": (considering, "void_approvals", LookupError),
    "question": (knowledge, "find_questions", RecursionError),
    "match": (answering, "_decided", UnicodeError),
    "draft": (answering, "prepare", Unreadable),
    "keep": (answering, "keep_drafts", UnsafeReply),
    "sent": (sent_folder, "notice", ValueError),
    "drafts": (drafts_folder, "build", KeyError),
    "remake": (mending, "prepare", TypeError),
    "send": (sending, "build", ValueError),
    "file": (filing, "build", UnsafeReply),
    "note": (notes_sending, "urgent_text", UnicodeError),
    "replay": (looking, "prepare", ArithmeticError),
}


def poison(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, error: type) -> None:
    """That function fails for whatever has to do with the poisoned letter."""
    real = getattr(module, name)

    def failing(*args: object) -> object:
        values = [one for one in args if not isinstance(one, Bot)]
        if MARK in repr(values):
            raise error(MARK)
        return real(*args)

    monkeypatch.setattr(module, name, failing)


@pytest.mark.parametrize("step", STEPS)
def test_an_error_at_any_step_stays_with_its_letter(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    poison(monkeypatch, *STEPS[step])
    readers = {f"reader{number}@example.org" for number in range(9)}
    for reader in sorted(readers)[:5]:
        world.letter(ASKS, From=reader)
    name = MARK if step == "note" else "Odd"
    asks = "I cannot feel my legs since this morning." if step == "note" else ASKS
    odd = world.letter(
        f"{asks} {MARK}", From=f"{name} <odd@example.org>", Message_ID=f"<{MARK}@example.org>"
    )
    for reader in sorted(readers)[5:]:
        world.letter(ASKS, From=reader)
    if step == "sent":
        world.by_hand("It does.", In_Reply_To=f"<{odd}>", To="odd@example.org")
    world.poll()
    look_back(world.bot, world.now)
    if step == "replay":
        with world.bot.store.transaction() as tx:
            tx.messages.reconsider(6)
        assert not look_back(world.bot, world.now)
        with world.bot.store.transaction() as tx:
            tx.messages.considered(6)
    send_urgent(world.bot, world.now)
    mending.remake_all(world.bot, world.now)
    named = status_of(world.bot.store, world.now).set_aside
    for draft in world.drafts(DraftState.PENDING):
        with suppress(Conflict):
            world.approve(draft)
    world.later(minutes=2)
    world.send()
    assert readers <= {one for reply in world.replies() for one in reply.recipients}
    world.later(minutes=2)
    assert not world.poll().unreachable
    assert reconcile(world.bot, world.now).missed == 0
    assert not [one for one in world.waiting() if one.reader in readers]
    named += status_of(world.bot.store, world.now).set_aside
    if step == "glance":  # it is fetched and read all the same
        assert not named
    elif step == "send":
        assert [one.to[0].email for one in world.drafts(DraftState.REFUSED)] == ["odd@example.org"]
    elif step != "file":  # it has left, and is owed nothing
        assert any("was set aside while" in one for one in named)
    if step in ("read", "judge", "question", "match", "draft", "keep", "send"):
        assert [one.reader for one in world.waiting()] == ["odd@example.org"]
