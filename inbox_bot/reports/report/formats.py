"""The report as text and CSV, and its chart. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from inbox_bot.humanize import counted, full
from inbox_bot.reports import charts
from inbox_bot.reports.report.counts import Report, Topic

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_MOST_TOPICS = 20


def sentence(found: Report) -> str:
    """ "14 readers in October, all answered, usually within 3 days"."""
    when = _when(found)
    if not found.readers:
        return f"No reader asked anything {when}."
    answered = "all answered" if not found.open else f"{found.open} still waiting"
    usual = "a day" if found.pace.median == 1 else f"{found.pace.median} days"
    pace = f", usually within {usual}" if found.pace.answers else ""
    return f"{counted(found.readers, 'reader')} {when}, {answered}{pace}."


def lines(found: Report) -> Iterator[str]:
    """The whole report for a terminal."""
    yield sentence(found)
    for week in found.weeks:
        yield (
            f"  week of {week.monday}: {week.kept} kept, {week.late} late, {week.open} open, "
            f"{week.released} released"
        )
    if told := drafts_line(found):
        yield told
    for title, topics in (
        ("What readers ask most:", found.asked),
        ("What no entry answers:", found.unanswered),
    ):
        if topics:
            yield title
            yield from (f"  {_topic(one)}" for one in topics[:_MOST_TOPICS])


def drafts_line(found: Report) -> str:
    """ "12 drafts: 9 as they were, 2 edited, 1 rejected."; empty where there were none."""
    total = found.as_drafted + found.edited + found.rejected
    as_was = "as it was" if found.as_drafted == 1 else "as they were"
    told = f"{found.as_drafted} {as_was}, {found.edited} edited, {found.rejected} rejected"
    return f"{counted(total, 'draft')}: {told}." if total else ""


def chart(found: Report) -> str:
    """Letters by week as SVG with its table; empty where there were none."""
    bars = [
        charts.Bar(label=f"{week.monday:%d.%m.}", parts=(week.kept, week.late, week.open))
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
    hint = "; say it in the article?" if topic.wants_a_paragraph else ""
    return f"{counted(topic.readers, 'reader')}: {topic.name}{hint}"


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    runs = text.startswith(_RUN_BY_SPREADSHEETS) or flat.startswith(_RUN_BY_SPREADSHEETS)
    return f"'{flat}" if runs else flat


def _when(found: Report) -> str:
    if found.first.day == 1 and found.first.month == found.last.month:
        return f"in {_MONTHS[found.first.month - 1]}"
    return f"from {full(found.first)} to {full(found.last)}"
