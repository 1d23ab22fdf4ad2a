"""HTML to plain text as its writer saw it: blocks, line breaks, links; quotes as ">" lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SKIPPED = _tags(
    "script style head title meta link template noscript svg object iframe select textarea"
)
_BLOCKS = _tags(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2"
    " h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody tfoot thead tr ul"
)
_SPACED = _tags("blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul")
_VOID = _tags("area base br col embed hr img input link meta param source track wbr p li")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_INDENT = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)|webkit-indent", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"gmail_signature|moz-signature|mobile-signature|^signature$", re.IGNORECASE
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})[^>]{0,2000}>?")
_LONGEST = 1_000_000
_FEW_TAGS = 2_000
_DEEPEST = 1_000
_NODES = 200_000


@dataclass(slots=True)
class _Page:
    """The text so far; `gap` is how many line ends the next word needs before it."""

    pieces: list[str] = field(default_factory=list)
    depth: int = 0
    gap: int = 0
    at_start: bool = True

    def word(self, text: str) -> None:
        text = _SPACES.sub(" ", text)
        if self.at_start or self.gap:
            text = text.lstrip(" ")
        if not text:
            return
        self._line_start()
        self.pieces.append(text)

    def verbatim(self, text: str) -> None:
        for line in text.split("\n"):
            self.gap = max(self.gap, 1)
            if line.strip():
                self._line_start()
                self.pieces.append(line)

    def need(self, gap: int) -> None:
        self.gap = max(self.gap, gap)

    def line_break(self) -> None:
        self.gap = min(self.gap + 1, 3)

    def _line_start(self) -> None:
        quote = ">" * self.depth + " " if self.depth else ""
        if self.at_start:
            self.pieces.append(quote)
        elif self.gap:
            self.pieces.append(("\n" + quote) * self.gap)
        self.at_start, self.gap = False, 0


def text_of(html: str) -> str:
    """Linear in the length of the page, of which no more than a million characters are read.

    The parser takes quadratic time for open blocks in open blocks, so a page that nests them too
    deeply only has its tags taken away.
    """
    html = html[:_LONGEST].strip()
    if not html:
        return ""
    if html.count("<") > _FEW_TAGS and _nests_too_deeply(html):
        return "\n".join(line.strip() for line in _TAG.sub("\n", html).split("\n") if line.strip())
    root = LexborHTMLParser(html).root
    page = _Page()
    if root is not None:
        _walk(root, page)
    return "\n".join(line.rstrip() for line in "".join(page.pieces).split("\n")).strip("\n")


def _nests_too_deeply(html: str) -> bool:
    depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in _VOID:
            depth += -1 if closing else 1
            if depth > _DEEPEST:
                return True
    return False


def _walk(root: LexborNode, page: _Page) -> None:
    node: LexborNode | None = root
    for _ in range(_NODES):
        if node is None:
            return
        child = node.child if _enter(node, page) else None
        while child is None and node is not None:
            _leave(node, page)
            if node.mem_id == root.mem_id:
                return
            child, node = node.next, node.parent
        node = child


def _enter(node: LexborNode, page: _Page) -> bool:
    """Write what stands before a node's children; False to pass its children over."""
    tag = node.tag or ""
    if tag == "-text":
        parent = node.parent
        write = page.verbatim if parent is not None and parent.tag == "pre" else page.word
        write(node.text_content or "")
        return False
    if tag in _SKIPPED or (tag.startswith("-") and tag != "-document"):
        return False
    if tag == "br":
        page.line_break()
    elif tag in _BLOCKS:
        return _enter_block(node, tag, page)
    elif tag in ("td", "th"):
        page.word(" ")
    return not _hidden(node)


def _enter_block(node: LexborNode, tag: str, page: _Page) -> bool:
    if _hidden(node):
        return False
    page.need(2 if tag in _SPACED else 1)
    if tag == "hr":
        page.word("---")
        page.need(1)
    elif tag == "li":
        page.word("- ")
    elif tag == "blockquote" and _is_quote(node):
        page.depth += 1
    elif tag in ("div", "pre", "table") and _is_signature(node):
        page.word("--")  # what a program marks as a signature, the text marks as one
        page.need(1)
    return True


def _is_signature(node: LexborNode) -> bool:
    attributes = node.attributes
    return any(_SIGNATURE.search(attributes.get(name) or "") for name in ("class", "id"))


def _leave(node: LexborNode, page: _Page) -> None:
    tag = node.tag or ""
    if tag in _BLOCKS:
        page.need(2 if tag in _SPACED else 1)
        if tag == "blockquote" and _is_quote(node):
            page.depth -= 1
    elif tag == "a":
        link = (node.attributes.get("href") or "").strip()
        if link.lower().startswith(("http://", "https://")) and _differs(node, link):
            page.word(f" <{link}>")


def _differs(node: LexborNode, link: str) -> bool:
    """A link whose words are its address need not be shown twice; a picture's shows nothing."""
    words = (node.text(deep=True) or "").strip()
    return bool(words) and words.rstrip("/") not in (
        link.rstrip("/"),
        link.split("://", 1)[1].rstrip("/"),
    )


def _is_quote(node: LexborNode) -> bool:
    """Gmail and Outlook indent with a blockquote, too, and say so in its style."""
    attributes = node.attributes
    style = f"{attributes.get('class') or ''} {attributes.get('style') or ''}"
    return not _INDENT.search(style) or "gmail_quote" in style


def _hidden(node: LexborNode) -> bool:
    style = node.attributes.get("style")
    return bool(style and _HIDDEN.search(style))
