"""Which letters a bounce is about, whom they did not reach, and whether for good (RFC 3464).

Read from the bytes, line by line: the returned letter stands in them in many forms (attached,
its header alone, quoted in plain text), and its Message-ID survives in all.
"""

from __future__ import annotations

import quopri
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass

# Reports are short; what is long is the returned letter, whose header comes first.
BYTES_LOOKED_AT = 400_000
MOST = 20

_ID = re.compile(
    rb"^[\s>]*(?:original-|x-original-|x-microsoft-original-)?message-id:\s*<([^<>\s]{1,990})>",
    re.I | re.M,
)
_REFERENCE = re.compile(rb"^(?:in-reply-to|references):((?:[^\n]|\n[ \t])*)", re.I | re.M)
_ANGLED = re.compile(rb"<([^<>\s]{1,990})>")
_RECIPIENT = re.compile(
    rb"^[\s>]*(?:final-recipient|original-recipient|x-failed-recipients):\s*"
    rb"(?:[\w-]+\s*;)?\s*<?([^\s<>;,]+@[^\s<>;,]+)",
    re.I | re.M,
)
_ACTION = re.compile(rb"^[\s>]*action:\s*(\w+)", re.I | re.M)
_STATUS = re.compile(rb"^[\s>]*status:\s*([245])\.\d", re.I | re.M)
_SUBJECT = re.compile(rb"^subject:([^\n]*)", re.I | re.M)
_DELAYED = re.compile(rb"delay|still being retried|warning|for past \d+ hours|verz.gert", re.I)
_BASE64 = re.compile(rb"content-transfer-encoding:\s*base64[^\n]*\n(?:[^\n]+\n){0,30}\s*\n", re.I)
_BLANK = re.compile(rb"\n\s*\n")


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
    """All that a bounce tells. Never raises; what it does not tell is left empty."""
    raw = raw[:BYTES_LOOKED_AT].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    cut = _BLANK.search(raw)
    header, body = (raw[: cut.start()], raw[cut.end() :]) if cut else (raw, b"")
    told = body + b"\n" + b"\n".join(_decoded(body))
    ids = [*_ID.findall(told), *_referenced(header)]
    recipients = _RECIPIENT.findall(header + b"\n" + told)
    return Bounce(
        message_ids=_distinct(ids),
        recipients=_distinct([address.lower() for address in recipients]),
        permanent=_permanent(header, told),
    )


def _permanent(header: bytes, told: bytes) -> bool:
    """Action decides, then Status, then the words of the subject."""
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
    """Parts under base64, and all of it with quoted-printable taken off."""
    if b"=3D" in body or b"=\n" in body:
        yield quopri.decodestring(body)
    for start in list(_BASE64.finditer(body))[:MOST]:
        block = _BLANK.split(body[start.end() : start.end() + 100_000], 1)[0]
        lines = [line for line in block.split(b"\n") if not line.startswith(b"--")]
        packed = re.sub(rb"[^A-Za-z0-9+/]", b"", b"".join(lines))
        if len(packed) % 4 == 1:  # cut in the middle, or never base64
            packed = packed[:-1]
        yield b64decode(packed + b"=" * (-len(packed) % 4))


def _referenced(header: bytes) -> list[bytes]:
    """The bounce's own In-Reply-To and References, the last first: it is the nearest."""
    found = [_ANGLED.findall(field[1]) for field in _REFERENCE.finditer(header)]
    return [reference for field in found for reference in reversed(field)]


def _distinct(found: list[bytes]) -> tuple[str, ...]:
    kept = dict.fromkeys(one.decode("ascii", "replace") for one in found)
    return tuple(kept)[:MOST]
