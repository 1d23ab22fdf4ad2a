"""The two parts of a reply as MIME (RFC 2046, 5.1.4), written in one fixed shape and read back."""

from __future__ import annotations

import binascii

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
    """Text and HTML of a body of exactly that shape; None for any other, however like it."""
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
