"""Prepares the lines of an article: out go code, pictures with their captions, tags, the addresses
of links, and rows of bare links; quoted questions become headings, rows of tables list items."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_ASKED_IN_QUOTE = re.compile(r"(?:>\s{0,3}){1,3}(?P<asked>[^>].{3,400}\?)[\s*_”\"]{0,6}$")
_QUOTED = re.compile(r"(?:>\s{0,3}){1,3}")
_ROW = re.compile(r"\|(?P<cells>.{1,2000})\|$")
_RULE = re.compile(r"[\s|:=*_–—-]{3,}$")
_FENCE = re.compile(r"(?:```|~~~)")
_IMAGE = re.compile(
    r"!\[[^\]\n]{0,500}\]\([^()\n]{0,2000}\)(?:\{[^{}\n]{0,200}\})?|\{\{[^{}\n]{0,300}\}\}"
)
_LINK = re.compile(r"\[(?P<text>[^\[\]\n]{1,500})\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,100}\])")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,1000}>")
_EMPHASIZED = re.compile(r"([*_])(?![*_\s])[^*_]{3,300}(?<!\s)\1$")
_NOTE = re.compile(r"\[[^\[\]\n]{1,100}\]: ?\S|:::|\{%|\+\+\+$")
_MARKS = re.compile(r"\[\^[^\[\]\s]{1,40}\]|~~|`|\[[ xX]\](?= )|\{%[^{}%\n]{0,300}%\}")
_ASKED_OPENLY = re.compile(
    r"[*_]{0,2}(?:Q|Question|Frage|F)[.:] {0,2}(?P<asked>[^?\n]{3,300}\?)[*_]{0,2}$"
)
_ANSWERED = re.compile(r"^[*_]{0,2}(?:A|Answer|Antwort)[.:][*_]{0,2} ")
_LEAST_OF_A_MENU = 3  # links


def lines_of(text: str) -> Iterator[str]:
    in_code = after_picture = False
    lines = [" ".join(each.split()) for each in _without_comments(text).splitlines()]
    fences = sum(bool(_FENCE.match(line)) for line in lines)
    for line in lines:
        if _FENCE.match(line):
            fences -= 1
            in_code = not in_code and fences > 0  # one that is never closed hides nothing
            continue
        if in_code or _NOTE.match(line):
            continue
        shown = _IMAGE.sub("", line).strip()
        if shown != line and not shown:
            after_picture = True
            yield ""
            continue
        caption = after_picture and bool(_EMPHASIZED.match(shown))
        after_picture = after_picture and not shown
        yield "" if caption or _is_menu(shown) else _plain(shown)


def _without_comments(text: str) -> str:
    """One that is never closed hides nothing."""
    kept: list[str] = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        kept.append(text[at:begin])
        at = end + len("-->")
    return "".join([*kept, text[at:]])


def _is_menu(line: str) -> bool:
    """Three links and hardly a word besides."""
    links = _LINK.findall(line)
    return len(links) >= _LEAST_OF_A_MENU and len(_LINK.sub("", line).split()) <= len(links)


def _plain(line: str) -> str:
    """A question in a quote becomes a heading, a table's row an item, a rule an empty line."""
    if _RULE.match(line):
        return ""
    line = html.unescape(line).replace("\xa0", " ") if "&" in line else line
    line = _TAG.sub("", _LINK.sub(r"\g<text>", line)) if "[" in line or "<" in line else line
    line = _MARKS.sub("", line).strip()
    if asked := _ASKED_OPENLY.match(line):
        return f"#### {asked['asked']}"
    line = _ANSWERED.sub("", line, count=1)
    if asked := _ASKED_IN_QUOTE.match(line):
        return f"#### {asked['asked'].strip(' *_')}"
    line = _QUOTED.sub("", line, count=1) if line.startswith(">") else line
    if row := _ROW.match(line):
        cells = [cell.strip() for cell in row["cells"].split("|")]
        return f"- {cells[0]}: {', '.join(filter(None, cells[1:]))}" if len(cells) > 1 else line
    return line
