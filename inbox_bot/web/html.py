"""Sanitizes readers' HTML with nh3."""

from __future__ import annotations

import re
from html import escape

import nh3

_TAGS = set(
    "a abbr b blockquote br caption center code col colgroup dd del div dl dt em h1 h2 h3 h4 h5 h6 "
    "hr i ins kbd li ol p pre q s small span strike strong sub sup table tbody td tfoot th thead "
    "tr tt u ul".split()
)
_DROPPED = set("script style title textarea select noscript template svg math iframe".split())
_STYLE = "body{font:16px/1.5 system-ui,sans-serif;margin:1rem;color:#222;background:#fff}"
LONGEST = 150_000
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]{0,15})", re.IGNORECASE)
_UNNESTED = frozenset("area base br col hr img input link meta p li source wbr".split())
_CARRIED_ON = frozenset("a b big code em font i nobr s small strike strong tt u".split())
"""Tags that a parser reopens in each following block."""
_CELLS = frozenset("table td th caption".split())
"""A closing tag inside does not close elements outside."""
_ENDS_ITS_LIKE = frozenset("td th tr dd dt option".split())
_OF_TABLES = frozenset("table tbody td tfoot th thead tr caption".split())
_DEEPEST, _MOST_CARRIED_ON, _MOST_STRAYS = 200, 20, 500


def harmless(html: str) -> str:
    """A page with the HTML's text and structure, without any attribute, script or link."""
    html = html[:LONGEST]
    if _nests_too_deeply(html):
        html = escape(html)  # shown as source: no mail program writes that
    inside = nh3.clean(html, tags=_TAGS, clean_content_tags=_DROPPED, attributes={}, link_rel=None)
    return (
        '<!DOCTYPE html><html lang=""><meta charset="utf-8"><title>letter</title>'
        f"<style>{_STYLE}</style><body>{inside}</body></html>"
    )


def _nests_too_deeply(html: str) -> bool:
    """Whether the parser, quadratic in open elements, would take too long."""
    stack: list[str] = []
    strays = 0
    for closing, tag in _TAG.findall(html):
        name = tag.lower()
        if name in _UNNESTED:
            continue
        if closing:
            place = _closed_by(name, stack)
            strays += place == len(stack)
            del stack[place:]
        else:
            if name in _ENDS_ITS_LIKE:
                del stack[_closed_by(name, stack) :]
            stack.append(name)
        carried = name in _CARRIED_ON and sum(map(_CARRIED_ON.__contains__, stack))
        if len(stack) > _DEEPEST or carried > _MOST_CARRIED_ON or strays > _MOST_STRAYS:
            return True
    return False


def _closed_by(name: str, stack: list[str]) -> int:
    """The index from which the tag closes the stack; its length where it closes nothing."""
    for place in range(len(stack) - 1, -1, -1):
        if stack[place] == name:
            return place
        if stack[place] == "table" or (stack[place] in _CELLS and name not in _OF_TABLES):
            break
    return len(stack)
