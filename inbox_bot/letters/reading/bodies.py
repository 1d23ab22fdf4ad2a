"""Sorts the parts of a letter into its text, its attachments and enclosed letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape

from inbox_bot.errors import Unreadable
from inbox_bot.letters.reading import enriched, rtf, sealed
from inbox_bot.letters.reading.charsets import clean, decode
from inbox_bot.letters.reading.comparing import adds_to, said_once
from inbox_bot.letters.reading.headers import decode_words, fields, message_ids
from inbox_bot.letters.reading.html import looks_like_page, rough_text_of, text_of
from inbox_bot.letters.reading.limits import header_end
from inbox_bot.letters.reading.parts import REPORTS, Kind, Part
from inbox_bot.letters.reading.transfer import is_garbled
from inbox_bot.model import Attachment


def joined(text: str, *, delete_space: bool) -> str:
    """Joins soft-wrapped lines (RFC 3676, format=flowed); quote depth and "-- " (4.3) stay."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")  # space-stuffing, 4.4
        signature = content == "-- "
        if depth == open_depth and not signature:
            lines[-1] += content
        else:
            lines.append(f"{'>' * depth} {content}" if depth else content)
        flows = content.endswith(" ") and not signature
        open_depth = depth if flows else -1
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


CHARSET = re.compile(r"charset\*?\s*=\s*(?:\"([^\"]{1,60})\"|([^\s;\"]{1,60}))")
_PAGE_CHARSET = re.compile(
    rb"<(?:meta\b[^>]{0,300}?|\?xml\b[^>]{0,300}?en)(?:charset|coding)\s*=\s*[\"']?([\w.:-]{2,40})",
    re.IGNORECASE,
)
_FLOWED = re.compile(r"format\s*=\s*\"?flowed")
_DELSP = re.compile(r"delsp\s*=\s*\"?yes")
_METHOD = re.compile(r"\bmethod\s*[=:]\s*\"?([a-z]{3,20})", re.IGNORECASE)
_ENCLOSED = frozenset(("message/rfc822", "message/global", "text/rfc822-headers"))
_CALENDARS = frozenset(("text/calendar", "application/ics", "text/x-vcalendar"))
_ALTERNATIVE = "multipart/alternative"
_BYTES = "application/octet-stream"
_OF_TEXT = (".txt", ".text", ".htm", ".html")
_LONGEST_TEXT = 2_000_000
_LONGEST_REPORT = 20_000
_MOST_ATTACHMENTS = 500
_DEEPEST_SEAL = 3
_PAGE_HEAD = 4_000


@dataclass(slots=True)
class Body:
    """`text` is the whole body, quotes included; `other` is text that only its second version has.

    `parts` are those of the attachments, in the same order. `enclosed` are Message-IDs of enclosed
    letters; `passed_on` is the body of the first of them, the subject of a forward as attachment.
    `notes` are doubts for the author.
    """

    text: str = ""
    other: str = ""
    html: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    report: str = ""
    enclosed: list[str] = field(default_factory=list)
    passed_on: Body | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How to read parts: `parse` reads an enclosed letter's bytes; `first` says that the letter
    answers none, so that indented text is the writer's own."""

    parse: Callable[[bytes], Part]
    first: bool = False


@dataclass(slots=True)
class _Versions:
    """One text in one or two versions."""

    plain: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)


class _Texts:
    """The texts of a letter in order; the parts of one alternative are versions of one text."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._shapes: dict[int, _Versions] = {}
        self.sealed = False

    def add(self, part: Part, alternative: int) -> None:
        kind = part.kind
        if kind is Kind.RTF:
            text, is_page = rtf.text_of(part.content)
            text = clean(text)
        else:
            text = _decoded(part)
            is_page = kind is not Kind.ENRICHED and looks_like_page(text)
        kind = Kind.PAGE if is_page else kind
        shapes = self._shapes.setdefault(alternative or -len(self._shapes) - 1, _Versions())
        if kind is Kind.PAGE and "<" in text:
            shapes.pages.append(text)
            return
        if kind is Kind.ENRICHED:
            text = enriched.plain(text, is_rich=part.content_type == "text/richtext")
        elif kind is Kind.PAGE:  # without tags, its line breaks are its only layout
            text = unescape(text)
        text, is_sealed = sealed.without_armour(text)
        self.sealed = self.sealed or is_sealed
        shapes.plain.append(text)

    def html(self) -> str:
        return "\n".join(page for shapes in self._shapes.values() for page in shapes.pages)

    def merged(self) -> tuple[str, str]:
        """All texts, and whatever only their second versions contain."""
        first: list[str] = []
        second: list[str] = []
        for shapes in self._shapes.values():
            plain = "\n".join(said_once(shapes.plain))
            pages = "\n".join(shapes.pages)
            if plain and not adds_to(plain, rough_text_of(pages)):
                first.append(plain)  # most pages say the same: skip the layout
                continue
            page = clean(text_of(pages, first=self._opening.first))  # entities may hide words
            first.append(plain or page)
            if plain and page and adds_to(plain, page):
                second.append(page)
        return "\n".join(said_once(first)), "\n".join(second)


def body_of(root: Part, opening: Opening) -> Body:
    """All the text that is the letter's own; Unreadable if all of it is encrypted."""
    body = Body()
    texts, attached = _Texts(opening), _Texts(opening)
    closed = ""
    is_report = root.content_type == "multipart/report"
    for part, alternative in _shown_parts(root, opening):
        if isinstance(part, str):
            closed = closed or part
        elif part.content_type in REPORTS:
            body.report = (body.report + _decoded(part))[:_LONGEST_REPORT]
        elif part.content_type in _ENCLOSED:
            _enclose(body, part, opening, is_report=is_report)
        elif part.is_text and not part.is_attachment:
            texts.add(part, alternative)
        else:
            _add_attachment(body, part, attached)
    body.html = texts.html()
    body.text, body.other = texts.merged()
    if not body.text.strip() and body.passed_on is None and not body.report:
        body.text, _ = attached.merged()
    _report_closed(body, closed or ("it's encrypted (PGP)" if texts.sealed else ""))
    return body


def _report_closed(body: Body, closed: str) -> None:
    if closed and not body.text.strip():
        raise Unreadable(f"{closed.partition(';')[0]}; open it in your mail program")
    if closed:
        body.notes.append(f"Part of the letter couldn't be read: {closed.partition(';')[0]}")


def _add_attachment(body: Body, part: Part, attached: _Texts) -> None:
    """Adds an attachment. A calendar's method says what it is for (RFC 5546); a text attachment may
    hold the whole letter."""
    if part.content_type in _CALENDARS:
        content = part.content[:_LONGEST_REPORT].decode("latin-1")
        method = _METHOD.search(part.parameters) or _METHOD.search(content)
        if method:
            body.report = f"{body.report}\nCalendar-Method: {method[1].lower()}\n"
    elif part.is_text or _may_be_text(part):
        attached.add(part, 0)
    _attach(body, part)


def _may_be_text(part: Part) -> bool:
    """Text sent as application/octet-stream, as some programs do."""
    named = not part.filename or part.filename.lower().endswith(_OF_TEXT)
    return part.content_type == _BYTES and named and not is_garbled(part.content)


def _shown_parts(root: Part, opening: Opening) -> Iterator[tuple[Part | str, int]]:
    """Leaves and enclosed letters in order, each with the number of its alternative (0: none); a
    reason where an encrypted part cannot be opened. Enclosed letters are not descended into."""
    waiting = [(root, 0, 0)]
    alternatives = 0
    while waiting:
        part, alternative, seals = waiting.pop()
        if part.children and part.content_type not in _ENCLOSED:
            if part.content_type == _ALTERNATIVE:
                alternatives += 1
                alternative = alternatives
            waiting.extend((child, alternative, seals) for child in reversed(part.children))
        elif sealed.may_be_sealed(part) and seals < _DEEPEST_SEAL:
            inner, words, reason = sealed.opened(part)
            yield part, alternative
            if inner:
                words = opening.parse(inner)
            if words is not None:
                waiting.append((words, 0, seals + 1))
            elif reason:
                yield reason, 0
        else:
            yield part, alternative


def _decoded(part: Part) -> str:
    parameters = part.parameters.lower()
    found = CHARSET.search(parameters)
    label = (found.group(1) or found.group(2)) if found else ""
    text = decode(part.content[:_LONGEST_TEXT], label, _own_label(part))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.content_type == "text/plain" and _FLOWED.search(parameters):
        text = joined(text, delete_space=bool(_DELSP.search(parameters)))
    return text


def _own_label(part: Part) -> str:
    """The charset that a page names; not UTF-16, for then its tag could not have been read."""
    if part.kind is not Kind.PAGE or part.content.isascii():
        return ""
    found = _PAGE_CHARSET.search(part.content[:_PAGE_HEAD])
    label = found.group(1).decode("ascii") if found else ""
    return "" if label.lower().startswith("utf-16") else label


def _enclose(body: Body, part: Part, opening: Opening, *, is_report: bool) -> None:
    """Adds an enclosed letter as an attachment; in a report it is one of our own letters."""
    inner = part.children[0] if part.children else None
    if inner is None:
        head = part.content[: min(header_end(part.content), _LONGEST_REPORT)]
        found = next((each.value for each in fields(head) if each.name == "message-id"), "")
    else:
        found = inner.message_id
    body.enclosed += message_ids(found)
    _attach(body, part)
    if inner is not None and body.passed_on is None and not is_report:
        with suppress(Unreadable):
            body.passed_on = body_of(inner, opening)


def _attach(body: Body, part: Part) -> None:
    if len(body.attachments) >= _MOST_ATTACHMENTS:
        return
    name = clean(decode_words(part.filename))
    if not name.isprintable():
        name = "".join(c if c.isprintable() else " " for c in name)
    shown = " ".join(name.split())[:255]
    size = len(part.content) or sum(len(leaf.content) for leaf in _leaves(part))
    body.attachments.append(Attachment(name=shown, content_type=part.content_type, size=size))
    body.parts.append(part)


def _leaves(part: Part) -> Iterator[Part]:
    waiting = list(part.children)
    while waiting:
        child = waiting.pop()
        waiting.extend(child.children)
        yield child
