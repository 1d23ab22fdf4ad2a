"""Takes the article out of an HTML page, as Markdown: what readers read, without the page around.

The article is the element in which nearly all words stand that are no links, after navigation,
captions, comments, share buttons and the like are gone. Also finds the links to feeds in a page.
The only module here that uses selectolax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from inbox_bot.errors import SettingsError

_UNSEEN = (
    "script, style, noscript, template, nav, footer, aside, form, svg, button, iframe, select,"
    " textarea, label, dialog, figcaption, pre, audio, video, del, amp-ad, amp-carousel, [hidden],"
    " [aria-hidden=true], [role=navigation], [role=search], [role=complementary],"
    " [role=contentinfo], [role=dialog]"
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_AROUND = re.compile(
    r"(?:^|[-_\s])(?:comments?|respond|kommentare?|commentaires?|share|sharing|sharedaddy|social"
    r"|related|sidebar|cookies?|consent|gdpr|newsletter|subscri(?:be|ption)|popup|modal|overlay"
    r"|breadcrumbs?|byline|meta|post-?info|author(?:-?(?:box|bio|info))?|toc|contents|nav"
    r"|navigation|menu|footer|widget|promo|advert|ads?|captions?|tags?|categor(?:y|ies)|pagination"
    r"|pager|skip-?link|screen-reader-text|pull-?quote|masthead|banner)(?:$|[-_\s])",
    re.IGNORECASE,
)
_BOXES = ", ".join(
    f"{tag}[class], {tag}[id]" for tag in "div section ul ol p header table td".split()
)
_MOST_AROUND = 0.3  # of the page's words; an element with more of them is no furniture
_NEARLY_ALL = 0.75
_DEEPEST = 60
_LONGEST_PAGE = 2_000_000  # characters
_LONGEST_LINE = 5_000
_MOST_ELEMENTS, _MOST_NESTED = 20_000, 200
_MOST_BRACKETS = 2 * _MOST_ELEMENTS + 10_000
"""A tag begins with one; the parser itself takes quadratic time for nested elements."""
_TOO_MUCH = "this page is too large or too deeply nested to read; save the article's text as a file"
_HEADINGS = {f"h{level}": level for level in range(1, 7)} | {"dt": 4, "summary": 4}
_BLOCKS = frozenset(
    "p div section article main ul ol dl dd li table thead tbody tr td th blockquote details figure"
    " header hr address center body".split()
) | frozenset(_HEADINGS)
_WHOLE = frozenset("p ul ol dl table blockquote".split())
_APART = _BLOCKS | {"br"}


def markdown_of(page: str) -> str:
    """The article of the page; its title is the first heading.

    SettingsError for a page that would take minutes: each step below goes through all that is in
    an element.
    """
    tree = _tree(page)
    title = _title(tree)
    for node in tree.css(_UNSEEN):
        node.decompose()
    body = tree.body
    if body is None:
        return ""
    for node in body.css("[style]"):
        if _NOT_SHOWN.search(node.attributes.get("style") or ""):
            node.decompose()
    _clear(body)
    lines = list(_lines(_article(body), 0))
    headed = next((line for line in lines if line.startswith("# ")), "")
    if title and not headed:
        lines.insert(0, f"# {title}")
    return "\n\n".join(lines)


def _tree(page: str) -> LexborHTMLParser:
    """SettingsError for more elements, or deeper ones, than any article has."""
    page = page[:_LONGEST_PAGE]
    if page.count("<") > _MOST_BRACKETS:
        raise SettingsError(_TOO_MUCH)
    tree = LexborHTMLParser(page)
    counted, layer = 0, [tree.root] if tree.root is not None else []
    for _ in range(_MOST_NESTED):
        counted += len(layer)
        if not layer or counted > _MOST_ELEMENTS:
            break
        layer = [child for node in layer for child in node.iter()]
    if layer:
        raise SettingsError(_TOO_MUCH)
    return tree


_FEEDS = ("application/rss+xml", "application/atom+xml")


def feed_links(page: str) -> tuple[str, ...]:
    """The feeds that a page announces, not those of its comments; none of a page too large."""
    try:
        tree = _tree(page)
    except SettingsError:
        return ()
    announced = (one.attributes for one in tree.css("link[rel~=alternate][href]"))
    feeds = [one for one in announced if (one.get("type") or "").lower() in _FEEDS]
    named = ((one.get("href") or "", f"{one.get('href')} {one.get('title')}") for one in feeds)
    return tuple(href for href, name in named if "comment" not in name.lower())


def words_in(markup: str) -> str:
    """The words of a line of HTML, like the title of a post."""
    body = LexborHTMLParser(markup[:_LONGEST_LINE]).body
    return _flat(body) if body else ""


def _clear(body: LexborNode) -> None:
    """Removes boxes whose class or id tells that they stand around the article."""
    everything = max(_spoken(body), 1)
    for node in body.css(_BOXES):
        named = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        if not _AROUND.search(named) or _is_chapter(node):
            continue
        if _spoken(node) <= _MOST_AROUND * everything:
            node.decompose()


def _is_chapter(node: LexborNode) -> bool:
    """Its id is made of its own heading: "baking-cookies" above "Baking cookies"."""
    heading = node.css_first("h1, h2, h3, h4") if node.tag in ("section", "div") else None
    if heading is None or node.attributes.get("class"):
        return False
    slug = "-".join(re.findall(r"\w+", _flat(heading).lower()))
    return "-" in slug and slug == (node.attributes.get("id") or "").lower()


def _title(tree: LexborHTMLParser) -> str:
    """Of the article's own heading, else of the page; not of a box on top of it."""
    named = tree.css(
        ".entry-title, .post-title, article h1, main h1, [role=main] h1, .hentry h1"
    ) or [one for one in tree.css("h1") if _AROUND.search(_names(one)) is None]
    found = next((text for one in named if (text := _flat(one))), "")
    if found:
        return found
    page = tree.css_first("meta[property='og:title']")
    told = (page.attributes.get("content") or "") if page else ""
    own = tree.css_first("title")
    return " ".join(told.split()) or (_flat(own) if own else "")


def _names(node: LexborNode) -> str:
    parent = node.parent
    own = node.attributes
    others = parent.attributes if parent is not None else {}
    return " ".join(str(one.get(key) or "") for one in (own, others) for key in ("class", "id"))


def _spoken(node: LexborNode) -> int:
    """Characters of its words, without those of links: menus are links."""
    links = sum(len(one.text() or "") for one in node.css("a"))
    return max(len(_flat(node)) - links, 0)


def _article(body: LexborNode) -> LexborNode:
    """Goes down as long as one child holds nearly all that is said."""
    node, said = body, _spoken(body)
    for _ in range(_DEEPEST):
        inner = max(node.iter(), key=_spoken, default=None)
        if inner is None or inner.tag in _WHOLE or _spoken(inner) <= _NEARLY_ALL * said:
            break
        node = inner
    return node


def _lines(node: LexborNode, depth: int) -> Iterator[str]:
    """A line of Markdown for each heading, paragraph, list item and row of a table."""
    if depth >= _DEEPEST:
        yield from filter(None, [_flat(node)])
        return
    words: list[str] = []
    strong = " ".join(_flat(one) for one in node.css("strong, b"))
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag not in _BLOCKS and not (tag != "-text" and _holds_blocks(child)):
            words.append("\n" if tag == "br" else _worded(child, first=not "".join(words).strip()))
            continue
        yield from _paragraphs(words, strong)
        words = []
        yield from _block(child, depth + 1)
    yield from _paragraphs(words, strong)


def _block(node: LexborNode, depth: int) -> Iterator[str]:
    tag = node.tag or ""
    if tag in _HEADINGS:
        if told := _flat(node):
            yield f"{'#' * _HEADINGS[tag]} {told}"
    elif tag == "li":
        inner = [one for one in _lines(node, depth) if one]
        plain = not any(one.startswith("#") for one in inner)
        yield from (f"- {one}" if at == 0 and plain else one for at, one in enumerate(inner))
    elif tag == "tr":
        yield from _row(node, depth)
    elif tag == "blockquote":
        yield from (f"> {one}" for one in _lines(node, depth))
    else:
        yield from _lines(node, depth)


def _row(node: LexborNode, depth: int) -> Iterator[str]:
    """A row of a table; one that only lays out the page is what its cells hold."""
    cells = [one for one in node.iter() if one.tag in ("td", "th")]
    if len(cells) == 1 or any(one.css_first("table, h1, h2, h3, ul") for one in cells):
        for cell in cells:
            yield from _lines(cell, depth)
        return
    told = [_flat(cell) for cell in cells]
    if any(told) and any(cell.tag == "td" for cell in cells):
        yield f"| {' | '.join(told)} |"


def _paragraphs(words: list[str], strong: str) -> Iterator[str]:
    """Two line breaks in a row end a paragraph, too; `strong` is all that is bold around them."""
    for part in re.split(r"\n[ \t]*\n", "".join(words)):
        told = " ".join(part.split())
        if told:
            bare = told.replace("**", "")
            yield f"**{bare}**" if strong and strong == bare else told


def _worded(node: LexborNode, *, first: bool) -> str:
    """A bold beginning is told from the rest: it may be a head that runs in."""
    told = _inline(node)
    is_head = first and node.tag in ("strong", "b") and told.strip().endswith((".", ":"))
    return f"**{told.strip()}** " if is_head else told


def _inline(node: LexborNode) -> str:
    """Its words; a line break stays one."""
    if node.tag == "-text":
        return re.sub(r"\s+", " ", node.text_content or "")
    parts: list[str] = []
    for one in node.traverse(include_text=True):
        if one.tag == "-text":
            parts.append(re.sub(r"\s+", " ", one.text_content or ""))
        elif one.tag == "br":
            parts.append("\n")
    return "".join(parts)


def _holds_blocks(node: LexborNode) -> bool:
    return any(one.tag in _BLOCKS for one in node.traverse())


def _flat(node: LexborNode) -> str:
    """Its words on one line; those of two paragraphs or lines do not run into each other."""
    parts: list[str] = []
    for one in node.traverse(include_text=True):
        if one.tag == "-text":
            parts.append(one.text_content or "")
        elif one.tag in _APART:
            parts.append(" ")
    return " ".join("".join(parts).split())
