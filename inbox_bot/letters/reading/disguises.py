"""Detects disguised senders: look-alike letters, an address inside a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from inbox_bot.model import Address, Message

# Letters that look Latin and are not (the confusables of Unicode's UTS 39 that fonts draw alike),
# and the Latin letters that they resemble.
_LOOKS_LIKE = dict(
    pair
    for pair in zip(
        "аеорсухіјѕԁһԛԝӏѵгкмтвнпοανρτυικχγωɑɡıіոսցօհյ",
        "aeopcyxijsdhqwlvrkmtbhnoavptuikxywagiinugohj",
        strict=True,
    )
)
_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "LATIN"})
"""Scripts that stand side by side in ordinary names of Japan, China and Korea."""
_ADDRESS_IN_NAME = re.compile(
    r"[^\s<>()\",;:@]{1,64}@[^\s<>()\",;:@]{1,190}\.[^\s<>()\",;:@.]{2,63}"
)
_ADDRESS_IN_QUOTES = re.compile(r"\"([^\"@]{1,64}@[^\"@]{1,190})\"\s{0,9}@([^\s<>\"]{1,190})")
_LONGEST = 2_000


def disguises(message: Message) -> Iterator[str]:
    """Warnings for the author about how the sender is written."""
    within = _ADDRESS_IN_QUOTES.search(message.header("from")[:_LONGEST])
    if within:
        yield (f"Check the sender: {within[0]} is an address at {within[2]}, not {within[1]}")
    sender, reply_to = message.sender, message.reply_to
    if sender:
        yield from _another_in_name(sender)
    for domain in dict.fromkeys(one.email.rpartition("@")[2] for one in (sender, reply_to) if one):
        yield from _of_domain(domain[:_LONGEST])


def _another_in_name(sender: Address) -> Iterator[str]:
    name = unicodedata.normalize("NFKC", sender.name[:_LONGEST])
    for found in _ADDRESS_IN_NAME.findall(name)[:1]:
        if found.casefold() != sender.email.casefold():
            yield f"Check the sender: the name shows {found}, but the letter is from {sender.email}"


def _of_domain(domain: str) -> Iterator[str]:
    shown = ".".join(_decoded(label) for label in domain.split("."))
    odd = [label for label in shown.split(".") if not label.isascii()]
    plain = ".".join(map(_skeleton, shown.split(".")))
    scripts = sorted(set[str]().union(*map(_scripts, odd)))
    if plain.isascii() and any(set(label) & _LOOKS_LIKE.keys() for label in odd):
        yield (
            f"Check the sender: {shown} is not {plain}; it uses look-alike letters from another"
            f" alphabet ({', '.join(scripts)})"
        )
    elif any(len(_scripts(label)) > 1 and not _scripts(label) <= _TOGETHER for label in odd):
        yield f"Check the sender: {shown} mixes several alphabets ({', '.join(scripts)})"
    elif shown != domain:
        yield f"The domain {domain} stands for {shown}"


def _decoded(label: str) -> str:
    """A label as a mail program shows it (RFC 3492)."""
    if not label.lower().startswith("xn--"):
        return label
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
    return decoded if decoded.isprintable() else label


def _skeleton(label: str) -> str:
    """The Latin letters that the label resembles. Letters with accents stay: they are noticed."""
    wide = unicodedata.normalize("NFKC", label.casefold())
    return "".join(_LOOKS_LIKE.get(one, one) for one in wide)


def _scripts(label: str) -> frozenset[str]:
    """The scripts of its letters, by their Unicode names: "CYRILLIC SMALL LETTER A"."""
    names = (unicodedata.name(one, "?") for one in label if one.isalpha())
    return frozenset(name.partition(" ")[0] for name in names)
