"""Which part of a letter is its text, and what else hangs on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from inbox_bot.model import Attachment
from inbox_bot.reading import flowed
from inbox_bot.reading.charsets import clean, decode
from inbox_bot.reading.headers import decode_words, fields, message_ids
from inbox_bot.reading.html import text_of
from inbox_bot.reading.limits import header_end
from inbox_bot.reading.parts import REPORTS, Part

_CHARSET = re.compile(r"charset\*?\s*=\s*(?:\"([^\"]{1,60})\"|([^\s;\"]{1,60}))")
_FLOWED = re.compile(r"format\s*=\s*\"?flowed")
_DELSP = re.compile(r"delsp\s*=\s*\"?yes")
_ENCLOSED = frozenset(("message/rfc822", "message/global", "text/rfc822-headers"))
_LONGEST_TEXT = 2_000_000
_LONGEST_REPORT = 20_000
_MOST_ATTACHMENTS = 500
_KIND = re.compile(r"multipart/([\w-]+)")


@dataclass(slots=True)
class Body:
    """`text` is the whole body, quotes and all; `enclosed` are Message-IDs of enclosed letters.

    `passed_on` is the body of the first enclosed letter: what a forward as attachment is about.
    """

    text: str = ""
    html: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    report: str = ""
    enclosed: list[str] = field(default_factory=list)
    passed_on: Body | None = None


def body_of(root: Part) -> Body:
    """Plain text where there is some, else the HTML's; parts inside a container are joined."""
    body = Body()
    texts: list[str] = []
    pages: list[str] = []
    is_report = root.content_type == "multipart/report"
    for part in _shown_parts(root):
        if part.content_type in REPORTS:
            body.report = (body.report + _plain(part))[:_LONGEST_REPORT]
        elif part.content_type in _ENCLOSED:
            _enclose(body, part, is_report=is_report)
        elif part.is_text and not part.is_attachment:
            (pages if part.content_type == "text/html" else texts).append(_plain(part))
        else:
            _attach(body, part)
    body.html = "\n".join(pages)
    body.text = "\n".join(text for text in texts if text.strip()) or text_of(body.html)
    return body


def _shown_parts(root: Part) -> Iterator[Part]:
    """Leaves and enclosed letters, first to last, without recursion into an enclosed letter."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.children and part.content_type not in _ENCLOSED:
            waiting.extend(reversed(part.children))
        else:
            yield part


def _plain(part: Part) -> str:
    parameters = part.parameters.lower()
    found = _CHARSET.search(parameters)
    label = (found.group(1) or found.group(2)) if found else ""
    text = decode(part.content[:_LONGEST_TEXT], label)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.content_type == "text/plain" and _FLOWED.search(parameters):
        text = flowed.joined(text, delete_space=bool(_DELSP.search(parameters)))
    return text


def _enclose(body: Body, part: Part, *, is_report: bool) -> None:
    """An enclosed letter is named like an attachment; in a report it is our own letter."""
    inner = part.children[0] if part.children else None
    if inner is None:
        head = part.content[: min(header_end(part.content), _LONGEST_REPORT)]
        found = next((each.value for each in fields(head) if each.name == "message-id"), "")
    else:
        found = inner.message_id
    body.enclosed += message_ids(found)
    _attach(body, part)
    if inner is not None and body.passed_on is None and not is_report:
        body.passed_on = body_of(inner)


def _attach(body: Body, part: Part) -> None:
    if len(body.attachments) >= _MOST_ATTACHMENTS:
        return
    name = clean(decode_words(part.filename))
    if not name.isprintable():
        name = "".join(c if c.isprintable() else " " for c in name)
    shown = " ".join(name.split())[:255]
    size = len(part.content) or sum(len(leaf.content) for leaf in _leaves(part))
    body.attachments.append(Attachment(name=shown, content_type=part.content_type, size=size))


def _leaves(part: Part) -> Iterator[Part]:
    waiting = list(part.children)
    while waiting:
        child = waiting.pop()
        waiting.extend(child.children)
        yield child
