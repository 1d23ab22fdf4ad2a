"""What keeps a promise and what does not: Sent, its second folder, its clock, and Drafts."""

from __future__ import annotations

import base64
from email import message_from_bytes, policy
from email.message import EmailMessage

from benchmarks.scenarios_letters import (
    ASKS_ELSE,
    Letter,
    ago,
    ann,
    answer,
    bob,
    in_thread,
    internal_date,
)
from benchmarks.scenarios_world import World, check, scenario

ANN, BOB = "ann@example.org", "bob@example.net"
JIM = "Jim <jim@example.com>"


@scenario()
def an_answer_by_hand_keeps_the_promise(world: World) -> None:
    letter = ann()
    world.poll(letter)
    world.lay(answer(world.address, letter), folder="Sent")
    world.poll()
    world.owes()
    world.drafted()


@scenario()
def forwarding_a_letter_keeps_nothing(world: World) -> None:
    letter = ann()
    world.poll(letter)
    forwarded = Letter(
        sender=f"Steve <{world.address}>",
        subject="Fwd: Your article",
        text="What would you say to her?\n\n---------- Forwarded message ---------\n"
        f"From: Ann Miller <{ANN}>\n\n{letter.text}",
        headers={"To": JIM, "In-Reply-To": letter.id, "References": letter.id},
    )
    world.lay(forwarded, folder="Sent")
    world.poll()
    world.owes(ANN)
    world.drafted(ANN)


@scenario()
def forwarding_a_letter_voids_no_approval(world: World) -> None:
    letter = ann()
    world.poll(letter)
    world.approve(ANN)
    world.lay(answer(world.address, letter, To=JIM), folder="Sent")
    world.send()
    world.answered(ANN)


@scenario()
def an_answer_to_a_pitch_that_names_her_letter_keeps_nothing(world: World) -> None:
    letter = ann()
    pitch = Letter(
        sender="Sam <sam@agency.example>",
        subject="Guest post",
        text="Hi Steve,\n\nI would love to contribute a guest post to your blog, with a dofollow "
        "link. What are your rates?\n\nSam",
        headers={"References": letter.id},
    )
    world.poll(letter, pitch)
    to_pitch = answer(world.address, pitch, References=f"{letter.id} {pitch.id}")
    world.lay(to_pitch, folder="Sent")
    world.poll()
    check(ANN in world.owed(), "Ann is not owed any more")
    world.draft_to(ANN)


@scenario()
def a_receipt_keeps_nothing(world: World) -> None:
    letter = ann(Disposition_Notification_To=ANN)
    world.poll(letter)
    text = "--=_r\nContent-Type: text/plain\n\nYour message was displayed.\n--=_r\n"
    text += "Content-Type: message/disposition-notification\n\n"
    text += f"Final-Recipient: rfc822;{world.address}\nOriginal-Message-ID: {letter.id}\n"
    text += "Disposition: manual-action/MDN-sent-manually; displayed\n\n--=_r--\n"
    kind = 'multipart/report; report-type=disposition-notification; boundary="=_r"'
    receipt = Letter(
        sender=f"Steve <{world.address}>",
        subject="Read: Your article",
        text=text,
        headers={
            "To": letter.sender,
            **answer(world.address, letter).headers,
            "Content-Type": kind,
        },
    )
    world.lay(receipt, folder="Sent")
    world.poll()
    world.owes(ANN)
    world.drafted(ANN)


def _is_read(world: World, folder: str) -> None:
    letter = ann()
    world.mail.create(folder)
    world.poll(letter)
    world.lay(answer(world.address, letter), folder=folder)
    world.poll()
    world.owes()
    world.drafted()


@scenario()
def an_answer_in_sent_messages_keeps_the_promise(world: World) -> None:
    _is_read(world, "Sent Messages")


@scenario()
def an_answer_in_sent_items_keeps_the_promise(world: World) -> None:
    _is_read(world, "Sent Items")


@scenario()
def an_answer_in_gesendete_elemente_keeps_the_promise(world: World) -> None:
    _is_read(world, "Gesendete Elemente")


@scenario()
def an_answer_in_the_second_sent_folder_stops_an_approved_reply(world: World) -> None:
    letter = ann()
    world.mail.create("Sent Messages")
    world.poll(letter)
    world.approve(ANN)
    world.lay(answer(world.address, letter), folder="Sent Messages")
    world.send()
    world.answered()


@scenario()
def a_clock_two_hours_slow_in_sent_makes_nobody_an_acquaintance(world: World) -> None:
    letter = Letter(sent=ago(minutes=40))
    world.lay(letter, date=internal_date(ago(minutes=40)))
    by_hand = answer(world.address, letter)
    slow = Letter(
        sender=by_hand.sender,
        text=by_hand.text,
        subject=by_hand.subject,
        sent=ago(hours=2, minutes=10),
        headers=by_hand.headers,
    )
    world.lay(slow, folder="Sent", date=internal_date(ago(minutes=10)))
    world.poll()
    world.owes()
    world.poll(ann(ASKS_ELSE.format(name="Ann"), **in_thread(slow)))
    world.owes(ANN)
    world.drafted(ANN)


@scenario()
def a_slow_clock_in_sent_silences_no_reader_who_waits(world: World) -> None:
    """The author wrote to her about something else, after her letter by the server's clock."""
    world.lay(Letter(sent=ago(minutes=40)), date=internal_date(ago(minutes=40)))
    slow = Letter(
        sender=f"Steve <{world.address}>",
        subject="By the way",
        text="Dear Ann,\n\nwhich town do you live in?\n\nSteve",
        sent=ago(hours=2, minutes=10),
        headers={"To": f"Ann Miller <{ANN}>"},
    )
    world.lay(slow, folder="Sent", date=internal_date(ago(minutes=10)))
    world.poll()
    world.poll(Letter(text=ASKS_ELSE.format(name="Ann"), subject="One more thing"))
    check(ANN in world.owed(), "Ann is not owed")


def _rebuild(world: World) -> int:
    """As Exchange does with what is appended to Drafts: other headers, other bytes, a new UID."""
    folder = world.mail.letters("Drafts")
    for raw in folder:
        world.mail.deliver(_rebuilt(raw), "Drafts", "(\\Draft)")
    for uid in range(1, 1 + len(folder)):
        world.mail.delete("Drafts", uid)
    return len(folder)


def _rebuilt(raw: bytes) -> bytes:
    old = message_from_bytes(raw, policy=policy.default)
    body = old.get_body(("plain",))
    assert body is not None
    text = body.get_content().encode()
    new = EmailMessage(policy=policy.SMTP.clone(max_line_length=400))
    for name in ("From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Date"):
        if name in old:
            new[name] = str(old[name])
    new["X-MS-Has-Attach"] = ""
    new["Thread-Index"] = base64.b64encode(b"a draft that was rebuilt").decode()
    new.set_content(text.decode(), cte="base64")
    return new.as_bytes()


def _rebuilt_world(world: World) -> None:
    world.poll(ann())
    check(_rebuild(world) == 1, "there is no copy in Drafts")


@scenario()
def a_rebuilt_draft_is_withdrawn_when_the_reply_has_left(world: World) -> None:
    _rebuilt_world(world)
    world.poll()
    world.approve(ANN)
    world.send()
    world.poll()
    world.answered(ANN)
    check(not world.in_drafts(), f"{len(world.in_drafts())} copies stay in Drafts")
    world.owes()


@scenario()
def a_rebuilt_draft_voids_no_approval(world: World) -> None:
    world.poll(ann())
    world.approve(ANN)
    check(_rebuild(world) == 1, "there is no copy in Drafts")
    world.send()
    world.answered(ANN)


@scenario()
def a_rebuilt_draft_is_withdrawn_when_it_is_rejected(world: World) -> None:
    _rebuilt_world(world)
    world.run("reject", str(world.draft_to(ANN)["draft"])).good()
    world.poll()
    check(not world.in_drafts(), f"{len(world.in_drafts())} copies stay in Drafts")
    world.owes(ANN)


@scenario()
def a_rebuilt_draft_is_replaced_when_it_is_edited(world: World) -> None:
    _rebuilt_world(world)
    draft = world.draft_to(ANN)
    world.run("edit", str(draft["draft"]), "--text", "Hello Ann,\n\nOnce a week.\n\nSteve").good()
    world.poll()
    copies = world.in_drafts()
    check(len(copies) == 1, f"{len(copies)} copies lie in Drafts instead of 1")
    check(b"Once a week" in copies[0], "the copy in Drafts is the old one")


@scenario()
def a_reply_to_a_letter_without_an_id_has_no_invented_references(world: World) -> None:
    world.poll(ann(Message_ID=None), bob())
    for reader in (ANN, BOB):
        world.approve(reader)
    world.send()
    world.answered(ANN, BOB)
    (to_ann,) = (email for email in world.replies() if ANN in str(email["To"]))
    named = [name for name in ("References", "In-Reply-To") if to_ann[name]]
    check(not named, f"the reply holds {named}")
    (to_bob,) = (email for email in world.replies() if BOB in str(email["To"]))
    check(to_bob["References"], "the reply to a letter with an id holds no References")
