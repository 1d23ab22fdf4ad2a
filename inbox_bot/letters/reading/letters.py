"""Raw bytes to a Message: size limits first, then one of two parsers, then one set of rules."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import replace
from email.utils import getaddresses
from functools import partial
from inspect import signature

from inbox_bot.errors import Unreadable
from inbox_bot.letters.bounces import bounced
from inbox_bot.letters.reading import rust_path, stdlib_path
from inbox_bot.letters.reading.addresses import addresses
from inbox_bot.letters.reading.bodies import CHARSET, Body, Opening, body_of
from inbox_bot.letters.reading.comparing import best
from inbox_bot.letters.reading.headers import Field, date, fields, made_id, message_ids
from inbox_bot.letters.reading.limits import check
from inbox_bot.letters.reading.lines import MAX_CHARACTERS
from inbox_bot.letters.reading.parts import Part
from inbox_bot.letters.reading.subjects import is_answer
from inbox_bot.letters.reading.transfer import tidied
from inbox_bot.letters.reading.visible import Visible, visible
from inbox_bot.model import Address, Attachment, Message

Fields = tuple[Field, ...]
_HOLDS_TEXT = ("text/", "multipart/")
_OF_CONTENT = ("content-type", "content-transfer-encoding")
_ANSWERING = frozenset(("in-reply-to", "references"))
_LOOKED_AT = 20_000
_MOST_REFERENCES = 100
_ESCAPE = b"\x1b"  # ISO-2022-JP shifts with it, and the first parser drops it
_PLAIN_FROM = re.compile(
    r'(?:[^"<>(),:;@\\]*|"[^"\\<>@]*" *)<[^\s<>"(),:;@]+@[^\s<>"(),:;@]+>'
    r'|[^\s<>"(),:;@]+@[^\s<>"(),:;@]+(?: \([^()<>",:;@\\]*\))?'
)


def read(raw: bytes) -> Message:
    """Reads a whole letter, or its header alone.

    Raises Unreadable with a one-line reason, and nothing else. A hostile letter may still cost
    seconds or memory, so letters from outside are read in a Sandbox.
    """
    try:
        return _read(raw)
    except Unreadable:
        raise
    except Exception as failed:  # last resort: one letter must not stop the others
        kind = type(failed).__name__
        raise Unreadable(
            f"the letter couldn't be read ({kind}); open it in your mail program"
        ) from failed


def _read(raw: bytes) -> Message:
    end = check(raw)
    head = fields(raw[:end], _charset_of_header(raw, end))
    if not head:
        raise Unreadable(
            "this isn't a letter, because it has no header; open it in your mail program"
        )
    return _message(raw, head, _body(raw, end, head))


def attached_parts(raw: bytes) -> list[tuple[Part, Attachment]]:
    """The parts of the letter's attachments, in the order of `Message.attachments`."""
    end = check(raw)
    body = _body(raw, end, fields(raw[:end]))
    return list(zip(body.parts, body.attachments, strict=True))


def _charset_of_header(raw: bytes, end: int) -> str:
    """The charset of the first text part, which applies to 8-bit bytes in the header, too."""
    if raw[:end].isascii():
        return "utf-8"
    found = CHARSET.search(raw[: end + _LOOKED_AT].decode("latin-1").lower())
    return (found.group(1) or found.group(2)) if found else "utf-8"


def _body(raw: bytes, end: int, head: Fields) -> Body:
    """The body; empty for a header alone, without asking a parser."""
    first = {each.name: each for each in reversed(head)}
    content_type = first["content-type"].written if "content-type" in first else ""
    is_header = len(raw) - end <= len("\r\n\r\n") and not raw[end:].strip()
    if is_header and (content_type or "text/").lower().startswith(_HOLDS_TEXT):
        return Body()
    subject = first["subject"].value if "subject" in first else ""
    answers = bool(first.keys() & _ANSWERING) or is_answer(subject)
    try:
        return body_of(_tree(raw, first), Opening(parse=_inner_tree, first=not answers))
    except Unreadable:
        if is_header:  # a header alone has no parts that could be closed
            return Body()
        raise


def _inner_tree(raw: bytes) -> Part:
    """Checks the limits of a letter that was inside a signed or encoded part, and parses it."""
    head = fields(raw[: check(raw)])
    return _tree(raw, {each.name: each for each in reversed(head)})


def _tree(raw: bytes, first: dict[str, Field]) -> Part:
    """The first parser's tree; the second's if that refuses the letter or finds no part."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # old Macs; no parser knows them
    raw = tidied(raw.replace(b"\nboundary=", b"\n boundary=", 1))  # a fold without its space
    if rust_path.AVAILABLE and _ESCAPE not in raw:
        with contextlib.suppress(Unreadable):
            written = (first[name].written if name in first else "" for name in _OF_CONTENT)
            tree = rust_path.parse(raw, *written)
            if tree.children or not tree.content_type.startswith("multipart/"):
                return tree
    return stdlib_path.parse(raw)


def _message(raw: bytes, head: Fields, body: Body) -> Message:
    first = {each.name: each for each in reversed(head)}
    subject = first["subject"].value if "subject" in first else ""
    wrote, beside = _written(body, subject)
    senders = _mailboxes(first, "from")
    ids = _ids(first, "message-id")
    return Message(
        message_id=ids[0] if ids else made_id(raw),
        sender=senders[0] if senders else None,
        reply_to=next(iter(_mailboxes(first, "reply-to")), None),
        to=_all(head, "to"),
        cc=_all(head, "cc"),
        subject=subject,
        date=date(first["date"].written) if "date" in first else None,
        in_reply_to=next(iter(_ids(first, "in-reply-to")), ""),
        references=_shortened(_ids(first, "references")),
        headers=tuple([(each.name, each.value) for each in head]),
        text=wrote.text,
        cut=wrote.cut,
        beside=beside,
        whole=body.text if wrote.cut else "",
        html=body.html,
        attachments=tuple(body.attachments),
        forwarded=wrote.forwarded,
        notes=_notes(head, senders, body),
        report=body.report,
        enclosed=tuple(dict.fromkeys(body.enclosed)),
        returned=bounced(raw),
    )


def _written(body: Body, subject: str) -> tuple[Visible, str]:
    """The sender's own text; of a letter that only encloses another one, that one's text.

    With it comes text that she may have written: below a signature, beyond the limits, in the
    second version of her text.
    """
    wrote = visible(body.text, subject)
    beside = wrote.beside
    if body.other:
        text, other = best(wrote.text, visible(body.other, subject).text)
        wrote = replace(wrote, text=text)
        beside = f"{beside}\n{other}".strip()
    if body.passed_on is None:
        return wrote, beside
    if wrote.text:
        return replace(wrote, forwarded=True), beside
    inner = visible(body.passed_on.text)
    cut = "\n".join((wrote.cut, inner.cut)).strip()
    return Visible(text=inner.text, cut=cut, forwarded=True), f"{beside}\n{inner.beside}".strip()


def _mailboxes(first: dict[str, Field], name: str) -> tuple[Address, ...]:
    return addresses(first[name].written) if name in first else ()


def _ids(first: dict[str, Field], name: str) -> tuple[str, ...]:
    return message_ids(first[name].written) if name in first else ()


def _shortened(references: tuple[str, ...]) -> tuple[str, ...]:
    """The first reference, which names the conversation, and the nearest: the store seeks each."""
    return references[:1] + references[1:][-_MOST_REFERENCES:]


def _all(head: Fields, name: str) -> tuple[Address, ...]:
    written = [each.written for each in head if each.name == name]
    return addresses(", ".join(written)) if written else ()


def _notes(head: Fields, senders: tuple[Address, ...], body: Body) -> tuple[str, ...]:
    notes = list(body.notes)
    froms = [each.written for each in head if each.name == "from"]
    if len(froms) > 1:
        notes.append("The letter has more than one From; only the first one is shown")
    elif froms and not _agreed(froms[0], senders):
        notes.append("It isn't clear who sent this; check its From")
    if len(senders) > 1:
        notes.append("The letter names more than one sender; only the first one is shown")
    if len(body.text) > MAX_CHARACTERS:
        notes.append(f"Only the first {MAX_CHARACTERS:,} characters were read")
    return tuple(notes)


# strict mode returns nothing for a doubtful field; other programs are not strict
_read_by_library: Callable[[list[str]], list[tuple[str, str]]] = (
    partial(getaddresses, strict=False)
    if "strict" in signature(getaddresses).parameters
    else getaddresses
)


def _agreed(field: str, senders: tuple[Address, ...]) -> bool:
    """The standard library, on which many programs rely, finds the same addresses.

    It parses comments recursively, so long or deeply nested fields are not compared.
    """
    if _PLAIN_FROM.fullmatch(field) or len(field) > 2_000 or field.count("(") > 20:
        return True
    theirs = {email.lower() for _, email in _read_by_library([field]) if email}
    return not theirs or theirs == {each.email.lower() for each in senders}
