"""Views of the report's charts: sizes of bars for the template, and the words beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inbox_bot import humanize
from inbox_bot.reports.months import MOST, Month
from inbox_bot.reports.report import Topic

HEIGHT = 120
STEP = 26
"""From one bar to the next."""
WIDE = 18
MOST_TOPICS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A rectangle; `kind` is its color."""

    kind: str
    y: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarView:
    """The bar of one month: `total` stands above it at `top`.

    `month` and `numbers` are its row in the table.
    """

    x: int
    label: str
    month: str
    total: str
    top: int
    parts: tuple[Part, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartView:
    """`kinds` are the legend: the color, and what it stands for. `told` says it in a sentence."""

    title: str
    told: str
    kinds: tuple[tuple[str, str], ...]
    width: int
    bars: tuple[BarView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicBar:
    """`share` of the most frequent one, in percent."""

    name: str
    readers: str
    share: int


def letters_chart(
    title: str, kinds: tuple[str, str, str], months: Sequence[Month], locale: str
) -> ChartView | None:
    """Letters by month, stacked by what became of them; None where there were none."""
    colors = ("faq", "hers", "waits")
    most = max((one.letters for one in months), default=0)
    if not most:
        return None
    bars = [
        _stacked(at, one, (one.from_faq, one.by_her, one.waiting), most, locale)
        for at, one in enumerate(months)
    ]
    sums = [sum(column) for column in zip(*map(_counts, months), strict=True)]
    told = ", ".join(
        f"{humanize.number(many, locale)} {kind}"
        for many, kind in zip(sums, kinds, strict=True)
        if many
    )
    letters = humanize.counted(sum(sums), "letter")
    return ChartView(
        title=title,
        told=f"{letters}: {told}.",
        kinds=tuple(zip(colors, kinds, strict=True)),
        width=MOST * STEP,
        bars=tuple(bars),
    )


def pace_chart(title: str, months: Sequence[Month], locale: str) -> ChartView | None:
    """The median time to her answer, by month."""
    most = max((one.median or 0 for one in months), default=0)
    if not most:
        return None
    bars = []
    for at, one in enumerate(months):
        height = _scaled(one.median or 0, most)
        told = _time(one.median, locale)
        above = humanize.duration(one.median, locale, narrow=True) if one.median else ""
        part = Part(kind="faq", y=HEIGHT - height, height=height)
        bars.append(_bar(at, one, above, (part,), (told or "–",), locale))
    newest = next(one for one in reversed(months) if one.median)
    return ChartView(
        title=title,
        told=f"Half of your answers in {humanize.month(newest.first, locale)} took "
        f"{_time(newest.median, locale)} or less.",
        kinds=(),
        width=MOST * STEP,
        bars=tuple(bars),
    )


def topic_bars(topics: Sequence[Topic], locale: str) -> tuple[TopicBar, ...]:
    """None where no topic came up twice: bars of the same length tell nothing."""
    most = max((one.readers for one in topics), default=1)
    if most == 1:
        return ()
    return tuple(
        TopicBar(
            name=one.name,
            readers=humanize.number(one.readers, locale),
            share=max(100 * one.readers // most, 2),
        )
        for one in topics[:MOST_TOPICS]
    )


def _counts(month: Month) -> tuple[int, int, int]:
    return month.from_faq, month.by_her, month.waiting


def _stacked(
    at: int, month: Month, counts: tuple[int, int, int], most: int, locale: str
) -> BarView:
    parts, floor = [], HEIGHT
    for kind, many in zip(("faq", "hers", "waits"), counts, strict=True):
        height = _scaled(many, most)
        floor -= height
        if height:
            parts.append(Part(kind=kind, y=floor, height=height))
    told = humanize.number(month.letters, locale) if month.letters else ""
    numbers = tuple(humanize.number(one, locale) for one in counts)
    return _bar(at, month, told, tuple(parts), numbers, locale)


def _bar(
    at: int,
    month: Month,
    total: str,
    parts: tuple[Part, ...],
    numbers: tuple[str, ...],
    locale: str,
) -> BarView:
    return BarView(
        x=at * STEP + (STEP - WIDE) // 2,
        label=humanize.month_short(month.first, locale),
        month=humanize.month_and_year(month.first, locale),
        total=total,
        top=min((one.y for one in parts), default=HEIGHT) - 4,
        parts=parts,
        numbers=numbers,
    )


def _scaled(many: int, most: int) -> int:
    """At least a line for anything that is not nothing."""
    return max(round(many * (HEIGHT - 16) / most), 2) if many else 0


def _time(hours: int | None, locale: str) -> str:
    return "" if hours is None else humanize.duration(hours, locale)
