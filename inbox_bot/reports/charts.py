"""Charts as SVG without scripts, each with a table of its numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

_HEIGHT, _BAR, _GAP, _FOOT = 160, 28, 12, 24
_FILLS = ("var(--accent, #1d6b58)", "#d9a441", "#8d867c")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One stack: `parts` from the bottom up, of the same kinds in each bar."""

    label: str
    parts: tuple[int, ...]


def stacked(title: str, kinds: Sequence[str], bars: Sequence[Bar]) -> str:
    """A figure with stacked bars, its legend, and a table of the same numbers."""
    top = max((sum(bar.parts) for bar in bars), default=0)
    width = max(len(bars), 1) * (_BAR + _GAP) + _GAP
    drawn = "".join(part for at, bar in enumerate(bars) for part in _bar(bar, at, top))
    legend = " ".join(
        f'<svg aria-hidden="true" width="10" height="10"><rect width="10" height="10" '
        f'fill="{fill}"/></svg> {escape(kind)}'
        for kind, fill in zip(kinds, _FILLS, strict=False)
    )
    return (
        f"<figure><figcaption>{escape(title)}: {legend}</figcaption>"
        f'<svg role="img" aria-label="{escape(title, quote=True)}" width="{width}" '
        f'height="{_HEIGHT + _FOOT}" viewBox="0 0 {width} {_HEIGHT + _FOOT}">{drawn}</svg>'
        f"{table((title, *kinds), [(bar.label, *map(str, bar.parts)) for bar in bars])}</figure>"
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _bar(bar: Bar, at: int, top: int) -> Iterator[str]:
    left, floor = _GAP + at * (_BAR + _GAP), _HEIGHT
    for part, fill in zip(bar.parts, _FILLS, strict=False):
        height = round(part * (_HEIGHT - 10) / top) if top else 0
        floor -= height
        if height:
            yield (f'<rect x="{left}" y="{floor}" width="{_BAR}" height="{height}" fill="{fill}"/>')
    yield (
        f'<text x="{left + _BAR // 2}" y="{_HEIGHT + 16}" text-anchor="middle" font-size="10" '
        f'fill="currentColor">{escape(bar.label)}</text>'
    )
