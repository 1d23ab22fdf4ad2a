"""Recognizes which service wrote a notice, by its sender, its subject and its opening line.

The kinds are a table, `kinds.toml`. A shape proves nothing: anybody can imitate it. `trust` says
whom the author believes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import takewhile

from inbox_bot.letters.contact_forms.labels import COMMON, Part, is_label
from inbox_bot.model import Message

LOOKED_AT = 400
"""Lines of a body among which a notice's opening or sign is looked for, from each end."""
_LAST_LINES = 15
_TEXTS = ("senders", "signs", "footer", "typed", "links")
_LONGEST_LINE = 500
_QUOTES = '"„“”«»‹›‚‘'
_AROUND = f" {_QUOTES}"
_PLACE = re.compile(r"\\\{(\w+)\\\}")
_SHOWN_LINK = re.compile(r"\s?<https?://[^<>\s]{1,400}>")
_APOSTROPHES = str.maketrans("’`´", "'''")

Pattern = re.Pattern[str]


class About(StrEnum):
    """Where the reader wrote."""

    COMMENT = "comment"
    """Below the article, in public."""
    FORM = "form"
    """In a form, to the author alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A row of `kinds.toml`, which explains its columns. Patterns go with their language."""

    name: str
    title: str
    about: About
    hosted: bool = False
    senders: tuple[str, ...] = ()
    subjects: tuple[tuple[str, Pattern], ...] = ()
    vague_subject: bool = False
    opens: tuple[tuple[str, Pattern], ...] = ()
    signs: tuple[str, ...] = ()
    fields: tuple[tuple[str, Part], ...] = ()
    own_labels: bool = False
    message_last: bool = False
    layout: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    nobody: tuple[Pattern, ...] = ()

    def sent_by(self, address: str) -> bool:
        """One of the kind's senders, given in lower case."""
        local, _, domain = address.rpartition("@")
        return bool({address, f"{local}@*", f"*@{domain}"}.intersection(self.senders))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The words that a subject or an opening holds at its placeholders; "en" or "de"."""

    language: str
    words: Mapping[str, str]


def plain(line: str) -> str:
    """A line as patterns and phrases are compared with it; no link behind its words."""
    line = _SHOWN_LINK.sub("", line[: 3 * _LONGEST_LINE])[:_LONGEST_LINE]
    return " ".join(line.translate(_APOSTROPHES).split())


def matched(patterns: Iterable[tuple[str, Pattern]], line: str) -> Told | None:
    """The first pattern that the whole line fits."""
    line = plain(line)
    for language, pattern in patterns:
        if found := pattern.fullmatch(line):
            words = {name: said.strip(_AROUND) for name, said in found.groupdict().items() if said}
            return Told(language=language, words=words)
    return None


def recognize(message: Message, bodies: Sequence[Sequence[str]]) -> Kind | None:
    """The kind of a notice by its whole shape; `bodies` are the lines of its versions."""
    best: tuple[int, Kind | None] = (0, None)
    for kind in kinds():
        found = _score(kind, message, bodies)
        if found > best[0]:
            best = (found, kind)
    return best[1]


def recognize_header(header: Message) -> Kind | None:
    """The kind by sender and subject alone; None where these fit other letters, too, and where no
    reader wrote."""
    likely = [kind for kind in kinds() if _sent(kind, header) or not kind.senders]
    if any(tells_of_nobody(kind, header.subject) for kind in likely):
        return None
    for kind in sorted(likely, key=lambda one: not one.senders):
        if kind.vague_subject and kind.hosted:
            return kind
        if not kind.vague_subject and matched(kind.subjects, header.subject):
            return kind
    return None


def is_service(sender: str) -> bool:
    """An address from which one of the kinds writes."""
    return any(kind.sent_by(sender.lower()) for kind in kinds())


def tells_of_nobody(kind: Kind, subject: str) -> bool:
    """The subject of a trackback or of spam, not that of a comment on "What I liked"."""
    told = not kind.vague_subject and matched(kind.subjects, subject)
    return not told and wrote_nobody(kind, [subject])


def wrote_nobody(kind: Kind, lines: Iterable[str]) -> bool:
    """A line of the notice says that no reader wrote it: a trackback, spam."""
    return any(pattern.fullmatch(plain(line)) for line in lines for pattern in kind.nobody)


def _score(kind: Kind, message: Message, bodies: Sequence[Sequence[str]]) -> int:
    """0 if the shape is not the kind's. The header counts more than the body, in which the reader
    may imitate another kind."""
    sent, subject = _sent(kind, message), message.subject
    fits = sent or not kind.senders
    titled = fits and not kind.vague_subject and matched(kind.subjects, subject) is not None
    nobody = fits and tells_of_nobody(kind, subject)
    shown = any(_shows(kind, body) for body in bodies)
    return 5 * (titled or nobody) + 3 * shown + sent if titled or nobody or shown else 0


def _sent(kind: Kind, message: Message) -> bool:
    return message.sender is not None and kind.sent_by(message.sender.email.lower())


def opening(kind: Kind, body: Sequence[str]) -> tuple[int, Told] | None:
    """The number of the opening line, above all labels, and what it says. What looks like one
    further down is the reader's."""
    above = takewhile(lambda line: not is_label(line, COMMON), body[:LOOKED_AT])
    for number, line in enumerate(above):
        if line.strip() and (told := matched(kind.opens, line)):
            return number, told
    return None


def _shows(kind: Kind, body: Sequence[str]) -> bool:
    """An opening above all fields, or a sign at the end."""
    if opening(kind, body):
        return True
    if not kind.signs:
        return False
    last = [line for line in body[-LOOKED_AT:] if line.strip()][-_LAST_LINES:]
    return any(plain(line.strip().strip("*_")).lower().startswith(kind.signs) for line in last)


@cache
def kinds() -> tuple[Kind, ...]:
    table = files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")
    return tuple(_kind(row) for row in tomllib.loads(table)["kind"])


def _kind(row: Mapping[str, object]) -> Kind:
    """One row; pyproject's tests load them all, so that a slip shows at once."""
    texts = {
        name: _strings(row.get(name)) for name in ("senders", "signs", "footer", "typed", "links")
    }
    return Kind(
        name=str(row["name"]),
        title=str(row["title"]),
        about=About(str(row["about"])),
        hosted=bool(row.get("hosted")),
        subjects=_by_language(row.get("subjects")),
        vague_subject=bool(row.get("vague_subject")),
        opens=_by_language(row.get("opens")),
        fields=_labels(row.get("fields")),
        own_labels=bool(row.get("own_labels")),
        message_last=bool(row.get("message_last")),
        layout=_strings(row.get("layout")),
        nobody=tuple(_pattern(text) for text in _strings(row.get("nobody"))),
        **texts,
    )


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _by_language(value: object) -> tuple[tuple[str, Pattern], ...]:
    table = value if isinstance(value, dict) else {}
    return tuple(
        (str(language), _pattern(text))
        for language, texts in table.items()
        for text in _strings(texts)
    )


def _labels(value: object) -> tuple[tuple[str, Part], ...]:
    table = value if isinstance(value, dict) else {}
    return tuple(
        (label.strip("_"), Part(part))
        for part, labels in table.items()
        for label in _strings(labels)
    )


def _pattern(text: str) -> Pattern:
    """A placeholder stands for a few words; a quotation mark for any of its kind."""
    written = _PLACE.sub(r"(?P<\1>.{0,300}?)", re.escape(text.translate(_APOSTROPHES)))
    return re.compile(written.replace('"', f"[{_QUOTES}]") + "[.:!]?", re.IGNORECASE)
