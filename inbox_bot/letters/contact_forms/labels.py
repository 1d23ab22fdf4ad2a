"""Reads the labelled fields of a notice: "Label: value", or a label on a line of its own.

In a page, labels are printed in bold, which a visitor cannot imitate: where such marks are found,
nothing else is a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from inbox_bot.letters.reading.html import text_of
from inbox_bot.letters.wordlists import WordLists

LINES_LOOKED_AT = 20_000
ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]{1,64}@[^\s<>()\[\],;:\"]{1,190}\.[^\s<>()\[\],;:\".]{2,}")
MACHINE_VALUE = re.compile(r"[\d@]|://|^elementor$", re.I)
_LONGEST_LABEL = 40
_LONGEST_LABEL_WORDS = 5
_LONGEST_MARKED = 200
_ADDRESSES = re.compile(r"[@<>]|//")
_LONGEST_OF_SITE = 80
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKS = re.compile(f"[{_OPEN}{_CLOSE}]|&#(?:x0*e00[01]|0*5734[45]);?", re.IGNORECASE)
_BOLD = re.compile(r"<(b|strong|th)(\s[^<>]{0,2000})?>", re.IGNORECASE)
_BOLD_END = re.compile(r"</(b|strong|th)\s{0,9}>", re.IGNORECASE)
_LONGEST_PAGE = 200_000
_REQUIRED = re.compile(r"\((?:required|optional|erforderlich|pflichtfeld|freiwillig)\)")

_LISTS = WordLists(__name__)


class Part(StrEnum):
    """What a field holds."""

    NAME = "name"
    EMAIL = "email"
    SUBJECT = "subject"
    MESSAGE = "message"
    OTHER = "other"
    """Known, and not the reader's words: a phone number, a website."""
    END = "end"
    """It closes the message: the reader did not type what follows."""
    UNKNOWN = "unknown"
    """A label of the site's own."""


_ONE_LINE = (Part.NAME, Part.EMAIL, Part.SUBJECT, Part.OTHER)
COMMON: Mapping[str, Part] = {label: Part(part) for label, part in _LISTS.keys("labels").items()}
SENDERS = frozenset(_LISTS.phrases("senders"))
"""Labels of a name that holds an address, too: "From: Jane <jane@reader.example>"."""
GIVEN, FAMILY = frozenset(_LISTS.phrases("given names")), frozenset(_LISTS.phrases("family names"))
CLOSINGS = (*_LISTS.phrases("closings"), "sent from ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`follows_message`: it stands below the message, where the visitor could have typed it."""

    part: Part
    label: str
    value: str
    follows_message: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """`known` are labels in lower case. `marked`: only what is printed in bold is a label.
    `message_last`: none follows the message. `closings` begin the lines that end it."""

    known: Mapping[str, Part]
    marked: bool = False
    message_last: bool = False
    closings: tuple[str, ...] = ()


def marked_page(html: str) -> str:
    """A page's text in which bold words stand between two private characters; "" for a page longer
    than any notice, whose text is read without marks."""
    if len(html) > _LONGEST_PAGE:
        return ""
    html = _MARKS.sub("", html)
    html = _BOLD.sub(lambda found: f"{found[0]}{_OPEN}", html)
    return text_of(_BOLD_END.sub(lambda found: f"{_CLOSE}{found[0]}", html))


def unmarked(text: str) -> str:
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def is_marked(lines: Iterable[str], known: Mapping[str, Part]) -> bool:
    """Several labels that are known are printed in bold."""
    found = {part for line in lines if (part := _marked_label(line, known)[0])}
    return len(found - {Part.UNKNOWN, Part.END}) >= 2


def fields_of(lines: Sequence[str], labels: Labels) -> tuple[Field, ...]:
    """The fields in their order."""
    written = lines[:LINES_LOOKED_AT]
    columns = not labels.marked and any(
        _cells(line, labels.known)[0] is Part.EMAIL and ADDRESS.search(line) for line in written
    )
    found: list[tuple[Part, str, list[str]]] = []
    for line in written:
        part, label, value = _opened(line, labels, columns=columns)
        inside = found[-1][0] if found else None
        if not part and not labels.marked:
            part, label, value = _of_the_site(line, inside)
        if part and not (inside is Part.MESSAGE and _in_message(part, value, found, labels)):
            found.append((part, label, [value]))
        elif labels.closings and unmarked(line).strip().lower().startswith(labels.closings):
            found.append((Part.END, "", []))
        elif found:
            found[-1][2].append(unmarked(line).rstrip())
    return _fields(found)


def is_label(line: str, known: Mapping[str, Part]) -> bool:
    """The line begins with a label that is known, bold or not."""
    part = _label(unmarked(line).strip().strip("*_").strip(), known)[0]
    return part is not None and part is not Part.END


def _fields(found: Sequence[tuple[Part, str, list[str]]]) -> tuple[Field, ...]:
    after = next((n for n, one in enumerate(found) if one[0] is Part.MESSAGE), len(found))
    return tuple(
        Field(part=part, label=label, value="\n".join(lines).strip(), follows_message=n > after)
        for n, (part, label, lines) in enumerate(found)
    )


def _opened(line: str, labels: Labels, *, columns: bool) -> tuple[Part | None, str, str]:
    """The field that a line opens, its label and its value; (None, "", "") for any other line."""
    if labels.marked:
        return _marked_label(line, labels.known)
    stripped = unmarked(line).strip().strip("*_").strip()
    part, label, value = _label(stripped, labels.known)
    if columns and not part:
        part, label, value = _cells(stripped, labels.known)
    return part, label, value


def _label(line: str, known: Mapping[str, Part]) -> tuple[Part | None, str, str]:
    label, colon, value = line.partition(":")
    if len(label) > _LONGEST_LABEL or (not colon and line.endswith((".", "!"))):
        return None, "", ""
    bare = _bare(label)
    return known.get(bare), bare, value.strip().strip("*").strip()


def _of_the_site(line: str, inside: Part | None) -> tuple[Part | None, str, str]:
    """A label that only this site has, below a field of one line: "What hurts?: my back"."""
    label, colon, value = unmarked(line).strip().partition(":")
    asks = label.rstrip().endswith(("?", "*"))
    fits = inside in _ONE_LINE or (inside is Part.UNKNOWN and asks)
    if (
        not fits
        or not colon
        or len(label) > _LONGEST_OF_SITE
        or _ADDRESSES.search(label + value[:2])
    ):
        return None, "", ""
    bare = _bare(label)
    return (Part.UNKNOWN, bare, value.strip()) if bare else (None, "", "")


def _cells(line: str, known: Mapping[str, Part]) -> tuple[Part | None, str, str]:
    """The same for a table's row without a colon: "E-mail jane@reader.example"."""
    words = line.split()
    for length in range(min(len(words) - 1, _LONGEST_LABEL_WORDS), 0, -1):
        bare = " ".join(words[:length]).lower().rstrip("*?")
        if bare in known:
            return known[bare], bare, " ".join(words[length:])
    return None, "", ""


def _marked_label(line: str, known: Mapping[str, Part]) -> tuple[Part | None, str, str]:
    """Bold words at the beginning of a line; a label of the site's own counts, too."""
    line = line.strip()
    if not line.startswith(_OPEN):
        return None, "", ""
    label, _, value = line[1:].partition(_CLOSE)
    inner, colon, rest = label.partition(":")
    if colon and rest.strip():
        label, value = inner, f"{rest} {value}"
    bare = _bare(unmarked(label))
    if not bare or len(bare) > _LONGEST_MARKED:
        return None, "", ""
    return known.get(bare, Part.UNKNOWN), bare, unmarked(value).strip().removeprefix(":").strip()


def _bare(label: str) -> str:
    """A label without the signs around it: "* E-Mail (required):", "📧 Email"."""
    label = _REQUIRED.sub(" ", " ".join(label.lower().split()))
    words = [number for number, character in enumerate(label) if character.isalnum()]
    return label[words[0] : words[-1] + 1] if words else ""


def _in_message(
    part: Part, value: str, found: Sequence[tuple[Part, str, list[str]]], labels: Labels
) -> bool:
    """The line only looks like a label: its field is filled already, or the value does not fit:
    "Question: how long?", "Email: see below"."""
    if labels.marked:
        return False
    if labels.message_last:
        return True
    if part is Part.END:  # dates, addresses and links close it; "Time: I have little" does not
        return bool(value) and not MACHINE_VALUE.search(value)
    if part is Part.EMAIL and value and not ADDRESS.search(value[:500]):
        return True
    return part in (Part.MESSAGE, Part.OTHER, Part.SUBJECT) or any(one[0] is part for one in found)
