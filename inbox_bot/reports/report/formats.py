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


def sentence(found: Report, locale: str = AMERICAN) -> str:
    """ "14 readers in October, all answered, usually within 3 days." Then who waits from before."""
    when, before = _when(found, locale), ""
    if found.from_before:
        are = counted(found.from_before, "reader from before is", "readers from before are")
        before = f" {are} still waiting."
    if not found.readers:
        return f"No readers asked anything {when}.{before}"
    answered = "all answered" if not found.open else f"{found.open} still waiting"
    usual = "a day" if found.pace.median == 1 else f"{found.pace.median} days"
    pace = f", usually within {usual}" if found.pace.answers else ""
    return f"{counted(found.readers, 'reader')} {when}, {answered}{pace}.{before}"


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
