"""Reads Authentication-Results (RFC 8601): what the author's own mail server found."""

from __future__ import annotations

import re

from inbox_bot.model import Message

_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r"\"([^\"]*)\"")
_DMARC = re.compile(r"^dmarc\s*(?:/\s*\d+\s*)?=\s*(\w+)")


def dmarc_result(message: Message, authserv_id: str) -> str:
    """The result of the topmost field that the author's own server wrote, or "".

    Senders can forge such fields, but only below those of her server.
    """
    for name, value in message.headers:
        if name == "authentication-results":
            wrote, results = _parsed(value)
            if wrote == authserv_id.lower():
                return next((m[1] for m in map(_DMARC.match, results) if m), "")
    return ""


def _parsed(value: str) -> tuple[str, list[str]]:
    """The authserv-id and the results of one field, in lower case, without comments."""
    value = value[:5_000]
    for _ in range(5):  # comments nest; each round takes the innermost
        value, found = _COMMENT.subn(" ", value)
        if not found:
            break
    value = _QUOTED.sub(lambda quoted: quoted[1].replace(";", " "), value)
    server, *results = (part.strip().lower() for part in value.split(";"))
    return (server.split() or [""])[0], results
