"""Writes the two MIME parts of a reply (RFC 2046, 5.1.4) in one fixed form, and reads it back."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache

from inbox_bot.drafting import markdown, templating
from inbox_bot.drafting.mime.headers import clean

_MARK = re.compile(r"^> ?", re.MULTILINE)
_HTML = """\
<!DOCTYPE html>
<html>
<head><meta charset="utf-8"></head>
<body>
{{ body }}
{%- if attribution %}
<p>{{ attribution }}</p>
{%- endif %}
{%- if quoted %}
<blockquote type="cite" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">
{{- quoted -}}
</blockquote>
{%- endif %}
</body>
</html>
"""


@lru_cache(maxsize=16)
def bodies(text: str, quoted: str) -> tuple[str, str]:
    """Plain text, which the author approves, and harmless HTML of it.

    The quote is only escaped, never interpreted.
    """
    text, quoted = clean(text).rstrip(), clean(quoted).rstrip()
    attribution, _, lines = quoted.partition("\n")
    values = {
        "body": templating.safe(markdown.html(text).strip()),
        "attribution": attribution,
        "quoted": templating.escaped_lines(_MARK.sub("", lines)),
    }
    page = templating.render(_page(), "reply.html", values)
    return (f"{text}\n\n{quoted}\n" if quoted else f"{text}\n"), page


@lru_cache(maxsize=1)
def _page() -> templating.Environment:
    return templating.html_environment({"reply.html": _HTML})


# Quoted-printable never holds "=_", so no text can end a part.
_EDGE = b"--=_alternative"
CONTENT_TYPE = 'multipart/alternative; boundary="=_alternative"'


def written(text: str, html: str) -> bytes:
    """The body of the reply below its header."""
    return b"".join(
        (
            _EDGE,
            _head("plain"),
            _octets(text),
            _EDGE,
            _head("html"),
            _octets(html),
            _EDGE,
            b"--\r\n",
        )
    )


def read(body: bytes) -> tuple[str, str] | None:
    """Text and HTML of a body in exactly that form; None for any other."""
    pieces = body.split(_EDGE)
    if len(pieces) != 4 or (pieces[0], pieces[3]) != (b"", b"--\r\n"):
        return None
    plain, html = pieces[1].partition(_head("plain")), pieces[2].partition(_head("html"))
    if plain[0] or html[0]:
        return None
    return _string(plain[2]), _string(html[2])


def _head(subtype: str) -> bytes:
    return (
        f"\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode("ascii")


def _octets(text: str) -> bytes:
    return binascii.b2a_qp(text.replace("\n", "\r\n").encode("utf-8")) + b"\r\n"


def _string(octets: bytes) -> str:
    decoded = binascii.a2b_qp(octets.removesuffix(b"\r\n")).decode("utf-8", "replace")
    return decoded.replace("\r\n", "\n")
