from base64 import encodebytes

import pytest

from inbox_bot.letters.bounces import bounced, read_bounce

HEAD = b"From: MAILER-DAEMON@example.net\r\nSubject: %s\r\nIn-Reply-To: <reply@example.com>\r\n\r\n"
STATUS = (
    b"Final-Recipient: rfc822; Jane@Example.org\r\nAction: %s\r\nStatus: %s\r\n\r\n"
    b"--x\r\nContent-Type: message/rfc822\r\n\r\nTo: jane@example.org\r\n"
    b"Message-ID:\r\n <returned@example.com>\r\n\r\nHello Jane\r\n"
)


def test_a_bounce_names_the_returned_letter_and_its_recipient() -> None:
    report = read_bounce(HEAD % b"Undelivered" + STATUS % (b"failed", b"5.1.1"))
    assert report.message_ids == ("returned@example.com", "reply@example.com")
    assert report.recipients == ("jane@example.org",)
    assert report.permanent


@pytest.mark.parametrize(
    "raw",
    [
        HEAD % b"Delayed" + STATUS % (b"delayed", b"4.4.1"),
        HEAD % b"Delayed" + STATUS % (b"delayed", b"5.4.4"),
        HEAD % b"Undelivered" + STATUS % (b"delivered", b"2.0.0"),
        HEAD % b"Returned" + b"Status: 4.2.2\r\nMessage-ID: <returned@example.com>\r\n",
        HEAD % b"Warning: could not send message for past 4 hours" + b"It is still tried.\r\n",
    ],
)
def test_a_letter_that_is_only_late_has_not_bounced(raw: bytes) -> None:
    assert bounced(raw) == ()
    assert read_bounce(raw).message_ids


def test_failed_is_failed_whatever_the_status_says() -> None:
    assert bounced(HEAD % b"Undelivered" + STATUS % (b"failed", b"4.2.0"))


@pytest.mark.parametrize(
    "body",
    [
        b"Sorry.\n\n> To: jane@example.org\n> Message-Id: <returned@example.com>\n",
        b"Sorry.\n\nMessage-ID: <returned=\n@example.com>\n",
        b"Content-Transfer-Encoding: base64\n\n"
        + encodebytes(b"Message-ID: <returned@example.com>"),
        b"X-Microsoft-Original-Message-ID: <returned@example.com>\n",
    ],
)
def test_the_message_id_is_found_in_whatever_was_made_of_the_letter(body: bytes) -> None:
    assert "returned@example.com" in bounced(HEAD % b"failure notice" + body)


def test_broken_base64_stops_nothing() -> None:
    body = b"Content-Transfer-Encoding: base64\n\nTWVzc2FnZS1JRDogPGFAYi5jPg5\n"
    assert bounced(HEAD % b"failure notice" + body)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\x00" * 100, b"Message-ID: <" * 50_000])
def test_what_tells_nothing_names_nothing(raw: bytes) -> None:
    assert bounced(raw) == ()


def test_blank_lines_cost_their_length_and_no_more() -> None:
    assert bounced(HEAD % b"Undelivered" + b"\r\n" * 200_000) == ("reply@example.com",)
    assert bounced(HEAD % b"Undelivered" + b"> \r\n" * 100_000) == ("reply@example.com",)
