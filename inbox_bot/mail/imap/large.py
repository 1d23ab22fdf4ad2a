"""Assembles letters that are too large to fetch whole from their header and text parts.

The header and its boundaries stay as they are; omitted parts keep their own header (name and type)
with an empty body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOST_HEADER = 256 * 1024
_MOST_TEXT = 512 * 1024
_MOST_TEXTS = 8
_MOST_PARTS = 100
_MOST_DEPTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One node of BODYSTRUCTURE. `number` is as IMAP counts ("1.2"), empty for a multipart root.

    `boundary` is empty where there are no `children`.
    """

    number: str
    content_type: str
    boundary: str = ""
    children: tuple[Part, ...] = ()


def read_structure(body: object, number: str = "", depth: int = 0) -> Part:
    """imapclient's BodyData as a Part; ValueError for what is not one or is nested too deep."""
    if not isinstance(body, tuple) or len(body) < 2 or depth > _MOST_DEPTH:
        raise ValueError("no BODYSTRUCTURE that can be used")
    children = body[0]
    if not isinstance(children, list):
        return Part(number=number or "1", content_type=f"{_word(body[0])}/{_word(body[1])}")
    prefix = f"{number}." if number else ""
    return Part(
        number=number,
        content_type=f"multipart/{_word(body[1])}",
        boundary=_boundary(body[2] if len(body) > 2 else None),
        children=tuple(
            read_structure(child, f"{prefix}{position}", depth + 1)
            for position, child in enumerate(children[:_MOST_PARTS], start=1)
        ),
    )


def sections(root: Part) -> tuple[str, ...]:
    """FETCH items: each part's own header, and the beginning of each text."""
    parts = list(_walk(root))[:_MOST_PARTS]
    texts = [part for part in parts if part.content_type.startswith("text/")][:_MOST_TEXTS]
    own = [f"BODY.PEEK[{part.number}.MIME]<0.{MOST_HEADER}>" for part in parts if part is not root]
    return (*own, *(f"BODY.PEEK[{part.number}]<0.{_MOST_TEXT}>" for part in texts))


def assemble(header: bytes, root: Part, fetched: Mapping[str, bytes]) -> bytes:
    """A letter (RFC 5322, RFC 2046) from `header` and the fetched sections."""
    end = b"\r\n" if root.children else b""
    return whole_header(header) + b"\r\n" + _body(root, fetched) + end


def whole_header(header: bytes) -> bytes:
    """Without a line cut by the limit, and without the empty line at the end."""
    if b"\r\n\r\n" in header:
        return header.partition(b"\r\n\r\n")[0] + b"\r\n"
    return header[: header.rfind(b"\r\n") + 2]


def _body(part: Part, fetched: Mapping[str, bytes]) -> bytes:
    if not part.children:
        return _whole_lines(fetched.get(part.number, b""))
    fence = b"--" + part.boundary.encode("ascii", "replace")
    inner = b"".join(
        fence
        + b"\r\n"
        + whole_header(fetched.get(f"{child.number}.MIME", b""))
        + b"\r\n"
        + _body(child, fetched)
        + b"\r\n"
        for child in part.children
    )
    return inner + fence + b"--"


def _whole_lines(text: bytes) -> bytes:
    """A text cut by the limit ends with its last whole line, so that base64 stays readable."""
    return text if len(text) < _MOST_TEXT else text[: text.rfind(b"\n") + 1]


def _walk(part: Part) -> Iterator[Part]:
    yield part
    for child in part.children:
        yield from _walk(child)


def _boundary(parameters: object) -> str:
    pairs = list(parameters) if isinstance(parameters, tuple) else []
    for name, value in zip(pairs[::2], pairs[1::2], strict=False):
        if _word(name) == "boundary" and isinstance(value, bytes):
            return value.decode("ascii", "replace")
    raise ValueError("a multipart without a boundary")


def _word(value: object) -> str:
    return value.decode("ascii", "replace").lower() if isinstance(value, bytes) else ""
