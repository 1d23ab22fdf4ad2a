"""The report as text and CSV, and its chart. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from inbox_bot.humanize import AMERICAN, counted, full, month, short
from inbox_bot.reports import charts
from inbox_bot.reports.report.counts import Report, Topic

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MOST_TOPICS = 20
_ENOUGH_TO_DIFFER = 10
"""Answers from which on `Pace.most` leaves some out; with fewer, it is that of the slowest."""


def sentence(found: Report, locale: str = AMERICAN) -> str:
    """ "6 readers wrote in November. You've answered 4, half of them within 5 days; 2 are waiting."

    Where none is answered yet and others wait from before: "7 readers are waiting: 2 from December,
    5 from before."
    """
    when, answered = _when(found, locale), _answered(found)
    count = found.open + found.from_before
    waiting = _waiting(found, str(count or "nobody"), locale)
    if not found.readers:
        before = f" {waiting}." if count else ""
        return f"No readers asked anything {when}.{before}"
    if found.open and found.from_before and not answered:
        return f"{_waiting(found, counted(count, 'reader'), locale)}."
    told = f"{answered}; {waiting}" if answered else f"{waiting[0].upper()}{waiting[1:]}"
    return f"{counted(found.readers, 'reader')} wrote {when}. {told}."


def _answered(found: Report) -> str:
    """ "You've answered 4, half of them within 5 days"; empty if there are no answers."""
    count, pace = found.pace.answers, found.pace
    if not count:
        return ""
    within = "a day" if pace.median == 1 else f"{pace.median} days"
    are_alike = count < _ENOUGH_TO_DIFFER and pace.most == pace.median
    share = "" if are_alike else "half of them "
    return f"You've answered {count}, {share}within {within}"


def _waiting(found: Report, who: str, locale: str) -> str:
    """ "2 are waiting", "7 are waiting: 2 from December, 5 from before"; "nobody is waiting"."""
    if found.from_before and not found.open:
        who = f"{who} from before"
    waiting = f"{who} {'are' if found.open + found.from_before > 1 else 'is'} waiting"
    if not (found.open and found.from_before):
        return waiting
    since = _when(found, locale).removeprefix("in ").removeprefix("from ")
    return f"{waiting}: {found.open} from {since}, {found.from_before} from before"


def lines(found: Report, locale: str = AMERICAN) -> Iterator[str]:
    """The whole report for a terminal."""
    yield sentence(found, locale)
    for week in found.weeks:
        yield (
            f"  Week of {short(week.monday, locale)}: {week.kept} on time, {week.late} late, "
            f"{week.open} still open, {week.released} not needed"
        )
    if told := drafts_line(found):
        yield told
    for title, topics in (
        ("Most asked:", found.asked),
        ("Questions without an answer yet:", found.unanswered),
    ):
        if topics:
            yield title
            yield from (f"  {_topic(one)}" for one in topics[:_MOST_TOPICS])


def drafts_line(found: Report) -> str:
    """ "12 drafts: 9 sent as drafted, 2 edited, 1 rejected."; empty where there were none."""
    total = found.as_drafted + found.edited + found.rejected
    told = f"{found.as_drafted} sent as drafted, {found.edited} edited, {found.rejected} rejected"
    return f"{counted(total, 'draft')}: {told}." if total else ""


def chart(found: Report, locale: str = AMERICAN) -> str:
    """Letters by week as SVG with its table; empty where there were none."""
    bars = [
        charts.Bar(label=short(week.monday, locale), parts=(week.kept, week.late, week.open))
        for week in found.weeks
    ]
    return charts.stacked("Letters by week", ("kept", "late", "open"), bars) if bars else ""


def csv_lines(found: Report) -> str:
    """Rows by week, then topics. No cell can be taken for a formula (OWASP: CSV injection)."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\r\n")
    out.writerow(["what", "name", "kept", "late", "open", "released", "readers"])
    for week in found.weeks:
        counts = [week.kept, week.late, week.open, week.released]
        out.writerow(["week", week.monday.isoformat(), *counts, ""])
    for what, topics in (("asked", found.asked), ("no entry", found.unanswered)):
        out.writerows([what, _cell(one.name), "", "", "", "", one.readers] for one in topics)
    return written.getvalue()


def _topic(topic: Topic) -> str:
    hint = " (worth adding to the article?)" if topic.wants_a_paragraph else ""
    return f"{counted(topic.readers, 'reader')}: {topic.name}{hint}"


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    runs = text.startswith(_RUN_BY_SPREADSHEETS) or flat.startswith(_RUN_BY_SPREADSHEETS)
    return f"'{flat}" if runs else flat


def _when(found: Report, locale: str) -> str:
    if found.first.day == 1 and found.first.month == found.last.month:
        return f"in {month(found.first, locale)}"
    return f"from {full(found.first, locale)} to {full(found.last, locale)}"
