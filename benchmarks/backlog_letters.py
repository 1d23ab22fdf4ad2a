"""What lies in an author's inbox after a busy time: one reader's question in ten letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

SIZE = 4_400
BEGIN = datetime.now(UTC) - timedelta(days=5)
AUTHOR = "author@example.test"
ASKED = (
    "Does massage help with sciatica?",
    "How often should I get a massage for my sciatic nerve?",
    "Can I do this at home with a tennis ball?",
    "Is deep tissue massage safe when the pain goes down my leg?",
    "How long until a massage makes a difference?",
    "Which kind of massage would you choose?",
    "What does it cost, and will an insurance pay?",
    "Can a massage make sciatica worse?",
)
STORY = (
    "I read your article on massage for sciatica last night and it made things much clearer. "
    "My work has me sit for most of the day, and in the evening I walk with the dog. "
    "My sister told me to look for somebody who knows the piriformis muscle. "
    "We live in a small town, so there is not much to choose from. "
)
STYLE = "font-family:Arial,sans-serif;font-size:14px"
PLAIN = "Content-Type: text/plain; charset=utf-8"
HTML = "Content-Type: text/html; charset=utf-8"
NEWS = (
    "This week in the shop: twelve new seed mixtures, a visit to the people who grow them, "
    "and a recipe for the last tomatoes of the year. Read on in your browser. "
)


def letters(count: int) -> list[bytes]:
    """CRLF line ends, as the wire has them; the same letters each time but for their dates."""
    return [_letter(number) for number in range(count)]


def readers_among(count: int) -> int:
    return len(range(0, count, 10))


def questions(count: int, senders: int = 0, one_thread: bool = False) -> list[bytes]:
    """Readers' letters alone, of so many senders in turns, or each of another."""
    return [
        _question(10 * number, number % (senders or count), one_thread) for number in range(count)
    ]


def of_size(size: int) -> bytes:
    """A reader's question with one great picture of this many bytes."""
    line = b"QUJD" * 19 + b"\r\n"
    head = _head(7_000_000, "A picture of my back", "ann@readers.example")
    return (
        head
        + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + b"--b\r\nContent-Type: text/plain\r\n\r\nDoes massage help with sciatica?\r\n"
        + b"--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + line * (size // len(line))
        + b"--b--\r\n"
    )


def _letter(number: int) -> bytes:
    kinds = (_newsletter, _machine, _newsletter, _thread, _newsletter)
    return _question(number, number) if number % 10 == 0 else kinds[number % 5](number)


def _question(number: int, sender: int, one_thread: bool = False) -> bytes:
    """As a mail program of today writes it: much header, a text, and the same as HTML."""
    asked = ASKED[number // 10 % len(ASKED)]
    text = f"Hi Steve,\n\n{STORY}\n\n{asked}\n\nThanks,\nAnn {sender}\n"
    page = "".join(f'<div dir="ltr" style="{STYLE}">{line}</div>\n' for line in text.split("\n"))
    head = _head(number, "Your article on massage", f"ann{sender}@readers.example")
    if one_thread and number:
        head += b"In-Reply-To: <%d@mail.example>\r\n" % (number - 10)
    signed = SIZE - len(head) - len(text) - len(page) - 250
    head += b"X-Seal: " + b"\r\n ".join([b"q" * 70] * (signed // 73)) + b"\r\n"
    parts = f"--b\n{PLAIN}\n\n{text}--b\n{HTML}\n\n{page}--b--\n".replace("\n", "\r\n")
    kind = b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
    return head + kind + parts.encode()


def _newsletter(number: int) -> bytes:
    head = _head(number, f"News {number}", f"news{number % 40}@shop.example")
    head += (
        b"List-Id: <news.shop.example>\r\nPrecedence: bulk\r\n"
        b"List-Unsubscribe: <https://shop.example/no>\r\n"
    )
    body = "".join(
        f'<tr><td style="padding:4px"><a href="https://shop.example/{number}/{row}">{NEWS}</a></td>'
        "</tr>\n"
        for row in range(40)
    )
    page = f"<html><body><table>\n{body}"[: SIZE - 500] + "</table></body></html>\n"
    return _with(head, "text/html", page)


def _machine(number: int) -> bytes:
    head = _head(number, f"Order {number} has been sent", "no-reply@orders.example")
    return _plain(head + b"Auto-Submitted: auto-generated\r\n", "Order.\n\n{}\n", NEWS)


def _thread(number: int) -> bytes:
    head = _head(number, f"Re: Choir {number // 50}", f"member{number % 30}@choir.example")
    first = number - number % 50
    head += b"List-Id: <choir.choir.example>\r\nIn-Reply-To: <%d@mail.example>\r\n" % max(
        first, number - 10
    )
    return _plain(head, "Me too.\n\nOn Monday, Bea wrote:\n> {}\n", STORY)


def _head(number: int, subject: str, sender: str) -> bytes:
    date = format_datetime(BEGIN + timedelta(seconds=number % 400_000))
    lines = [
        *_received(number),
        f"From: Somebody <{sender}>",
        f"To: {AUTHOR}",
        f"Subject: {subject}",
        f"Date: {date}",
        f"Message-ID: <{number}@mail.example>",
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


def _received(number: int) -> Iterator[str]:
    for hop in range(4):
        yield f"Received: from mx{hop}.example (mx{hop}.example [192.0.2.{hop}])"
        yield f"\tby mx{hop + 1}.example with ESMTPS id {number:010}"


def _plain(head: bytes, text: str, filling: str) -> bytes:
    lines = [filling.strip()] * (max(0, SIZE - len(head) - len(text)) // len(filling))
    glue = "\n> " if "> {}" in text else "\n"
    return _with(head, "text/plain", text.format(glue.join(lines)))


def _with(head: bytes, kind: str, body: str) -> bytes:
    head += f"MIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n".encode()
    return head + body.replace("\n", "\r\n").encode()
