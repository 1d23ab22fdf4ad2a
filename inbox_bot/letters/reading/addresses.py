"""Parses address fields (RFC 5322, 3.4) in one pass, so that nesting cannot slow it down."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from inbox_bot.letters.reading.headers import decode_words
from inbox_bot.model import Address

# A token is an address whose local part is quoted (`"ann@x"@example.org` is example.org's), a
# quoted string, something in angle brackets, one special, an encoded word (which may hold any of
# them) or a run of the rest.
_QUOTED_LOCAL = r'"(?:[^"\\]|\\.){0,256}+"[ \t]{0,9}@[^\s",;:()<>@]{1,256}'
_TOKEN = re.compile(
    rf"({_QUOTED_LOCAL})|"
    r'"((?:[^"\\]|\\.)*)"?|<([^<>]*)>?|([,;:()])|(=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=|[^",;:()<>=]+|=)|>',
    re.DOTALL,
)
# Most fields: one mailbox without anything that needs the tokenizer.
_NAME = r'(?:"([^"\\=]*)" *|([^"<>(),:;@\\=]*))'
_EMAIL = r"[^\s\"<>(),:;@=]{1,256}@[^\s\"<>(),:;@=]{1,256}"
_ONE_MAILBOX = re.compile(rf"{_NAME}<({_EMAIL})>|({_EMAIL})")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(_QUOTED_LOCAL, re.DOTALL)
# Starts only at a word's beginning, so that a long word without "@" is scanned once. A word with
# two "@" is no address.
_BARE = re.compile(r"(?<![^\s@\"<>])(?<![^\s@\"<>]@)[^\s@\"<>]{1,256}@[^\s@\"<>]{1,256}+(?!\"?@)")
_LIMIT = 5_000


def addresses(written: str) -> tuple[Address, ...]:
    """The mailboxes of a field; groups are flattened, entries without an address are left out.

    Names are decoded after the field has been taken apart, so that none can forge an address. Only
    a field without any address is decoded first: some programs encode it as a whole.
    """
    if one := _ONE_MAILBOX.fullmatch(written):
        quoted, name, angle, bare = one.groups(default="")
        return (_address(angle or bare, quoted or name),)
    found = _mailboxes(written)
    return found or (_mailboxes(decode_words(written)) if "=?" in written else found)


def _mailboxes(written: str) -> tuple[Address, ...]:
    found: list[Address] = []
    entry = _Entry()
    depth = 0
    for local_quoted, quoted, bracketed, special, rest in _TOKEN.findall(written):
        if special in ("(", ")"):
            depth = max(0, depth + (1 if special == "(" else -1))
        elif depth:
            entry.comment.append(local_quoted or rest or quoted)
        elif special:
            # "," and ";" end a mailbox, ":" ends the name of a group
            if special != ":" and (address := entry.address()):
                found.append(address)
            entry = _Entry()
        else:
            entry.angle = entry.angle or bracketed
            entry.words.append(
                local_quoted or (_ESCAPED.sub(r"\1", quoted) + " " if quoted else rest)
            )
        if len(found) >= _LIMIT:
            return tuple(found)
    last = entry.address()
    return (*found, last) if last else tuple(found)


@dataclass(slots=True)
class _Entry:
    """The text between two commas."""

    words: list[str] = field(default_factory=list)
    angle: str = ""
    comment: list[str] = field(default_factory=list)

    def address(self) -> Address | None:
        name = "".join(self.words).strip()
        bare = _found(self.angle) or (_found(name) if "=?" not in name else None)
        if not bare:
            return None
        if not self.angle:
            name = name.replace(bare.group(), "").strip() or " ".join(self.comment)
        name = decode_words(name) if "=?" in name else name
        return _address(bare.group(), name)


def _found(text: str) -> re.Match[str] | None:
    return _QUOTED.search(text) or _BARE.search(text)


def _address(email: str, name: str) -> Address:
    local, _, domain = email.strip("'.").rpartition("@")
    return Address(email=f"{local}@{domain.lower()}", name=_plain(name))


def _plain(name: str) -> str:
    """One line without control characters and without the quotes that some programs double."""
    if not name.isprintable():
        name = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(name.split()).strip("'\"").strip()
