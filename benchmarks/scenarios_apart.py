"""One letter that goes wrong: it alone is set aside, shown, owed; all others go on."""

from __future__ import annotations

import time
from collections.abc import Sequence

from benchmarks.scenarios_letters import (
    ASKS,
    NO_SENDERS,
    THANKS,
    URGENT,
    Letter,
    ann,
    answer,
    bob,
    bounce_of_blank_lines,
    encrypted_by_pgp,
    encrypted_by_smime,
    form_notice,
)
from benchmarks.scenarios_page import running
from benchmarks.scenarios_world import Setup, World, check, scenario

FORM = "wordpress@mysite.example"
FORMS = Setup(forms=[FORM])


def without_senders() -> Sequence[Letter]:
    return [Letter(sender=sender) for sender in NO_SENDERS]


@scenario()
def letters_without_a_sender_hold_up_no_urgent_one(world: World) -> None:
    world.poll(*without_senders())
    world.poll(Letter(sender="Cid <cid@example.org>", text=URGENT))
    check(world.draft_to("cid@example.org")["kind"] == "urgent", "its draft is not urgent")


@scenario()
def an_approved_reply_leaves_beside_letters_without_a_sender(world: World) -> None:
    world.poll(ann())
    world.approve("ann@example.org")
    world.lay(*without_senders())
    world.send()
    world.answered("ann@example.org")


@scenario()
def letters_without_a_sender_are_accounted_for_and_owed(world: World) -> None:
    world.poll(*without_senders())
    told = world.run("reconcile", "--json").good().rows[-1]
    check(told["letters"] == told["accounted"] == len(NO_SENDERS), f"reconcile tells {told}")
    owed = len(world.promises())
    check(owed == len(NO_SENDERS), f"{owed} of {len(NO_SENDERS)} are owed")


@scenario()
def a_letter_without_a_sender_can_be_released_and_is_shown(world: World) -> None:
    world.poll(Letter(sender=None, subject="Kumquat"))
    (promise,) = world.promises() or [{}]
    check(promise, "it is not owed")
    shown = world.told() + world.run("drafts").out
    check(promise["reason"] or "Kumquat" in shown, "nothing tells of the letter")
    world.run("release", str(promise["letter"]), "nobody to answer").good()
    world.owes()


@scenario()
def not_a_reader_on_a_letter_without_a_sender_ends_well(world: World) -> None:
    world.poll(Letter(sender="<>"), ann())
    for draft in [row for row in world.drafts() if row["reader"] != "ann@example.org"]:
        ran = world.run("not-a-reader", str(draft["draft"]))
        check("Traceback" not in ran.all, "`not-a-reader` stumbles")
    world.poll()
    world.drafted("ann@example.org")


@scenario(FORMS)
def a_form_notice_without_an_address_is_owed_and_holds_up_nobody(world: World) -> None:
    world.poll(form_notice(f"WordPress <{FORM}>"))
    world.poll(bob())
    world.draft_to("bob@example.net")
    owed = world.owed()
    check(len(owed) == 2, f"owed are {owed} instead of the writer of the comment and Bob")
    world.approve("bob@example.net")
    world.send()
    world.answered("bob@example.net")


@scenario(FORMS)
def a_form_notice_with_an_address_is_answered_to_that_address(world: World) -> None:
    world.poll(form_notice(f"WordPress <{FORM}>", "ann@example.org"))
    world.owes("ann@example.org")
    world.draft_to("ann@example.org")


@scenario()
def a_reader_beyond_ascii_answered_by_hand_ends_no_poll(world: World) -> None:
    letter = Letter(sender="Änn <änn@example.org>")
    world.poll(letter)
    world.lay(answer(world.address, letter), folder="Sent")
    world.poll(bob())
    world.poll()
    world.owes("bob@example.net")


@scenario()
def a_bounce_of_blank_lines_holds_up_nobody(world: World) -> None:
    world.poll(ann())
    world.approve("ann@example.org")
    world.send()
    (reply,) = world.replies()
    bounce = bounce_of_blank_lines(200_000)
    world.poll(
        Letter(
            sender=bounce.sender,
            subject=bounce.subject,
            text=bounce.text.replace("--=_b--", f"--=_b\n\nX: {reply['Message-ID']}\n--=_b--"),
            headers={**bounce.headers, "In-Reply-To": str(reply["Message-ID"])},
        ),
        Letter(sender="MAILER-DAEMON@mx.example.org", subject="Undeliverable", text="\n" * 200_000),
        Letter(sender="Dan <dan@example.org>", text="Hello,\n" + " \n> \n" * 60_000),
        bob(),
    )
    world.draft_to("bob@example.net")


@scenario()
def a_deeply_nested_letter_holds_up_nobody(world: World) -> None:
    html = {"Content-Type": "text/html; charset=utf-8"}
    question = "<p>Does massage help with sciatica?</p>"
    world.poll(
        Letter(sender="Dan <dan@example.org>", text="<div>" * 38_000 + question, headers=html),
        bob(),
    )
    world.owes("bob@example.net", "dan@example.org")
    world.draft_to("bob@example.net")


@scenario()
def parts_within_parts_hold_up_nobody(world: World) -> None:
    text = "".join(
        f'--b{depth}\nContent-Type: multipart/mixed; boundary="b{depth + 1}"\n\n'
        for depth in range(800)
    )
    kind = {"Content-Type": 'multipart/mixed; boundary="b0"'}
    world.poll(Letter(sender="Dan <dan@example.org>", text=text, headers=kind), bob())
    world.owes("bob@example.net", "dan@example.org")
    world.draft_to("bob@example.net")


@scenario()
def an_encrypted_letter_is_owed_and_told_to_be_unreadable(world: World) -> None:
    world.poll(
        encrypted_by_pgp("Ann <ann@example.org>"), encrypted_by_smime("Bob <bob@example.net>")
    )
    world.owes("ann@example.org", "bob@example.net")
    told = (world.told() + world.run("drafts").all + world.run("drafts", "--json").all).lower()
    check("encrypted" in told or "unreadable" in told, "nothing tells why it could not be read")


@scenario()
def a_letter_whose_seal_is_damaged_is_owed_to_its_sender(world: World) -> None:
    whole = encrypted_by_smime("Bob Stone <bob@example.net>")
    world.poll(Letter(sender=whole.sender, text=whole.text[:30], headers=whole.headers))
    world.owes("bob@example.net")


@scenario()
def a_letter_without_a_question_is_owed(world: World) -> None:
    world.poll(ann("Hi Steve,\n\nyour article describes my back exactly, it is uncanny.\n\nAnn"))
    world.owes("ann@example.org")


@scenario()
def a_letter_of_nothing_but_a_picture_is_owed(world: World) -> None:
    kind = {"Content-Type": 'image/jpeg; name="back.jpg"', "Content-Transfer-Encoding": "base64"}
    world.poll(Letter(text="/9j/4AAQSkZJRgABAQAAAQABAAD/2Q==\n", headers=kind))
    world.owes("ann@example.org")


@scenario()
def thanks_and_no_need_to_reply_open_no_promise(world: World) -> None:
    world.poll(
        ann("Thank you so much for this article!\n\nAnn"),
        bob("Dear Steve,\n\nwhat a lovely article. No need to reply.\n\nBob"),
        Letter(sender="Cid <cid@example.com>", text=THANKS),
        Letter(sender="Dan <dan@example.com>", text="👍\n"),
    )
    world.owes()


@scenario()
def a_question_beside_no_need_to_hurry_is_owed(world: World) -> None:
    text = ASKS.format(name="Ann") + "\n\nThanks, and no rush at all!"
    world.poll(ann(text))
    world.owes("ann@example.org")


@scenario()
def sixty_urgent_letters_of_one_sender_make_few_notes(world: World) -> None:
    world.poll(ann())
    texts = [f"{URGENT}\nThis is letter {number}.\n" for number in range(60)]
    with running(world):
        world.lay(*(Letter(sender="Cid <cid@example.org>", text=text) for text in texts))
        deadline = time.monotonic() + 90
        while len(world.notes()) <= 5 and time.monotonic() < deadline:
            time.sleep(1)
    count = len(world.notes())
    check(1 <= count <= 5, f"{count} notes to the author")
    check("cid@example.org" in world.owed(), "the sender is not owed")
