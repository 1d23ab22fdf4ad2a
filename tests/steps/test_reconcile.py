"""Reconciliation finds letters that no poll could see, in any folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.steps.reconcile import Reconciliation, reconcile
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"


class Walks(list[int]):
    """UIDs that searches of INBOX began after; 0: all."""

    tells = True


def watched(world: World) -> Walks:
    """Record searches of INBOX; with `tells` the server reports vanished UIDs."""
    walks = Walks()

    class Watched(ImapMailbox):
        def uids(self, folder: str, after: int, since: datetime | None) -> Sequence[int]:
            walks.extend([after] if folder == "INBOX" else [])
            return super().uids(folder, after, since)

        def vanished(self, folder: str, since: int, below: int) -> Sequence[int]:
            return super().vanished(folder, since, below) if walks.tells else ()

    account = world.bot.accounts[0]
    account.mailbox.close()
    world.use(replace(world.bot, accounts=(replace(account, mailbox=Watched(world.imap)),)))
    return walks


def delete_first(world: World) -> None:
    with world.client() as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search(["ALL"])[:1])
        client.expunge()


def reconciled(world: World) -> Reconciliation:
    world.poll()
    return reconcile(world.bot, world.now)


def move(world: World, to: str) -> None:
    """The author, or a filter of hers, moves all of INBOX."""
    with world.client() as client:
        if not client.folder_exists(to):
            client.create_folder(to)
        client.select_folder("INBOX")
        client.move(client.search(["ALL"]), to)


def test_what_was_seen_is_accounted_for(world: World) -> None:
    for name in ("ann", "bob", "cleo"):
        world.letter(QUESTION, From=f"{name}@example.org")
    found = reconciled(world)
    assert (found.letters, found.accounted, found.missed) == (3, 3, 0)
    assert found.sentence() == "3 letters, 3 accounted for"
    assert reconciled(world) == found


def test_a_letter_that_was_moved_before_it_was_seen_is_taken_in(world: World) -> None:
    world.letter(QUESTION)
    move(world, "Readers")
    assert world.poll().letters == 0
    found = reconciled(world)
    assert found.missed == 1
    assert [promise.reader for promise in world.waiting()] == ["ann@example.org"]
    assert not reconciled(world).differs


def test_a_letter_that_was_moved_after_it_was_seen_is_no_second_one(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    move(world, "Archive")
    found = reconciled(world)
    assert (found.letters, found.missed, found.gone) == (1, 0, ())
    assert len(world.drafts()) == 1


def test_a_letter_that_was_read_elsewhere_is_owed_an_answer_all_the_same(world: World) -> None:
    world.letter(QUESTION)
    with world.client() as client:
        client.select_folder("INBOX")
        client.add_flags(client.search(["ALL"]), [b"\\Seen"])
    assert not reconciled(world).differs
    assert len(world.waiting()) == 1


def test_a_letter_that_was_deleted_stays_owed_and_is_named(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    with world.client() as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search(["ALL"]))
        client.expunge()
    found = reconciled(world)
    assert [promise.reader for promise in found.gone] == ["ann@example.org"]
    assert len(world.waiting()) == 1


def test_letters_from_before_the_first_day_are_not_counted(world: World) -> None:
    world.poll()
    world.now -= timedelta(days=14, hours=6)
    world.letter(QUESTION)
    world.now += timedelta(days=14, hours=6)
    assert reconciled(world).letters == 0


def test_letters_that_came_and_went_since_are_told_exactly_without_a_new_walk(
    world: World,
) -> None:
    for name in ("ann", "bob", "cleo"):
        world.letter(QUESTION, From=f"{name}@example.org")
    assert reconciled(world).letters == 3
    walks = watched(world)
    world.letter(QUESTION, From="dora@example.org")
    delete_first(world)
    found = reconciled(world)
    assert (found.letters, found.accounted) == (3, 3)
    delete_first(world)
    found = reconciled(world)
    assert (found.letters, found.accounted, len(found.gone)) == (2, 2, 2)
    assert 0 not in walks


def test_a_server_that_does_not_tell_what_went_is_walked_anew(world: World) -> None:
    for name in ("ann", "bob"):
        world.letter(QUESTION, From=f"{name}@example.org")
    assert reconciled(world).letters == 2
    walks = watched(world)
    world.letter(QUESTION, From="cleo@example.org")
    assert reconciled(world).letters == 3
    assert 0 not in walks
    walks.tells = False
    delete_first(world)
    assert reconciled(world).letters == 2
    assert 0 in walks


def test_a_letter_that_comes_back_under_a_new_number_is_missed_by_no_walk(world: World) -> None:
    world.letter(QUESTION)
    assert reconciled(world).letters == 1
    move(world, "Readers")
    world.letter(QUESTION, From="bob@example.org")
    found = reconciled(world)
    assert (found.letters, found.accounted, found.missed, found.gone) == (2, 2, 0, ())


def test_private_letters_in_other_folders_are_counted_and_not_kept(world: World) -> None:
    world.by_hand("See you on Sunday!", To="Sis <sister@example.org>")
    message_id = world.letter("Does massage help?", From="Sis <sister@example.org>")
    move(world, "Family")
    found = reconciled(world)
    assert (found.letters, found.accounted, found.missed) == (1, 1, 0)
    assert world.stored(message_id) is None


def test_letters_in_sent_drafts_and_trash_are_nobodys_questions(world: World) -> None:
    world.by_hand("Does massage help?", To="friend@example.org")
    world.letter(QUESTION)
    move(world, "Trash")
    assert reconciled(world).letters == 0
