"""Reads Authentication-Results (RFC 8601): what the author's own mail server found."""

from __future__ import annotations

import re

from inbox_bot.model import Message

_DMARC = re.compile(r"^dmarc\s*(?:/\s*\d+\s*)?=\s*(\w+)")


def dmarc_result(message: Message, authserv_id: str) -> str:
    """The result of the topmost field that the author's own server wrote, or "".

    Senders can forge such fields, but only below those of her server. A field that holds several
    results that differ counts as the one that is no pass: a sender's address stands in it, too.
    """
    for name, value in message.headers:
        if name == "authentication-results":
            wrote, results = _parsed(value)
            if wrote == authserv_id.lower():
                found = [m[1] for m in map(_DMARC.match, results) if m]
                return next((one for one in found if one != "pass"), "".join(found[:1]))
    return ""


def first_authserv_id(message: Message) -> str:
    """The name of the server that wrote the topmost field, or ""."""
    return _parsed(message.header("authentication-results"))[0]


def _parsed(value: str) -> tuple[str, list[str]]:
    """The authserv-id and the results of one field, in lower case, without comments."""
    server, *results = (part.strip().lower() for part in _bare(value[:5_000]).split(";"))
    return (server.split() or [""])[0], results


def _bare(value: str) -> str:
    """Without comments, which nest, quotes and escaped characters (RFC 5322, section 3.2)."""
    bare: list[str] = []
    depth, quoted = 0, False
    for character in re.sub(r"\\.", " ", value):
        if quoted:
            quoted = character != '"'
            bare.append(" " if character in '";' else character)
        elif character == "(":
            depth += 1
        elif character == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            quoted = character == '"'
            bare.append(" " if quoted else character)
    return "".join(bare)
