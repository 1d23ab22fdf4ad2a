"""Final check of a reply: parses its bytes with another parser and compares them with the draft."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message as Parsed
from email.parser import HeaderParser
from email.utils import getaddresses

from inbox_bot.drafting.mime import parts
from inbox_bot.drafting.mime.headers import bare_email, one_line
from inbox_bot.drafting.mime.parts import bodies
from inbox_bot.errors import UnsafeReply
from inbox_bot.model import Draft

_ALLOWED = frozenset(
    "from to subject date message-id in-reply-to references mime-version content-type".split()
)
_NEEDED = _ALLOWED - {"in-reply-to", "references"}


def verify(raw: bytes, draft: Draft) -> None:
    """UnsafeReply unless the bytes are the draft and nothing more."""
    addresses = [bare_email(one) for one in (draft.sender, *draft.to)]
    if not _is_plain_mail(raw, addresses):
        raise UnsafeReply("the reply has characters that email doesn't allow; edit the draft")
    head, _, body = raw.partition(b"\r\n\r\n")
    parsed = HeaderParser().parsestr(head.decode() + "\r\n\r\n")
    _same("header names", _odd_names(parsed), [])
    _same("sender", _emails(parsed, "From"), addresses[:1])
    _same("recipients", _emails(parsed, "To"), addresses[1:])
    _same("subject", _decoded(parsed), one_line(draft.subject, len(draft.subject) + 1))
    _same("Message-ID", parsed["Message-ID"], f"<{draft.message_id}>")
    _same("parts", parsed["Content-Type"], parts.CONTENT_TYPE)
    _same("text", parts.read(body), bodies(draft.text, draft.quoted))


def _is_plain_mail(raw: bytes, addresses: Iterable[str]) -> bool:
    """ASCII except for these addresses in the header (RFC 6532), lines of at most 998 octets, and
    no line end but CRLF: others allow SMTP smuggling."""
    ends = {raw.count(b"\r\n"), raw.count(b"\r"), raw.count(b"\n")}
    longest = max(map(len, raw.split(b"\r\n")))
    rest = raw
    for address in addresses:
        rest = rest if address.isascii() else rest.replace(address.encode(), b"", 1)
    return rest.isascii() and b"\0" not in raw and len(ends) == 1 and longest <= 998


def _same(what: str, found: object, meant: object) -> None:
    if found != meant:
        raise UnsafeReply(f"the reply's {what} would differ from the draft; edit the draft")


def _odd_names(parsed: Parsed) -> list[str]:
    counts = Counter(name.lower() for name, _ in parsed.items())
    strange = [name for name, count in counts.items() if name not in _ALLOWED or count > 1]
    return strange + sorted(_NEEDED - counts.keys())


def _emails(parsed: Parsed, name: str) -> list[str]:
    return [email for _, email in getaddresses([_unfolded(str(parsed[name]))])]


def _decoded(parsed: Parsed) -> str:
    """The text that a reader sees. A second decoding, as careless programs do, changes nothing: a
    draft's line has no encoded word left in it."""
    try:
        return str(make_header(decode_header(_unfolded(str(parsed["Subject"])))))
    except (HeaderParseError, LookupError, ValueError):
        return ""


def _unfolded(value: str) -> str:
    return re.sub(r"\r\n(?=[ \t])", "", value)
