"""Parses a bounce: the returned letters, the recipients, and whether it is permanent (RFC 3464).

Reads the bytes, line by line: a returned letter may be attached, reduced to its header or quoted in
plain text, but its Message-ID survives in every form.
"""

from __future__ import annotations

import quopri
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

# Reports are short; the long part is the returned letter, whose header comes first.
BYTES_LOOKED_AT = 400_000
MOST = 20

# Each repetition has an end, and none crosses a line: a letter of blank lines costs its length.
_START = rb"^[ \t>]{0,40}"
_GAP = rb":[ \t]{0,80}(?:\n[ \t>]{1,80})?"
_ID = re.compile(
    _START
    + rb"(?:original-|x-original-|x-microsoft-original-)?message-id"
    + _GAP
    + rb"<([^<>\s]{1,990})>",
    re.I | re.M,
)
_REFERENCE = re.compile(rb"^(?:in-reply-to|references):((?:[^\n]|\n[ \t])*)", re.I | re.M)
_ANGLED = re.compile(rb"<([^<>\s]{1,990})>")
_RECIPIENT = re.compile(
    _START
    + rb"(?:final-recipient|original-recipient|x-failed-recipients)"
    + _GAP
    + rb"(?:[\w-]{1,40}[ \t]{0,9};)?[ \t]{0,9}<?([^\s<>;,@]{1,256}@[^\s<>;,]{1,256})",
    re.I | re.M,
)
_ACTION = re.compile(_START + rb"action:[ \t]{0,80}(\w{1,40})", re.I | re.M)
_STATUS = re.compile(_START + rb"status:[ \t]{0,80}([245])\.\d", re.I | re.M)
_SUBJECT = re.compile(rb"^subject:([^\n]{0,2000})", re.I | re.M)
_DELAYED = re.compile(rb"delay|still being retried|warning|for past \d{1,9} hours|verz.gert", re.I)
_BASE64 = re.compile(
    rb"content-transfer-encoding:[ \t]{0,80}base64[^\n]{0,200}\n"
    rb"(?:[^\n]{1,1000}\n){0,30}?[ \t]{0,80}\n",
    re.I,
)
_BLANK = re.compile(rb"\n[^\S\n]*\n")
_TELLING = (b"message-id:", b"recipient", b"action:", b"status:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """`message_ids` of the returned letters, the likeliest first; `permanent` is False while the
    mail server still tries, and for a report of success."""

    message_ids: tuple[str, ...]
    recipients: tuple[str, ...]
    permanent: bool


def bounced(raw: bytes) -> tuple[str, ...]:
    """Message-IDs of the letters that did not arrive, without brackets; () while one is delayed."""
    report = read_bounce(raw)
    return report.message_ids if report.permanent else ()


def read_bounce(raw: bytes) -> Bounce:
    """Reads all that a bounce reports. Never raises; missing values are empty."""
    raw = raw[:BYTES_LOOKED_AT].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    cut = _BLANK.search(raw)
    header, body = (raw[: cut.start()], raw[cut.end() :]) if cut else (raw, b"")
    told = _telling(body + b"\n" + b"\n".join(_decoded(body)))
    if not told and not _names_any(header, (b"in-reply-to:", b"references:", b"recipients:")):
        return Bounce(message_ids=(), recipients=(), permanent=True)
    ids = [*_ID.findall(told), *_referenced(header)]
    recipients = [*_RECIPIENT.findall(header), *_RECIPIENT.findall(told)]
    return Bounce(
        message_ids=_distinct(ids),
        recipients=_distinct([address.lower() for address in recipients]),
        permanent=_permanent(header, told),
    )


def _telling(told: bytes) -> bytes:
    """The text if it has a field of a report, else nothing: most letters have none."""
    return told if _names_any(told, _TELLING) else b""


def _names_any(text: bytes, names: tuple[bytes, ...]) -> bool:
    return any(map(text.lower().__contains__, names))


def _permanent(header: bytes, told: bytes) -> bool:
    """Decides by Action, then by Status, then by the words of the subject."""
    actions = {action.lower() for action in _ACTION.findall(told)}
    if actions & {b"failed", b"failure"}:
        return True
    if actions & {b"delayed", b"delivered", b"relayed", b"expanded", b"deliverable"}:
        return False
    classes = set(_STATUS.findall(told))
    if classes:
        return b"5" in classes
    subject = _SUBJECT.search(header)
    return not (subject and _DELAYED.search(subject[1]))


def _decoded(body: bytes) -> Iterator[bytes]:
    """Decoded base64 parts, and the whole body without quoted-printable."""
    if b"=3D" in body or b"=\n" in body:
        yield quopri.decodestring(body)
    packed_parts = _BASE64.finditer(body) if b"base64" in body.lower() else ()
    for start in islice(packed_parts, MOST):
        block = _BLANK.split(body[start.end() : start.end() + 100_000], 1)[0]
        lines = [line for line in block.split(b"\n") if not line.startswith(b"--")]
        packed = re.sub(rb"[^A-Za-z0-9+/]", b"", b"".join(lines))
        if len(packed) % 4 == 1:  # cut in the middle, or never base64
            packed = packed[:-1]
        yield b64decode(packed + b"=" * (-len(packed) % 4))


def _referenced(header: bytes) -> list[bytes]:
    """The bounce's In-Reply-To and References, the last, nearest one first."""
    found = [_ANGLED.findall(field[1]) for field in _REFERENCE.finditer(header)]
    return [reference for field in found for reference in reversed(field)]


def _distinct(found: list[bytes]) -> tuple[str, ...]:
    kept = dict.fromkeys(one.decode("ascii", "replace") for one in found)
    return tuple(kept)[:MOST]
