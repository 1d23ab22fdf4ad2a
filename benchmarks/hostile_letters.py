"""Letters of many hostile kinds, as bytes: each kind by its name, and a number that varies it."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable

ASKS = "Does massage help with sciatica? "
_AUTHOR = "author@example.test"
_TNEF = bytes.fromhex("789f3e220100")


def hostile(number: int, to: str) -> bytes:
    """The kinds take turns; the costly ones come once in ten rounds."""
    kinds = _KINDS if number % (10 * len(_KINDS)) < len(_KINDS) else _KINDS[: -len(_COSTLY)]
    return kinds[number % len(kinds)](number).replace(_AUTHOR.encode(), to.encode(), 1)


def _letter(number: int, body: str, *more: str, sender: str = "") -> bytes:
    head = (
        f"From: {sender or f'Ann <ann{number}@readers.example>'}",
        f"To: {_AUTHOR}",
        f"Subject: Your article {number}",
        f"Message-ID: <h{number}@readers.example>",
        "Date: Mon, 02 Mar 2026 10:00:00 +0000",
        "MIME-Version: 1.0",
        *(more or ("Content-Type: text/plain; charset=utf-8",)),
    )
    return "\n".join([*head, "", body]).replace("\n", "\r\n").encode("utf-8", "surrogateescape")


def _html(number: int, body: str) -> bytes:
    return _letter(number, f"<p>{ASKS}</p>{body}", "Content-Type: text/html; charset=utf-8")


def _attached(number: int, kind: str, content: bytes) -> bytes:
    body = base64.encodebytes(content).decode()
    return _letter(number, body, f"Content-Type: {kind}", "Content-Transfer-Encoding: base64")


def _deep(number: int) -> bytes:
    parts = [
        f'Content-Type: multipart/mixed; boundary="b{depth}"\n\n--b{depth}' for depth in range(140)
    ]
    first, *others = "\n".join([*parts, "Content-Type: text/plain", "", ASKS]).split("\n\n")
    return _letter(number, "\n\n".join(others), first)


def _huge_header(number: int) -> bytes:
    return _letter(number, ASKS, *(f"X-Filler-{one}: {'x' * 900}" for one in range(500)))


def _encoded_words(number: int) -> bytes:
    return _letter(number, ASKS, "X-Told: " + "\n ".join(["=?utf-8?q?=F0=9F=98=80?="] * 2_900))


def _recipients(number: int) -> bytes:
    return _letter(number, ASKS, "Cc: " + ",\n ".join(f"r{n}@many.example" for n in range(4_500)))


def _references(number: int) -> bytes:
    return _letter(number, ASKS, "References: " + "\n ".join(f"<r{n}@x>" for n in range(4_500)))


def _divs(number: int) -> bytes:
    return _html(number, "<div>" * 40_000 + ASKS)


def _tables(number: int) -> bytes:
    return _html(number, "<table><tr><td>" * 12_000)


def _attributes(number: int) -> bytes:
    return _html(number, "<p " + "a=1 " * 50_000 + ">")


def _repeated(number: int) -> bytes:
    return _letter(number, ASKS * 6_000)


def _one_word(number: int) -> bytes:
    return _letter(number, "ab" * 100_000 + "\n" + ASKS)


def _signs(number: int) -> bytes:
    return _letter(number, (">" * 500 + " \n") * 400 + "-- \n" * 1_000 + "@" * 50_000)


def _numbers(number: int) -> bytes:
    return _letter(number, "1,234.5 www.a.example/?x=1&y=2 a@b.example " * 4_000 + ASKS)


def _blank_bounce(number: int) -> bytes:
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"'
    body = (
        "--b\n\n"
        + " \n" * 100_000
        + "\n--b\nContent-Type: message/delivery-status\n\n"
        + ("\n \n" * 40_000)
    )
    return _letter(number, body, kind, sender="MAILER-DAEMON@mail.example")


def _broken_mime(number: int) -> bytes:
    kind = 'Content-Type: multipart/alternative; boundary="'
    return _letter(number, "--\n--b--\n--b\nContent-Type: ;;;=\n" * 400 + "\udcff" * 9_000, kind)


def _one_sender(number: int) -> bytes:
    return _letter(number, ASKS + f"Number {number}.", sender="Flood <flood@readers.example>")


def _questions(number: int) -> bytes:
    asked = (f"Does massage number {one} help with pain in my back?" for one in range(3_000))
    return _letter(number, "\n".join(asked))


def _foreign(number: int) -> bytes:
    return _letter(number, "マッサージは痛みに効きますか。\u200d\u0301" * 4_000)


def _odd_sender(number: int) -> bytes:
    return _letter(number, ASKS, sender=f'"victim@x"@evil{number}.example, ' * 40)


def _tnef(number: int) -> bytes:
    told = base64.b64decode(base64.b64encode(_TNEF)) + b"\x02\x01\x80\x01\x00" * 150_000
    return _attached(number, 'application/ms-tnef; name="winmail.dat"', told)


def _smime(number: int) -> bytes:
    nested = b"\x30\x80" * 60_000 + zlib.compress(bytes(2_000_000))
    return _attached(number, "application/pkcs7-mime; smime-type=signed-data", nested)


def _many_styles(number: int) -> bytes:
    return _html(number, "".join(f"<b id={n}><p></b>" for n in range(9_000)))


def _many_parts(number: int) -> bytes:
    parts = "".join(f"--b\nContent-Type: text/html\n\n<p>{ASKS}{n}\n" for n in range(1_900))
    return _letter(number, parts, 'Content-Type: multipart/mixed; boundary="b"')


def _megabytes(number: int) -> bytes:
    return _html(number, "<p>Does it help?<br><i>x</i> " * 250_000)


_Kind = Callable[[int], bytes]
_COSTLY: tuple[_Kind, ...] = (_many_styles, _many_parts, _megabytes)
_KINDS: tuple[_Kind, ...] = (
    *(_one_sender, _deep, _huge_header, _encoded_words, _recipients, _references, _divs, _tables),
    *(_attributes, _repeated, _one_word, _signs, _numbers, _blank_bounce, _broken_mime),
    *(_questions, _foreign, _odd_sender, _tnef, _smime, *_COSTLY),
)
