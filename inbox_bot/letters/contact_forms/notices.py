"""Takes a notice apart: the reader's name, address, subject and words, and the comment's link.

A visitor controls every field. The reply's address is never taken from her words: it stands in the
Reply-To, or in the one address field that the site printed before them. Where two are named, the
author is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from inbox_bot.letters.contact_forms.kinds import (
    About,
    Kind,
    Told,
    matched,
    recognize,
    tells_of_nobody,
    wrote_nobody,
)
from inbox_bot.letters.contact_forms.labels import (
    ADDRESS,
    CLOSINGS,
    COMMON,
    FAMILY,
    GIVEN,
    SENDERS,
    Field,
    Labels,
    Part,
    fields_of,
    is_marked,
    marked_page,
    unmarked,
)
from inbox_bot.letters.contact_forms.zones import Zones, link_of, unknown_below, zones_of
from inbox_bot.model import Message

_LONGEST_NAME = 200
_MOST_ADDRESSES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the reader filled in. `emails` are the addresses that the site printed as hers, mostly
    one; `doubtful` those that she may only have typed. `beside` are her words in other fields.

    `title` is the article's, `form` the form's name; `nobody`: no reader wrote it.
    """

    kind: Kind | None
    name: str = ""
    emails: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    beside: str = ""
    link: str = ""
    title: str = ""
    form: str = ""
    language: str = "en"
    nobody: bool = False

    @property
    def is_comment(self) -> bool:
        return self.kind is not None and self.kind.about is About.COMMENT


def read_notice(message: Message) -> Notice:
    """The version of the body that tells most: the page with its labels in bold, else the text."""
    plain_text = message.whole or message.text
    page = marked_page(message.html) if message.html else ""
    versions = [version.splitlines() for version in (page, plain_text) if version.strip()]
    shown = [[unmarked(line) for line in lines] for lines in versions]
    kind = recognize(message, shown)
    titled = matched(kind.subjects, message.subject) if kind else None
    notices = [_notice(lines, kind, titled) for lines in versions] or [Notice(kind=kind)]
    best = max(notices, key=lambda one: (bool(one.text), bool(one.emails), bool(one.name)))
    nobody = kind is not None and tells_of_nobody(kind, message.subject)
    return replace(best, nobody=nobody or any(one.nobody for one in notices))


def _notice(lines: Sequence[str], kind: Kind | None, titled: Told | None) -> Notice:
    known = _known(kind)
    marked = is_marked(lines, known)
    zones = zones_of(lines, kind)
    if kind and kind.layout:
        found = _laid_out(zones, kind, known) if zones.told else Notice(kind=kind)
    else:
        found = _labelled(zones, kind, known, marked=marked)
    told = {**(titled.words if titled else {}), **(zones.told.words if zones.told else {})}
    language = next((one.language for one in (zones.told, titled) if one), "en")
    return replace(
        found,
        name=found.name or _name(told.get("name", "")),
        subject=found.subject or told.get("subject", ""),
        title=told.get("title", ""),
        form=told.get("form", ""),
        language=language,
        link=link_of(zones, kind),
        beside="\n".join(filter(None, (found.beside, *unknown_below(zones, kind)))),
        nobody=kind is not None and wrote_nobody(kind, map(unmarked, zones.printed)),
    )


def _known(kind: Kind | None) -> Mapping[str, Part]:
    if kind is None:
        return COMMON
    return dict(kind.fields) if kind.own_labels else {**COMMON, **dict(kind.fields)}


def _labelled(
    zones: Zones, kind: Kind | None, known: Mapping[str, Part], *, marked: bool
) -> Notice:
    if zones.below:  # the footer is cut already: what looks like its beginning is her text
        known = {label: part for label, part in known.items() if part is not Part.END}
    labels = Labels(
        known=known,
        marked=marked,
        message_last=bool(kind and kind.message_last),
        closings=() if zones.below or marked else CLOSINGS,
    )
    fields = fields_of(zones.fields, labels)
    words = [one.value for one in fields if one.part is Part.MESSAGE and one.value]
    rest = [one.value for one in fields if one.part is Part.UNKNOWN and one.value]
    if not words and rest:  # a label of the site's own: the longest answer is her message
        words = [max(rest, key=len)]
    emails, doubtful = _emails(fields, trusted=marked)
    return Notice(
        kind=kind,
        name=_names(fields),
        emails=emails,
        doubtful=doubtful,
        subject=_first(one.value for one in fields if one.part is Part.SUBJECT),
        text="\n\n".join(words).strip(),
        beside=_beside(fields, words),
    )


def _beside(fields: Sequence[Field], words: Sequence[str]) -> str:
    """What else she may have written: danger is heard there, too."""
    unused = [one for one in fields if one.part is not Part.MESSAGE and one.value not in words]
    own = [one.value for one in unused if one.part in (Part.UNKNOWN, Part.OTHER, Part.END)]
    below = ["\n".join(one.value.split("\n")[1:]) for one in unused if one.value not in own]
    return "\n".join(filter(None, (*own, *below)))


def _laid_out(zones: Zones, kind: Kind, known: Mapping[str, Part]) -> Notice:
    """The lines after the opening in the order of `layout`; the last takes all the rest. An address
    can stand in the footer alone, which the site printed."""
    lines = [unmarked(line).rstrip() for line in zones.fields]
    found: dict[str, str] = {}
    *single, last = kind.layout
    for part in single:
        while lines and not lines[0].strip():
            lines.pop(0)
        found[part] = lines.pop(0).strip() if lines else ""
    found[last] = "\n".join(lines).strip()
    below = fields_of([unmarked(line) for line in zones.below], Labels(known=known))
    emails, doubtful = _emails(below, trusted=True)
    return Notice(
        kind=kind,
        name=_name(found.get("name", "")),
        emails=emails,
        doubtful=doubtful,
        text=_dedented(found.get("message", "")),
    )


def _emails(fields: Sequence[Field], *, trusted: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses that the site printed as the reader's, and those that she may have typed.

    Only what stands before the message is sure. Below it a label may be the visitor's own, unless
    labels are `trusted`, or the site's block of several fields begins there.
    """
    holders = [one for one in fields if _may_hold_address(one)]
    above = [one for one in holders if trusted or not one.follows_message]
    if above:
        return _addresses(above), ()
    below = [one for one in fields if one.follows_message and one.part is not Part.END]
    named = {one.part for one in fields if not one.follows_message} - {Part.MESSAGE}
    found = _addresses(holders)
    is_block = (
        not named
        and len({one.part for one in below}) >= 2
        and all("\n" not in one.value for one in below)
    )
    return (found, ()) if is_block and len(found) == 1 else ((), found)


def _may_hold_address(field: Field) -> bool:
    if field.part is Part.EMAIL:
        return True
    return field.part is Part.NAME and field.label in SENDERS and bool(ADDRESS.search(field.value))


def _addresses(fields: Iterable[Field]) -> tuple[str, ...]:
    found = [one.lower() for each in fields for one in ADDRESS.findall(each.value[:1_000])]
    return tuple(dict.fromkeys(one.removeprefix("mailto:") for one in found))[:_MOST_ADDRESSES]


def _names(fields: Sequence[Field]) -> str:
    named = [one for one in fields if one.part is Part.NAME and one.value.strip()]
    given = _first(one.value for one in named if one.label in GIVEN)
    family = _first(one.value for one in named if one.label in FAMILY)
    if given and family:
        return f"{_name(given)} {_name(family)}".strip()
    return next((name for one in named if (name := _name(one.value))), "")


def _name(value: str) -> str:
    """The name alone, also from "Jane (IP address: …)" and "Jane <jane@…>"; no address."""
    line = _first([value])
    name = re.split(r"[(<\[]", line, maxsplit=1)[0]
    name = ADDRESS.sub("", name).strip().strip(" \"',;:")
    return "" if "@" in name else name


def _first(values: Iterable[str]) -> str:
    lines = (line.strip() for value in values for line in value.splitlines())
    return next((line[:_LONGEST_NAME] for line in lines if line), "")


def _dedented(text: str) -> str:
    """A service may indent the words."""
    lines = text.split("\n")
    return "\n".join(line.strip() for line in lines).strip()
