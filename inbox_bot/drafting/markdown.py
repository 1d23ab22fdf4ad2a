"""Renders an entry's Markdown as plain text, and that text as HTML.

The HTML part of a reply says the same as the text part: only paragraphs, lists, line breaks and
links become elements; emphasis, headings and HTML stay plain characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_BARE_LINK = re.compile(r"(?<![<\w@/])https?://[^\s<>\"]{0,900}[^\s<>\".,;:!?)\]'*_]")
_LINKABLE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


@lru_cache(maxsize=1024)
def plain(markdown: str) -> str:
    """Markdown as a person would type it into a mail: a link becomes `words <URL>`."""
    blocks: list[str] = []
    markers: list[str] = []
    pending = ""
    for token in _markdown().parse(markdown):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            markers.append("-" if token.type[0] == "b" else "1.")
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            markers.pop()
        elif token.type == "list_item_open":
            pending = "  " * (len(markers) - 1) + (f"{token.info}." if token.info else "-") + " "
        elif token.type in {"inline", "fence", "code_block"}:
            words = _words(token.children or ()) if token.children else token.content.strip()
            joint = "\n" if pending and blocks and _is_item(blocks[-1]) else "\n\n"
            blocks.append((joint if blocks else "") + pending + words)
            pending = ""
    return "".join(blocks)


def html(text: str) -> str:
    """Harmless HTML of the text: links lead to http, https and mailto only."""
    linked = _BARE_LINK.sub(lambda found: f"<{found.group()}>", text)
    return str(_typed().render(linked))


def _is_item(block: str) -> bool:
    return re.match(r"\s*(?:-|\d+\.) ", block) is not None


def _words(tokens: Sequence[Token]) -> str:
    words: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), len(words)))
        elif token.type == "link_close":
            url, start = links.pop()
            said = "".join(words[start:])
            words[start:] = [_link(said, url)]
        else:
            words.append(_word(token))
    return "".join(words)


def _link(said: str, url: str) -> str:
    if url == f"mailto:{said}":
        return said
    return f"<{url}>" if said in {"", url} else f"{said} <{url}>"


def _word(token: Token) -> str:
    if token.type == "softbreak":
        return " "
    return "\n" if token.type == "hardbreak" else token.content


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


@lru_cache(maxsize=1)
def _typed() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "breaks": True, "xhtmlOut": False})
    parser.enable(["list", "autolink", "newline"])
    parser.validateLink = _may_link  # type: ignore[method-assign]
    return parser


def _may_link(url: str) -> bool:
    return _LINKABLE.match(url) is not None
