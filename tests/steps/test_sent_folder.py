"""Other Sent folders count, too: some mail programs file into their own."""

from datetime import timedelta

from inbox_bot.model import DraftState
from tests.world import World

ASKS = "Hello Steve,\n\ndoes massage help with sciatica?\n\nAnn"


def test_an_answer_from_the_phone_is_seen_in_its_own_folder_made_while_the_bot_runs(
    world: World,
) -> None:
    asked = world.letter(ASKS)
    world.poll()
    world.approve(world.the_draft())
    with world.client() as client:
        client.create_folder("Sent Messages")
    world.later(minutes=5)
    _phone(world, "Sent Messages", "Yes, it does.", In_Reply_To=f"<{asked}>")
    world.bot.accounts[0].mailbox.folders()  # as after ten minutes
    assert world.poll().answered_by_hand == 1
    assert not world.send().sent
    assert not world.waiting()
    assert not world.drafts(DraftState.PENDING, DraftState.APPROVED)


def test_each_sent_folder_has_a_cursor_of_its_own(world: World) -> None:
    with world.client() as client:
        client.create_folder("Gesendete Objekte")
    for number in range(3):
        world.by_hand("x", To=f"a{number}@example.net")
        _phone(world, "Gesendete Objekte", "x", To=f"b{number}@example.net")
    world.poll()
    own = world.imap.address
    with world.bot.store.reading() as tx:
        cursors = [tx.cursor(own, name) for name in ("Sent", "Gesendete Objekte")]
        known = tx.people.known_among(["a2@example.net", "b2@example.net"])
    assert [cursor.last_uid for cursor in cursors if cursor] == [3, 3]
    assert len(known) == 2


def test_a_second_sent_folder_that_vanishes_stops_nothing(world: World) -> None:
    with world.client() as client:
        client.create_folder("Sent Items")
    world.poll()
    with world.client() as client:
        client.delete_folder("Sent Items")
    world.letter(ASKS)
    assert not world.poll().unreachable
    assert world.the_draft()


def test_a_copy_that_the_server_filed_elsewhere_is_not_added_again(world: World) -> None:
    with world.client() as client:
        client.create_folder("Sent Items")
    world.letter(ASKS)
    world.poll()
    draft = world.approve(world.the_draft())
    world.later(minutes=5)
    world.send()
    (reply,) = world.replies()
    with world.client() as client:
        client.append("Sent Items", reply.raw, msg_time=world.now)
    world.now += timedelta(minutes=5)
    world.poll()
    assert draft.message_id.encode() not in b"".join(world.folder("Sent"))


def _phone(world: World, folder: str, text: str, **headers: str) -> str:
    headers = {"To": "Ann Reader <ann@example.org>", "From": world.imap.address, **headers}
    return world.lay_in(folder, text, **headers)
