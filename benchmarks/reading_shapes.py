"""Letters and texts made to hurt, by name; a factor makes each larger."""

from __future__ import annotations

from collections.abc import Callable

_START = b"From: a@example.org\r\n"
_MULTIPART = _START + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def _nested(factor: int) -> bytes:
    levels = (
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(1_000 * factor)
    )
    return _START + b"".join(levels) + b"\r\nhi"


def _recipients(factor: int) -> bytes:
    them = b", ".join(b"u%d@example.org" % n for n in range(100_000 * factor))
    return _START + b"To: " + them + b"\r\n\r\nhi"


def _fields(factor: int) -> bytes:
    return _START + b"".join(b"X-%d: y\r\n" % n for n in range(100_000 * factor)) + b"\r\nhi"


def _parts(factor: int) -> bytes:
    return _MULTIPART + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * (100_000 * factor)


def _bare_parts(factor: int) -> bytes:
    return _MULTIPART + b"--b\r\n\r\nx\r\n" * (100_000 * factor)


def _words(factor: int) -> bytes:
    words = b" ".join(b"=?utf-8?q?a%d?=" % n for n in range(10_000 * factor))
    return _START + b"Subject: " + words + b"\r\n\r\nhi"


def _comments(factor: int) -> bytes:
    deep = 500 * factor
    return b"From: " + b"(" * deep + b"x" + b")" * deep + b" a@example.org\r\n\r\nhi"


def _pieces(factor: int) -> bytes:
    pieces = b"".join(b"\r\n name*%d=a;" % n for n in range(10_000 * factor))
    return _START + b"Content-Type: text/plain;" + pieces + b"\r\n\r\nhi"


def _blocks(factor: int) -> bytes:
    return _START + b"Content-Type: text/html\r\n\r\n" + b"<div>" * (100_000 * factor)


SHAPES: dict[str, Callable[[int], bytes]] = {
    "1,000-deep MIME": _nested,
    "100,000 recipients": _recipients,
    "100,000 header fields": _fields,
    "100,000 parts": _parts,
    "100,000 parts without a header": _bare_parts,
    "10,000 encoded words": _words,
    "500 nested comments in From": _comments,
    "10,000 RFC 2231 pieces": _pieces,
    "100,000 nested blocks of HTML": _blocks,
}

TEXTS = {
    '"On "': "On ",
    "line ends": "\n",
    '"From: a" lines': "From: a\n",
    '"Am 1.1.2020" lines': "Am 1.1.2020\n",
    '"Am 1.1.2020 "': "Am 1.1.2020 ",
    "attribution lines": "On Jan 1, 2020, A <a@example.org> wrote:\n",
    "quote marks": ">",
    "quoted lines": "> \n",
    "quotes and answers": "> a\nb\n",
    "dashes": "--\n",
    "forward marks": "----- Forwarded message -----\n",
    "closings": "Regards,\n",
    "phone marks": "Sent from my phone\n",
    "at signs": "a@",
    "colons": ":\n",
}
