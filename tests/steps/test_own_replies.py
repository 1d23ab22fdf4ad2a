"""Only the author's answer to the reader herself keeps a promise."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from inbox_bot.model import Doubt, DraftState
from tests.world import World

ASKS = "Hello Steve,\n\ndoes massage help with sciatica?\n\nAnn"
JIM = "Jim <jim@example.net>"


@pytest.mark.parametrize("seen_before", [True, False])
@pytest.mark.parametrize(
    "headers",
    [
        {"Subject": "Fwd: Your article on massage", "To": JIM},
        {"Subject": "Re: Your article on massage", "To": JIM},
        {"Subject": "Re: guest post?", "To": JIM, "In-Reply-To": "<pitch@example.net>"},
        {"Auto-Submitted": "auto-replied"},
        {"Content-Type": "multipart/report; report-type=disposition-notification; boundary=x"},
    ],
)
def test_what_goes_to_somebody_else_keeps_nothing(
    world: World, headers: dict[str, str], seen_before: bool
) -> None:
    asked = world.letter(ASKS)
    if seen_before:
        world.poll()
    world.later(minutes=5)
    told = {"In-Reply-To": f"<{asked}>", "References": f"<{asked}>", **headers}
    if "Content-Type" in told:
        _receipt(world, told)
    else:
        world.by_hand("What do you make of this?", **told)
    assert world.poll().answered_by_hand == 0
    (promise,) = world.waiting()
    assert (promise.reader, promise.doubt) == ("ann@example.org", None)
    assert world.the_draft()


@pytest.mark.parametrize("field", ["To", "Cc", "Bcc"])
def test_an_answer_to_the_reader_keeps_it_in_whichever_field_she_stands(
    world: World, field: str
) -> None:
    asked = world.letter(ASKS, Reply_To="Ann <home@example.org>")
    world.poll()
    world.later(minutes=5)
    to = {"To": world.imap.address, field: "home+massage@example.org"}
    world.by_hand("Yes.", In_Reply_To=f"<{asked}>", **to)
    assert world.poll().answered_by_hand == 1
    assert not world.waiting()


def test_a_letter_passed_on_with_a_copy_to_the_reader_is_asked_about(world: World) -> None:
    asked = world.letter(ASKS)
    world.poll()
    world.approve(world.the_draft())
    headers = {"Subject": "WG: Your article", "To": JIM, "Cc": "ann@example.org"}
    world.later(minutes=5)
    world.by_hand("Jim knows better.", In_Reply_To=f"<{asked}>", **headers)
    world.poll()
    (promise,) = world.waiting()
    assert promise.doubt is Doubt.PASSED_ON
    assert world.the_draft().state is DraftState.PENDING


def test_an_answer_to_another_address_of_the_same_name_is_asked_about(world: World) -> None:
    asked = world.letter(ASKS)
    world.poll()
    world.later(minutes=5)
    world.by_hand("Yes.", In_Reply_To=f"<{asked}>", To="Ann Reader <ann@work.example>")
    world.poll()
    (promise,) = world.waiting()
    assert promise.doubt is Doubt.OTHER_LETTER


def test_the_answer_of_whom_a_letter_was_passed_on_to_is_no_readers(world: World) -> None:
    asked = world.letter(ASKS)
    world.poll()
    world.later(minutes=5)
    passed = world.by_hand("?", In_Reply_To=f"<{asked}>", To=JIM, Subject="Fwd: Your article")
    world.poll()
    world.letter("Tell her yes.", From=JIM, In_Reply_To=f"<{passed}>", References=f"<{asked}>")
    world.poll()
    assert [one.reader for one in world.waiting()] == ["ann@example.org"]


@pytest.mark.parametrize("hours", [-2, 2])
@pytest.mark.parametrize("seen_before", [True, False])
def test_a_clock_that_is_hours_wrong_makes_no_waiting_reader_a_friend(
    world: World, hours: int, seen_before: bool
) -> None:
    world.letter(ASKS)
    if seen_before:
        world.poll()
    world.later(minutes=30)
    wrong = format_datetime(world.now + timedelta(hours=hours))
    world.by_hand("About your question: yes.", Date=wrong)
    world.poll()
    (promise,) = world.waiting()
    assert promise.doubt is Doubt.OTHER_LETTER
    world.later(minutes=30)
    later = world.letter("And how often?", Subject="One more thing")
    world.poll()
    assert world.stored(later) is not None


def test_old_mail_to_a_reader_that_was_copied_into_sent_today_asks_nothing(world: World) -> None:
    world.letter(ASKS)
    world.poll()
    world.later(minutes=30)
    world.by_hand("See you.", Date="Tue, 02 May 2023 10:00:00 +0000")
    world.poll()
    (promise,) = world.waiting()
    assert promise.doubt is None


def _receipt(world: World, headers: dict[str, str]) -> None:
    fields = {"From": world.imap.address, "To": "ann@example.org", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    kind = "Content-Type: message/disposition-notification"
    body = f"--x\r\n\r\nread\r\n--x\r\n{kind}\r\n\r\nDisposition: a; displayed\r\n--x--\r\n"
    with world.client() as client:
        client.append("Sent", f"{head}\r\n{body}".encode(), msg_time=world.now)
