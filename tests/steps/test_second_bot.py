"""Concurrency: page, terminal, a second window and a second computer at once."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inbox_bot import pipeline, review
from inbox_bot.drafting.mime import new_message_id
from inbox_bot.errors import Conflict
from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.model import Draft, DraftState, Place, Verb
from inbox_bot.model.ports import Outbox
from inbox_bot.service.lock import be_the_original, only_one
from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.steps import forget
from inbox_bot.steps.health import Ailment, health_of
from inbox_bot.steps.second_bot import be_alone
from tests.servers.smtp import Receiver
from tests.world import World, two_worlds

QUESTION = "Does massage help with sciatica?"
HANDS = 6


@pytest.fixture
def world(world: World) -> World:
    world.letter(QUESTION)
    world.poll()
    return world


def all_at_once(work: Callable[[], None]) -> int:
    """Run in threads; count those without a Conflict."""
    start, done = threading.Barrier(HANDS), []

    def hand() -> None:
        start.wait()
        try:
            work()
        except Conflict:
            return
        done.append(True)

    threads = [threading.Thread(target=hand) for _ in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


def test_approve_pressed_everywhere_at_once_counts_once(world: World) -> None:
    bot, draft = world.bot, world.the_draft()
    said = all_at_once(lambda: _approve(world, draft))
    assert said == 1
    with bot.store.reading() as tx:
        verbs = [event.verb for event in tx.events(draft.letter_id)]
    assert verbs.count(Verb.APPROVED) == 1


def test_an_approved_reply_that_many_send_leaves_once(world: World) -> None:
    draft = world.approve(world.the_draft())
    world.later(hours=1)
    bot, now = world.bot, world.now

    def send() -> None:
        pipeline.send_approved(bot, now)

    all_at_once(send)
    assert to_the_reader(world) == 1
    assert [one.id for one in world.drafts(DraftState.SENT)] == [draft.id]


def to_the_reader(world: World) -> int:
    return sum(taken.recipients == ("ann@example.org",) for taken in world.replies())


def _approve(world: World, draft: Draft) -> None:
    review.approve(world.bot, review.shown(draft), world.now)


# --- two stores on one mailbox, as on an old laptop and a new one -------------------------------


@pytest.fixture
def old_and_new(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[tuple[World, World]]:
    directories = (tmp_path / "old", tmp_path / "new")
    with two_worlds((account, account), (smtp, smtp), directories, sandbox) as worlds:
        yield worlds


def is_second(world: World) -> bool:
    with world.bot.store.reading() as tx:
        return health_of(tx, world.now).what is Ailment.ANOTHER


def send_if_approved(world: World) -> None:
    world.approve(world.the_draft())
    world.later(hours=1)
    world.send()


def test_the_second_bot_on_a_mailbox_lays_and_sends_nothing_and_says_so(
    old_and_new: tuple[World, World],
) -> None:
    old, new = old_and_new
    old.letter(QUESTION)
    old.poll()
    new.poll()
    assert (is_second(old), is_second(new)) == (False, True)
    assert len(old.folder("Drafts")) == 1
    send_if_approved(new)
    assert new.replies() == []
    send_if_approved(old)
    assert len(old.replies()) == 1
    run_upkeep(new.bot, new.now)
    run_upkeep(new.bot, new.now)
    told = [str(taken.email["Subject"]) for taken in new.replies()[1:]]
    assert told == ["[inbox_bot] Another inbox-bot is using your mailbox"]


def test_of_two_that_lay_at_the_same_moment_one_takes_its_copies_back(
    old_and_new: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither sees the other's copy before it lays its own: the lower UID stays."""
    old, new = old_and_new
    old.letter(QUESTION)
    file_draft = ImapMailbox.file_draft

    def both(mailbox: ImapMailbox, raw: bytes, message_id: str, at: datetime) -> Place:
        monkeypatch.setattr(ImapMailbox, "file_draft", file_draft)
        new.poll()
        return file_draft(mailbox, raw, message_id, at)

    monkeypatch.setattr(ImapMailbox, "file_draft", both)
    old.poll()
    assert (is_second(old), is_second(new)) == (True, False)
    (copy,) = old.folder("Drafts")
    assert new.the_draft().message_id.encode() in copy


def test_a_reply_of_another_bot_in_sent_is_a_sign_of_it_too(
    old_and_new: tuple[World, World],
) -> None:
    old, new = old_and_new
    for world in (old, new):
        world.restart(replace(world.policy, drafts_at_once=0))
    new.poll()
    old.letter(QUESTION)
    old.poll()
    new.poll()
    new.approve(new.the_draft())
    send_if_approved(old)
    old.later(minutes=2)
    old.poll()
    new.later(hours=2)
    new.send()
    assert is_second(new)
    assert len(old.replies()) == 1


@pytest.fixture
def without_drafts(old_and_new: tuple[World, World]) -> tuple[World, World]:
    """Nothing is laid into Drafts; a letter came, and both authors have approved its draft."""
    for world in old_and_new:
        world.restart(replace(world.policy, drafts_at_once=0))
        world.poll()
    old_and_new[0].later(minutes=1)
    old_and_new[0].letter(QUESTION)
    for world in old_and_new:
        world.now = old_and_new[0].now
        world.poll()
        world.approve(world.the_draft())
        world.later(minutes=2)
    return old_and_new


def test_where_nothing_lies_in_drafts_the_second_to_send_steps_back_all_the_same(
    without_drafts: tuple[World, World],
) -> None:
    old, new = without_drafts
    old.send()
    new.later(seconds=20)
    new.send()
    assert (is_second(old), is_second(new)) == (False, True)
    assert to_the_reader(old) == 1


@pytest.mark.parametrize(
    ("step", "time"), [("file_sent", 1), ("special_folders", 3), ("state", 2), ("headers", 1)]
)
def test_of_two_that_send_at_the_same_moment_one_at_most_does(
    without_drafts: tuple[World, World],
    step: str,
    time: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The new one sends while the old one takes a step of its own for the first, second … time."""
    old, new = without_drafts
    mailbox, left = old.bot.accounts[0].mailbox, [time]
    taken = getattr(ImapMailbox, step)

    def meanwhile(asked: ImapMailbox, *rest: object) -> object:
        if asked is mailbox:
            left[0] -= 1
            if not left[0]:
                new.send()
        return taken(asked, *rest)

    monkeypatch.setattr(ImapMailbox, step, meanwhile)
    old.send()
    new.send()
    assert to_the_reader(old) <= 1
    assert is_second(old) or is_second(new)


def test_where_nothing_lies_in_drafts_its_note_tells_of_a_bot_once(
    without_drafts: tuple[World, World],
) -> None:
    world, _ = without_drafts
    world.send()
    world.letter(QUESTION, From="bob@example.org")
    world.poll()
    send_if_approved(world)
    (note,) = [one for one in world.smtp.taken if one.announces]
    assert note.recipients == (world.imap.address,)
    assert note.email["Subject"] == "[inbox_bot] I send what you approve"
    assert len(world.replies()) == 2


def test_a_server_that_takes_not_even_the_note_is_told_of_at_the_reply(
    without_drafts: tuple[World, World],
) -> None:
    world, _ = without_drafts
    world.smtp.say({"MAIL": "451 come back later"})
    world.send()
    (draft,) = world.drafts(DraftState.APPROVED)
    assert "451 come back later" in draft.reason
    assert draft.attempts == 1
    assert world.smtp.taken == []
    world.smtp.say({})
    world.later(minutes=5)
    world.send()
    assert len(world.replies()) == 1


def test_a_new_bot_asks_about_an_older_one_where_it_could_not_be_told_of(
    old_and_new: tuple[World, World],
) -> None:
    """The old computer may be put away, or only be asleep: only the author knows."""
    old, new = old_and_new
    old.restart(replace(old.policy, drafts_at_once=0))
    old.letter(QUESTION)
    old.poll()
    send_if_approved(old)
    old.later(hours=1)
    old.poll()
    new.restart(replace(new.policy, drafts_at_once=0))
    new.now = old.now + timedelta(days=2)
    new.letter(QUESTION, From="bob@example.org")
    new.poll()
    assert not is_second(new)
    new.approve(new.the_draft())
    new.later(minutes=2)
    new.send()
    assert is_second(new)
    with new.bot.store.transaction() as tx:
        be_alone(tx, new.now)
    new.later(minutes=1)
    new.send()
    assert "bob@example.org" in new.replies()[-1].recipients


def test_what_an_earlier_bot_sent_is_no_sign_of_another_one(
    old_and_new: tuple[World, World],
) -> None:
    old, new = old_and_new
    old.letter(QUESTION)
    old.poll()
    send_if_approved(old)
    old.later(hours=1)
    old.poll()
    new.now = old.now + timedelta(days=20)
    new.poll()
    assert not is_second(new)


def test_the_authors_own_drafts_are_no_sign_of_another_bot(
    old_and_new: tuple[World, World],
) -> None:
    only, _ = old_and_new
    only.lay_in("Drafts", "Dear Ann", From=only.imap.address, To="ann@example.org")
    only.letter(QUESTION)
    only.poll()
    assert not is_second(only)
    assert len(only.folder("Drafts")) == 2


def test_a_forgotten_reply_is_no_sign_of_another_bot(world: World) -> None:
    """Sent is read again from the start if the server recreates it."""
    send_if_approved(world)
    world.later(hours=1)
    world.poll()
    (reply,) = world.folder("Sent")
    forget.forget(world.bot, "ann@example.org")
    with world.client() as client:
        client.delete_folder("Sent")
        client.create_folder("Sent")
        client.append("Sent", reply, msg_time=world.now)
    world.later(days=20)
    world.poll()
    assert not is_second(world)


def test_when_the_author_says_that_it_is_alone_it_goes_on(
    old_and_new: tuple[World, World],
) -> None:
    old, new = old_and_new
    old.letter(QUESTION)
    old.poll()
    new.poll()
    new.later(days=1)
    with new.bot.store.transaction() as tx:
        be_alone(tx, new.now)
    new.letter(QUESTION, From="bob@example.org")
    new.poll()
    assert not is_second(new)
    assert len(new.folder("Drafts")) == 3


def test_a_letter_from_outside_makes_no_bot_step_back(world: World) -> None:
    """Any reader knows what our Message-IDs look like."""
    made = new_message_id("example.test", bytes(range(16)))
    world.letter(QUESTION, From=world.imap.address, Message_ID=f"<{made}>")
    world.poll()
    assert not is_second(world)


def test_a_copied_directory_is_known_as_a_copy(tmp_path: Path) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    home.mkdir()
    with only_one(home):
        shutil.copytree(home, copy)
    with pytest.raises(Conflict, match="inbox-bot alone"), only_one(copy):
        pass
    with only_one(home):
        pass
    be_the_original(copy)
    with only_one(copy):
        pass


def test_a_reply_whose_claim_was_taken_away_does_not_leave(world: World) -> None:
    """Two machines may share one store; each settles sends that it finds interrupted."""
    draft = world.approve(world.the_draft())
    world.later(hours=1)
    bot, now = world.bot, world.now
    outbox = Meddled(bot.accounts[0].outbox, lambda: pipeline.recover(bot, now))
    account = replace(bot.accounts[0], outbox=outbox)
    world.use(replace(bot, accounts=(account,)))
    world.send()
    assert world.replies() == []
    assert [one.id for one in world.drafts(DraftState.APPROVED)] == [draft.id]


class Meddled:
    """An outbox that runs `step` between the claim and the data."""

    def __init__(self, outbox: Outbox, step: Callable[[], None]) -> None:
        self._outbox = outbox
        self._step = step

    def check(self) -> None:
        self._outbox.check()

    def leave(self) -> None:
        self._outbox.leave()

    def send(
        self,
        raw: bytes,
        sender: str,
        recipients: Sequence[str],
        handing_over: Callable[[], None] = lambda: None,
    ) -> None:
        def meddled() -> None:
            self._step()
            handing_over()

        self._outbox.send(raw, sender, recipients, meddled)
