"""Reads Authentication-Results (RFC 8601): what the author's own mail server found."""

from __future__ import annotations

import re

from inbox_bot.model import Message

_DMARC = re.compile(r"^dmarc\s*(?:/\s*\d+\s*)?=\s*(\w+)")
_CHECKED = re.compile(r"\sheader\.from\s?=\s?([^\s;@]+)")


def dmarc_result(message: Message, authserv_id: str) -> str:
    """The result of the topmost field that the author's own server wrote, or "".

    Senders can forge such fields, but only below those of her server. A field that holds several
    results that differ counts as the one that is no pass: a sender's address stands in it, too.
    """
    found = [m[1] for m in map(_DMARC.match, _dmarc(message, authserv_id)) if m]
    return next((one for one in found if one != "pass"), "".join(found[:1]))


def proven_domain(message: Message, authserv_id: str) -> str:
    """The sender's domain if her own server says that the letter is really from there, or "".

    The field names the domain that was checked (`header.from`): a notice rewritten as its reader's
    letter has another sender than the one who passed.
    """
    if message.sender is None or dmarc_result(message, authserv_id) != "pass":
        return ""
    domain = message.sender.email.rpartition("@")[2].lower()
    results = _dmarc(message, authserv_id)
    checked = {named for one in results for named in _CHECKED.findall(one)}
    return domain if domain and checked == {domain} else ""


def _dmarc(message: Message, authserv_id: str) -> list[str]:
    """The DMARC results of her server's topmost field."""
    for name, value in message.headers:
        if name == "authentication-results":
            wrote, results = _parsed(value)
            if _is_named(wrote, authserv_id.lower()):
                return [one for one in results if _DMARC.match(one)]
    return []


def _is_named(server: str, authserv_id: str) -> bool:
    """`*.example.com` stands for all servers of that domain: some providers have hundreds."""
    if authserv_id.startswith("*."):
        return server.endswith(authserv_id[1:])
    return bool(authserv_id) and server == authserv_id


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
