"""Converts HTML to plain text: blocks, line breaks, links; quotes become ">" lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

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
_KEEPS = re.compile(r"white-space(?:-collapse)?\s*:\s*([a-z-]{3,20})", re.IGNORECASE)
_KEEPING = frozenset(("pre", "pre-wrap", "pre-line", "break-spaces", "preserve", "preserve-breaks"))
_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{1,2000})\}")
_CITED = re.compile(r"quote|cite|reply|yahoo_quoted", re.IGNORECASE)
_PAGE = re.compile(
    r"\s{0,200}(?:<!doctype html|<(?:html|head|body|div|p|table|span|font|br|style|meta|h[1-3])\b"
    r"[^<>]{0,500}>)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})[^>]{0,2000}>?")
_LONGEST = 1_000_000
_FEW_TAGS = 2_000
_DEEPEST = 1_000
_NODES = 200_000


@dataclass(slots=True)
class _Page:
    """The text so far; `gap` is how many line ends the next word needs before it.

    `keeping` are the enclosing elements, innermost last, that decide whether line breaks are kept;
    `kept_by` the tags, classes and ids for which a style sheet decides so. In a `first` letter,
    which answers none, only text that is marked as a quote is one.
    """

    pieces: list[str] = field(default_factory=list)
    depth: int = 0
    gap: int = 0
    at_start: bool = True
    first: bool = False
    kept_by: frozenset[str] = frozenset()
    looks_at_styles: bool = False
    keeping: list[tuple[int, bool]] = field(default_factory=list)

    def word(self, text: str) -> None:
        text = _SPACES.sub(" ", text)
        if self.at_start or self.gap:
            text = text.lstrip(" ")
        if not text:
            return
        self._line_start()
        self.pieces.append(text)

    def text(self, text: str) -> None:
        if self.keeping and self.keeping[-1][1]:
            self.verbatim(text)
        else:
            self.word(text)

    def verbatim(self, text: str) -> None:
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
            if number:
                self.line_break()
            if line.strip() or (line and not self.gap and not self.at_start):
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


def looks_like_page(text: str) -> bool:
    """A text part that is HTML: some programs send a page as plain text."""
    start = text[:1_000].lstrip()
    return start.startswith("<") and bool(_PAGE.match(start)) and "</" in text


def rough_text_of(html: str) -> str:
    """All words of a page, invisible ones included; an order of magnitude faster than `text_of`."""
    return unescape(_TAG.sub(" ", html[:_LONGEST])) if html else ""


def text_of(html: str, *, first: bool = False) -> str:
    """The visible text, in time linear in the page's length, of at most a million characters.

    The parser takes quadratic time for deeply nested open blocks, so such a page only has its tags
    removed.
    """
    html = html[:_LONGEST].strip()
    if not html:
        return ""
    if html.count("<") > _FEW_TAGS and _nests_too_deeply(html):
        return "\n".join(line.strip() for line in _TAG.sub("\n", html).split("\n") if line.strip())
    root = LexborHTMLParser(html).root
    page = _Page(first=first, kept_by=_kept_by(html), looks_at_styles="white-space" in html.lower())
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


def _kept_by(html: str) -> frozenset[str]:
    """The simple selectors for which the page's style sheets keep line breaks."""
    lowered = html.lower()
    if "white-space" not in lowered or "<style" not in lowered:
        return frozenset()
    sheets = (part.partition("</style")[0] for part in lowered.split("<style")[1:])
    return frozenset(
        name.strip(" \r\n\t,").rpartition(" ")[2]
        for sheet in sheets
        for names, style in _RULE.findall(sheet.partition(">")[2])
        if (found := _KEEPS.search(style)) and found[1] in _KEEPING
        for name in names.split(",")
    )


def _note_keeping(node: LexborNode, tag: str, page: _Page) -> None:
    """Pushes whether the element keeps line breaks, where its tag or style decides it."""
    attributes = node.attributes
    keeps: bool | None = True if tag in ("pre", "listing", "xmp") else None
    if page.kept_by:
        names = [f".{name}" for name in (attributes.get("class") or "").lower().split()]
        names += [tag, f"#{attributes.get('id') or ''}".lower()]
        names += [f"{tag}{name}" for name in names[:-2]]
        keeps = keeps or (True if not page.kept_by.isdisjoint(names) else None)
    found = _KEEPS.search(attributes.get("style") or "")
    if found:
        keeps = found[1].lower() in _KEEPING
    if keeps is not None:
        page.keeping.append((node.mem_id, keeps))


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
    """Writes the text before a node's children; False to skip them."""
    tag = node.tag or ""
    if tag == "-text":
        page.text(node.text_content or "")
        return False
    if tag in _SKIPPED or (tag.startswith("-") and tag != "-document"):
        return False
    if page.looks_at_styles or tag == "pre":
        _note_keeping(node, tag, page)
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
    elif tag == "blockquote" and _is_quote(node, page):
        page.depth += 1
    elif tag in ("div", "pre", "table") and _is_signature(node):
        page.word("--")  # a signature marked in HTML is marked in the text
        page.need(1)
    return True


def _is_signature(node: LexborNode) -> bool:
    attributes = node.attributes
    return any(_SIGNATURE.search(attributes.get(name) or "") for name in ("class", "id"))


def _leave(node: LexborNode, page: _Page) -> None:
    tag = node.tag or ""
    if page.keeping and page.keeping[-1][0] == node.mem_id:
        page.keeping.pop()
    if tag in _BLOCKS:
        page.need(2 if tag in _SPACED else 1)
        if tag == "blockquote" and _is_quote(node, page):
            page.depth -= 1
    elif tag == "a":
        link = (node.attributes.get("href") or "").strip()
        if link.lower().startswith(("http://", "https://")) and _differs(node, link):
            page.word(f" <{link}>")


def _differs(node: LexborNode, link: str) -> bool:
    """The link's text is not its address, and it is not a picture: the address is worth showing."""
    words = (node.text(deep=True) or "").strip()
    return bool(words) and words.rstrip("/") not in (
        link.rstrip("/"),
        link.split("://", 1)[1].rstrip("/"),
    )


def _is_quote(node: LexborNode, page: _Page) -> bool:
    """A blockquote is a quote, unless Gmail or Outlook only indents with it, as its style says."""
    attributes = node.attributes
    style = f"{attributes.get('class') or ''} {attributes.get('style') or ''}"
    if page.first and not ("cite" in attributes or _CITED.search(style) or _is_cited(attributes)):
        return False
    return not _INDENT.search(style) or "gmail_quote" in style


def _is_cited(attributes: dict[str, str | None]) -> bool:
    return any(_CITED.search(attributes.get(name) or "") for name in ("type", "id", "name"))


def _hidden(node: LexborNode) -> bool:
    style = node.attributes.get("style")
    return bool(style and _HIDDEN.search(style))
