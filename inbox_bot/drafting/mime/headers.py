"""Writes the header fields of a reply from values that a stranger may have chosen.

Own code instead of `email.policy`, which needs 5 ms a reply and, on Python 3.11, turns a subject
that was encoded twice into a header of its own (CPython #121650).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Sequence
from unicodedata import normalize

import idna

from inbox_bot.errors import UnsafeReply
from inbox_bot.letters.reading.subjects import without_replies
from inbox_bot.model import MADE_UP, Address

SUBJECT_LENGTH = 250
_NAME_LENGTH = 100
_NO_SUBJECT = "your letter"
# RFC 5322 allows 998; shorter lines give no relay a reason to refold.
_LINE = 76
_MOST_REFERENCES = 200

# C0 and C1 with all their line ends (U+0085 too), separators U+2028/2029, overrides of the writing
# direction, zero-width blanks, halves of surrogate pairs, noncharacters.
_UNSEEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(f"[{_UNSEEN}\ud800-\udfff]")
_BLANK = re.compile(f"[\\s{_UNSEEN}\u2028\u2029\ud800-\udfff]+")
_WORD = r"[A-Za-z0-9_!#$%&'*+/=?^`{|}~\u00a1-\U0010ffff-]+"
_EMAIL = re.compile(
    rf"{_WORD}(?:\.{_WORD})*"
    r"@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,240}")
_ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]+", re.ASCII)


def clean(text: str) -> str:
    """Text of several lines without control characters; every line end is a plain newline."""
    return _CONTROL.sub("", _LINE_ENDS.sub("\n", text))


def one_line(value: str, limit: int) -> str:
    """A value safe for a header: one line, nothing invisible, no encoded word."""
    line = _BLANK.sub(" ", value[: 4 * limit]).replace("=?", "= ?").replace("?=", "? =").strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def reply_subject(subject: str) -> str:
    """One "Re: " instead of any prefixes: "RE: AW: chairs" becomes "Re: chairs"."""
    rest = without_replies(one_line(subject, SUBJECT_LENGTH))
    return f"Re: {rest or _NO_SUBJECT}"


def why_unreachable(address: Address) -> str:
    """Why no reply can be sent to this address, and what to do instead; mostly empty."""
    try:
        bare_email(address)
    except UnsafeReply as reason:
        return str(reason)
    return ""


def bare_email(address: Address) -> str:
    """The address as SMTP can carry it (RFC 5321, 4.1.2), an international domain in ASCII.

    A local part beyond ASCII stays as it is: it needs a server with SMTPUTF8 (RFC 6531).
    UnsafeReply for none, and for quoted local parts, encoded words or invisible characters.
    """
    if not address.email:
        raise UnsafeReply("the letter has no address to reply to; answer it by hand")
    local, _, domain = address.email[:255].rpartition("@")
    try:
        email = f"{local}@{ascii_domain(domain)}"
    except UnicodeError:
        email = ""
    sound = email.isprintable() and "=?" not in email and _EMAIL.fullmatch(email)
    if not sound or len(email.encode()) > 254:
        shown = ascii(address.email[:80])
        raise UnsafeReply(
            f"can't send a reply to the address {shown}; write to this reader by hand"
        )
    return email


def ascii_domain(domain: str) -> str:
    """Lower case, an international name as its A-label; UnicodeError if it has none.

    IDNA 2008 without a mapping of letters: the older standard, which the standard library
    implements, turns faß.example into somebody else's fass.example.
    """
    domain = normalize("NFC", domain.lower())
    return domain if domain.isascii() else idna.encode(domain).decode("ascii")


def address_field(address: Address) -> str:
    """ "Ann <ann@example.org>", its lines folded."""
    email = bare_email(address)
    name = one_line(address.name, _NAME_LENGTH)
    if not name:
        return email
    if not name.isascii():
        name = _encoded(name)
    elif not _ATOMS.fullmatch(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{name}\r\n <{email}>" if len(name) + len(email) > _LINE - 10 else f"{name} <{email}>"


def text_field(value: str) -> str:
    """A field of free text (RFC 5322, 2.2.1), encoded only if needed, folded."""
    line = one_line(value, SUBJECT_LENGTH + 10)
    return _folded(line.split(" ")) if line.isascii() else _encoded(line)


def id_field(message_ids: Sequence[str]) -> str:
    """Message-IDs in angle brackets, empty if none is left. Invalid ones are left out, and those
    that the bot made up for letters without one.

    Above 200 only the first and the last stay: threads depend on the root and the end.
    """
    good = [
        one
        for one in dict.fromkeys(message_ids)
        if _MESSAGE_ID.fullmatch(one) and not one.endswith(MADE_UP)
    ]
    if len(good) > _MOST_REFERENCES:
        good = [good[0], *good[1 - _MOST_REFERENCES :]]
    return "\r\n ".join(f"<{one}>" for one in good)


def field_lines(fields: Iterable[tuple[str, str]]) -> bytes:
    """The header block; empty fields are left out."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields if value).encode()


def _folded(words: Sequence[str]) -> str:
    lines, room = [words[0]], _LINE - 10 - len(words[0])
    for word in words[1:]:
        if len(word) + 1 > room:
            lines.append(word)
            room = _LINE - 1 - len(word)
        else:
            lines[-1] += f" {word}"
            room -= len(word) + 1
    return "\r\n ".join(lines)


def _encoded(value: str) -> str:
    """RFC 2047 words of at most 75 characters; none splits a character."""
    words: list[str] = []
    chunk = b""
    for letter in value:
        octets = letter.encode("utf-8")
        if len(chunk) + len(octets) > 42:
            words.append(_encoded_word(chunk))
            chunk = b""
        chunk += octets
    return "\r\n ".join([*words, _encoded_word(chunk)])


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?b?{binascii.b2a_base64(octets, newline=False).decode('ascii')}?="
