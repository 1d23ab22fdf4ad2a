"""Converts text/enriched (RFC 1896) and the older text/richtext (RFC 1341) to plain text."""

from __future__ import annotations

import re

_PARAMETER = re.compile(r"<param>[^<]{0,1000}</param>", re.IGNORECASE)
_COMMAND = re.compile(r"<(<)|<(/?)([a-z0-9-]{1,60})>", re.IGNORECASE)
_LINE_ENDS = re.compile(r"\n+")
_RICH = {"nl": "\n", "np": "\n", "lt": "<", "paragraph": "\n"}


def plain(text: str, *, is_rich: bool) -> str:
    """A single line end is a blank, and each run of them loses one; richtext has <nl> instead."""
    if is_rich:
        text = _LINE_ENDS.sub(" ", text)
        return _COMMAND.sub(lambda found: _RICH.get((found[3] or "").lower(), ""), text)
    text = _PARAMETER.sub("", text)
    text = _LINE_ENDS.sub(lambda found: found[0][1:] or " ", text)
    return _COMMAND.sub(lambda found: "<" if found[1] else "", text)
