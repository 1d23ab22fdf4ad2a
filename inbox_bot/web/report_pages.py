"""The report page: promises kept, and questions that no entry answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, request

from inbox_bot.drafting.templating import safe
from inbox_bot.errors import WrongUse
from inbox_bot.promises.calendar import local_day
from inbox_bot.reports import months, report as reports_report
from inbox_bot.reports.report.formats import chart
from inbox_bot.web.charts import ChartView, TopicBar, letters_chart, pace_chart, topic_bars
from inbox_bot.web.page import Page, here
from inbox_bot.web.rendering import show

MOST_TOPICS = 20
LATELY = ("answered from the FAQ", "written by you", "still waiting")
EARLIER = ("answered by you, also in the FAQ", "answered by you", "no reply found")
FIRST_YEAR, LAST_YEAR = 1970, 2999


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """`chart` is SVG with a table; `before` and `after` are months like "2026-10"."""

    sentence: str
    drafts: str
    chart: str
    asked: tuple[reports_report.Topic, ...]
    unanswered: tuple[reports_report.Topic, ...]
    before: str
    after: str
    charts: tuple[ChartView, ...] = ()
    topics: tuple[TopicBar, ...] = ()


def report() -> Response:
    """The report of one month, the current one by default."""
    page = here()
    today = local_day(page.clock(), page.bot.calendar())
    first = _month(request.args.get("month", "")) or today.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    last = min(following - timedelta(days=1), today)
    faq = page.bot.knowledge().faq
    found = reports_report.report(
        page.bot.store, faq, page.bot.calendar(), (first, max(first, last))
    )
    view = ReportView(
        sentence=reports_report.sentence(found),
        drafts=reports_report.drafts_line(found),
        chart=safe(chart(found)),
        asked=found.asked[:MOST_TOPICS],
        unanswered=found.unanswered[:MOST_TOPICS],
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{following:%Y-%m}" if following <= today else "",
        **({} if "month" in request.args else _year(page, today)),
    )
    return show("report", {"title": "Report", "view": view})


def _year(page: Page, today: date) -> Mapping[str, Any]:
    """Charts of the last twelve months, and of those before the bot began."""
    calendar, locale = page.bot.calendar(), page.locale
    first = months.first_of_year(today)
    with page.bot.store.reading() as tx:
        lately = months.months_of(months.outcomes_since(tx, first, calendar), today)
        before = months.BEFORE.of(tx)
    year = reports_report.report(page.bot.store, page.bot.knowledge().faq, calendar, (first, today))
    topics = sorted((*year.asked, *year.unanswered), key=lambda one: -one.readers)
    drawn = (
        letters_chart("Letters by month", LATELY, lately, locale),
        pace_chart("How long you took to answer", lately, locale),
        letters_chart("Letters before I began", EARLIER, before, locale),
        pace_chart("How long you took before I began", before, locale),
    )
    charts = tuple(one for one in drawn if one)
    return {"charts": charts, "topics": topic_bars(topics, locale)}


def _month(text: str) -> date | None:
    if not text:
        return None
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        month = date.max
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise WrongUse(f"{text[:20]} is not a month. Use the form 2026-10.")
    return month
